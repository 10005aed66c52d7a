"""The deliveries of a CRM that are in a state, by when they are due."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from leadrelay.lead import State, timestamp
from leadrelay.ledger.moves import crm_state
from leadrelay.ledger.table import Table

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Due(NamedTuple):
    lead_id: str
    at: datetime  # when it is due, or when it came into a state that lasts


def in_state(
    table: Table,
    crm: str,
    state: State,
    *,
    span: tuple[datetime, datetime] = (EARLIEST, LATEST),
    page: int | None = None,
    newest_first: bool = False,
) -> Iterator[Due]:
    """Those due within the span, both its ends included; `page` and `newest_first` are as for
    `Table.query`. Raises Unavailable."""
    first, last = span
    if first > last:
        return  # DynamoDB would refuse to look
    given = {
        "crm_state": crm_state(crm, state),
        "first": timestamp(first),
        "last": timestamp(last),
    }
    condition = "crm_state = :crm_state AND due_at BETWEEN :first AND :last"
    found = table.query(condition, given, index="by_state", page=page, newest_first=newest_first)
    for key in found:
        yield Due(key["pk"].removeprefix("lead#"), datetime.fromisoformat(key["due_at"]))
