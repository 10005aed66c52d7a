"""Rules of what reads queues, and of the functions that the messages go to."""

from leadrelay.intake.files.accept import MAX_FILE_BYTES
from leadrelay_ops.deep.deployment import Deployment, EventSource, Flow, Function, crm_of
from leadrelay_ops.deep.facts import known
from leadrelay_ops.deep.judge import Flaw, Rule

_CLOCKS_S = 2 * 120  # Lambda's clocks may be two minutes off, either way
_EMPTY_MB = 80  # of a function that has just started
_COPIES = 4  # of a file on its way into a CRM: its bytes, as base64, and that in the request's body
_CRM_AT_WORK_S = 60  # for so long a CRM may go on with what a killed function has sent


def _partial_batch(_: Deployment, source: EventSource) -> Flaw | None:
    return None if known(source.partial_batch) else Flaw("off", "ReportBatchItemFailures")


def _reading_off(deployment: Deployment, flow: Flow) -> Flaw | None:
    if known(flow.source.enabled) or crm_of(flow.function) in known(deployment.paused):
        return None
    return Flaw("off, though nothing is paused", "on")


def _rounds(_: Deployment, flow: Flow) -> Flaw | None:
    is_, most = known(flow.source.batch_size), flow.function.number("IN_FLIGHT")
    if is_ <= most:
        return None
    return Flaw(f"{is_} leads a batch", f"{most:g} (IN_FLIGHT) or fewer")


def _unlimited(_: Deployment, flow: Flow) -> Flaw | None:
    limited = known(flow.source.max_functions) or known(flow.function.reserved)
    return None if limited else Flaw("no limit", "MaximumConcurrency")


def _stopped(_: Deployment, function: Function) -> Flaw | None:
    if known(function.reserved) == 0:
        return Flaw("reserved concurrency 0", "none, or more than 0")
    return None


def _too_few(_: Deployment, flow: Flow) -> Flaw | None:
    reserved, most = known(flow.function.reserved), known(flow.source.max_functions)
    if not reserved or not most or reserved >= most:
        return None
    return Flaw(f"{reserved} reserved", f"{most} or more", flow.function.name)


def _memory(deployment: Deployment, flow: Flow) -> Flaw | None:
    crm, at_once = crm_of(flow.function), flow.function.number("IN_FLIGHT")
    with_files = (
        source.max_file_bytes or MAX_FILE_BYTES
        for source in deployment.sources.values()
        if source.kind == "resume" and crm in source.deliver
    )
    least = _EMPTY_MB + max(with_files, default=0) / 1_000_000 * _COPIES * at_once
    is_ = known(flow.function.memory)
    if is_ >= least:
        return None
    return Flaw(f"{is_} MB", f"{least:.0f} MB or more", flow.function.name)


def _lease(_: Deployment, flow: Flow) -> Flaw | None:
    is_ = flow.function.number("LEASE_SECONDS")
    least = known(flow.function.timeout) + _CLOCKS_S + _CRM_AT_WORK_S
    return Flaw(f"{is_:g} s", f"{least} s or more", flow.function.name) if is_ < least else None


def _long_lease(_: Deployment, flow: Flow) -> Flaw | None:
    is_, most = flow.function.number("LEASE_SECONDS"), known(flow.queue.visibility)
    if is_ <= most:
        return None
    return Flaw(f"{is_:g} s", f"{most} s or less", flow.function.name)


FUNCTION_RULES = (
    Rule(
        name="partial-batch",
        severity="loses",
        subjects=lambda deployment: deployment.event_sources,
        flaw=_partial_batch,
        why="without it Lambda deletes the messages of leads that failed with those that didn't",
        mend="set FunctionResponseTypes: [ReportBatchItemFailures]",
    ),
    Rule(
        name="reading-off",
        severity="loses",
        subjects=lambda deployment: deployment.flows,
        flaw=_reading_off,
        why="only what the ledger says is paused is switched on again by the sweep",
        mend="`leadrelay pause` and `leadrelay resume` the CRM, or enable the mapping",
    ),
    Rule(
        name="stopped",
        severity="loses",
        subjects=lambda deployment: deployment.functions,
        flaw=_stopped,
        why="Lambda never starts it",
        mend="delete the function's reserved concurrency",
    ),
    Rule(
        name="lease",
        severity="loses",
        subjects=lambda deployment: deployment.flow_of.values(),
        flaw=_lease,
        why="a second attempt would begin while the first may still write: a lead twice",
        mend="LEASE_SECONDS is the function's Timeout + 300 or more",
    ),
    Rule(
        name="memory",
        severity="delays",
        subjects=lambda deployment: deployment.flow_of.values(),
        flaw=_memory,
        why="as many large files at once as it delivers leads would kill the function in mid-work",
        mend="raise DeliverMemory, or lower the CRM's InFlight or the sources' max_file_bytes",
    ),
    Rule(
        name="long-lease",
        severity="delays",
        subjects=lambda deployment: deployment.flow_of.values(),
        flaw=_long_lease,
        why="after a killed attempt the message is back before another one may begin",
        mend="LEASE_SECONDS is at most the queue's VisibilityTimeout",
    ),
    Rule(
        name="rounds",
        severity="delays",
        subjects=lambda deployment: deployment.flow_of.values(),
        flaw=_rounds,
        why="the last leads of a batch wait for the first, and may meet the function's time limit",
        mend="raise the CRM's InFlight parameter, or lower BatchSize",
    ),
    Rule(
        name="too-few",
        severity="delays",
        subjects=lambda deployment: deployment.flows,
        flaw=_too_few,
        why="Lambda is throttled, and each refused start uses up a receive",
        mend="raise the reserved concurrency to MaximumConcurrency, or delete it",
    ),
    Rule(
        name="unlimited",
        severity="advice",
        subjects=lambda deployment: deployment.flows,
        flaw=_unlimited,
        why="after an outage it would take all functions that the account may run, from visitors "
        "too, and hundreds would log in to a CRM at once",
        mend="set ScalingConfig: {MaximumConcurrency: 2}",
    ),
)
