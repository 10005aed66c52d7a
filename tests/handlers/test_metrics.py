"""The metrics that alarms and dashboard name are those that the functions emit: CloudWatch shows
nothing, and no alarm ever rings, for a metric whose name or dimension is a little different."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.deliver import app as deliver
from functions.receive_form import app as receive_form
from functions.sweep import app as sweep
from leadrelay.crms import CRMS
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import Sources, judge, read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.applying import announce, arrivals, scan_event
from tests.handlers.aws import Context, Queue, proxy_event, sample
from tests.handlers.conftest import Ledger, Printed
from tests.template.watching import RESOURCES, Metric, metric, watched

TRAP = """
[trap]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
honeypot = "website_url"
"""
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def read(line: dict[str, Any]) -> Iterator[Metric]:
    """The metrics of a log line in CloudWatch's embedded metric format."""
    for one in line.get("_aws", {}).get("CloudWatchMetrics", ()):
        for dimensions in one["Dimensions"]:
            given = {name: line[name] for name in dimensions}
            for told in one["Metrics"]:
                yield metric(one["Namespace"], told["Name"], **given)


def leads_come() -> None:
    """Accepted, seen again, refused, put aside, and of a source with a mistake."""
    for given in (sample("form-fetch-json"), sample("form-fetch-json")):
        receive_form.handler(proxy_event(given), Context())
    nobody = Sample("POST", "/forms/nobody", [FORM], b"email=jane%40example.com")
    receive_form.handler(proxy_event(nobody), Context())
    bot = Sample("POST", "/forms/trap", [FORM], b"email=jane%40example.com&website_url=x")
    intake = replace(receive_form.intake, sources=read_sources(TRAP))
    intake.receive(proxy_event(bot), kind="form")
    intake.receive(proxy_event(replace(bot, body=b"website_url=")), kind="form")
    wrong = Sources(judge(TRAP.replace("honeypot", "honypot")))
    replace(intake, sources=wrong).receive(proxy_event(bot), kind="form")


def leads_go(trackerrms: Simulator, ledger: Ledger, queue: Queue) -> None:
    """Delivered, parked, and tried in vain."""
    faults: list[dict[str, Any]] = [{}, {"refuse": "no such department"}, {"status": 503}]
    for number, fault in enumerate(faults):
        queue.send(json.dumps({"lead_id": ledger.accept(number), "crm": "trackerrms"}))
        if fault:
            trackerrms.fail_next(**fault)
        queue.deliver_to(deliver.handler)


def a_scan_fails() -> None:
    told = announce()
    assert arrivals().take_in(scan_event(told["fields"]["key"], "FAILED"))


def sweep_comes(ledger: Ledger, table: Table) -> None:
    """It finds a lead that nobody works on, and later a pause."""
    now = datetime.now(UTC)
    ledger.accept(9, at=now - timedelta(hours=1))
    sweep.handler({}, Context())
    Pauses(table).begin(Pause(crm="trackerrms", kind="by hand", since=now, reason=""))
    sweep.handler({}, Context())


def a_source_falls_silent() -> None:
    silence = replace(
        sweep.silence, sources=read_sources(f'{TRAP}expect = "1/d"'), tell=lambda *_: None
    )
    first = datetime.now(UTC).replace(minute=0) + timedelta(hours=1)  # after what the sweep saw
    for moment in (first, first + timedelta(days=3)):
        silence.watch(moment)


@pytest.fixture
def emitted(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, table: Table, printed: Printed
) -> set[Metric]:
    leads_go(trackerrms, ledger, queue)
    leads_come()
    a_scan_fails()
    sweep_comes(ledger, table)
    a_source_falls_silent()
    return {one for line in printed() for one in read(line)}


def of_filters() -> set[tuple[str, str]]:
    """(namespace, name) of those that CloudWatch reads out of a log itself."""
    made = (one for one in RESOURCES.values() if one["Type"] == "AWS::Logs::MetricFilter")
    told = (each for one in made for each in one["Properties"]["MetricTransformations"])
    return {(one["MetricNamespace"], one["MetricName"]) for one in told}


def test_what_is_watched_is_emitted(emitted: set[Metric]) -> None:
    ours = [one for one in watched() if one.namespace == "Leadrelay"]
    ours = [one for one in ours if (one.namespace, one.name) not in of_filters()]
    assert len(ours) > 10
    for one in ours:
        dimensions = dict(one.dimensions)
        assert dimensions["stack"] == "${AWS::StackName}"
        assert dimensions.get("crm", "trackerrms") in CRMS
        # every function has the same STACK_NAME, and each CRM the same code
        seen = dimensions | {"stack": ENVIRONMENT["STACK_NAME"]}
        seen |= {"crm": "trackerrms"} if "crm" in dimensions else {}
        assert metric(one.namespace, one.name, **seen) in emitted, one
