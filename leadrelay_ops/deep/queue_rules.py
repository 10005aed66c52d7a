"""Rules of queues: how long they keep what, and what becomes of it then."""

from math import ceil

from leadrelay_ops.deep.deployment import Deployment, Flow, Queue
from leadrelay_ops.deep.facts import known
from leadrelay_ops.deep.judge import Flaw, Rule

# Full jitter below an hour waits half an hour on average, so two receives an hour; a half for luck,
# and some that fail while the waits are still short.
_RECEIVES_PER_HOUR, _FIRST_RECEIVES = 2.5, 20
_FEWEST_RECEIVES = 5  # what AWS recommends: Lambda uses some up when it is throttled

_SMALLEST_MESSAGE = 65_536  # what S3 and GuardDuty tell fits into this; ours are a hundred bytes


def _visibility(_: Deployment, flow: Flow) -> Flaw | None:
    is_ = known(flow.queue.visibility)
    least = 6 * known(flow.function.timeout) + known(flow.source.window)
    return Flaw(f"{is_} s", f"{least} s or more", flow.queue.name) if is_ < least else None


def _no_dead_queue(deployment: Deployment, queue: Queue) -> Flaw | None:
    dead = known(queue.dead_queue)
    if dead is None:
        return Flaw("none", "a dead-letter queue")
    if dead not in {one.name for one in deployment.queues}:
        return Flaw(dead, "a dead-letter queue of this stack")
    return None


def _dead_retention(deployment: Deployment, queue: Queue) -> Flaw | None:
    for dead in deployment.queues:
        if dead.name == known(queue.dead_queue):
            is_, least = known(dead.retention), known(queue.retention)
            if is_ < least:
                return Flaw(_days(is_), f"{_days(least)}, as {queue.name}", dead.name)
    return None


def _days(seconds: int) -> str:
    return f"{seconds / 86_400:g} days"


def _receive_count(_: Deployment, flow: Flow) -> Flaw | None:
    is_, hours = known(flow.queue.max_receives), flow.function.number("GIVE_UP_AFTER_HOURS")
    least = ceil(hours * _RECEIVES_PER_HOUR) + _FIRST_RECEIVES if hours else _FEWEST_RECEIVES
    if is_ is None or is_ >= least:  # without a limit there is no dead-letter queue either
        return None
    return Flaw(f"{is_} receives", f"{least} or more", flow.queue.name)


def _message_size(_: Deployment, queue: Queue) -> Flaw | None:
    is_ = known(queue.max_bytes)
    return Flaw(f"{is_} bytes", f"{_SMALLEST_MESSAGE}") if is_ < _SMALLEST_MESSAGE else None


def _unread_queue(deployment: Deployment, queue: Queue) -> Flaw | None:
    read = {known(source.queue) for source in deployment.event_sources}
    return None if queue.name in read else Flaw("nothing reads it", "an event source mapping")


def _delay(_: Deployment, queue: Queue) -> Flaw | None:
    return Flaw(f"{known(queue.delay)} s", "0 s") if known(queue.delay) else None


def _give_up(_: Deployment, flow: Flow) -> Flaw | None:
    hours = flow.function.number("GIVE_UP_AFTER_HOURS")
    is_ = known(flow.queue.retention)
    if is_ >= hours * 3600:
        return None
    return Flaw(_days(is_), f"{hours:g} hours (GiveUpAfterHours) or more", flow.queue.name)


def _queue_key(_: Deployment, queue: Queue) -> Flaw | None:
    if "alias/aws/sqs" in (known(queue.key) or ""):
        return Flaw("AWS's own KMS key", "SqsManagedSseEnabled, or a key of yours")
    return None


def _queue_encryption(_: Deployment, queue: Queue) -> Flaw | None:
    return None if known(queue.key) else Flaw("off", "on")


QUEUE_RULES = (
    Rule(
        name="visibility",
        severity="loses",
        subjects=lambda deployment: deployment.flows,
        flaw=_visibility,
        why="a message comes back while its function still has it, and is used up by receives",
        mend="set VisibilityTimeout to six times the function's Timeout, plus the batching window",
    ),
    Rule(
        name="no-dead-queue",
        severity="loses",
        subjects=lambda deployment: deployment.working_queues,
        flaw=_no_dead_queue,
        why="a message that kills its function would come back until it is forgotten, unseen",
        mend="set a RedrivePolicy",
    ),
    Rule(
        name="dead-retention",
        severity="loses",
        subjects=lambda deployment: deployment.working_queues,
        flaw=_dead_retention,
        why="a dead letter's age counts from its first sending: it would be deleted on arrival",
        mend="set the dead-letter queue's MessageRetentionPeriod to 1209600",
    ),
    Rule(
        name="receive-count",
        severity="loses",
        subjects=lambda deployment: deployment.flows,
        flaw=_receive_count,
        why="SQS puts a message among the dead while its lead is still to be tried",
        mend="raise maxReceiveCount; each wait, and each throttled start, is a receive",
    ),
    Rule(
        name="message-size",
        severity="loses",
        subjects=lambda deployment: deployment.queues,
        flaw=_message_size,
        why="SQS refuses what is larger, such as what S3 tells of a file",
        mend="leave MaximumMessageSize out",
    ),
    Rule(
        name="unread-queue",
        severity="loses",
        subjects=lambda deployment: deployment.working_queues,
        flaw=_unread_queue,
        why="what is sent there stays there until SQS deletes it",
        mend="give the function that it is for an event of type SQS",
    ),
    Rule(
        name="queue-key",
        severity="loses",
        subjects=lambda deployment: deployment.queues,
        flaw=_queue_key,
        why="that key lets neither S3 nor EventBridge send to the queue",
        mend="set SqsManagedSseEnabled, or a KMS key whose policy lets them use it",
    ),
    Rule(
        name="give-up",
        severity="delays",
        subjects=lambda deployment: deployment.flow_of.values(),
        flaw=_give_up,
        why="SQS deletes a message that is still waiting; the sweep has to send another",
        mend="lower GiveUpAfterHours, or raise the queue's MessageRetentionPeriod",
    ),
    Rule(
        name="delay",
        severity="delays",
        subjects=lambda deployment: deployment.working_queues,
        flaw=_delay,
        why="each lead waits for so long before its first attempt",
        mend="leave DelaySeconds out",
    ),
    Rule(
        name="queue-encryption",
        severity="advice",
        subjects=lambda deployment: deployment.queues,
        flaw=_queue_encryption,
        why="messages hold ids only, but it costs nothing",
        mend="set SqsManagedSseEnabled: true",
    ),
)
