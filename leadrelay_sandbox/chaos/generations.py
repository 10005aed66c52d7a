"""Deploys while leads are on their way: what an earlier or a later version of the code writes into
the ledger, for this one to work on.

Earlier: as the code wrote before the steps in doubt had names. There is one flag for all of them,
and none for an attempt that has only just begun. Later: with attributes, and a lead with a field,
that this code has never heard of, and finds when the deploy is taken back.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from leadrelay.ledger import items
from leadrelay.ledger.table import Table

type Generation = Literal["earlier", "this", "later"]

_UNHEARD_OF = {"of_a_later_version": "anything"}
_SINCE_NAMED = ("unnamed", "doubt", "undecided")


def become(generation: Generation) -> None:
    """Have the code of this process write as that version does."""
    _BECOME[generation]()


def _become_earlier() -> None:
    update = Table.update

    def formerly(
        self: Table, key: items.Item, changes: Mapping[str, Any], **how: Any
    ) -> items.Item:
        ends = {"doubt", "lease"} <= changes.keys()  # else it wrote down no doubt at all
        flag = {"in_doubt": bool(changes["doubt"]) or None} if ends else {}
        known = {name: value for name, value in changes.items() if name not in _SINCE_NAMED}
        return update(self, key, known | flag, **how)

    _replace("update", formerly)


def _become_later() -> None:
    update, put_together = Table.update, Table.put_together

    def newer(self: Table, key: items.Item, changes: Mapping[str, Any], **how: Any) -> items.Item:
        return update(self, key, {**_newer(changes), **_UNHEARD_OF}, **how)

    def put(self: Table, puts: Sequence[tuple[items.Item, Mapping[str, Any]]]) -> None:
        put_together(self, [(_newer(item) | _UNHEARD_OF, condition) for item, condition in puts])

    _replace("update", newer)
    _replace("put_together", put)


def _newer(values: Mapping[str, Any]) -> dict[str, Any]:
    """With a lead of more fields."""
    lead = (
        {"lead": json.dumps(json.loads(values["lead"]) | _UNHEARD_OF)} if "lead" in values else {}
    )
    return {**values, **lead}


def _replace(name: str, method: Callable[..., Any]) -> None:
    setattr(Table, name, method)


_BECOME: Mapping[Generation, Callable[[], None]] = {
    "earlier": _become_earlier,
    "this": lambda: None,
    "later": _become_later,
}
