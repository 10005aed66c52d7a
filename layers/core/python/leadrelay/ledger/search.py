"""Finding leads in the ledger: by what a person knows of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from leadrelay.crms import CRMS
from leadrelay.lead import Delivery, Lead, State, timestamp
from leadrelay.ledger import items
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for; what is None doesn't matter."""

    id: str | None = None
    ref: str | None = None
    email: str | None = None
    phone: str | None = None
    source: str | None = None
    state: State | None = None
    crm: str | None = None
    since: datetime | None = None


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


def search(table: Table, wanted: Wanted) -> Iterator[Found]:
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


def _candidates(table: Table, wanted: Wanted) -> Iterator[str]:
    """Ids of leads that may fit, by the narrowest index there is for what is wanted."""
    if wanted.id:
        yield wanted.id
        return
    for name, value in (("ref", wanted.ref), ("email", wanted.email), ("phone", wanted.phone)):
        if value:
            given = value.lower() if name == "email" else value
            yield from _ids(table, f"by_{name}", f"#{name} = :value", {"value": given})
            return
    if wanted.state or wanted.crm:
        for crm in (wanted.crm,) if wanted.crm else CRMS:
            for state in (wanted.state,) if wanted.state else _STATES:
                given = f"{crm}#{state}"
                yield from _ids(table, "by_state", "crm_state = :value", {"value": given})
        return
    yield from _by_day(table, wanted.since or datetime.now(UTC) - timedelta(days=30))


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


def _fits(found: Found, wanted: Wanted) -> bool:
    lead = found.lead
    deliveries = [
        delivery
        for crm, delivery in found.deliveries.items()
        if wanted.crm in {None, crm} and wanted.state in {None, delivery.state}
    ]
    return (
        wanted.ref in {None, lead.ref}
        and wanted.source in {None, lead.source}
        and wanted.phone in {None, lead.phone, lead.call.caller if lead.call else None}
        and (wanted.email is None or wanted.email.lower() == (lead.email or "").lower())
        and (wanted.since is None or lead.received_at >= wanted.since)
        and bool(deliveries or not (wanted.state or wanted.crm))
    )
