"""A move of a delivery: what has to hold for it, what it changes, and how it is written down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from leadrelay.lead import State, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.history import happened
from leadrelay.ledger.table import Table

type Before = Mapping[State | None, str]
type Facts = Mapping[str, str | int | None]

_NO_FACTS: Facts = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`before` are the states it may be made from, each with what else has to hold then as a
    DynamoDB condition; None is for a delivery that isn't there yet. `after` is the state it leads
    to, None if that stays. `told` is the event in the history.

    A `leased` move is for who has the lease. `dates` are set to when the delivery is due next,
    `sets` to what the mover gives (None removes), `clears` are removed. `anew` begins a new life.
    """

    name: str
    before: Before
    after: State | None
    told: str
    leased: bool = False
    dates: tuple[str, ...] = ("not_before", "due_at")
    sets: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    anew: bool = False

    @property
    def condition(self) -> str:
        """As DynamoDB evaluates it; `:queued` stands for that state, `:lease` for the lease."""
        states = [
            f"(#state = :{state} AND {also})" if also else f"#state = :{state}"
            for state, also in self.before.items()
        ]
        found = f"({' OR '.join(states)})" if len(states) > 1 else states[0]
        return f"{found} AND lease = :lease" if self.leased else found

    def changes(
        self, crm: str, *, now: datetime, due: datetime | None = None, **given: Any
    ) -> dict[str, Any]:
        """Attributes and their new values, None for those that go. It is due `now` by default."""
        if unknown := given.keys() - set(self.sets):
            raise TypeError(f"the move {self.name!r} doesn't set {', '.join(unknown)}")
        begun = {"attempts": 0, "since": timestamp(due or now)} if self.anew else {}
        there = {"state": self.after, "crm_state": crm_state(crm, self.after)} if self.after else {}
        return {
            **dict.fromkeys(self.clears),
            **given,
            **begun,
            **there,
            **dict.fromkeys(self.dates, timestamp(due or now)),
            "updated_at": timestamp(now),
        }


def crm_state(crm: str, state: State) -> str:
    """The key of the index by_state."""
    return f"{crm}#{state}"


def begin(
    move: Move, key: items.Item, *, now: datetime, due: datetime, facts: Facts, **given: Any
) -> items.Item:
    """The item of a delivery that isn't there yet."""
    changes = move.changes(items.crm_of(key), now=now, due=due, **given)
    kept = {name: value for name, value in changes.items() if value is not None}
    return {**key, **kept, "history": [happened(move.told, now, **facts)]}


def make(
    move: Move,
    table: Table,
    key: items.Item,
    *,
    now: datetime,
    due: datetime | None = None,
    facts: Facts = _NO_FACTS,
    **given: Any,
) -> items.Item:
    """Make the move; the item as it was before it, but not for whoever holds the lease, and so has
    read it. What is given is set, or asked for by the move's condition (`lease`, `seen`); `facts`
    are those of its event. Raises ConditionFailed, Unavailable."""
    condition = move.condition
    known = {**given, **{str(state): state for state in move.before}, "now": timestamp(now)}
    asked = re.findall(r":(\w+)", condition)
    return table.update(
        {"pk": key["pk"], "sk": key["sk"]},
        move.changes(
            items.crm_of(key),
            now=now,
            due=due,
            **{name: value for name, value in given.items() if name not in asked},
        ),
        condition=condition,
        given={name: known[name] for name in asked},
        append=happened(move.told, now, **facts),
        read_back="lease" not in asked,
    )
