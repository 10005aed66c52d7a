"""News of a lead that is already in the ledger: it is added, and brought to the CRMs."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from leadrelay.errors import Unavailable
from leadrelay.lead import Call, Lead
from leadrelay.ledger import items, life, retention
from leadrelay.ledger.changing import change
from leadrelay.ledger.history import happened
from leadrelay.ledger.moves import Move, make
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table
from leadrelay.report import correlation_id

_RACES = 12  # with those who claim and settle the delivery


def enrich(
    table: Table,
    lead_id: str,
    add: Callable[[Lead], Lead],
    *,
    now: datetime,
    ready: Callable[[Lead], bool],
) -> tuple[str, ...]:
    """Change a lead by `add`, and wake its deliveries; the CRMs to queue it for.

    `ready` says whether what the deliveries were held for has come: those held are due now. A
    delivery that is done is asked for again: its adapter remembers its steps, and only adds what
    is new. One that is under way is asked to look at the lead again when it ends. Nothing is
    written when `add` changes nothing, unless it is the repeat of news that was written down and
    then not passed on. Raises Unavailable.
    """
    changed = change(table, lead_id, add, tell=partial(_news, now), more={"untold": True})
    if changed is None or not (changed.written or changed.item.get("untold")):
        return ()
    lead, item = changed.lead, changed.item
    crms = tuple(_wake(table, lead_id, now=now, ready=ready(lead)))
    if crms:
        retention.make_room(table, item, now=now)
    written = items.lead_json(lead) if changed.written else item["lead"]
    with suppress(ConditionFailed):  # later news is for whoever wrote it to pass on
        table.update(
            items.lead_key(lead_id),
            {"untold": False},
            condition="#lead = :written",
            given={"written": written},
        )
    return crms


def _news(now: datetime, item: items.Item, after: Lead) -> items.Item:
    if not correlation_id.get():  # nobody's request: the file that was announced has come
        correlation_id.set(item.get("correlation_id", ""))
    before = items.read_lead(item)
    known = ", ".join([*_known(before, after)])
    return happened("news", now, correlation_id=correlation_id.get(), known=known)


def _known(before: Lead, after: Lead) -> Iterator[str]:
    """What became known: of a call how it goes, of anything else its name."""
    for name in Lead.model_fields:
        if name != "call" and getattr(after, name) != getattr(before, name):
            yield name
    was, now = before.call or Call(), after.call or Call()
    if now.state != was.state:
        yield f"call {now.state}"
    if now.duration != was.duration:
        yield f"{now.duration} s"
    yield from (name for name in _OF_A_CALL if getattr(now, name) != getattr(was, name))


_OF_A_CALL = ("agent", "recording_url")


def _wake(table: Table, lead_id: str, *, now: datetime, ready: bool) -> Iterator[str]:
    for item in table.query("pk = :pk", {"pk": f"lead#{lead_id}"}):
        if item["sk"].startswith("crm#") and _wake_one(table, item, now=now, ready=ready):
            yield items.crm_of(item)


def _wake_one(table: Table, delivery: items.Item, *, now: datetime, ready: bool) -> bool:
    """Whether the delivery has to be queued for the news."""
    for _ in range(_RACES):
        move = _move(delivery, ready=ready)
        if move is None:
            return False
        given: dict[str, Any] = {"news": True} if move is life.NOTICE else {}
        try:
            make(move, table, delivery, now=now, **given)
        except ConditionFailed as failed:
            delivery = failed.item or {**delivery, "state": "erasing"}
        else:
            return move is not life.NOTICE
    raise Unavailable("ledger: too much news of the same lead at once")


def _move(delivery: items.Item, *, ready: bool) -> Move | None:
    """What news means for a delivery; None for one that waits, is parked or quarantined: it will
    see the lead as it is by then."""
    match delivery["state"]:
        case "delivered":
            return life.WAKE
        case "queued" if ready and "held" in delivery:
            return life.COMPLETE
        case "sending":
            return life.NOTICE
        case _:
            return None
