"""Acceptance: the one write after which a lead can't be lost."""

import random
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from leadrelay.errors import Unavailable
from leadrelay.lead import Accepted, Arrival, Guard, Lead, timestamp
from leadrelay.ledger import items, life
from leadrelay.ledger.history import happened
from leadrelay.ledger.moves import begin
from leadrelay.ledger.refusals import ConditionFailed, TransactionLost
from leadrelay.ledger.table import Table
from leadrelay.sources import Source

# How long what is doubtful waits for a person.
QUARANTINED_KEPT = timedelta(days=30)

_UNTOLD = Arrival()
_LEEWAY = timedelta(days=1)  # TTL is in no hurry, and clocks differ
_DUPLICATES_TOLD = 20  # a flood of them shall not fill the lead's item

_UNGUARDED = (
    "attribute_not_exists(pk)"
    " OR (#until < :now AND (attribute_not_exists(again) OR NOT contains(again, :again)))"
)
_KEYS_LEARNT = 20  # of one lead: who comes with more makes them up
_RACES = 8  # two requests that collide in one transaction: each try wins with good odds


def accept(  # noqa: PLR0913  # all that is written in the one transaction
    table: Table,
    lead: Lead,
    source: Source,
    *,
    guard: Guard,
    doubt: str | None = None,
    held_for: timedelta | None = None,
    arrival: Arrival = _UNTOLD,
) -> Accepted:
    """Keep a lead and its deliveries, unless `guard` knows it already.

    One transaction, on a condition: of two requests that race, one writes and the other learns
    the winner's id. The window runs from the first sight, so no clock has an edge to fall over.
    With a `doubt` the deliveries are quarantined, and wait for a person to release them.
    `held_for` puts the deliveries off, for what is still to come.
    Raises Unavailable.
    """
    now = lead.received_at
    # As long as if all went well; see retention for what doesn't.
    kept_for = min(QUARANTINED_KEPT, source.retention) if doubt else source.retention
    expires_at = int((now + kept_for).timestamp())
    received = {
        "source": source.name,  # for those who may not read the lead, such as the digest
        "guard": guard.key,
        "retention_s": int(source.retention.total_seconds()),
        "correlation_id": arrival.correlation_id or None,
        "history": [
            happened(
                "received", now, source=source.name, sender=source.sender, verified=arrival.verified
            )
        ],
    }
    beside = {"correlation_id": arrival.correlation_id or None, "expires_at": expires_at}
    until = _ms(now + guard.window) if guard.window is not None else None
    puts: list[tuple[items.Item, items.Item]] = [
        (
            items.guard_item(guard, lead.id, until, _known_until(guard, source, now)),
            {
                "ConditionExpression": _UNGUARDED,
                "ExpressionAttributeNames": {"#until": "until"},
                "ExpressionAttributeValues": items.wire(
                    {":now": _ms(now), ":again": guard.again or ""}
                ),
            },
        ),
        (
            items.lead_item(lead, expires_at) | received,
            {"ConditionExpression": "attribute_not_exists(pk)"},
        ),
        *((_delivery(lead, crm, doubt, held_for) | beside, {}) for crm in source.deliver),
        *((item, {}) for item in items.known_items(lead, expires_at)),
    ]
    winner = _known(table, guard, now) or _put(table, puts, guard, lead)
    if winner is None:
        return Accepted(lead_id=lead.id, duplicate=False)
    if source.kind != "call":  # whose further events are news of it
        if guard.again:
            _learn_key(table, guard.key, guard.again)
        _tell_duplicate(table, winner, now, arrival)
    return Accepted(lead_id=winner, duplicate=True)


def _put(
    table: Table, puts: Sequence[tuple[items.Item, items.Item]], guard: Guard, lead: Lead
) -> str | None:
    """Write all of it: None, or the lead that was there already."""
    for attempt in range(_RACES):
        try:
            table.put_together(puts)
        except TransactionLost:
            if winner := _winner(table, guard, lead):
                return winner
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # jitter
        else:
            return None
    raise Unavailable("ledger: too many requests for the same lead at once")


def _delivery(lead: Lead, crm: str, doubt: str | None, held_for: timedelta | None) -> items.Item:
    """Its first move. `held_for` puts the first attempt off: for news that will come, or not (see
    enrichment)."""
    key, now = items.delivery_key(lead.id, crm), lead.received_at
    due = now + (held_for or timedelta(0))
    held = {"held": True} if held_for else {}
    if doubt:
        return begin(
            life.PUT_ASIDE,
            key,
            now=now,
            due=due,
            facts={"doubt": doubt},
            steps={},
            reason=doubt,
            **held,
        )
    move, facts = (life.HOLD, {"until": timestamp(due)}) if held_for else (life.ACCEPT, {})
    return begin(move, key, now=now, due=due, facts=facts, steps={}, **held)


def _tell_duplicate(table: Table, lead_id: str, now: datetime, arrival: Arrival) -> None:
    """Nobody's answer depends on it."""
    with suppress(ConditionFailed, Unavailable):
        table.update(
            items.lead_key(lead_id),
            {},
            condition="attribute_exists(pk) AND size(#history) <= :most",
            given={"most": _DUPLICATES_TOLD},
            append=happened("duplicate", now, correlation_id=arrival.correlation_id),
        )


def _learn_key(table: Table, guard_key: str, again: str) -> None:
    """A lead that came with another key as well is known by both, however late either is sent
    again: its sender may not have got this answer. Raises Unavailable."""
    key = items.guard_key(guard_key)
    for _ in range(_RACES):
        seen = table.get(key)
        known = (seen or {}).get("again") or []
        if seen is None or again in known or len(known) >= _KEYS_LEARNT:
            return
        condition = "again = :known" if known else "attribute_not_exists(again)"
        given = {"known": known} if known else {}
        with suppress(ConditionFailed):
            table.update(key, {"again": [*known, again]}, condition=condition, given=given)
            return
    raise Unavailable("ledger: too many requests for the same lead at once")


def _winner(table: Table, guard: Guard, lead: Lead) -> str | None:
    """The lead that a lost race was lost to; None while the other hasn't finished."""
    if guarded := _guarded(table, guard, lead.received_at):
        return guarded
    # The guard may have expired while the lead is still here, under the sender's own id.
    return lead.id if table.get(items.lead_key(lead.id)) else None


def _known_until(guard: Guard, source: Source, now: datetime) -> int:
    """When DynamoDB may forget the guard, in seconds."""
    if guard.window is None or guard.again:
        return int((now + source.retention).timestamp())
    return int((now + guard.window + _LEEWAY).timestamp())


def _known(table: Table, guard: Guard, now: datetime) -> str | None:
    """The lead that is known by a key of the sender's own. Looked for before anything is written,
    as who gives keys repeats itself: a transaction would hold up what is being done with the
    lead meanwhile."""
    return _guarded(table, guard, now) if guard.window is None or guard.again else None


def _guarded(table: Table, guard: Guard, now: datetime) -> str | None:
    """The lead that stands under this guard."""
    seen = table.get(items.guard_key(guard.key))
    return str(seen["lead_id"]) if seen and _stands(seen, guard, now) else None


def _stands(seen: items.Item, guard: Guard, now: datetime) -> bool:
    over = "until" in seen and int(seen["until"]) < _ms(now)
    return not over or (guard.again is not None and guard.again in (seen.get("again") or ()))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
