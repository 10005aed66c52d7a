"""DynamoDB refuses a query that writes a reserved word as it is; moto lets it pass."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.ledger.table import Table
from tests.handlers.aws import aws

EVENT = "provide-client-params.dynamodb.Query"


@pytest.fixture
def conditions() -> Iterator[list[str]]:
    """What is asked."""
    asked: list[str] = []

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(params["KeyConditionExpression"])

    aws("dynamodb").meta.events.register(EVENT, note)
    yield asked
    aws("dynamodb").meta.events.unregister(EVENT, note)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(ref="LR-7Q2KX9BD"),
        Filter(email="jane@example.com"),
        Filter(phone="+442079460123"),
        Filter(state="quarantined", crm="trackerrms"),
        Filter(since=datetime.now(UTC)),
    ],
)
def test_no_query_writes_a_reserved_word(
    table: Table, conditions: list[str], wanted: Filter
) -> None:
    assert list(search(table, wanted)) == []
    assert conditions
    reserved = set(ReservedKeywords.get_reserved_keywords())
    for condition in conditions:
        names = re.findall(r"(?<![:#\w])\w+", re.sub(r" (AND|BETWEEN) ", " ", condition))
        assert names == [] or not {name.upper() for name in names} & reserved, condition
