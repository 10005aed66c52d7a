"""The one way to change a lead that is in the ledger: read it, change it, write it if it is still
as it was read."""

import json
import random
import time
from collections.abc import Callable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from leadrelay.errors import Unavailable
from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay.ledger.known import keep_known
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table

_RACES = 12  # events of one call come in twos and threes, and so do the CRMs of one lead
_UNTOUCHED = "#lead = :was AND attribute_not_exists(erasing)"
_IDENTITY = ("first_name", "last_name", "full_name", "email", "phone")
_FORMER_KEPT = 5
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Changed(NamedTuple):
    """`lead` as it is now, `item` as it was before; `written` is false when nothing had to be."""

    lead: Lead
    item: items.Item
    written: bool


def change(
    table: Table,
    lead_id: str,
    by: Callable[[Lead], Lead],
    *,
    tell: Callable[[items.Item, Lead], items.Item] | None = None,
    more: Mapping[str, Any] = _NOTHING,
) -> Changed | None:
    """Change a lead by `by`, which is called anew when somebody else was faster; None when there
    is no such lead (any more), or it is being erased.

    `tell` makes the entry for the history from the item that was and the lead that is; `more` is
    set in the item. Who the lead was held to be is remembered: an attempt in doubt went out with
    that. Raises Unavailable.
    """
    key = items.lead_key(lead_id)
    item = table.get(key)
    for attempt in range(_RACES):
        if item is None or "erasing" in item:
            return None
        before = items.read_lead(item)
        after = _still_known(before, by(before))
        if after == before:
            return Changed(before, item, written=False)
        changes = {
            "lead": items.lead_json(after),
            **items.search_keys(after),
            **_formerly(item, before, after),
            **more,
        }
        keep_known(table, item, before, after)  # first: who is stopped here comes again
        told = tell(item, after) if tell else None
        try:
            table.update(
                key, changes, condition=_UNTOUCHED, given={"was": item["lead"]}, append=told
            )
        except ConditionFailed:
            time.sleep(random.uniform(0, min(1, 0.05 * 2**attempt)))  # noqa: S311  # jitter
            item = table.get(key)
        else:
            return Changed(after, item, written=True)
    raise Unavailable("ledger: too much news of the same lead at once")


def _still_known(before: Lead, after: Lead) -> Lead:
    """The lead, found by what it was found by before, too: whoever asks for a person by an address
    that was corrected since means the same person."""
    had, has = (dict.fromkeys(chain(*items.persons_keys(lead))) for lead in (before, after))
    gone = tuple(key for key in had if key not in has)
    return after.model_copy(update={"known_by": (*after.known_by, *gone)}) if gone else after


def _formerly(item: items.Item, before: Lead, after: Lead) -> items.Item:
    """The values of before, of what says who it is."""
    was = {name: getattr(before, name) for name in _IDENTITY}
    changed = {name: old for name, old in was.items() if old != getattr(after, name)}
    if not changed or not any(was.values()):
        return {}
    return {"formerly": [*item.get("formerly", ()), json.dumps(was)][-_FORMER_KEPT:]}


def read_formerly(item: items.Item) -> tuple[Mapping[str, str | None], ...]:
    """Whom the lead was held to be before, the latest first."""
    return tuple(json.loads(was) for was in reversed(item.get("formerly", ())))
