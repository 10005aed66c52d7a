"""When the last leads of each source came: found in what stands in the ledger anyway, so that what
is accepted costs no request for it.

One item keeps what was seen up to the last look (`silence`, `silence`): sources → their last leads'
times and since when one is silent. A look asks for the leads since then, of which only the source
is read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import batched, islice
from typing import Any, Self

from leadrelay.expectation import MOST
from leadrelay.lead import timestamp
from leadrelay.ledger import items
from leadrelay.ledger.indexes import received
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table

_KEY = {"pk": "silence", "sk": "silence"}
_TOGETHER = 100  # as many as DynamoDB reads at once
_AT_ONCE = 5_000  # leads in one look; what more there is the next one reads
_FIRST_LOOK = timedelta(days=7)  # back from when a stack has none behind it

# A lead may be a little late in the index, and be of another machine's clock.
_OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of one source. `came` are its last leads' times, the oldest first; `since` is
    when it was first looked after. While it is silent, `silent_since` is when that was found, and
    `last` is the lead that was its last then."""

    since: datetime
    came: tuple[datetime, ...] = ()
    silent_since: datetime | None = None
    last: datetime | None = None

    def and_also(self, more: Iterable[datetime]) -> tuple[datetime, ...]:
        """The last ones, whichever were known."""
        return tuple(sorted({*self.came, *more})[-MOST:])

    @property
    def usual_gap(self) -> timedelta | None:
        """Between two of its leads: half the gaps are shorter. None where too few have come."""
        gaps = sorted(later - one for one, later in zip(self.came, self.came[1:], strict=False))
        return gaps[len(gaps) // 2] if len(gaps) > 1 else None

    def as_item(self) -> dict[str, Any]:
        """Times in whole seconds, as an item has room for a thousand sources."""
        times = {"since": self.since, "silent_since": self.silent_since, "last": self.last}
        known = {name: int(at.timestamp()) for name, at in times.items() if at}
        return {**known, "came": [int(at.timestamp()) for at in self.came]}

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> Self:
        times = {name: _moment(item.get(name)) for name in ("silent_since", "last")}
        came = tuple(datetime.fromtimestamp(at, UTC) for at in item["came"])
        return cls(since=datetime.fromtimestamp(item["since"], UTC), came=came, **times)


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of every source. `is_whole` says that no lead is left for the next look."""

    heard: Mapping[str, Heard]
    until: datetime
    seen: str | None = None
    is_whole: bool = True


def look(table: Table, now: datetime) -> Look:
    """What was kept, and the leads that have come since. Raises Unavailable."""
    kept = table.get(_KEY)
    known = {name: Heard.of_item(one) for name, one in kept["sources"].items()} if kept else {}
    until = datetime.fromisoformat(kept["until"]) if kept else now - _FIRST_LOOK
    span = min(until, now) - _OVERLAP, max(until, now) + _OVERLAP
    came = [*islice(received(table, span, newest_first=False), _AT_ONCE)]
    by_source: dict[str, list[datetime]] = {}
    for source, at in _sources_of(table, came):
        by_source.setdefault(source, []).append(at)
    heard = dict(known)
    for name, times in by_source.items():
        before = known.get(name, Heard(since=now))
        heard[name] = replace(before, came=before.and_also(times))
    is_whole = len(came) < _AT_ONCE
    # The next look begins at the last that was read, or a flood would hold up all that follow.
    until = now if is_whole else came[-1][0] + _OVERLAP
    return Look(heard, until, kept["until"] if kept else None, is_whole)


def keep(table: Table, found: Look) -> bool:
    """Write down what was found; False if somebody else has done so meanwhile. Raises
    Unavailable."""
    changes = {
        "until": timestamp(found.until),
        "sources": {name: one.as_item() for name, one in found.heard.items()},
    }
    condition = "#until = :seen" if found.seen else "attribute_not_exists(pk)"
    try:
        given = {"seen": found.seen} if found.seen else {}
        table.update(_KEY, changes, condition=condition, given=given)
    except ConditionFailed:
        return False
    return True


def silent(table: Table) -> Mapping[str, datetime]:
    """Source → since when it has been told as silent. Raises Unavailable."""
    kept = table.get(_KEY) or {"sources": {}}
    known = {name: Heard.of_item(one) for name, one in kept["sources"].items()}
    return {name: one.silent_since for name, one in known.items() if one.silent_since}


def _sources_of(
    table: Table, came: Iterable[tuple[datetime, str]]
) -> Iterator[tuple[str, datetime]]:
    for some in batched(came, _TOGETHER, strict=False):
        at = {lead_id: moment for moment, lead_id in some}
        keys = [items.lead_key(lead_id) for lead_id in at]
        for lead in table.get_many(keys, only=("pk", "source")):
            came_at = at[lead["pk"].removeprefix("lead#")]
            yield str(lead["source"]), came_at.replace(microsecond=0)


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
