"""What template.yaml watches: the metrics of its alarms and of its dashboard, as AWS will see them
but for names it gives itself, which stay as ${…}."""

import json
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from leadrelay.crms import CRMS
from leadrelay_sandbox.ledger import read_template

RESOURCES: dict[str, dict[str, Any]] = read_template()["Resources"]
NAMES = {
    "trackerrms": "TrackerRms",
    "initiative": "Initiative",
    "centia": "Centia",
    "collect": "Collect",
}


class Metric(NamedTuple):
    """`dimensions` are sorted (name, value)s: CloudWatch finds a metric by all of them or not."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


def metric(namespace: str, name: str, **dimensions: str) -> Metric:
    return Metric(namespace, name, tuple(sorted(dimensions.items())))


def alarms() -> dict[str, dict[str, Any]]:
    return {
        name: one["Properties"] | {"Condition": one.get("Condition")}
        for name, one in RESOURCES.items()
        if one["Type"] == "AWS::CloudWatch::Alarm"
    }


def metric_of_alarm(alarm: dict[str, Any]) -> Metric:
    given = {one["Name"]: resolve(one["Value"], CRMS) for one in alarm["Dimensions"]}
    return metric(alarm["Namespace"], alarm["MetricName"], **given)


def dashboard(crms: Collection[str]) -> list[dict[str, Any]]:
    """The widgets of a stack that has these CRMs."""
    body = resolve(RESOURCES["LeadsDashboard"]["Properties"]["DashboardBody"], crms)
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return widgets


def metrics_of_dashboard(crms: Collection[str] = tuple(CRMS)) -> Iterator[Metric]:
    for widget in dashboard(crms):
        for namespace, name, *rest in widget["properties"].get("metrics", ()):
            dimensions = [one for one in rest if isinstance(one, str)]
            given = dict(zip(dimensions[::2], dimensions[1::2], strict=True))
            yield metric(namespace, name, **given)


def watched() -> set[Metric]:
    return {*map(metric_of_alarm, alarms().values()), *metrics_of_dashboard()}


def resolve(value: Any, crms: Collection[str]) -> str:
    """A text of the template; "" for AWS::NoValue."""
    if isinstance(value, str):
        return value
    ((function, given),) = value.items()
    if function == "Fn::Join":
        delimiter, parts = given
        return str(delimiter).join(filter(None, (resolve(part, crms) for part in parts)))
    if function == "Fn::If":
        condition, then, otherwise = given
        there = {"HasCanary", *(f"Has{NAMES[crm]}" for crm in crms)}
        return resolve(then if condition in there else otherwise, crms)
    if function == "Ref" and given == "AWS::NoValue":
        return ""
    return str(given) if function == "Fn::Sub" else f"${{{given}}}"
