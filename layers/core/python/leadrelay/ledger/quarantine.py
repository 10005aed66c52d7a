"""Letting go of what was put aside as doubtful."""

from datetime import datetime

from leadrelay.ledger import items, life, retention
from leadrelay.ledger.moves import make
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table


def release(table: Table, lead_id: str, *, now: datetime) -> tuple[str, ...]:
    """Make the quarantined deliveries of a lead due; the CRMs to queue it for.

    Doing it twice does it once. What is released but not queued, the sweep queues. Deliveries
    that wait for a file go on waiting. Raises Unavailable.
    """
    aside = [
        item
        for item in table.query("pk = :pk", {"pk": f"lead#{lead_id}"})
        if item.get("state") == "quarantined"
    ]
    if not aside:
        return ()
    retention.keep_undelivered(table, lead_id, now=now)
    return tuple(items.crm_of(item) for item in aside if _release_one(table, item, now))


def _release_one(table: Table, delivery: items.Item, now: datetime) -> bool:
    """Whether it was us who released it."""
    due = max(now, datetime.fromisoformat(delivery["not_before"]))
    try:
        make(life.RELEASE, table, delivery, now=now, due=due, released=True)
    except ConditionFailed:
        return False
    return True
