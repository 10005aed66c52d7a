"""Finding leads in the ledger: by what a person knows of them."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from leadrelay.crms import CRMS
from leadrelay.lead import Delivery, Lead
from leadrelay.ledger import indexes, items
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.indexes import EARLIEST, LATEST, being_erased, in_state
from leadrelay.ledger.life import STATES
from leadrelay.ledger.table import Table

_TOGETHER = 100  # as many as DynamoDB reads at once


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


def search(
    table: Table, wanted: Filter, matches: Callable[[Lead], bool] = lambda _: True
) -> Iterator[Found]:
    """Every lead that fits and `matches`, each once, the newest first: by when it came, or where
    its deliveries are asked for by when these were due. Read some at a time, as they are needed,
    so that thousands fit in memory. Raises Unavailable.
    """
    return among(table, _candidates(table, wanted), wanted, matches)


def among(
    table: Table, ids: Iterable[str], wanted: Filter, matches: Callable[[Lead], bool]
) -> Iterator[Found]:
    """Those of these leads, each named once, that fit and match; in their order."""
    for some in batched(ids, _TOGETHER, strict=False):
        leads = [
            (lead, erasing)
            for lead, erasing in _read_leads(table, some)
            if wanted.takes(lead, lead.received_at) and matches(lead)
        ]
        for few in batched(leads, _TOGETHER // len(CRMS), strict=False):
            deliveries = _read_deliveries(table, [lead for lead, _ in few])
            for lead, erasing in few:
                theirs = deliveries[lead.id]
                found = Found(lead, _ended(theirs) if erasing else theirs)
                if _fits(found, wanted):
                    yield found


def _read_leads(table: Table, ids: Sequence[str]) -> Iterator[tuple[Lead, bool]]:
    """(lead, whether it is being erased), in the order of their ids here."""
    found = {
        item["pk"]: item for item in table.get_many([items.lead_key(lead_id) for lead_id in ids])
    }
    for lead_id in ids:
        if item := found.get(f"lead#{lead_id}"):
            yield items.read_lead(item), "erasing" in item


def _ended(deliveries: dict[str, Delivery]) -> dict[str, Delivery]:
    """Those of a lead that is being erased: nothing is tried any more, whatever they waited for."""
    return {crm: one.model_copy(update={"state": "erasing"}) for crm, one in deliveries.items()}


def _read_deliveries(table: Table, leads: Sequence[Lead]) -> dict[str, dict[str, Delivery]]:
    """Lead id → CRM → its delivery."""
    deliveries: dict[str, dict[str, Delivery]] = {lead.id: {} for lead in leads}
    keys = [items.delivery_key(lead.id, crm) for lead in leads for crm in CRMS]
    for item in table.get_many(keys):
        crm = item["sk"].removeprefix("crm#")
        deliveries[item["pk"].removeprefix("lead#")][crm] = items.read_delivery(item)
    return deliveries


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
    """Ids of leads that may fit, each once, by the narrowest index there is for what is wanted."""
    if (named := ids_of_named(table, wanted)) is not None:
        return _once(named)
    if wanted.asks_for_delivery:
        return _once(_by_state(table, wanted))
    return (lead_id for _, lead_id in received(table, wanted.since, wanted.until))


def _by_state(table: Table, wanted: Filter) -> Iterator[str]:
    """Nothing is due before its lead came, so that `since` bounds this too."""
    if wanted.state == "erasing":
        yield from (one.lead_id for one in being_erased(table, page=_TOGETHER))
        return
    span = wanted.since or EARLIEST, LATEST
    streams = (
        in_state(table, crm, state, span=span, page=_TOGETHER, newest_first=True)
        for crm in ((wanted.crm,) if wanted.crm else CRMS)
        for state in ((wanted.state,) if wanted.state else STATES)
    )
    for one in heapq.merge(*streams, key=lambda one: one.at, reverse=True):
        yield one.lead_id


def received(
    table: Table, since: datetime | None = None, until: datetime | None = None
) -> Iterator[tuple[datetime, str]]:
    """(when it came, its id) of every lead of a time, the newest first; `since` is 30 days ago
    where it isn't given. Raises Unavailable."""
    now = datetime.now(UTC)
    # a lead may be a little ahead of our clock
    span = since or now - timedelta(days=30), until or now + timedelta(days=1)
    return indexes.received(table, span)


def _once(ids: Iterable[str]) -> Iterator[str]:
    """A lead has several deliveries, and more than one item to be found by; but one time."""
    seen: set[str] = set()
    for one in ids:
        if one not in seen:
            seen.add(one)
            yield one


def _ids(table: Table, index: str, condition: str, values: dict[str, str]) -> Iterator[str]:
    for key in table.query(condition, values, index=index, page=_TOGETHER):
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
