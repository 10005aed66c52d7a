"""Who is told of what, how often, and what there is to see of it on the dashboard."""

import re
from datetime import timedelta
from itertools import combinations

import pytest

from leadrelay.crms import CRMS
from leadrelay.delivery.digest import LATE
from leadrelay.delivery.sweep import PATIENCE, UNTOUCHED
from tests.template.watching import (
    NAMES,
    RESOURCES,
    Metric,
    alarms,
    dashboard,
    metric,
    metric_of_alarm,
    metrics_of_dashboard,
)

FUNCTIONS = [name for name, one in RESOURCES.items() if one["Type"] == "AWS::Serverless::Function"]
CHOICES = [choice for count in range(len(CRMS) + 1) for choice in combinations(CRMS, count)]


def deliveries(crm: str, name: str) -> Metric:
    return metric("Leadrelay", name, stack="${AWS::StackName}", crm=crm)


def queue(logical: str, name: str) -> Metric:
    return metric("AWS/SQS", name, QueueName=f"${{{logical}.QueueName}}")


def function(logical: str, name: str) -> Metric:
    return metric("AWS/Lambda", name, FunctionName=f"${{{logical}}}")


# -- alarms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("crm", CRMS)
def test_every_crm_has_all_its_alarms(crm: str) -> None:
    name = NAMES[crm]
    mine = {one: alarm for one, alarm in alarms().items() if one.startswith(name)}
    assert {one: metric_of_alarm(alarm) for one, alarm in mine.items()} == {
        f"{name}ParkedAlarm": queue(f"{name}DeadQueue", "ApproximateNumberOfMessagesVisible"),
        f"{name}PausedAlarm": deliveries(crm, "crm.paused"),
        f"{name}LateAlarm": deliveries(crm, "crm.waits.ms"),
        f"{name}RequeuedAlarm": deliveries(crm, "delivery.requeued"),
        f"{name}ErrorsAlarm": function(f"DeliverTo{name}", "Errors"),
    }
    assert {alarm["Condition"] for alarm in mine.values()} == {f"Has{name}"}


def test_errors_of_acceptance_ring() -> None:
    api = {"ApiId": "${HttpApi}"}
    watched = {metric_of_alarm(alarm) for alarm in alarms().values()}
    assert metric("AWS/ApiGateway", "5xx", **api) in watched
    for one in ("ReceiveForm", "ReceiveCall", "ReceiveResume", "ReceiveFile"):
        assert function(one, "Errors") in watched


def test_what_the_gateway_turns_away_by_itself_rings() -> None:
    """No function could tell; and what a function answers is in no function's absence."""
    (counted,) = (one for one in RESOURCES.values() if one["Type"] == "AWS::Logs::MetricFilter")
    assert 'function = "-"' in counted["Properties"]["FilterPattern"]
    (told,) = counted["Properties"]["MetricTransformations"]
    assert told["Dimensions"] == [{"Key": "stack", "Value": "$.stack"}]
    found = metric_of_alarm(alarms()["TurnedAwayAlarm"])
    assert found == metric(told["MetricNamespace"], told["MetricName"], stack="${AWS::StackName}")


def test_a_mistake_in_a_source_rings() -> None:
    broken = metric_of_alarm(alarms()["SourceBrokenAlarm"])
    assert broken == metric("Leadrelay", "source.broken", stack="${AWS::StackName}")


def test_what_is_refused_for_a_new_cause_rings() -> None:
    refused = metric_of_alarm(alarms()["RefusedAlarm"])
    assert refused == metric("Leadrelay", "refused.new", stack="${AWS::StackName}")


def test_every_alarm_rings_at_the_topic_and_says_what_to_do() -> None:
    for name, alarm in alarms().items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        silence = "breaching" if name.endswith("StoppedAlarm") else "notBreaching"
        assert alarm["TreatMissingData"] == silence, name
        assert re.search(r"`leadrelay \w+|\blog\b|\bsee\b", alarm["AlarmDescription"]), name


def test_that_it_is_over_is_told_where_it_ends_by_itself() -> None:
    told = {name for name, alarm in alarms().items() if "OKActions" in alarm}
    assert told == {
        "ApiErrorsAlarm",
        "ArrivalsLateAlarm",
        "CanaryErrorsAlarm",
        "CanaryStoppedAlarm",
        "SourceBrokenAlarm",
        "SweepStoppedAlarm",
        "TurnedAwayAlarm",
        *(f"{name}{kind}Alarm" for name in NAMES.values() for kind in ("Paused", "Late")),
    }


COME_AND_GO = {
    "Errors",
    "5xx",
    "api.turned_away",
    "refused.new",
    "ApproximateNumberOfMessagesVisible",
}


def test_what_comes_and_goes_is_told_once() -> None:
    """An alarm that is over after a quiet minute would ring for each single error."""
    for name, alarm in alarms().items():
        if alarm["MetricName"] in COME_AND_GO:
            quiet = alarm["EvaluationPeriods"] - alarm["DatapointsToAlarm"]
            assert alarm["DatapointsToAlarm"] == 1, name
            assert quiet * alarm["Period"] >= 9 * 60, name


@pytest.mark.parametrize("name", NAMES.values())
def test_the_sweep_s_work_rings_when_it_keeps_coming_and_not_for_a_stray_message(
    name: str,
) -> None:
    alarm = alarms()[f"{name}RequeuedAlarm"]
    needed, period = alarm["DatapointsToAlarm"], timedelta(seconds=alarm["Period"])
    assert needed > 2  # one outage may fall into two periods
    # but one lead that is lost again each time, as early as the sweep can tell
    again = PATIENCE + UNTOUCHED + timedelta(minutes=1)
    assert (needed - 1) * again + period <= alarm["EvaluationPeriods"] * period


def test_the_digest_calls_late_what_the_alarms_do() -> None:
    for name in NAMES.values():
        assert timedelta(milliseconds=alarms()[f"{name}LateAlarm"]["Threshold"]) == LATE


# -- digest -----------------------------------------------------------------------------------


def test_the_digest_may_read_nothing_of_a_person() -> None:
    (policy,) = RESOURCES["Digest"]["Properties"]["Policies"]
    may = {one["Sid"]: one for one in policy["Statement"]}
    reads = may["CountThem"]
    allowed = reads["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert reads["Action"] == "dynamodb:BatchGetItem"
    assert set(allowed) == {"pk", "sk", "source", "received_at", "reason_class"}
    keys = may["ReadPausesAndWhoIsSilent"]["Condition"]["ForAllValues:StringLike"][
        "dynamodb:LeadingKeys"
    ]
    assert keys == ["pause#*", "silence", "canary"]
    assert {str(one["Fn::Sub"]) for one in may["FindWhatCameAndWaits"]["Resource"]} == {
        "${LedgerTable.Arn}/index/by_day",
        "${LedgerTable.Arn}/index/by_state",
    }
    assert (may["TellPeople"]["Action"], may["TellPeople"]["Resource"]) == (
        "sns:Publish",
        {"Ref": "AlarmTopic"},
    )


def test_the_digest_is_mailed_every_day_at_the_hour_that_is_asked_for() -> None:
    schedule = RESOURCES["Digest"]["Properties"]["Events"]["EveryDay"]["Properties"]
    assert schedule["ScheduleExpression"] == {"Fn::Sub": "cron(0 ${DigestHour} * * ? *)"}


# -- dashboard --------------------------------------------------------------------------------


@pytest.mark.parametrize("crms", CHOICES, ids=lambda choice: "+".join(choice) or "none")
def test_the_dashboard_has_a_row_for_each_crm_of_the_stack(crms: tuple[str, ...]) -> None:
    widgets = dashboard(crms)
    rows = [one for one in widgets if one["type"] == "alarm"]
    assert len(rows) == 2 + len(crms)  # the intake's, and the canary's
    assert widgets.index(rows[0]) == 0
    absent = [NAMES[crm] for crm in CRMS if crm not in crms]
    assert not [name for name in absent if name in str(widgets)]
    assert {key for one in metrics_of_dashboard(crms) for key in dict(one.dimensions)} >= {"stack"}
    assert {
        dict(one.dimensions)["crm"]
        for one in metrics_of_dashboard(crms)
        if one.name == "crm.paused"
    } == set(crms)


def test_the_dashboard_s_widgets_fill_their_rows() -> None:
    width = 0
    for widget in dashboard(tuple(CRMS)):
        width = (width % 24) + widget["width"]
        assert width <= 24, widget["properties"]["title"]
        assert widget["height"] == (2 if widget["type"] == "alarm" else 6)
        assert {"title", *({"region"} if widget["type"] == "metric" else ())} <= widget[
            "properties"
        ].keys()
    assert width == 24


def test_the_dashboard_shows_every_alarm_once() -> None:
    shown = [
        arn for widget in dashboard(tuple(CRMS)) for arn in widget["properties"].get("alarms", ())
    ]
    assert sorted(shown) == sorted(f"${{{name}.Arn}}" for name in alarms())


def test_the_dashboard_shows_how_leads_come_and_go() -> None:
    shown = set(metrics_of_dashboard())
    api = {"ApiId": "${HttpApi}"}
    assert shown >= {
        *(
            metric("Leadrelay", f"lead.{name}", stack="${AWS::StackName}")
            for name in ("accepted", "duplicate", "rejected", "quarantined")
        ),
        *(metric("AWS/ApiGateway", name, **api) for name in ("Count", "Latency", "4xx", "5xx")),
        *(
            function(name, kind)
            for name in FUNCTIONS
            for kind in ("Errors", "Duration", "Throttles")
        ),
    }
    for crm, name in NAMES.items():
        assert shown >= {
            *(deliveries(crm, f"delivery.{one}") for one in ("done", "retry", "parked")),
            deliveries(crm, "delivery.done.since_arrival_ms"),
            deliveries(crm, "crm.paused"),
            queue(f"{name}Queue", "ApproximateNumberOfMessagesVisible"),
            deliveries(crm, "crm.waits.ms"),
            queue(f"{name}DeadQueue", "ApproximateNumberOfMessagesVisible"),
        }


def test_what_the_dashboard_names_is_there() -> None:
    for name in re.findall(r"\$\{(\w+)(?:\.\w+)?\}", str(dashboard(tuple(CRMS)))):
        assert name in RESOURCES, name
