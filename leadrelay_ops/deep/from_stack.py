"""A deployment as it is on AWS, or on the twin, at this moment."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from leadrelay.aws.clients import code
from leadrelay.crms import CRMS
from leadrelay.errors import Misconfigured, Unavailable
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.sources import Source
from leadrelay_ops.deep.deployment import (
    Account,
    Api,
    Deployment,
    EventSource,
    Function,
    Queue,
    Schedule,
    Secret,
)
from leadrelay_ops.deep.facts import Fact, Unread, ask
from leadrelay_ops.deep.live import Live, as_dict
from leadrelay_ops.deep.stores_of_stack import bucket, retained, table
from leadrelay_ops.deep.tellers_of_stack import alarms, log_groups, topic
from leadrelay_ops.stack import Stack

# The sweep follows a pause within a minute of its begin and end.
_TO_FOLLOW = timedelta(minutes=3)

# Nobody can read such a secret: its key is gone or switched off, or it is about to be deleted.
_UNUSABLE = {"DecryptionFailure", "InvalidRequestException", "KMSDisabledException"}


def read_deployment(stack: Stack, sources: Mapping[str, Source]) -> Deployment:
    """What the stack has. Raises ClientError when there is no such stack."""
    live = Live(stack)
    kept = retained(live)
    return Deployment(
        queues=tuple(_queue(*one) for one in live.of_type("AWS::SQS::Queue")),
        functions=tuple(_function(*one) for one in live.of_type("AWS::Lambda::Function")),
        event_sources=tuple(
            _event_source(*one) for one in live.of_type("AWS::Lambda::EventSourceMapping")
        ),
        schedules=tuple(_schedule(*one) for one in live.of_type("AWS::Scheduler::Schedule")),
        tables=tuple(table(*one, kept) for one in live.of_type("AWS::DynamoDB::Table")),
        buckets=tuple(bucket(*one, kept) for one in live.of_type("AWS::S3::Bucket")),
        alarms=alarms(live),
        topics=tuple(topic(*one) for one in live.of_type("AWS::SNS::Topic")),
        log_groups=log_groups(live),
        apis=tuple(_api(*one) for one in live.of_type("AWS::ApiGatewayV2::Stage")),
        secrets=tuple(_secret(live, kind) for kind in ("sources", *_crms(live))),
        accounts=() if stack.is_twin else (_account(live),),  # MiniStack has no quotas
        sources=sources,
        paused=_paused(stack),
    )


def _queue(live: Live, name: str, url: str) -> Queue:
    sqs = live.client("sqs")
    said = ask(
        name,
        lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"],
    )
    own_key = said.fact("SqsManagedSseEnabled", {"true": "sqs"}.get, absent="")
    key = said.fact("KmsMasterKeyId", lambda key: str(key) or None, absent="")

    def dead(policy: str) -> str | None:
        target = json.loads(policy).get("deadLetterTargetArn")
        return live.named(target) if target else None

    return Queue(
        name=name,
        visibility=said.fact("VisibilityTimeout", int),
        retention=said.fact("MessageRetentionPeriod", int),
        delay=said.fact("DelaySeconds", int),
        max_bytes=said.fact("MaximumMessageSize", int),
        key=key or own_key,
        dead_queue=said.fact("RedrivePolicy", dead, absent="{}"),
        max_receives=said.fact("RedrivePolicy", _max_receives, absent="{}"),
    )


def _max_receives(policy: str) -> int | None:
    most = json.loads(policy).get("maxReceiveCount")
    return None if most is None else int(most)


def _function(live: Live, name: str, physical: str) -> Function:
    lambda_ = live.client("lambda")
    said = ask(name, lambda: lambda_.get_function_configuration(FunctionName=physical))
    reserved = ask(
        f"{name}: reserved concurrency",
        lambda: lambda_.get_function_concurrency(FunctionName=physical),
    )

    def named(environment: Any) -> dict[str, str]:
        variables = as_dict(environment).get("Variables", {})
        return {key: live.named_within(value) for key, value in variables.items()}

    return Function(
        name=name,
        timeout=said.fact("Timeout", int),
        memory=said.fact("MemorySize", int),
        reserved=reserved.fact("ReservedConcurrentExecutions", _maybe_int, absent=None),
        environment=said.fact("Environment", named, absent=None),
    )


def _account(live: Live) -> Account:
    lambda_ = live.client("lambda")
    said = ask("account: quota", lambda: lambda_.get_account_settings()["AccountLimit"])
    return Account(name="account", concurrency=said.fact("ConcurrentExecutions", int))


def _event_source(live: Live, name: str, uuid: str) -> EventSource:
    said = ask(name, lambda: live.client("lambda").get_event_source_mapping(UUID=uuid))
    return EventSource(
        name=name,
        queue=said.fact("EventSourceArn", live.named),
        function=said.fact("FunctionArn", live.named),
        enabled=said.fact("State", {"Enabled", "Enabling", "Creating", "Updating"}.__contains__),
        batch_size=said.fact("BatchSize", int),
        window=said.fact("MaximumBatchingWindowInSeconds", int, absent=0),
        partial_batch=said.fact(
            "FunctionResponseTypes", lambda types: "ReportBatchItemFailures" in types, absent=()
        ),
        max_functions=said.fact(
            "ScalingConfig",
            lambda config: _maybe_int(as_dict(config).get("MaximumConcurrency")),
            absent=None,
        ),
    )


def _maybe_int(value: Any) -> int | None:
    return None if value is None else int(value)


def _schedule(live: Live, name: str, physical: str) -> Schedule:
    said = ask(name, lambda: live.client("scheduler").get_schedule(Name=physical))
    return Schedule(
        name=name,
        function=said.fact("Target", lambda target: live.named(target["Arn"])),
        enabled=said.fact("State", lambda state: bool(state == "ENABLED")),
        expression=said.fact("ScheduleExpression", str),
    )


def _api(live: Live, name: str, stage: str) -> Api:
    """All routes together: a setting of a single one is not looked at."""
    api = live.stack.outputs["ApiId"]
    said = ask(name, lambda: live.client("apigatewayv2").get_stage(ApiId=api, StageName=stage))

    def limit[N: (int, float)](key: str, number: type[N]) -> Fact[N | None]:
        def read(settings: Any) -> N | None:
            value = as_dict(settings).get(key)
            return None if value is None else number(value)

        return said.fact("DefaultRouteSettings", read, absent=None)

    return Api(
        name=name,
        rate=limit("ThrottlingRateLimit", float),
        burst=limit("ThrottlingBurstLimit", int),
    )


def _crms(live: Live) -> Iterator[str]:
    """Whom the secrets beside that of the sources are for: a function delivers to each."""
    for _, logical, _ in live.of_type("AWS::Lambda::Function"):
        crm = logical.removeprefix("DeliverTo").lower()
        if crm in CRMS:
            yield f"crm/{crm}"


def _secret(live: Live, kind: str) -> Secret:
    try:
        value = live.stack.secrets.get(kind, fresh=True)
    except Misconfigured as error:
        return Secret(name=kind, kind=kind, wrong=str(error), keys=None)
    except Unavailable as error:
        reason = code(error.__cause__)
        if reason in _UNUSABLE:
            return Secret(name=kind, kind=kind, wrong=f"unusable ({reason})", keys=None)
        # ours to read or not: the functions have rights of their own
        unread = Unread(f"{kind}: its value", reason)
        return Secret(name=kind, kind=kind, wrong=unread, keys=unread)
    keys = frozenset(key for key in value if value[key] is not None and value[key] != "")
    return Secret(name=kind, kind=kind, wrong=None, keys=keys)


def _paused(stack: Stack) -> Fact[frozenset[str]]:
    """The CRMs whose queues the sweep has, or had a moment ago, switched off."""
    now = datetime.now(UTC)

    def is_paused(pause: Pause | None) -> bool:
        return pause is not None and (pause.lifted_at is None or now - pause.lifted_at < _TO_FOLLOW)

    pauses = Pauses(stack.table)
    try:
        return frozenset(crm for crm in CRMS if is_paused(pauses.read(crm)))
    except Unavailable as error:
        return Unread("which CRMs are paused", str(error))
