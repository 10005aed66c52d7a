"""What `leadrelay status` tells of the sources: when each sent last, and how often it does."""

from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay.durations import ago
from leadrelay.lead import timestamp
from leadrelay.ledger.arrivals import Heard
from leadrelay_ops import screen, times
from leadrelay_ops.screen import Cell, Column

_COLUMNS = (("source", 12), ("last lead", 12), ("usually every", 13), ("silent since", 12))

_LONGEST = 30  # columns of a name; `leadrelay sources` has it whole


def as_json(heard: Mapping[str, Heard]) -> Iterator[dict[str, Any]]:
    """Times as text, the gap in seconds."""
    for name, one in sorted(heard.items()):
        yield {
            "source": name,
            "last": timestamp(one.came[-1]) if one.came else None,
            "usual_gap_s": one.usual_gap.total_seconds() if one.usual_gap else None,
            "silent_since": timestamp(one.silent_since) if one.silent_since else None,
        }


def show(heard: Mapping[str, Heard]) -> None:
    """One row for each that has ever sent, or was told as silent."""
    told = {name: one for name, one in sorted(heard.items()) if one.came or one.silent_since}
    if told:
        screen.say("")
        columns = [
            Column(title=title, least=least, most=_LONGEST if title == "source" else None)
            for title, least in _COLUMNS
        ]
        screen.show_table(columns, (_row(name, one) for name, one in told.items()))


def _row(name: str, one: Heard) -> list[str]:
    last = times.when(one.came[-1]) if one.came else ""
    gap = ago(one.usual_gap) if one.usual_gap else ""
    silent = Cell(times.when(one.silent_since), "red") if one.silent_since else ""
    return [name, last, gap, silent]
