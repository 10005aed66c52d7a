"""What keeps leads and what tells of them, as it is on AWS or on the twin."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import batched
from typing import Any

from leadrelay_ops.deep.deployment import Alarm, Bucket, LogGroup, Table, Topic
from leadrelay_ops.deep.facts import Answer, Fact, Unread, ask
from leadrelay_ops.deep.intrinsics import is_kept
from leadrelay_ops.deep.live import Live, as_dict
from leadrelay_sandbox.ledger import read_template

_ALARMS_A_CALL = 100

# MiniStack 1.5.33 answers these, but doesn't take them over from a template.
_NOT_ON_THE_TWIN = "MiniStack doesn't take it over from the template"


def retained(live: Live) -> Fact[Mapping[str, bool]]:
    """Logical id → whether CloudFormation keeps it; only the stack's template tells."""
    cloudformation = live.client("cloudformation")
    said = ask(
        "DeletionPolicy",
        lambda: cloudformation.get_template(StackName=live.stack.name, TemplateStage="Original"),
    )
    return said.fact("TemplateBody", _kept)


def _kept(body: Any) -> dict[str, bool]:
    template = body if isinstance(body, dict) else read_template(body)
    return {name: is_kept(resource) for name, resource in template["Resources"].items()}


def _is_kept(kept: Fact[Mapping[str, bool]], name: str) -> Fact[bool]:
    return kept if isinstance(kept, Unread) else kept.get(name, False)


def _unless_twin[T](live: Live, name: str, fact: Fact[T]) -> Fact[T]:
    """On the twin a no may be MiniStack's alone."""
    if live.stack.is_twin and not isinstance(fact, Unread) and not fact:
        return Unread(name, _NOT_ON_THE_TWIN)
    return fact


def table(live: Live, name: str, physical: str, kept: Fact[Mapping[str, bool]]) -> Table:
    dynamodb = live.client("dynamodb")
    said = ask(name, lambda: dynamodb.describe_table(TableName=physical)["Table"])
    ttl = ask(name, lambda: dynamodb.describe_time_to_live(TableName=physical))
    backups = ask(name, lambda: dynamodb.describe_continuous_backups(TableName=physical))
    return Table(
        name=name,
        ttl=_unless_twin(live, f"{name}: ttl", ttl.fact("TimeToLiveDescription", _ttl)),
        backups=_unless_twin(
            live, f"{name}: backups", backups.fact("ContinuousBackupsDescription", _backups)
        ),
        # a table of provisioned capacity has no such summary
        on_demand=said.fact(
            "BillingModeSummary",
            lambda mode: bool(as_dict(mode).get("BillingMode") == "PAY_PER_REQUEST"),
            absent=None,
        ),
        kept=_is_kept(kept, name),
    )


def _ttl(said: Mapping[str, Any]) -> str | None:
    on = said["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
    return str(said["AttributeName"]) if on else None


def _backups(said: Mapping[str, Any]) -> bool:
    recovery = as_dict(said.get("PointInTimeRecoveryDescription"))
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")


def bucket(live: Live, name: str, physical: str, kept: Fact[Mapping[str, bool]]) -> Bucket:
    s3 = live.client("s3")
    blocked = ask(
        f"{name}: public access",
        lambda: s3.get_public_access_block(Bucket=physical),
        none={"NoSuchPublicAccessBlockConfiguration"},
    )
    encryption = ask(
        f"{name}: encryption",
        lambda: s3.get_bucket_encryption(Bucket=physical),
        none={"ServerSideEncryptionConfigurationNotFoundError"},
    )
    lifecycle = ask(
        f"{name}: lifecycle",
        lambda: s3.get_bucket_lifecycle_configuration(Bucket=physical),
        none={"NoSuchLifecycleConfiguration"},
    )
    told = ask(
        f"{name}: notifications",
        lambda: {"all": s3.get_bucket_notification_configuration(Bucket=physical)},
    )
    expiry = lifecycle.fact("Rules", _expiry, absent=())
    return Bucket(
        name=name,
        private=blocked.fact("PublicAccessBlockConfiguration", _private, absent=None),
        encrypted=encryption.fact("ServerSideEncryptionConfiguration", bool, absent=None),
        kept=_is_kept(kept, name),
        expiry=_unless_twin(live, f"{name}: lifecycle", expiry),
        tells=told.fact("all", _tells),
    )


def _private(said: Any) -> bool:
    switches = as_dict(said).values()
    return len(switches) == 4 and all(switches)


def _expiry(rules: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Both the filter's prefix and the older one beside the rule's id."""
    return {
        rule.get("Prefix") or as_dict(rule.get("Filter")).get("Prefix") or "": int(
            rule["Expiration"]["Days"]
        )
        for rule in rules
        if rule["Status"] == "Enabled" and "Days" in rule.get("Expiration", {})
    }


def _tells(said: Mapping[str, Any]) -> bool:
    return bool(said.get("QueueConfigurations")) or "EventBridgeConfiguration" in said


def alarms(live: Live) -> tuple[Alarm, ...]:
    cloudwatch = live.client("cloudwatch")
    found = [(name, physical) for _, name, physical in live.of_type("AWS::CloudWatch::Alarm")]
    said: list[Answer] = []
    for some in batched(found, _ALARMS_A_CALL, strict=False):
        names = [physical for _, physical in some]
        described = ask("alarms", partial(cloudwatch.describe_alarms, AlarmNames=names))
        by_name = described.fact("MetricAlarms", _by_name)
        if isinstance(by_name, Unread):
            said += [Answer(name, by_name) for name, _ in some]
        else:  # one that was deleted by hand is none
            said += [Answer(name, by_name[one]) for name, one in some if one in by_name]
    return tuple(_alarm(live, answer) for answer in said)


def _by_name(found: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {one["AlarmName"]: one for one in found}


def _alarm(live: Live, said: Answer) -> Alarm:
    def watches(dimensions: Any) -> frozenset[tuple[str, str]]:
        return frozenset((one["Name"], live.named(one["Value"])) for one in dimensions)

    enabled = said.fact("ActionsEnabled", bool)
    return Alarm(
        name=said.name,
        metric=said.fact("MetricName", str, absent=""),  # a composite one has none
        watches=said.fact("Dimensions", watches, absent=()),
        acts=said.fact("AlarmActions", bool, absent=()) if enabled is True else enabled,
    )


def topic(live: Live, name: str, physical: str) -> Topic:
    sns = live.client("sns")
    said = ask(name, lambda: sns.get_topic_attributes(TopicArn=physical)["Attributes"])
    listed = ask(
        f"{name}: subscribers",
        lambda: sns.list_subscriptions_by_topic(TopicArn=physical),
    )
    return Topic(
        name=name,
        key=said.fact("KmsMasterKeyId", lambda key: str(key) if key else None, absent=None),
        subscribers=listed.fact("Subscriptions", _confirmed),
    )


def _confirmed(subscriptions: Iterable[Mapping[str, Any]]) -> int:
    """One that isn't has a word in place of its ARN."""
    return sum(one["SubscriptionArn"].startswith("arn:") for one in subscriptions)


def log_group(live: Live, name: str, physical: str) -> LogGroup:
    logs = live.client("logs")

    def find() -> Mapping[str, Any]:
        groups = logs.describe_log_groups(logGroupNamePrefix=physical)["logGroups"]
        return {one["logGroupName"]: one.get("retentionInDays", 0) for one in groups}

    days = ask(name, find).fact(physical, lambda days: int(days) or None)
    return LogGroup(name=name, days=days)
