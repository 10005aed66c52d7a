"""What is left of an erased lead: a receipt without personal data, found by the person's hashes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from leadrelay.lead import Lead, lead_ref, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.history import read_history
from leadrelay.ledger.life import CLAIM, OUTCOMES

_ATTEMPTS = OUTCOMES | {CLAIM.told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """A record that a person has to delete in the CRM. `record_id` is None where an attempt's
    outcome isn't known: it is there, if at all, under the lead's reference."""

    crm: str
    record_id: str | None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was erased, by whom, and what remains elsewhere."""

    lead_id: str
    erased_at: datetime
    erased_by: str
    deliveries: int
    files: int
    remains: tuple[Remains, ...]

    @property
    def ref(self) -> str:
        return lead_ref(self.lead_id)


def remains(deliveries: Iterable[items.Item]) -> Iterator[Remains]:
    """What is, or may be, in the CRMs of a lead with these deliveries."""
    for item in deliveries:
        crm = item["sk"].removeprefix("crm#")
        if record_id := item.get("record_id"):
            yield Remains(crm=crm, record_id=record_id, link=item.get("link"))
        elif _may_be_there(item):
            yield Remains(crm=crm, record_id=None)


def _may_be_there(delivery: items.Item) -> bool:
    """Whether a write was done, or an attempt ended without our knowing how."""
    if delivery["steps"] or items.read_doubt(delivery):
        return True
    attempts = [event.name for event in read_history(delivery) if event.name in _ATTEMPTS]
    return "unknown" in attempts or ("started", "started") in pairwise(attempts)


def receipt_items(
    lead: Lead, erased: Receipt, salt: str, before: Mapping[str, Any]
) -> Iterator[items.Item]:
    """A receipt as the ledger keeps it, found by the person's hashes as a lead is by the person.
    `before` is the item of an earlier erasure of the same lead, whose remains stay."""
    received = {"received_at": timestamp(erased.erased_at)}
    for known in items.known_items(lead, 0):
        name, value = next((name, known[name]) for name in ("email", "phone") if name in known)
        digest = hashed(value, salt)
        yield {**items.known_key(receipt_key(lead.id)["pk"], digest), name: digest, **received}
    hashes = {name: hashed(value, salt) for name, value in items.search_keys(lead).items() if value}
    yield {
        **receipt_key(lead.id),
        **hashes,
        **received,
        "erased_by": erased.erased_by,
        "deliveries": erased.deliveries,
        "files": erased.files,
        "remains": [
            *before.get("remains", ()),
            *({"crm": one.crm, "record_id": one.record_id} for one in erased.remains),
        ],
    }


def read_receipt(item: Mapping[str, Any]) -> Receipt:
    return Receipt(
        lead_id=item["pk"].removeprefix("erased#"),
        erased_at=datetime.fromisoformat(item["received_at"]),
        erased_by=item["erased_by"],
        deliveries=int(item["deliveries"]),
        files=int(item["files"]),
        remains=tuple(
            Remains(crm=one["crm"], record_id=one["record_id"]) for one in item["remains"]
        ),
    )


def receipt_key(lead_id: str) -> items.Item:
    return {"pk": f"erased#{lead_id}", "sk": "erased"}


@lru_cache(maxsize=16)  # a person's leads, however many, have the same few
def hashed(value: str, salt: str) -> str:
    """What an address or a number is found by once it is erased. `salt` is the stack's own, so
    that a person's hash means nothing elsewhere; slow on purpose, as there are few enough telephone
    numbers to try them all."""
    digest = hashlib.scrypt(value.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)
    return f"erased:{digest.hex()}"
