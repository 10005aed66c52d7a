"""A story's events made fewer: what happened alike at several CRMs, or over and over."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from leadrelay.ledger.history import Event

_AT_ONCE = timedelta(seconds=1)


def folded(
    events: Sequence[tuple[Event, timedelta | None]],
) -> Iterator[tuple[Event, str, timedelta | None]]:
    """(event, whose it is, how long it took): what happened alike at several CRMs at once is one,
    and of what happened to a CRM over and over the first and the last are left, the last with
    how often."""
    kinds = Counter(map(_kind, (event for event, _ in events)))
    met: Counter[tuple[str | None, str, str]] = Counter()
    left = []
    for event, took in events:
        met[_kind(event)] += 1
        nth, of = met[_kind(event)], kinds[_kind(event)]
        if event.crm is None or nth in {1, of}:
            left.append((event, took, of if nth == of > 2 else 1))
    for (event, took, times_), who in _together(left):
        again = f" (the last of {times_} times)" if times_ > 1 else ""
        yield event, f"{who}{again}", took


type _Left = tuple[Event, timedelta | None, int]


def _together(left: Sequence[_Left]) -> Iterator[tuple[_Left, str]]:
    """Neighbours that say the same, but for the CRM and a moment."""
    groups: list[tuple[_Left, list[str]]] = []
    for one in left:
        event, took, count = one
        last = groups[-1][0] if groups else None
        if (
            last
            and event.crm
            and took is None
            and (last[0].name, last[0].facts, last[2]) == (event.name, event.facts, count)
            and event.at - last[0].at < _AT_ONCE
        ):
            groups[-1][1].append(event.crm)
        else:
            groups.append((one, [event.crm] if event.crm else []))
    return ((one, ", ".join(crms)) for one, crms in groups)


def _kind(event: Event) -> tuple[str | None, str, str]:
    """What makes an event the same again: neither its number nor when it goes on."""
    said = {name: fact for name, fact in event.facts.items() if name not in {"attempt", "until"}}
    return event.crm, event.name, str(sorted(said.items()))
