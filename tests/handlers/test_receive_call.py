"""Calls on their way from the exchange into TrackerRMS, and onto the screen of who takes them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.receive_call import app
from leadrelay.intake.receive import Intake
from leadrelay.lead import Lead
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.trackerrms.lookups import WEB_APP
from tests.handlers.aws import Queue, proxy_event, sample
from tests.handlers.conftest import Printed, Worker
from tests.handlers.test_imports import loaded_by

SOURCES = read_sources("""
[twilio]
kind = "call"
sender = "twilio"
deliver = ["trackerrms"]
default_region = "GB"
unverified = true

[desk]
kind = "call"
sender = "screen_pop"
deliver = ["trackerrms"]
default_region = "GB"
unverified = true
""")
EVENTS = [
    sample(f"twilio-{name}")
    for name in (
        *("1-incoming", "2-leg-initiated", "3-leg-ringing", "4-leg-answered", "5-leg-completed"),
        *("6-recording", "7-completed"),
    )
]
RINGING, ENDED, RECORDING = EVENTS[0], EVENTS[6], EVENTS[5]
RECORDING_URL = "Recordings/RE00000000000000000000000000000001"
BROWSER = [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")]


def shuffled(seed: int) -> list[Sample]:
    """The seven events, each twice."""
    order = random.Random(seed)  # noqa: S311  # an order, not a secret
    return order.sample(EVENTS * 2, 14)


ORDERS = {
    "as they happen": EVENTS,
    "backwards": EVENTS[::-1],
    "each twice": [event for event in EVENTS for _ in range(2)],
    "the end first": [ENDED, *EVENTS],
    **{f"shuffled and doubled, {seed}": shuffled(seed) for seed in range(4)},
}
in_any_order = pytest.mark.parametrize("events", ORDERS.values(), ids=ORDERS)


def intake() -> Intake:
    """That of the function, with sources of the tests."""
    return replace(app.intake, sources=SOURCES)


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    """What the look-ups opened is closed, as it would outlive the tests."""
    yield
    for crm in vars(app.callers)["_crms"].values():
        vars(crm.api)["_client"].close()
    vars(app.callers)["_crms"].clear()


def send(event: Sample) -> dict[str, Any]:
    answer = intake().receive(proxy_event(event), kind="call")
    assert answer["statusCode"] == 200
    return answer


def lead_of(table: Table) -> Lead:
    """The only one there is."""
    (found,) = search(table, Filter(since=datetime.now(UTC) - timedelta(hours=1)))
    assert found.deliveries["trackerrms"].state == "delivered"
    return found.lead


def assert_final(lead: Lead) -> None:
    assert lead.call
    assert (lead.call.state, lead.call.duration) == ("completed", 82)
    assert (lead.call.agent, lead.name) == ("+442079460123", "Grace Osample")
    assert RECORDING_URL in (lead.call.recording_url or "")


def made(trackerrms: Simulator) -> list[str]:
    return [one.operation for one in trackerrms.records if one.operation != "inboundCall"]


# -- seven events of one call -----------------------------------------------------------------


@in_any_order
def test_events_that_come_at_once_are_one_lead_and_one_record(
    trackerrms: Simulator, queue: Queue, worker: Worker, table: Table, events: Sequence[Sample]
) -> None:
    for event in events:
        send(event)
    drain(queue, worker)
    assert_final(lead_of(table))
    assert made(trackerrms) == ["createLead"]
    described = trackerrms.records[-1].fields["lead"]["description"]
    for told in ("answered by +44 20 7946 0123 after 8 secs; 1 min 22 secs", RECORDING_URL):
        assert told in described


@in_any_order
def test_events_that_are_each_delivered_are_one_record_and_one_activity_at_most(
    crm: tuple[Simulator, str],
    queue: Queue,
    worker: Worker,
    table: Table,
    events: Sequence[Sample],
) -> None:
    trackerrms, _ = crm
    trackerrms.reset()
    for event in events:
        send(event)
        drain(queue, worker)
    assert_final(lead_of(table))
    first, *more = (one for one in trackerrms.records if one.operation != "inboundCall")
    assert (first.operation, first.fields["lead"]["businessphone"]) == (
        *("createLead", "+442079460958"),
    )
    latest = first.fields["lead"]["description"]
    if more:
        ended = more[-1]  # a recording that came before it has an activity of its own
        assert len(more) <= 2
        assert (ended.operation, ended.fields["activity"]["status"]) == (
            *("createActivity", "Completed"),
        )
        latest = ended.fields.get("updates", ended.fields["activity"])["note"]
    for told in ("answered by +44 20 7946 0123 after 8 secs; 1 min 22 secs", RECORDING_URL):
        assert told in latest


def test_a_call_that_is_over_when_it_is_delivered_needs_no_second_write(
    trackerrms: Simulator, queue: Queue, worker: Worker
) -> None:
    send(RINGING)
    send(ENDED)
    drain(queue, worker)
    send(ENDED)
    drain(queue, worker)
    assert [one.operation for one in trackerrms.records] == ["createLead"]


def test_a_dial_that_nobody_took_stays_missed_when_the_call_ends(
    trackerrms: Simulator, queue: Queue, worker: Worker, table: Table
) -> None:
    dialled = ENDED.body.replace(b"CallStatus=completed", b"CallStatus=in-progress")
    missed = replace(ENDED, body=dialled + b"&DialCallStatus=no-answer")
    for event in (RINGING, missed, ENDED, missed):
        send(event)
        drain(queue, worker)
    call = lead_of(table).call
    assert call
    assert call.state == "missed"
    assert made(trackerrms) == ["createLead", "createActivity"]
    assert trackerrms.records[-1].fields["activity"]["status"] == "No Answer"


def test_a_call_pops_up_while_it_rings(trackerrms: Simulator, queue: Queue, worker: Worker) -> None:
    for event in EVENTS[:4]:
        send(event)
        drain(queue, worker)
    assert [one.operation for one in trackerrms.records] == ["inboundCall", "createLead"]


def drain(queue: Queue, worker: Worker) -> None:
    """Deliver until nothing is waiting."""
    for _ in range(5):
        if not queue.bodies():
            return
        queue.deliver_to(Worker(datetime.now(UTC), worker.deliverer))
        queue.wake()
    raise AssertionError("the queue never gets empty")


# -- screen pops ------------------------------------------------------------------------------


def asked(headers: Sequence[tuple[str, str]], query: str = "") -> dict[str, Any]:
    """What is answered to who opens the source's URL."""
    url = f"/calls/desk?Source=02079460958&Destination=02079460100{query}"
    answer: dict[str, Any] = intake().receive(
        proxy_event(Sample("GET", url, list(headers), b"")), kind="call"
    )
    return answer


def warm_up() -> None:
    """The first to ask loads the adapter and connects; that takes longer than people wait."""
    app.callers("trackerrms", "+442079460000")


def test_somebody_new_is_shown_as_new_and_then_by_the_record_that_was_made(
    trackerrms: Simulator, queue: Queue, worker: Worker, table: Table
) -> None:
    warm_up()
    answer = asked(BROWSER)
    assert answer["statusCode"] == 200
    assert "<h1>New caller</h1>" in answer["body"]
    drain(queue, worker)
    assert [one.operation for one in trackerrms.records] == ["inboundCall", "createLead"]
    _, _, search_part = answer["headers"]["Refresh"].partition("url=?")
    assert search_part.startswith("Source=02079460958&Destination=02079460100&")
    answer = asked(BROWSER, "&" + search_part.rpartition("&")[2])
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"].startswith(WEB_APP)
    assert lead_of(table).phone == "+442079460958"
    assert queue.bodies() == []


def test_a_slow_crm_is_waited_for_no_longer_than_people_are_patient(
    trackerrms: Simulator, queue: Queue, printed: Printed
) -> None:
    warm_up()
    trackerrms.fail_next(operation="checkPerson", delay=3.0)
    answer = asked(BROWSER)
    assert "<h1>New caller</h1>" in answer["body"]
    assert len(queue.bodies()) == 1
    # told where the CRM hadn't answered yet
    assert "screen_pop.late" in [line.get("message") for line in printed()]


def test_an_answer_that_nobody_waits_for_asks_no_crm(trackerrms: Simulator) -> None:
    answer = asked([])
    assert answer["headers"]["Content-Type"] == "application/json"
    assert trackerrms.requests == 0


def test_calls_are_received_without_anything_that_talks_to_a_crm() -> None:
    loaded = loaded_by("receive_call")
    assert "leadrelay.intake.calls.caller_page" in loaded
    assert "httpx" not in loaded
    assert [name for name in loaded if name.startswith("leadrelay.crm.")] == []
