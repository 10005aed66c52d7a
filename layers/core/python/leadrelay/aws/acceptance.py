"""Acceptance: the one write after which a lead can't be lost."""

import random
import time
from datetime import datetime, timedelta

from leadrelay.aws import items
from leadrelay.aws.table import Table, TransactionLost
from leadrelay.errors import Unavailable
from leadrelay.lead import Accepted, Guard, Lead, State
from leadrelay.sources import Source

_RACES = 8  # two requests that collide in one transaction: each try wins with good odds


def accept(
    table: Table,
    lead: Lead,
    source: Source,
    *,
    guard: Guard,
    state: State = "queued",
    held_for: timedelta | None = None,
) -> Accepted:
    """Keep a lead and its deliveries, unless `guard` knows it already.

    One transaction, on a condition: of two requests that race, one writes and the other learns
    the winner's id. The window runs from the first sight, so no clock has an edge to fall over.
    `held_for` puts the deliveries off, for what is still to come.
    Raises Unavailable.
    """
    now = lead.received_at
    expires_at = int((now + source.retention).timestamp())
    until = _ms(now + guard.window) if guard.window is not None else None
    puts: list[tuple[items.Item, items.Item]] = [
        (
            items.guard_item(guard.key, lead.id, until, expires_at),
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
        *(
            (items.delivery_item(lead, crm, state, expires_at, held_for), {})
            for crm in source.deliver
        ),
    ]
    for attempt in range(_RACES):
        try:
            table.put_together(puts)
        except TransactionLost:
            if winner := _winner(table, guard, lead):
                return Accepted(lead_id=winner, duplicate=True)
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # jitter
        else:
            return Accepted(lead_id=lead.id, duplicate=False)
    raise Unavailable("ledger: too many requests for the same lead at once")


def _winner(table: Table, guard: Guard, lead: Lead) -> str | None:
    """The lead that a lost race was lost to; None while the other hasn't finished."""
    seen = table.get({"pk": f"key#{guard.key}", "sk": "key"})
    if seen and not ("until" in seen and int(seen["until"]) < _ms(lead.received_at)):
        return str(seen["lead_id"])
    # The guard may have expired while the lead is still here, under the sender's own id.
    return lead.id if table.get(items.lead_key(lead.id)) else None


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
