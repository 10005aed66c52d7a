"""The states of deliveries in words: by name, by colour, and a lead's in one line."""

from collections.abc import Iterator, Mapping, Sequence

from leadrelay.lead import Delivery
from leadrelay.ledger.standing import Pause
from leadrelay_ops import pauses
from leadrelay_ops.screen import Cell

# What needs a person comes first.
NAMES = ("parked", "quarantined", "paused", "unknown", "sending", "queued", "erasing", "delivered")
SETTLED = frozenset({"parked", "quarantined", "delivered"})
COLOURS = {
    "parked": "red",
    "quarantined": "magenta",
    "paused": "yellow",
    "unknown": "yellow",
    "delivered": "green",
}


def where(
    deliveries: Mapping[str, Delivery], paused: Mapping[str, Pause], rooms: Sequence[int | None]
) -> Cell:
    """The CRMs by state, "parked collect; delivered trackerrms, centia", as fully as the first of
    the rooms allows in which it has a place (None is as much as it likes): with the reasons, with
    every name, without the names of those that are delivered, or without those altogether.
    """
    groups: dict[str, list[str]] = {}
    for crm, one in sorted(deliveries.items()):
        groups.setdefault(pauses.state(crm, one, paused), []).append(crm)
    ordered = sorted(groups.items(), key=lambda group: _rank(group[0]))
    ways = [*_ways(ordered, deliveries)]
    fitting = (way for room in rooms for way in ways if room is None or len(way) <= room)
    return Cell(next(fitting, ways[-1]), COLOURS.get(ordered[0][0]) if ordered else None)


def _ways(
    ordered: list[tuple[str, list[str]]], deliveries: Mapping[str, Delivery]
) -> Iterator[str]:
    """The longest first."""
    names = {state: f"{state} {', '.join(crms)}" for state, crms in ordered}
    reasons = {
        state: next((deliveries[crm].reason for crm in crms if deliveries[crm].reason), None)
        for state, crms in ordered
        if state not in {"delivered", "paused"}
    }
    yield "; ".join(
        f"{told} ({reasons[state]})" if reasons.get(state) else told
        for state, told in names.items()
    )
    yield "; ".join(names.values())
    if "delivered" in names and len(deliveries) > 1:
        count = len(dict(ordered)["delivered"])
        every = "delivered to all" if count == len(deliveries) else "delivered"
        yield "; ".join((names | {"delivered": f"{every} {count}"}).values())
        if count < len(deliveries):
            yield "; ".join(told for state, told in names.items() if state != "delivered")


def _rank(state: str) -> int:
    return NAMES.index(state) if state in NAMES else len(NAMES)
