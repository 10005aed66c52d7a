"""News of a lead that is already in the ledger: it is added, and brought to the CRMs."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from leadrelay.errors import Unavailable
from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import items, retention
from leadrelay.ledger.history import happened
from leadrelay.ledger.table import ConditionFailed, Table
from leadrelay.report import correlation_id

_RACES = 12  # events of one call come in twos and threes, not in hundreds


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
    key = items.lead_key(lead_id)
    for attempt in range(_RACES):
        item = table.get(key)
        if item is None:
            return ()  # erased meanwhile
        if not correlation_id.get():  # nobody's request: the file that was announced has come
            correlation_id.set(item.get("correlation_id", ""))
        before = items.read_lead(item)
        after = add(before)
        if after == before:
            if not item.get("untold"):
                return ()
            written = item["lead"]
        else:
            written = after.model_dump_json(exclude_defaults=True)
            changes = {"lead": written, **items.search_keys(after), "untold": True}
            try:
                table.update(
                    key,
                    changes,
                    condition="#lead = :was",
                    given={"was": item["lead"]},
                    append=happened("news", now, correlation_id=correlation_id.get()),
                )
            except ConditionFailed:
                # Another event was faster: ours is added to what it made of the lead.
                time.sleep(random.uniform(0, min(1, 0.05 * 2**attempt)))  # noqa: S311  # jitter
                continue
        crms = tuple(_wake(table, lead_id, now=now, ready=ready(after)))
        if crms:
            retention.make_room(table, item, now=now)
        with suppress(ConditionFailed):  # later news is for whoever wrote it to pass on
            table.update(
                key, {"untold": False}, condition="#lead = :written", given={"written": written}
            )
        return crms
    raise Unavailable("ledger: too much news of the same lead at once")


def _wake(table: Table, lead_id: str, *, now: datetime, ready: bool) -> list[str]:
    return [
        item["sk"].removeprefix("crm#")
        for item in table.query("pk = :pk", {"pk": f"lead#{lead_id}"})
        if item["sk"].startswith("crm#") and _wake_one(table, item, now=now, ready=ready)
    ]


def _wake_one(table: Table, delivery: items.Item, *, now: datetime, ready: bool) -> bool:
    """Whether the delivery has to be queued for the news."""
    key = {"pk": delivery["pk"], "sk": delivery["sk"]}
    due: items.Item = {
        "not_before": timestamp(now),
        "due_at": timestamp(now),
        "updated_at": timestamp(now),
    }
    for _ in range(_RACES):
        match delivery["state"]:
            case "delivered":
                crm_state = f"{delivery['sk'].removeprefix('crm#')}#queued"
                changes = {
                    **due,
                    "state": "queued",
                    "crm_state": crm_state,
                    "since": timestamp(now),
                }
            case "queued" if ready and "held" in delivery:
                changes = {**due, "held": None}
            case "sending":
                changes = {"news": True}
            case _:  # waiting, parked or quarantined: it will see the lead as it is by then
                return False
        try:
            table.update(
                key,
                changes,
                condition="#state = :seen",
                given={"seen": delivery["state"]},
                append=happened("noticed" if "news" in changes else "queued", now),
            )
        except ConditionFailed:
            delivery = table.get(key) or {**delivery, "state": "erased"}
        else:
            return "news" not in changes
    raise Unavailable("ledger: too much news of the same lead at once")
