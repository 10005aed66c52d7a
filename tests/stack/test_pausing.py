"""A CRM's password is changed while leads come in: they wait, and go on with the right secret."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from leadrelay.crms import CRMS
from leadrelay.lead import Delivery
from leadrelay.ledger import items
from leadrelay.ledger.search import read
from leadrelay_ops.pausing import Status, statuses
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.simulators import secret
from tests.stack.web import web

LEADS = 30

type Eventually = Callable[[Callable[[], bool]], None]


class Tracker:
    """The twin's TrackerRMS and our secret for it."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._url = stack.crms["trackerrms"]

    def change_password(self, password: str) -> None:
        """At TrackerRMS; nobody tells us."""
        answer = web.post(f"{self._url}/_sandbox/switch", json={"password": password})
        answer.raise_for_status()

    def put_secret(self, password: str) -> None:
        """As an operator does once they know."""
        value = {**secret("trackerrms", self._url), "password": password}
        self._stack.secrets.put("crm/trackerrms", value)

    def calls(self) -> int:
        stats: dict[str, Any] = web.get(f"{self._url}/_sandbox/stats").json()
        return sum(stats["calls"].values())

    def records(self, refs: set[str]) -> Counter[str]:
        """How many records each of these leads has become."""
        records = web.get(f"{self._url}/_sandbox/records").json()["records"]
        texts = [json.dumps(record["fields"]) for record in records]
        return Counter(ref for ref in refs for text in texts if ref in text)


@pytest.fixture
def tracker(stack: Stack) -> Iterator[Tracker]:
    """Left as it was found: with the sandbox's password, and never paused."""
    tracker = Tracker(stack)
    yield tracker
    tracker.change_password("sandbox-password")
    tracker.put_secret("sandbox-password")
    key = items.wire({"pk": "pause#trackerrms", "sk": "pause"})
    stack.client("dynamodb").delete_item(TableName=stack.outputs["TableName"], Key=key)


def post(stack: Stack, number: int) -> str:
    fields = {"last_name": f"P{uuid.uuid4().hex[:8]}-{number}", "email": f"p{number}@example.com"}
    answer = web.post(f"{stack.api_url}/forms/everywhere", data=fields)
    assert answer.status_code == 200, answer.text
    lead_id: str = answer.json()["id"]
    return lead_id


def deliveries(stack: Stack, leads: list[str], crm: str) -> list[Delivery]:
    found = [read(stack.table, lead) for lead in leads]
    return [one.deliveries[crm] for one in found if one]


def states(stack: Stack, leads: list[str], crm: str) -> set[str]:
    return {delivery.state for delivery in deliveries(stack, leads, crm)}


def status(stack: Stack) -> Status:
    return next(one for one in statuses(stack, set()) if one.crm == "trackerrms")


def is_read(stack: Stack) -> bool:
    """Whether Lambda reads TrackerRMS's queue."""
    listed = stack.client("lambda").list_event_source_mappings(
        FunctionName=f"{stack.name}-deliver-trackerrms"
    )
    (mapping,) = listed["EventSourceMappings"]
    return bool(mapping["State"] == "Enabled")


def test_a_changed_password_lets_leads_wait_and_a_corrected_secret_brings_them_all(
    stack: Stack, tracker: Tracker, eventually: Eventually
) -> None:
    before = tracker.calls()
    tracker.change_password("changed")
    with ThreadPoolExecutor(4) as pool:
        leads = list(pool.map(lambda number: post(stack, number), range(LEADS)))
    eventually(lambda: not is_read(stack))
    others = CRMS.keys() - {"trackerrms"}
    eventually(lambda: set.union(*(states(stack, leads, crm) for crm in others)) == {"delivered"})
    waiting = deliveries(stack, leads, "trackerrms")
    assert {(delivery.state, delivery.attempts) for delivery in waiting} == {("queued", 0)}
    assert tracker.calls() - before < LEADS
    told = status(stack)
    assert told.pause
    assert told.pause.kind == "misconfigured"
    assert told.waiting >= LEADS

    tracker.put_secret("changed")
    stack.client("lambda").invoke(FunctionName=f"{stack.name}-sweep")  # comes each minute anyway
    eventually(lambda: states(stack, leads, "trackerrms") == {"delivered"})
    found = [read(stack.table, lead) for lead in leads]
    refs = {one.lead.ref for one in found if one}
    assert len(refs) == LEADS
    assert tracker.records(refs) == dict.fromkeys(refs, 1)
    assert is_read(stack)
    assert status(stack).pause is None
