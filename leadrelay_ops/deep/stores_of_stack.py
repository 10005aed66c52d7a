"""What keeps leads, as it is on AWS or on the twin."""

from collections.abc import Iterable, Mapping
from typing import Any

from leadrelay_ops.deep.deployment import Bucket, Table
from leadrelay_ops.deep.facts import Fact, Unread, ask
from leadrelay_ops.deep.intrinsics import is_kept
from leadrelay_ops.deep.live import Live, as_dict
from leadrelay_sandbox.ledger import read_template

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
