"""The indexes that tell leads by time: by_state, the deliveries of a CRM in a state by when they
are due, and by_day, the leads by when they were received."""

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from leadrelay.lead import State, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.moves import crm_state
from leadrelay.ledger.spread import keys_of
from leadrelay.ledger.table import Table

_PAGE = 1000  # keys in memory at once; 1 MB of them would be eight times that

BEING_ERASED = "lead#erasing"
"""The key in by_state of leads whose erasure has begun, and hasn't ended."""

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

type Span = tuple[datetime, datetime]  # both ends included


class Due(NamedTuple):
    lead_id: str
    at: datetime  # when it is due, or when it came into a state that lasts


def in_state(
    table: Table,
    crm: str,
    state: State,
    *,
    span: Span = (EARLIEST, LATEST),
    page: int = _PAGE,
    newest_first: bool = False,
) -> Iterator[Due]:
    """Those due within the span; `page` and `newest_first` are as for `Table.query`. Raises
    Unavailable."""
    key = crm_state(crm, state)
    return _due(table, key, span, page=page, newest_first=newest_first)


def being_erased(table: Table, *, page: int = _PAGE) -> Iterator[Due]:
    """Leads whose erasure has begun, and hasn't ended, and when it began; the newest first. Raises
    Unavailable."""
    return _due(table, BEING_ERASED, (EARLIEST, LATEST), page=page, newest_first=True)


def _due(table: Table, key: str, span: Span, *, page: int, newest_first: bool) -> Iterator[Due]:
    found = _query(
        table,
        "by_state",
        ("crm_state", key),
        ("due_at", span),
        page=page,
        newest_first=newest_first,
    )
    for one in found:
        yield Due(one["pk"].removeprefix("lead#"), datetime.fromisoformat(one["due_at"]))


def received(
    table: Table, span: Span, *, newest_first: bool = True
) -> Iterator[tuple[datetime, str]]:
    """(when it came, its id) of every lead of a time, in its order. Raises Unavailable."""
    first, last = (moment.astimezone(UTC).date() for moment in span)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for day in reversed(days) if newest_first else days:
        found = _query(
            table,
            "by_day",
            ("received_on", day.isoformat()),
            ("received_at", span),
            page=_PAGE,
            newest_first=newest_first,
        )
        for key in found:
            yield datetime.fromisoformat(key["received_at"]), key["pk"].removeprefix("lead#")


def _query(  # an index, where in it, and how
    table: Table,
    index: str,
    hashed: tuple[str, str],
    ranged: tuple[str, Span],
    *,
    page: int,
    newest_first: bool,
) -> Iterator[items.Item]:
    """The entries under a key, however it is spread, in the order of their time."""
    (name, key), (time, (first, last)) = hashed, ranged
    if first > last:
        return  # DynamoDB would refuse to look
    condition = f"{name} = :key AND {time} BETWEEN :first AND :last"
    given = {"first": timestamp(first), "last": timestamp(last)}
    streams = (
        table.query(
            condition, {"key": one, **given}, index=index, page=page, newest_first=newest_first
        )
        for one in keys_of(table, key)
    )
    yield from heapq.merge(*streams, key=itemgetter(time), reverse=newest_first)
