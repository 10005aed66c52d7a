"""News of a lead that is already in the ledger: it is added, and brought to the CRMs."""

from collections.abc import Callable
from datetime import datetime

from leadrelay.aws import items
from leadrelay.aws.table import ConditionFailed, Table
from leadrelay.errors import Unavailable
from leadrelay.lead import Lead, timestamp

_RACES = 8  # events of one call come in twos and threads, not in hundreds


def enrich(
    table: Table, lead_id: str, add: Callable[[Lead], Lead], *, now: datetime, ready: bool
) -> tuple[str, ...]:
    """Change a lead by `add`, and wake its deliveries; the CRMs to queue it for.

    `ready` says that what the deliveries were held for has come: those held are due now. A
    delivery that is done is asked for again: its adapter remembers its steps, and only adds what
    is new. One that is under way is asked to look at the lead again when it ends. Nothing is
    written when `add` changes nothing. Raises Unavailable.
    """
    for _ in range(_RACES):
        item = table.get(items.lead_key(lead_id))
        if item is None:
            return ()  # erased meanwhile
        before = items.read_lead(item)
        after = add(before)
        if after == before:
            return ()
        written = item["lead"]
        try:
            table.update(
                items.lead_key(lead_id),
                {
                    "lead": after.model_dump_json(exclude_defaults=True),
                    **items.search_keys(after),
                },
                condition="#lead = :written",
                given={"written": written},
            )
        except ConditionFailed:
            continue  # another event was faster: add ours to what it made of the lead
        return tuple(_wake(table, lead_id, now=now, ready=ready))
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
                key, changes, condition="#state = :seen", given={"seen": delivery["state"]}
            )
        except ConditionFailed:
            delivery = table.get(key) or {**delivery, "state": "erased"}
        else:
            return "news" not in changes
    raise Unavailable("ledger: too much news of the same lead at once")
