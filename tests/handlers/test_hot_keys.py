"""No key of the ledger is written more often than DynamoDB takes, and all spreads are read."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.claim import Claim
from leadrelay.ledger import figures, indexes
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.search import search
from leadrelay.ledger.spread import open_table
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import Counting, aws, table_definition
from tests.handlers.conftest import Ledger

BEARS = 1000  # writes a second under one key: DynamoDB's documented limit of a partition
NOW = datetime.now(UTC)

type Key = tuple[str, str]  # table or index, and the key's value


def opened(dynamodb: Any, requests_per_second: float) -> Table:
    return open_table(dynamodb, ENVIRONMENT["TABLE_NAME"], requests_per_second=requests_per_second)


class Partitions:
    """As much of DynamoDB as an acceptance and an attempt need; counts what is written under each
    key. Every condition holds."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.writes: Counter[Key] = Counter()

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803  # AWS's
        for write in TransactItems:
            self._put(write["Put"]["Item"])

    def get_item(self, *, Key: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803  # AWS's
        found = self.items.get(str(Key))
        return {"Item": found} if found else {}

    def update_item(self, *, Key: dict[str, Any], **request: Any) -> dict[str, Any]:  # noqa: N803  # AWS's
        before = self.items.get(str(Key), {})
        values = request.get("ExpressionAttributeValues", {})
        changed = {
            name: values[value]
            for name, value in re.findall(r"#(\w+) = (:set_\w+)", request["UpdateExpression"])
        }
        self._put({**before, **Key, **changed})
        return {"Attributes": before}

    def _put(self, item: dict[str, Any]) -> None:
        key = str({"pk": item["pk"], "sk": item["sk"]})
        self.writes["table", item["pk"]["S"]] += 1
        self.writes += entries(self.items.get(key, {}), item)
        self.items[key] = item


def entries(before: Mapping[str, Any], after: Mapping[str, Any]) -> Counter[Key]:
    """What an item's change writes in the indexes: an entry that moves goes, and comes."""
    written: Counter[Key] = Counter()
    for index in table_definition()["GlobalSecondaryIndexes"]:
        names = [part["AttributeName"] for part in index["KeySchema"]]
        old, new = ([item.get(name, {}).get("S") for name in names] for item in (before, after))
        for entry in (old, new) if old != new else ():
            if all(entry):
                written[index["IndexName"], entry[0]] += 1
    return written


def hottest(leads: int, requests_per_second: float) -> dict[str, int]:
    """Of the table and each index: the most writes under one key, while a second's leads are
    accepted and as many are delivered."""
    partitions = Partitions()
    table = opened(partitions, requests_per_second)
    ledger, deliveries = Ledger(table), Deliveries(table)
    for number in range(leads):
        lead = ledger.accept(number)
        claim = deliveries.claim(lead, "trackerrms", now=NOW, until=NOW + timedelta(minutes=2))
        assert isinstance(claim, Claim)
        deliveries.settle(claim, Outcome(state="delivered", steps={}, attempts=1), now=NOW)
    most: dict[str, int] = {}
    for (where, _), count in partitions.writes.items():
        most[where] = max(most.get(where, 0), count)
    return most


def test_five_thousand_leads_a_second_are_too_much_for_no_key() -> None:
    most = hottest(5000, requests_per_second=5000)
    assert set(most) == {"table", "by_ref", "by_email", "by_day", "by_state"}
    assert max(most.values()) <= BEARS, most


@pytest.mark.parametrize("rate", [50, 400])
def test_a_small_agency_spreads_nothing_as_its_keys_bear_what_it_lets_in(rate: int) -> None:
    most = hottest(rate, requests_per_second=rate)
    assert most["by_state"] == 2 * rate  # each comes, and goes
    assert max(most.values()) <= BEARS


@pytest.fixture
def mixed(table: Table) -> tuple[Table, list[str]]:
    """A ledger that a small stack wrote to, and then a busy one; its leads, the oldest first."""
    busy = opened(aws("dynamodb"), 5000)
    leads = [
        Ledger(busy if number % 3 else table).accept(
            number, at=NOW - timedelta(hours=30) + timedelta(hours=number)
        )
        for number in range(24)
    ]
    return table, leads


def test_all_spreads_are_read_in_order(mixed: tuple[Table, list[str]]) -> None:
    table, leads = mixed
    assert [one.lead_id for one in indexes.in_state(table, "trackerrms", "queued")] == leads
    newest = indexes.in_state(table, "trackerrms", "queued", page=2, newest_first=True)
    assert [one.lead_id for one in newest] == leads[::-1]
    assert [found.lead.id for found in search(table, Filter())] == leads[::-1]
    wanted = Filter(state="queued", crm="trackerrms")
    assert [found.lead.id for found in search(table, wanted)] == leads[::-1]


def test_what_is_overdue_and_what_came_is_counted_in_all_spreads(
    mixed: tuple[Table, list[str]],
) -> None:
    table, leads = mixed
    overdue = Deliveries(table).overdue("trackerrms", before=NOW)
    assert [one.lead_id for one in overdue] == leads
    span = figures.Span(NOW - timedelta(days=3), NOW)
    counted = figures.count(table, ["trackerrms"], span)
    assert (counted.accepted, counted.crms[0].waiting) == ({"contact-us": 24}, 24)


def test_a_delivery_is_moved_out_of_its_spread_by_who_spreads_nothing(
    mixed: tuple[Table, list[str]],
) -> None:
    table, leads = mixed
    for lead in leads:
        Ledger(table).settle(lead, "parked")
    assert [*indexes.in_state(table, "trackerrms", "queued")] == []
    parked = {one.lead_id for one in indexes.in_state(table, "trackerrms", "parked")}
    assert parked == set(leads)


def test_a_small_agencys_sweep_asks_once_for_each_state_and_once_for_the_mark() -> None:
    dynamodb = Counting()
    deliveries = Deliveries(opened(dynamodb, 50))
    for crm in ("trackerrms", "centia"):
        assert [*deliveries.overdue(crm, before=NOW)] == []
    assert dynamodb.calls == {"query": 2 * 3, "batch_get_item": 1}


def test_spreading_costs_one_request_in_a_functions_life() -> None:
    dynamodb = Counting()
    ledger = Ledger(opened(dynamodb, 5000))
    for number in range(5):
        ledger.accept(number)
    # the guard is looked for, as this sender gives keys of its own
    assert dynamodb.calls == {"get_item": 5, "transact_write_items": 5, "update_item": 1}
