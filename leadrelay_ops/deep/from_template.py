"""A deployment as a template describes it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from leadrelay.sources import Source
from leadrelay_ops.deep.deployment import (
    Account,
    Alarm,
    Api,
    Bucket,
    Deployment,
    EventSource,
    Function,
    LogGroup,
    Queue,
    Schedule,
    Secret,
    Table,
    Topic,
)
from leadrelay_ops.deep.facts import Fact, Unread
from leadrelay_ops.deep.intrinsics import Template, is_kept

# What CloudFormation takes where a template says nothing, by the services' own documentation.
_VISIBILITY, _RETENTION, _MESSAGE_BYTES = 30, 345_600, 1_048_576
_TIMEOUT, _MEMORY, _BATCH = 3, 128, 10

_ONLY_LIVE = "only a stack knows"

PSEUDO = {
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "leadrelay",
    "AWS::StackId": "leadrelay",
}


def read_deployment(
    template: Mapping[str, Any],
    sources: Mapping[str, Source],
    given: Mapping[str, str] | None = None,
    pseudo: Mapping[str, str] | None = None,
) -> Deployment:
    """What a stack of this SAM template has, with the given parameters. Raises Unresolvable."""
    parts = Parts(template, given or {}, pseudo or {})
    functions = [*parts.of_type("AWS::Serverless::Function")]
    subscribed = [one["TopicArn"] for _, one in parts.of_type("AWS::SNS::Subscription")]
    return Deployment(
        queues=tuple(_queue(*one) for one in parts.of_type("AWS::SQS::Queue")),
        functions=tuple(_function(*one) for one in functions),
        event_sources=tuple(
            _event_source(name, *event) for name, one in functions for event in _events(one, "SQS")
        ),
        schedules=tuple(
            _schedule(name, *event)
            for name, one in functions
            for event in _events(one, "Schedule", "ScheduleV2")
        ),
        tables=tuple(_table(*one) for one in parts.of_type("AWS::DynamoDB::Table")),
        buckets=tuple(_bucket(*one) for one in parts.of_type("AWS::S3::Bucket")),
        alarms=tuple(_alarm(*one) for one in parts.of_type("AWS::CloudWatch::Alarm")),
        topics=tuple(
            _topic(name, one, subscribed) for name, one in parts.of_type("AWS::SNS::Topic")
        ),
        log_groups=tuple(
            LogGroup(name=name, days=_number(one, "RetentionInDays"))
            for name, one in parts.of_type("AWS::Logs::LogGroup")
        ),
        apis=tuple(_api(*one) for one in parts.of_type("AWS::ApiGatewayV2::Stage")),
        secrets=tuple(_secret(kind) for kind in ("sources", *_crms(functions))),
        accounts=(Account(name="account", concurrency=Unread("account: quota", _ONLY_LIVE)),),
        sources=sources,
        paused=Unread("which CRMs are paused", _ONLY_LIVE),
    )


class Parts:
    """A template's resources by type: only those that its conditions let there be."""

    def __init__(
        self, template: Mapping[str, Any], given: Mapping[str, str], pseudo: Mapping[str, str]
    ) -> None:
        self._resources: Mapping[str, Any] = template.get("Resources", {})
        self._shared: Mapping[str, Any] = template.get("Globals", {}).get("Function", {})
        self._resolved = Template(template, given, {**PSEUDO, **pseudo})

    def of_type(self, wanted: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(logical id, properties, with DeletionPolicy among them). Raises Unresolvable."""
        for name, resource in self._resources.items():
            condition = resource.get("Condition")
            if resource["Type"] != wanted or (condition and not self._resolved.holds(condition)):
                continue
            properties = resource.get("Properties", {})
            if wanted == "AWS::Serverless::Function":
                properties = {key: self._merged(properties, key) for key in _FUNCTION}
            yield name, self._resolved.value(properties) | {"_kept": is_kept(resource)}

    def _merged(self, properties: Mapping[str, Any], key: str) -> Any:
        own, shared = properties.get(key), self._shared.get(key)
        if key != "Environment":
            return shared if own is None else own
        return {**(shared or {}).get("Variables", {}), **(own or {}).get("Variables", {})}


_FUNCTION = ("Timeout", "MemorySize", "ReservedConcurrentExecutions", "Environment", "Events")


def _number(properties: Mapping[str, Any], key: str) -> int | None:
    value = properties.get(key)
    return None if value in {None, ""} else int(value)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _queue(name: str, one: Mapping[str, Any]) -> Queue:
    redrive = one.get("RedrivePolicy", {})
    # SQS encrypts by its own key where a template says nothing, for queues of any age since 2022
    own_key = "sqs" if _is_true(one.get("SqsManagedSseEnabled", True)) else None
    return Queue(
        name=name,
        visibility=int(one.get("VisibilityTimeout", _VISIBILITY)),
        retention=int(one.get("MessageRetentionPeriod", _RETENTION)),
        delay=int(one.get("DelaySeconds", 0)),
        max_bytes=int(one.get("MaximumMessageSize", _MESSAGE_BYTES)),
        key=one.get("KmsMasterKeyId") or own_key,
        dead_queue=redrive.get("deadLetterTargetArn"),
        max_receives=_number(redrive, "maxReceiveCount"),
    )


def _function(name: str, one: Mapping[str, Any]) -> Function:
    return Function(
        name=name,
        timeout=int(one.get("Timeout") or _TIMEOUT),
        memory=int(one.get("MemorySize") or _MEMORY),
        reserved=_number(one, "ReservedConcurrentExecutions"),
        environment={key: str(value) for key, value in one["Environment"].items()},
    )


def _events(function: Mapping[str, Any], *kinds: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, event in (function.get("Events") or {}).items():
        if event["Type"] in kinds:
            yield name, event["Properties"]


def _event_source(function: str, event: str, one: Mapping[str, Any]) -> EventSource:
    """SAM names it after its function and event."""
    return EventSource(
        name=function + event,
        queue=one["Queue"],
        function=function,
        enabled=_is_true(one.get("Enabled", True)),
        batch_size=int(one.get("BatchSize", _BATCH)),
        window=int(one.get("MaximumBatchingWindowInSeconds", 0)),
        partial_batch="ReportBatchItemFailures" in one.get("FunctionResponseTypes", ()),
        max_functions=_number(one.get("ScalingConfig", {}), "MaximumConcurrency"),
    )


def _schedule(function: str, event: str, one: Mapping[str, Any]) -> Schedule:
    enabled = _is_true(one.get("Enabled", True)) and one.get("State", "ENABLED") == "ENABLED"
    return Schedule(
        name=function + event,
        function=function,
        enabled=enabled,
        expression=one.get("ScheduleExpression") or one.get("Schedule", ""),
    )


def _table(name: str, one: Mapping[str, Any]) -> Table:
    ttl = one.get("TimeToLiveSpecification", {})
    recovery = one.get("PointInTimeRecoverySpecification", {})
    return Table(
        name=name,
        ttl=ttl.get("AttributeName") if _is_true(ttl.get("Enabled")) else None,
        backups=_is_true(recovery.get("PointInTimeRecoveryEnabled")),
        on_demand=one.get("BillingMode") == "PAY_PER_REQUEST",
        kept=one["_kept"],
    )


def _bucket(name: str, one: Mapping[str, Any]) -> Bucket:
    blocked = one.get("PublicAccessBlockConfiguration", {})
    rules = one.get("LifecycleConfiguration", {}).get("Rules", ())
    told = one.get("NotificationConfiguration", {})
    return Bucket(
        name=name,
        private=len(blocked) == 4 and all(map(_is_true, blocked.values())),
        encrypted="BucketEncryption" in one,
        kept=one["_kept"],
        expiry={
            rule.get("Prefix", ""): int(rule["ExpirationInDays"])
            for rule in rules
            if rule.get("Status") == "Enabled" and "ExpirationInDays" in rule
        },
        tells=bool(told.get("QueueConfigurations")) or "EventBridgeConfiguration" in told,
    )


def _alarm(name: str, one: Mapping[str, Any]) -> Alarm:
    return Alarm(
        name=name,
        metric=one.get("MetricName"),
        watches=frozenset((each["Name"], each["Value"]) for each in one.get("Dimensions", ())),
        acts=bool(one.get("AlarmActions")) and _is_true(one.get("ActionsEnabled", True)),
    )


def _topic(name: str, one: Mapping[str, Any], subscribed: list[str]) -> Topic:
    own = one.get("Subscription") or name in subscribed
    # somebody may subscribe by hand, and a mail has to be confirmed
    subscribers: Fact[int] = Unread(f"{name}: subscribers", _ONLY_LIVE) if own else 0
    return Topic(name=name, key=one.get("KmsMasterKeyId"), subscribers=subscribers)


def _api(name: str, one: Mapping[str, Any]) -> Api:
    """All routes together: a setting of a single one is not looked at."""
    limits = one.get("DefaultRouteSettings") or {}
    rate = limits.get("ThrottlingRateLimit")
    return Api(
        name=name,
        rate=None if rate is None else float(rate),
        burst=_number(limits, "ThrottlingBurstLimit"),
    )


def _crms(functions: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Whom the secrets beside that of the sources are for."""
    for _, one in functions:
        crm = one["Environment"].get("CRM")
        if crm:
            yield f"crm/{crm}"


def _secret(kind: str) -> Secret:
    unread = Unread(f"{kind}: its value", _ONLY_LIVE)
    return Secret(name=kind, kind=kind, wrong=unread, keys=unread)
