"""Acceptance: the one write after which a lead can't be lost."""

import random
import time
from datetime import datetime, timedelta

from leadrelay.aws import items
from leadrelay.aws.table import Table, TransactionLost
from leadrelay.errors import Unavailable
from leadrelay.lead import Accepted, Lead, State
from leadrelay.sources import Source

_RACES = 8  # two requests that collide in one transaction: each try wins with good odds


def accept(
    table: Table,
    lead: Lead,
    source: Source,
    *,
    dedupe: str,
    window: timedelta | None,
    state: State = "queued",
) -> Accepted:
    """Keep a lead and its deliveries, unless `dedupe` was seen within the window.

    One transaction, on a condition: of two requests that race, one writes and the other learns
    the winner's id. The window runs from the first sight, so no clock has an edge to fall over;
    None means for ever. Raises Unavailable.
    """
    now = lead.received_at
    expires_at = int((now + source.retention).timestamp())
    until = _ms(now + window) if window is not None else None
    puts: list[tuple[items.Item, items.Item]] = [
        (
            items.guard_item(dedupe, lead.id, until, expires_at),
            {
                "ConditionExpression": "attribute_not_exists(pk) OR #until < :now",
                "ExpressionAttributeNames": {"#until": "until"},
                "ExpressionAttributeValues": items.wire({":now": _ms(now)}),
            },
        ),
        (
            items.lead_item(lead, expires_at),
            {"ConditionExpression": "attribute_not_exists(pk)"},
        ),
        *((items.delivery_item(lead, crm, state, expires_at), {}) for crm in source.deliver),
    ]
    for attempt in range(_RACES):
        try:
            table.put_together(puts)
        except TransactionLost:
            if winner := _winner(table, dedupe, lead):
                return Accepted(lead_id=winner, duplicate=True)
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # jitter
        else:
            return Accepted(lead_id=lead.id, duplicate=False)
    raise Unavailable("ledger: too many requests for the same lead at once")


def _winner(table: Table, dedupe: str, lead: Lead) -> str | None:
    """The lead that a lost race was lost to; None while the other hasn't finished."""
    guard = table.get({"pk": f"key#{dedupe}", "sk": "key"})
    if guard and not ("until" in guard and int(guard["until"]) < _ms(lead.received_at)):
        return str(guard["lead_id"])
    # The guard may have expired while the lead is still here, under the sender's own id.
    return lead.id if table.get(items.lead_key(lead.id)) else None


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
