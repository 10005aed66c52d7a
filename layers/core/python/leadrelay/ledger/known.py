"""News of a lead may bring further addresses and numbers that it is found by."""

from contextlib import suppress

from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table


def keep_known(table: Table, item: items.Item, before: Lead, after: Lead) -> None:
    """Write what `after` is found by and `before` was not, to live as long as the lead's `item`.
    Written twice it is written once. Raises Unavailable.

    An erasure deletes what it sees. What it can't have seen, as it began meanwhile, is emptied.
    """
    had = {known["sk"] for known in items.known_items(before, 0)}
    expires_at = int(item["expires_at"])
    fresh = [one for one in items.known_items(after, expires_at) if one["sk"] not in had]
    for known in fresh:
        _write(table, known)
    if fresh and "erasing" in (table.get(items.lead_key(after.id)) or {"erasing": True}):
        for known in fresh:
            _write(table, {**known, "email": None, "phone": None, "expires_at": 1})


def _write(table: Table, known: items.Item) -> None:
    key = {name: known[name] for name in ("pk", "sk")}
    changes = {name: value for name, value in known.items() if name not in key}
    with suppress(ConditionFailed):
        table.update(key, changes, condition="attribute_not_exists(pk) OR attribute_exists(pk)")
