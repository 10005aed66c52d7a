"""What tells of leads, as it is on AWS or on the twin: alarms, the topic, logs."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import batched, takewhile
from typing import Any

from leadrelay_ops.deep.deployment import Alarm, LogGroup, Topic
from leadrelay_ops.deep.facts import Answer, Unread, ask
from leadrelay_ops.deep.live import Live

_ALARMS_A_CALL = 100


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


def log_groups(live: Live) -> tuple[LogGroup, ...]:
    """All by one listing: AWS answers few calls a second about them."""
    found = [(name, physical) for _, name, physical in live.of_type("AWS::Logs::LogGroup")]
    pages = live.client("logs").get_paginator("describe_log_groups")
    begin = _common_begin([physical for _, physical in found])

    def find() -> Mapping[str, Any]:
        listed = pages.paginate(logGroupNamePrefix=begin) if begin else pages.paginate()
        return {
            one["logGroupName"]: one.get("retentionInDays", 0)
            for page in listed
            for one in page["logGroups"]
        }

    said = ask("log groups", find)
    return tuple(
        LogGroup(name=name, days=said.fact(physical, lambda days: int(days) or None))
        for name, physical in found
    )


def _common_begin(names: Sequence[str]) -> str:
    pairs = zip(min(names, default=""), max(names, default=""), strict=False)
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
