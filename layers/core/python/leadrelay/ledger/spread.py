"""Keys of the indexes by_state and by_day, spread over sixteen where one would be too hot.

DynamoDB writes some 1,000 entries a second under one key, and no more. A lead is an entry of its
day, and of each of its CRMs one that comes to `<crm>#queued` and goes again: so the key of a state
bears 500 leads a second. Sixteen of them bear 5,000, which is 625 writes a second each: room for
chance, which is uneven. Ten would do without it.

A reader has to ask for every key there may be, which would be seventeen times a small agency's
queries, each minute, for a flood that API Gateway wouldn't let in. So only a stack whose
RequestsPerSecond is beyond what one key bears spreads them. Before it first does it leaves a mark
in the table, for good. Who finds it reads all keys, those that aren't spread too: nothing has to be
moved when the parameter changes, up or down.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from zlib import crc32

from leadrelay.ledger import items
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import SPREAD_MARK, Table

SPREADS = 16
BEARS_PER_SECOND = 400  # leads that one key of a state bears, with some room
_SPREAD = ("crm_state", "received_on")


def open_table(dynamodb: Any, name: str, *, requests_per_second: float) -> Table:
    """The ledger of a stack that lets in so many requests."""
    kind = SpreadingTable if requests_per_second > BEARS_PER_SECOND else Table
    return kind(dynamodb, name)


def keys_of(table: Table, key: str) -> Iterator[str]:
    """Every key that stands for this one. Raises Unavailable."""
    yield key
    if table.is_spread():
        yield from (f"{key}#{number}" for number in range(SPREADS))


class SpreadingTable(Table):
    """The ledger, with the keys of its hot indexes spread."""

    _is_marked = False

    def update(self, key: items.Item, changes: Mapping[str, Any], **how: Any) -> items.Item:
        return super().update(key, self._spread(key["pk"], changes), **how)

    def put_together(self, puts: Sequence[tuple[items.Item, Mapping[str, Any]]]) -> None:
        super().put_together([(self._spread(item["pk"], item), when) for item, when in puts])

    def _spread(self, pk: str, values: Mapping[str, Any]) -> dict[str, Any]:
        spread = {
            name: f"{values[name]}#{crc32(pk.encode()) % SPREADS}"
            for name in _SPREAD
            if name in values
        }
        if spread and not self._is_marked:
            self._mark()
        return {**values, **spread}

    def _mark(self) -> None:
        with suppress(ConditionFailed):  # somebody did it before
            super().update(SPREAD_MARK, {}, condition="attribute_not_exists(pk)")
        self._is_marked = True
