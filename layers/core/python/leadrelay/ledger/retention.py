"""How long a lead is kept: until well after it has reached the last of its CRMs.

DynamoDB forgets an item some time after its `expires_at`; those of one lead have the same.
An undelivered lead has UNDELIVERED_KEPT from its acceptance, and anew from when a delivery is
parked. The last of its deliveries that is delivered brings that nearer, to the retention of the
lead's source. So nothing that is under way needs a write to stay alive.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from leadrelay.ledger import items
from leadrelay.ledger.table import ConditionFailed, Table

# So long an undelivered lead waits for a person.
UNDELIVERED_KEPT = timedelta(days=400)

# What is delivered anew has to have at least this long; an outage may take its time.
_ROOM = timedelta(days=30)


def after_delivery(table: Table, lead_id: str, *, now: datetime) -> None:
    """Bring the end nearer if nothing of the lead is left to deliver. Raises Unavailable."""
    found = _items(table, lead_id)  # the lead comes last of them: no delivery may outlive it
    if "lead" in found and all(one["state"] == "delivered" for one in _deliveries(found)):
        retention = timedelta(seconds=int(found["lead"]["retention_s"]))
        _keep(table, found.values(), _seconds(now + retention))


def keep_undelivered(table: Table, lead_id: str, *, now: datetime) -> None:
    """Give the lead the whole time of an undelivered one from now on. Raises Unavailable."""
    found = _items(table, lead_id)
    lead_first = sorted(found.values(), key=lambda item: str(item["sk"]), reverse=True)
    _keep(table, lead_first, _seconds(now + UNDELIVERED_KEPT))


def make_room(table: Table, lead: items.Item, *, now: datetime) -> None:
    """For a delivered lead that is to be delivered again. Raises Unavailable."""
    if lead["expires_at"] < _seconds(now + _ROOM):
        keep_undelivered(table, lead["pk"].removeprefix("lead#"), now=now)


def _items(table: Table, lead_id: str) -> dict[str, items.Item]:
    return {item["sk"]: item for item in table.query("pk = :pk", {"pk": f"lead#{lead_id}"})}


def _deliveries(found: dict[str, items.Item]) -> Iterable[items.Item]:
    return (item for sk, item in found.items() if sk.startswith("crm#"))


def _keep(table: Table, found: Iterable[items.Item], expires_at: int) -> None:
    """The guard too, as long as it stands for this lead and not for a later one like it."""
    for item in found:
        changes = {"expires_at": expires_at}
        with suppress(ConditionFailed):  # erased meanwhile
            table.update(_key(item), changes, condition="attribute_exists(pk)")
        if "guard" in item:
            lead_id = item["pk"].removeprefix("lead#")
            with suppress(ConditionFailed):
                table.update(
                    items.guard_key(item["guard"]),
                    changes,
                    condition="lead_id = :lead",
                    given={"lead": lead_id},
                )


def _key(item: items.Item) -> items.Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
