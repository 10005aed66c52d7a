"""What the ledger says at the end: of each lead, and of each that was erased."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from leadrelay.lead import Lead, lead_ref
from leadrelay.ledger import items
from leadrelay.ledger.changing import read_formerly
from leadrelay_sandbox.simulator import Record


@dataclass(slots=True)
class Kept:
    """A lead. `names` are all that it was held to have: an operator may have corrected it."""

    lead: Lead
    names: frozenset[str]
    deliveries: dict[str, items.Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erased:
    """A lead that an operator has erased. `remains` is what the receipt tells of the CRMs: the
    record's id, None where it isn't known."""

    lead_id: str
    remains: Mapping[str, str | None]
    left: tuple[str, ...]  # items of the lead that are there all the same

    @property
    def ref(self) -> str:
        return lead_ref(self.lead_id)

    def untold(self, crm: str, made: Iterable[Record]) -> Iterator[str]:
        """What the CRM has of it, and the receipt doesn't say."""
        if crm not in self.remains and (ids := ", ".join(record.id for record in made)):
            yield f"{crm}: {self.ref} is erased, and its receipt doesn't tell of {ids}"

    def left_behind(self, bucket: Iterable[str]) -> Iterator[str]:
        for what in (*self.left, *(key for key in bucket if f"/{self.lead_id}/" in key)):
            yield f"{self.ref} is erased, and {what} is there"


class Ledger(NamedTuple):
    """By the leads' ids."""

    leads: Mapping[str, Kept]
    erased: Mapping[str, Erased]


def read(ledger: Iterable[items.Item]) -> Ledger:
    """From all items of the table."""
    by_id: dict[str, dict[str, items.Item]] = {}
    for item in ledger:
        by_id.setdefault(item["pk"], {})[item["sk"]] = item
    leads = {
        pk.removeprefix("lead#"): _kept(found)
        for pk, found in by_id.items()
        if pk.startswith("lead#") and "lead" in found
    }
    receipts = {
        pk.removeprefix("erased#"): found["erased"]
        for pk, found in by_id.items()
        if pk.startswith("erased#") and "erased" in found
    }
    return Ledger(
        leads,
        {
            lead_id: Erased(
                lead_id,
                {one["crm"]: one["record_id"] for one in receipt["remains"]},
                tuple(by_id.get(f"lead#{lead_id}", ())),
            )
            for lead_id, receipt in receipts.items()
        },
    )


def said(lead: Lead) -> str:
    """By what a lead is known again."""
    return f"call id: {lead.call.id}" if lead.call else lead.message or ""


def _kept(found: Mapping[str, items.Item]) -> Kept:
    lead = items.read_lead(found["lead"])
    formerly = (lead.model_copy(update=was) for was in read_formerly(found["lead"]))
    return Kept(
        lead,
        frozenset(one.name for one in chain([lead], formerly)),
        {items.crm_of(item): item for sk, item in found.items() if sk.startswith("crm#")},
    )
