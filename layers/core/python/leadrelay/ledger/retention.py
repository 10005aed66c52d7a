"""How long a lead is kept.

DynamoDB forgets an item some time after its `expires_at`; those of one lead have the same.
Acceptance writes what a delivered lead has, so that a delivery which goes well needs no further
write. What is rare pays instead: a lead that is parked, released or delivered anew gets
UNDELIVERED_KEPT at once. One that still waits gets it by `keep_undelivered_leads`, daily, some days
before it would be forgotten; and so does one that was parked by an attempt which couldn't write it.
Who was given more time is brought nearer again by the last of its deliveries.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched, product

from leadrelay.lead import State
from leadrelay.ledger import items
from leadrelay.ledger.indexes import in_state
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table

# So long an undelivered lead waits for a person.
UNDELIVERED_KEPT = timedelta(days=400)

# What isn't delivered has to have at least this long: a day's run may fail, and a delivery may take
# its time. The shortest retention is a week.
ROOM = timedelta(days=5)

_UNDELIVERED: tuple[State, ...] = ("queued", "unknown", "sending", "parked")
_TOGETHER = 100  # as many as DynamoDB reads at once


def is_kept_longer(lead: items.Item) -> bool:
    """Whether a lead was given more time than a delivered one has."""
    usual = datetime.fromisoformat(lead["received_at"]) + _retention(lead)
    return int(lead["expires_at"]) > _seconds(usual) + 1


def after_delivery(table: Table, lead_id: str, *, now: datetime) -> None:
    """Bring the end nearer if nothing of the lead is left to deliver. Raises Unavailable."""
    found = _items(table, lead_id)  # the lead comes last of them: no delivery may outlive it
    if "lead" in found and all(one["state"] == "delivered" for one in _deliveries(found)):
        _keep(table, found.values(), _seconds(now + _retention(found["lead"])))


def keep_undelivered(table: Table, lead_id: str, *, now: datetime) -> None:
    """Give the lead the whole time of an undelivered one from now on. Raises Unavailable."""
    found = _items(table, lead_id)
    lead_first = sorted(found.values(), key=lambda item: str(item["sk"]), reverse=True)
    _keep(table, lead_first, _seconds(now + UNDELIVERED_KEPT))


def keep_undelivered_leads(table: Table, crms: Iterable[str], *, now: datetime) -> int:
    """Give the time of an undelivered lead, from when it was asked for or parked, to those that
    would soon be forgotten; how many deliveries needed it. Raises Unavailable: what is left is for
    the next time, of which there are several."""
    count = 0
    for crm, state in product(crms, _UNDELIVERED):
        due = in_state(table, crm, state)
        for some in batched((one.lead_id for one in due), _TOGETHER, strict=False):
            keys = [items.delivery_key(lead_id, crm) for lead_id in some]
            for delivery in table.get_many(keys):
                begun = datetime.fromisoformat(
                    delivery["updated_at" if state == "parked" else "since"]
                )
                end = _seconds(min(begun + UNDELIVERED_KEPT, now + ROOM))
                if delivery["state"] == state and int(delivery["expires_at"]) < end:
                    keep_undelivered(table, delivery["pk"].removeprefix("lead#"), now=begun)
                    count += 1
    return count


def make_room(table: Table, lead: items.Item, *, now: datetime) -> None:
    """For a delivered lead that is to be delivered again. Raises Unavailable."""
    if lead["expires_at"] < _seconds(now + ROOM):
        keep_undelivered(table, lead["pk"].removeprefix("lead#"), now=now)


def _items(table: Table, lead_id: str) -> dict[str, items.Item]:
    return {item["sk"]: item for item in table.query("pk = :pk", {"pk": f"lead#{lead_id}"})}


def _deliveries(found: dict[str, items.Item]) -> Iterator[items.Item]:
    return (item for sk, item in found.items() if sk.startswith("crm#"))


def _keep(table: Table, found: Iterable[items.Item], expires_at: int) -> None:
    for item in found:
        with suppress(ConditionFailed):  # erased meanwhile
            table.update(
                {"pk": item["pk"], "sk": item["sk"]},
                {"expires_at": expires_at},
                condition="attribute_exists(pk)",
            )


def _retention(lead: items.Item) -> timedelta:
    return timedelta(seconds=int(lead["retention_s"]))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
