"""What was missing of a lead when it was kept is written into it, without waking its deliveries."""

from collections.abc import Callable

from leadrelay.errors import Unavailable
from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay.ledger.table import ConditionFailed, Table

_RACES = 8  # one a CRM, and news
_UNTOUCHED = "#lead = :was AND attribute_not_exists(erasing)"


def save(table: Table, lead_id: str, add: Callable[[Lead], Lead]) -> Lead | None:
    """Change a lead by `add`; the lead as it is then, None when it was erased. Raises Unavailable.

    Deliveries under way need no waking, for each completes the lead before it uses it.
    """
    key = items.lead_key(lead_id)
    for _ in range(_RACES):
        item = table.get(key)
        if item is None or "erasing" in item:
            return None
        before = items.read_lead(item)
        after = add(before)
        if after == before:
            return before
        changes = {
            "lead": after.model_dump_json(exclude_defaults=True),
            **items.search_keys(after),
        }
        try:
            table.update(key, changes, condition=_UNTOUCHED, given={"was": item["lead"]})
        except ConditionFailed:
            continue  # another delivery was faster, there was news, or it is being erased
        return after
    raise Unavailable("ledger: too much news of the same lead at once")
