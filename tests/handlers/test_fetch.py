"""A lead that arrives as an id only reaches its CRM as a person with a name."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.deliver import app
from functions.receive_form import app as receive
from leadrelay.errors import Refused
from leadrelay.fetch.complete import Completer
from leadrelay.lead import Lead
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.quarantine import release
from leadrelay.ledger.search import Found, search
from leadrelay.ledger.table import Table
from leadrelay.sources_file import read_sources
from leadrelay_sandbox import senders
from leadrelay_sandbox.simulator import Simulator, serve
from leadrelay_sandbox.vendors import ACCESS_TOKEN, PAGE_TOKEN, LeadVendors
from tests.handlers.aws import Queue, proxy_event, sample
from tests.handlers.conftest import Ledger, Printed, Worker

SOURCES = read_sources(senders.sources_text())
TOKENS = (f"page:{PAGE_TOKEN}", f"access:{ACCESS_TOKEN}")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[LeadVendors, str]]:
    simulator = LeadVendors()
    server = serve(simulator)
    yield simulator, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def vendors(running: tuple[LeadVendors, str]) -> LeadVendors:
    running[0].reset()
    running[0].test = False
    return running[0]


@pytest.fixture
def completer(running: tuple[LeadVendors, str], vendors: LeadVendors) -> Completer:
    """The function's own, with the sandbox's sources and vendors."""
    own = app.deliverer.complete
    assert isinstance(own, Completer)
    urls = {"meta": f"{running[1]}/v21.0", "linkedin": f"{running[1]}/rest/202606"}
    return replace(own, sources=SOURCES, secrets=lambda _: TOKENS, base_urls=urls)


def send(name: str, table: Table) -> list[Found]:
    """Post a sample, as its sender signed it; the leads there are then."""
    secrets: Mapping[str, Any] = senders.secrets()
    intake = replace(receive.intake, sources=SOURCES, secrets=lambda source: secrets[source])
    answer = intake.receive(proxy_event(sample(name)), kind="form")
    assert answer["statusCode"] == 200
    return list(search(table, Filter()))


@pytest.fixture
def worker(completer: Completer) -> Worker:
    soon = timedelta(seconds=30)  # it comes to work after the leads have come
    return Worker().but(complete=completer, doubt=completer.doubt).later(soon)


def test_the_leads_of_a_notification_become_people(
    table: Table, queue: Queue, worker: Worker, trackerrms: Simulator
) -> None:
    assert [found.lead.name for found in send("meta", table)] == ["", "", ""]
    assert queue.deliver_to(worker) == []
    told = json.dumps([record.fields for record in trackerrms.records])
    for name in ("Kim", "Luca", "Nora"):
        assert f"{name.lower()}." in told
        assert name in told
    found = list(search(table, Filter(email="kim.sampleton@example.com")))
    assert [one.lead.name for one in found] == ["Kim Sampleton"]
    assert [one.deliveries["trackerrms"].state for one in found] == ["delivered"]


def test_a_lead_of_linkedin_becomes_a_person(
    table: Table, queue: Queue, worker: Worker, trackerrms: Simulator
) -> None:
    send("linkedin", table)
    assert queue.deliver_to(worker) == []
    (found,) = search(table, Filter(email="alex.placeholder@example.com"))
    assert found.lead.name == "Alex Placeholder"
    assert "Placeholder" in json.dumps([record.fields for record in trackerrms.records])


def test_the_other_crms_and_the_next_attempt_find_it_whole(
    table: Table, queue: Queue, worker: Worker, vendors: LeadVendors, trackerrms: Simulator
) -> None:
    send("linkedin", table)
    trackerrms.fail_next(503)
    assert len(queue.deliver_to(worker)) == 1
    queue.wake()
    assert queue.deliver_to(worker.later(timedelta(hours=1))) == []
    assert queue.deliver_to(worker.later(timedelta(hours=1))) == []
    assert vendors.requests == 1


def test_a_token_that_expired_lets_only_this_sources_leads_wait(
    table: Table,
    ledger: Ledger,
    queue: Queue,
    worker: Worker,
    completer: Completer,
    trackerrms: Simulator,
) -> None:
    (first, *_) = send("meta", table)
    stale = worker.but(complete=replace(completer, secrets=lambda _: ("page:stale",)))
    assert len(queue.deliver_to(stale)) == 3
    delivery = ledger.delivery(first.lead.id)
    assert (delivery["state"], delivery["attempts"]) == ("queued", 1)
    assert delivery["reason"].startswith("Meta refuses the page's token (code 190)")
    assert trackerrms.requests == 0
    other = ledger.accept(2)
    queue.send(json.dumps({"lead_id": other, "crm": "trackerrms"}))
    assert queue.deliver_to(stale) == []
    assert ledger.delivery(other)["state"] == "delivered"
    queue.wake()
    assert queue.deliver_to(worker.later(timedelta(hours=1))) == []
    assert ledger.delivery(first.lead.id)["state"] == "delivered"


def test_a_lead_that_can_never_be_fetched_is_parked(
    table: Table, ledger: Ledger, queue: Queue, dead: Queue, worker: Worker
) -> None:
    def never(_: Lead) -> Lead:
        raise Refused("the lead can't be fetched (HTTP 400)", words="gone")

    (found,) = send("linkedin", table)
    assert queue.deliver_to(worker.but(complete=never)) == []
    delivery = ledger.delivery(found.lead.id)
    assert (delivery["state"], delivery["reason"]) == (
        "parked",
        "the lead can't be fetched (HTTP 400): gone",
    )
    assert len(dead.bodies()) == 1


def test_a_test_of_an_ad_vendors_goes_to_no_crm_until_a_person_lets_it_go(
    ledger: Ledger,
    queue: Queue,
    worker: Worker,
    vendors: LeadVendors,
    trackerrms: Simulator,
    printed: Printed,
) -> None:
    vendors.test = True
    (found,) = send("linkedin", ledger.table)
    printed()
    assert queue.deliver_to(worker) == []
    assert [line["message"] for line in printed() if "message" in line] == ["delivery.quarantined"]
    delivery = ledger.delivery(found.lead.id)
    assert (delivery["state"], delivery["reason"]) == (
        *("quarantined", "the sender calls it a test"),
    )
    (put_aside,) = search(ledger.table, Filter(email="alex.placeholder@example.com"))
    assert put_aside.lead.test
    assert trackerrms.requests == 0
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert release(ledger.table, found.lead.id, now=later) == ("trackerrms",)
    queue.send(json.dumps({"lead_id": found.lead.id, "crm": "trackerrms"}))
    assert queue.deliver_to(worker.later(timedelta(hours=1))) == []
    assert ledger.delivery(found.lead.id)["state"] == "delivered"


def test_the_function_fetches_at_the_vendors_by_its_settings() -> None:
    complete = app.deliverer.complete
    assert isinstance(complete, Completer)
    settings = app.settings
    assert complete.base_urls == {"meta": settings.graph_url, "linkedin": settings.linked_in_url}
