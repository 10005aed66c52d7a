"""A query is read page by page, as far as somebody wants to."""

from itertools import islice

import pytest

from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import Counting
from tests.handlers.conftest import Ledger


@pytest.mark.parametrize(("wanted", "queries"), [(1, 1), (3, 2), (99, 4)])
def test_a_query_goes_on_for_as_long_as_it_is_asked_to(
    ledger: Ledger, wanted: int, queries: int
) -> None:
    leads = {ledger.accept(number) for number in range(7)}
    dynamodb = Counting()
    table = Table(dynamodb, ENVIRONMENT["TABLE_NAME"])
    found = table.query(
        "crm_state = :queued", {"queued": "trackerrms#queued"}, index="by_state", page=2
    )
    some = [item["pk"].removeprefix("lead#") for item in islice(found, wanted)]
    assert (len(some), len({*some} & leads)) == (min(wanted, 7),) * 2
    assert dynamodb.calls == {"query": queries}
