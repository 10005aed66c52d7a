"""A lead's story in the ledger, and the id by which its log lines are found."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.deliver import app as deliver
from functions.receive_form import app
from functions.sweep import app as sweep
from leadrelay.crm.base import Receipt
from leadrelay.errors import Unavailable
from leadrelay.lead import Arrival, Guard, Lead, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.history import MOST, happened, read_history
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.search import read
from leadrelay.ledger.table import Table
from leadrelay.sources import Source
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Context, Queue, aws, proxy_event, sample
from tests.handlers.conftest import SOURCE, Ledger, Printed, Worker

HOUR = timedelta(hours=1)
IDS = {"requestId": "K1lEFjG2joEFX2g="}


def post(name: str = "form-fetch-json", **headers: str) -> dict[str, Any]:
    given = sample(name)
    event = proxy_event(replace(given, headers=[*given.headers, *headers.items()]))
    event["requestContext"] |= IDS
    answer: dict[str, Any] = app.handler(event, Context())
    return answer


def story(ledger: Ledger, sk: str = "crm#trackerrms") -> list[tuple[str, dict[str, Any]]]:
    (item,) = ledger.items(sk)
    return [(event.name, dict(event.facts)) for event in read_history(item)]


def names(ledger: Ledger, sk: str = "crm#trackerrms") -> list[str]:
    return [name for name, _ in story(ledger, sk)]


def lines(printed: Printed) -> list[dict[str, Any]]:
    return [line for line in printed() if "message" in line]


# -- the story --------------------------------------------------------------------------------


def test_a_lead_s_story_begins_with_where_it_came_from(ledger: Ledger) -> None:
    assert post()["statusCode"] == 200
    received = {"source": "website-json", "sender": "json", "verified": "not at all"}
    assert story(ledger, "lead") == [("received", received)]
    assert names(ledger) == ["queued"]


def test_three_faults_and_a_happy_end_are_all_told(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, worker: Worker
) -> None:
    queue.nudge(ledger.accept(at=worker.now))
    trackerrms.fail_next(429, body="the CRM's own words")
    queue.deliver_to(worker)
    faults: list[dict[str, Any]] = [{"status": 503}, {"reset": True, "after_saving": True}]
    for hour, fault in enumerate(faults, 1):
        trackerrms.fail_next(**fault, operation="createLead")
        queue.wake()
        queue.deliver_to(worker.later(hour * HOUR))
    queue.wake()
    queue.deliver_to(worker.later(3 * HOUR))
    told = story(ledger)
    assert [name for name, _ in told] == [
        *("queued", "started", "retry", "started", "unknown", "started", "unknown"),
        *("started", "delivered"),
    ]
    failed, lost, delivered = told[2][1], told[6][1], told[8][1]
    assert (failed["error"], failed["message"], failed["attempt"]) == ("Retryable", "HTTP 429", 1)
    assert (lost["error"], delivered["record_id"]) == ("Unknown", trackerrms.records[0].id)
    assert failed["until"] > timestamp(worker.now)
    assert "own words" not in str(told)


def test_a_parked_delivery_s_story_keeps_the_crm_s_words(
    trackerrms: Simulator, ledger: Ledger, queue: Queue
) -> None:
    lead = ledger.accept()
    queue.nudge(lead)
    trackerrms.fail_next(refuse="nobody calls jane1@example.com", operation="createLead")
    queue.deliver_to(deliver.handler)
    name, facts = story(ledger)[-1]
    assert (name, facts["error"]) == ("parked", "Refused")
    assert "jane1" in facts["words"]
    assert "jane1" in ledger.delivery(lead)["reason"]


class Linking:
    """A CRM that says where its record can be looked at."""

    def create(self, *_: object) -> Receipt:
        return Receipt("7", link="https://crm.example/7")


def test_a_link_into_the_crm_is_kept_where_there_is_one(
    ledger: Ledger, queue: Queue, worker: Worker, table: Table
) -> None:
    lead = ledger.accept(at=worker.now)
    queue.nudge(lead)
    queue.deliver_to(worker.but(crm=Linking()))
    assert story(ledger)[-1][1]["link"] == "https://crm.example/7"
    found = read(table, lead)
    assert found
    assert found.deliveries["trackerrms"].link == "https://crm.example/7"


def test_what_the_sweep_does_is_told(ledger: Ledger, printed: Printed) -> None:
    ledger.accept(at=datetime.now(UTC) - HOUR)
    sweep.handler({}, Context())
    assert story(ledger)[-1] == ("requeued", {"after": "queued"})


def test_a_story_costs_no_write_of_its_own(
    trackerrms: Simulator, ledger: Ledger, worker: Worker
) -> None:
    lead = ledger.accept(at=worker.now)
    writes = Counting(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    ledger_of_worker = type(worker.deliverer.ledger)(writes)
    replace(worker.deliverer, ledger=ledger_of_worker, now=lambda: worker.now).deliver(lead)
    assert names(ledger) == ["queued", "started", "delivered"]
    # claim and settle; who holds the lease knows the item, and asks for nothing of it
    assert writes.made == [(True, True), (True, False)]


class Counting(Table):
    """Notes of each update whether it wrote history, and read back how the item was."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.made: list[tuple[bool, bool]] = []

    def update(self, *given: Any, append: Any = None, **more: Any) -> dict[str, Any]:
        before = super().update(*given, append=append, **more)
        self.made.append((append is not None, bool(before)))
        return before


def test_a_story_never_outgrows_its_item(ledger: Ledger, table: Table) -> None:
    lead = ledger.accept()
    key, there = items.delivery_key(lead, "trackerrms"), "attribute_exists(pk)"
    entries = [happened("retry", datetime.now(UTC), attempt=number) for number in range(MOST + 5)]
    told_so_far = [*ledger.delivery(lead)["history"], *entries[: MOST - 5]]
    table.update(key, {"history": told_so_far}, condition=there)
    for entry in entries[MOST - 5 :]:
        table.update(key, {}, condition=there, append=entry)
    told = story(ledger)
    assert len(told) <= MOST
    attempts = [facts.get("attempt") for _, facts in told]
    assert attempts[:3] == [None, 0, 1]
    assert attempts[-1] == MOST + 4


# -- duplicates -------------------------------------------------------------------------------


def test_a_duplicate_is_told_with_the_id_of_its_request(ledger: Ledger) -> None:
    post()
    assert json.loads(post()["body"])["duplicate"] is True
    told = {"correlation_id": IDS["requestId"]}
    assert story(ledger, "lead")[1:] == [("duplicate", told)]


def test_a_flood_of_duplicates_fills_no_item(ledger: Ledger) -> None:
    for _ in range(30):
        ledger.accept()
    assert names(ledger, "lead") == ["received"] + ["duplicate"] * 20


class Stubborn(Table):
    """Takes no update."""

    def update(self, *_: Any, **__: Any) -> dict[str, Any]:
        raise self.error

    error: Exception = Unavailable("ledger: throttled")


@pytest.mark.parametrize("error", [Unavailable("ledger: throttled"), ConditionFailed()])
def test_a_duplicate_that_can_t_be_told_is_answered_all_the_same(
    ledger: Ledger, error: Exception
) -> None:
    first = ledger.accept()
    table = Stubborn(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    table.error = error
    lead = Lead(id="2", ref="LR-2", source="contact-us", received_at=datetime.now(UTC))
    kept = accept(table, lead, SOURCE, guard=Guard(key=first, window=None))
    assert (kept.lead_id, kept.duplicate) == (first, True)


def test_further_events_of_a_call_are_no_duplicates(ledger: Ledger) -> None:
    calls = Source(name="pbx", kind="call", sender="json", deliver=("trackerrms",))
    for _ in range(2):
        ledger.accept(source=calls)
    assert names(ledger, "lead") == ["received"]


# -- one id for all its lines -----------------------------------------------------------------


def test_every_answer_carries_an_id_that_no_sender_chose() -> None:
    for answer in (post(), post(Origin="https://evil.example"), post("form-html")):
        assert answer["headers"]["X-Correlation-Id"] == IDS["requestId"]
    chosen = post(**{"X-Correlation-Id": "mine", "X-Amzn-RequestId": "mine"})
    assert chosen["headers"]["X-Correlation-Id"] == IDS["requestId"]


def test_an_answer_about_no_source_carries_it_too() -> None:
    event = proxy_event(replace(sample("form-html"), path="/forms/nobody"))
    event["requestContext"] |= IDS
    answer = app.handler(event, Context())
    assert answer["statusCode"] == 404
    assert answer["headers"]["X-Correlation-Id"] == IDS["requestId"]


def test_health_answers_with_it_too() -> None:
    answer = app.handler({"routeKey": "GET /health", "requestContext": IDS}, Context())
    assert answer["headers"]["X-Correlation-Id"] == IDS["requestId"]


def test_the_lines_of_a_request_and_of_its_deliveries_carry_the_same_id(
    trackerrms: Simulator, queue: Queue, worker: Worker, printed: Printed
) -> None:
    post()
    trackerrms.fail_next(503)
    queue.deliver_to(worker.later(HOUR))
    queue.wake()
    queue.deliver_to(worker.later(2 * HOUR))
    told = lines(printed)
    assert [line["message"] for line in told] == [
        "lead.accepted", "delivery.retry", "delivery.done",
    ]  # fmt: skip
    assert {line["correlation_id"] for line in told} == {IDS["requestId"]}


def test_a_lead_turned_away_is_told_with_it(printed: Printed) -> None:
    post(Origin="https://evil.example")
    assert [line["correlation_id"] for line in lines(printed)] == [IDS["requestId"]]


class Crashing:
    def create(self, *_: object) -> Receipt:
        raise ValueError


def test_a_crash_is_told_with_it_and_names_no_other_delivery_s(
    ledger: Ledger, queue: Queue, worker: Worker, printed: Printed, table: Table
) -> None:
    ids = {}
    for number in range(3):
        lead = Lead(id=f"L{number}", ref="LR-1", source="contact-us", received_at=worker.now)
        ids[lead.id] = f"request-{number}"
        guard, arrival = Guard(key=lead.id, window=None), Arrival(correlation_id=ids[lead.id])
        accept(table, lead, SOURCE, guard=guard, arrival=arrival)
        queue.nudge(lead.id)
    queue.send("a message of somebody else's")
    queue.deliver_to(worker.but(crm=Crashing()))
    crashed = [line for line in lines(printed) if line["message"] == "delivery.crashed"]
    told = sorted(line.get("correlation_id", "") for line in crashed)
    assert told == ["", *sorted(ids.values())]


def test_the_sweep_tells_whose_delivery_it_queued(table: Table, printed: Printed) -> None:
    lead = Lead(id="L1", ref="LR-1", source="contact-us", received_at=datetime.now(UTC) - HOUR)
    guard = Guard(key=lead.id, window=None)
    accept(table, lead, SOURCE, guard=guard, arrival=Arrival(correlation_id="request-1"))
    sweep.handler({}, Context())
    (requeued,) = [line for line in lines(printed) if line["message"] == "delivery.requeued"]
    assert requeued["correlation_id"] == "request-1"
