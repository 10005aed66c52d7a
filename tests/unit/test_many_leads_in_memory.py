"""What goes through all leads needs no more memory for four times as many."""

import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import figures, items
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.ledger.table import SPREAD_MARK, Table

NOW = datetime.now(UTC)
AT = timestamp(NOW)
PERSON = "the.tester@example.com"
IN_1_MB = 8_000  # keys of an index, as many as DynamoDB tells at once


@dataclass
class ManyLeads:
    """A table of queued leads that came today, made as they are asked for."""

    count: int

    def query(
        self,
        *,
        ExpressionAttributeValues: items.Item,  # noqa: N803  # DynamoDB's
        Limit: int = IN_1_MB,  # noqa: N803
        ExclusiveStartKey: int = 0,  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        asked = {value["S"] for value in ExpressionAttributeValues.values()}
        if asked.isdisjoint({"collect#queued", AT[:10], PERSON}):
            return {"Items": []}
        end = min(ExclusiveStartKey + Limit, self.count)
        times = {"received_at": AT, "due_at": AT}
        found = [items.wire({"pk": f"lead#{n}", **times}) for n in range(ExclusiveStartKey, end)]
        return {"Items": found} | ({"LastEvaluatedKey": end} if end < self.count else {})

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        ((table, asked),) = RequestItems.items()
        keys = [key for key in map(items.plain, asked["Keys"]) if key != SPREAD_MARK]
        leads = [_lead(key) for key in keys if key["sk"] == "lead"]
        return {"Responses": {table: leads}, "UnprocessedKeys": {}}


def _lead(key: items.Item) -> items.Item:
    name = key["pk"].removeprefix("lead#")
    lead = Lead(id=name, ref=f"LR-{name}", source="contact-us", received_at=NOW, email=PERSON)
    return items.wire(items.lead_item(lead, 0) | {"source": "contact-us"})


def leads(table: Table) -> int:
    return sum(1 for _ in search(table, Filter()))


def leads_of_a_person(table: Table) -> int:
    return sum(1 for _ in search(table, Filter(email=PERSON)))


def digest(table: Table) -> int:
    span = figures.Span(NOW - timedelta(days=1), NOW + timedelta(minutes=1))
    return figures.count(table, ["collect"], span).crms[0].waiting


def sweep(table: Table) -> int:
    return sum(1 for _ in Deliveries(table).overdue("collect", before=NOW + timedelta(hours=1)))


def most_memory(work: Callable[[Table], int], count: int) -> int:
    """Bytes at once, at most."""
    table = Table(ManyLeads(count), "ledger")
    tracemalloc.start()
    try:
        assert work(table) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("work", [leads, digest, sweep])
def test_memory_stays_flat(work: Callable[[Table], int]) -> None:
    most_memory(work, 100)  # what is made once
    # what waits for the garbage collector varies a little
    assert most_memory(work, 8_000) < 1.35 * most_memory(work, 2_000)


def test_of_a_person_s_leads_only_the_ids_are_remembered() -> None:
    """A lead may be found by its address and by one more that it was known by."""
    most_memory(leads_of_a_person, 100)
    more = most_memory(leads_of_a_person, 8_000) - most_memory(leads_of_a_person, 2_000)
    assert more < 6_000 * 200
