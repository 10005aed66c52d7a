"""Finding leads in the ledger: by what a person knows of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from leadrelay.crms import CRMS
from leadrelay.lead import Delivery, Lead, State, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.table import Table

_STATES: tuple[State, ...] = (
    "queued",
    "sending",
    "unknown",
    "delivered",
    "parked",
    "paused",
    "quarantined",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A lead and how far it has come at each of its CRMs."""

    lead: Lead
    deliveries: dict[str, Delivery]

    def as_json(self) -> dict[str, Any]:
        """The lead's fields, and `deliveries` {crm: delivery}."""
        return {
            **self.lead.model_dump(mode="json", exclude_none=True),
            "deliveries": {
                crm: delivery.model_dump(mode="json", exclude_none=True)
                for crm, delivery in self.deliveries.items()
            },
        }


def search(table: Table, wanted: Filter) -> Iterator[Found]:
    """Every lead that fits, each once; in the order they came when nothing narrower is given.

    Raises Unavailable.
    """
    for lead_id in dict.fromkeys(_candidates(table, wanted)):
        found = read(table, lead_id)
        if found and _fits(found, wanted):
            yield found


def read(table: Table, lead_id: str) -> Found | None:
    """One lead with its deliveries; None when there is no such lead."""
    lead: Lead | None = None
    deliveries: dict[str, Delivery] = {}
    for item in table.query("pk = :pk", {"pk": f"lead#{lead_id}"}):
        kind, _, crm = item["sk"].partition("#")
        if kind == "lead":
            lead = items.read_lead(item)
        elif kind == "crm":
            deliveries[crm] = items.read_delivery(item)
    return Found(lead, deliveries) if lead else None


def ids_of_named(table: Table, wanted: Filter) -> Iterator[str] | None:
    """Ids of the leads whose id, or whose person, is named; None when neither is. Raises
    Unavailable."""
    if wanted.id:
        return iter((wanted.id,))
    if wanted.person:
        name, value = wanted.person
        return _ids(table, f"by_{name}", f"#{name} = :value", {"value": value})
    return None


def _candidates(table: Table, wanted: Filter) -> Iterator[str]:
    """Ids of leads that may fit, by the narrowest index there is for what is wanted."""
    if (named := ids_of_named(table, wanted)) is not None:
        return named
    if wanted.asks_for_delivery:
        return _by_state(table, wanted)
    return _by_day(table, wanted.since or datetime.now(UTC) - timedelta(days=30))


def _by_state(table: Table, wanted: Filter) -> Iterator[str]:
    for crm in (wanted.crm,) if wanted.crm else CRMS:
        for state in (wanted.state,) if wanted.state else _STATES:
            given = f"{crm}#{state}"
            yield from _ids(table, "by_state", "crm_state = :value", {"value": given})


def _by_day(table: Table, since: datetime) -> Iterator[str]:
    day, last = since.astimezone(UTC).date(), datetime.now(UTC).date()
    # a lead may be a little ahead of our clock
    while day <= last + timedelta(days=1):
        given = {"day": day.isoformat(), "since": timestamp(since)}
        yield from _ids(table, "by_day", "received_on = :day AND received_at >= :since", given)
        day += timedelta(days=1)


def _ids(table: Table, index: str, condition: str, values: dict[str, str]) -> Iterator[str]:
    for key in table.query(condition, values, index=index):
        yield key["pk"].removeprefix("lead#")


def _fits(found: Found, wanted: Filter) -> bool:
    lead = found.lead
    return wanted.takes(lead, lead.received_at) and (
        not wanted.asks_for_delivery
        or any(
            wanted.takes_delivery(crm, one.state, one.reason_class or "", one.reason or "")
            for crm, one in found.deliveries.items()
        )
    )
