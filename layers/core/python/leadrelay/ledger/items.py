"""The shape of the ledger's table, and the way between its items and our values.

One table, and these kinds of items (pauses.py and canaries.py have two more each, arrivals.py one):

    pk            sk           what
    key#<hash>    key          what was seen: guards against doubles until `until`
    lead#<id>     lead         the lead itself, as JSON
    lead#<id>     crm#<crm>    its delivery to one CRM
    lead#<id>     known#<key>  one more address or number that the lead is found by
    erased#<id>   erased       what is left of an erased lead (see receipts)
    erased#<id>   known#<key>  one more hash that it is found by
    count#<hash>  count        how often one client sent, until the minute (hour …) is over

Indexes, all keys only: by_ref, by_email, by_phone (a lead's search keys), by_day (received_on,
received_at), by_state (crm_state, due_at: see life). Times are UTC text that sorts,
but for `until` (ms) and `expires_at` (s, DynamoDB's TTL).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from leadrelay.claim import ANY_STEP, STEP_OF_OLD
from leadrelay.lead import Delivery, Guard, Lead, timestamp
from leadrelay.ledger.attributes import from_attribute, to_attribute

type Item = dict[str, Any]

_KEY_BYTES = 2048  # DynamoDB's limit for a partition key


def wire(values: Mapping[str, Any]) -> Item:
    """Python values → DynamoDB's attribute values; None is left out."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def plain(item: Mapping[str, Any]) -> Item:
    """DynamoDB's attribute values → Python values."""
    return {name: from_attribute(value) for name, value in item.items()}


def lead_key(lead_id: str) -> Item:
    return {"pk": f"lead#{lead_id}", "sk": "lead"}


def delivery_key(lead_id: str, crm: str) -> Item:
    return {"pk": f"lead#{lead_id}", "sk": f"crm#{crm}"}


def crm_of(delivery: Mapping[str, Any]) -> str:
    """Of a delivery's item, or of its key."""
    return str(delivery["sk"]).removeprefix("crm#")


def guard_key(key: str) -> Item:
    return {"pk": f"key#{key}", "sk": "key"}


def guard_item(guard: Guard, lead_id: str, until: int | None, expires_at: int) -> Item:
    return {
        **guard_key(guard.key),
        "lead_id": lead_id,
        "until": until,
        "again": [guard.again] if guard.again else None,
        "expires_at": expires_at,
    }


def lead_item(lead: Lead, expires_at: int) -> Item:
    received = timestamp(lead.received_at)
    return {
        **lead_key(lead.id),
        "lead": lead_json(lead),
        "ref": lead.ref,
        **search_keys(lead),
        "received_on": received[:10],
        "received_at": received,
        "expires_at": expires_at,
    }


def lead_json(lead: Lead) -> str:
    """What a lead is kept as."""
    return lead.model_dump_json(exclude_defaults=True)


def search_keys(lead: Lead) -> Item:
    """What by_email and by_phone find the lead by. A value that no index can hold is no reason
    to lose the lead: then it can't be found by it."""
    emails, phones = persons_keys(lead)
    keys = {"email": next(iter(emails), ""), "phone": next(iter(phones), "")}
    return {
        name: key if 0 < len(key.encode()) <= _KEY_BYTES else None for name, key in keys.items()
    }


def persons_keys(lead: Lead) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses in lower case and the numbers that the lead is found by, its own first."""
    caller = lead.call.caller if lead.call else None
    emails = lead.email.lower() if lead.email else None, *(k for k in lead.known_by if "@" in k)
    phones = lead.phone, caller, *(key for key in lead.known_by if "@" not in key)
    return tuple(dict.fromkeys(filter(None, emails))), tuple(dict.fromkeys(filter(None, phones)))


def known_items(lead: Lead, expires_at: int) -> Iterator[Item]:
    """An item holds one address and one number; each further one has an item of its own."""
    own = search_keys(lead).values()
    for name, keys in zip(("email", "phone"), persons_keys(lead), strict=True):
        for key in keys:
            if key not in own and len(key.encode()) <= _KEY_BYTES:
                yield {
                    **known_key(f"lead#{lead.id}", key),
                    name: key,
                    "received_at": timestamp(lead.received_at),
                    "expires_at": expires_at,
                }


def known_key(pk: str, key: str) -> Item:
    """By a digest, so that nothing of a person stands in a key."""
    return {"pk": pk, "sk": f"known#{sha256(key.encode()).hexdigest()[:32]}"}


def read_lead(item: Item) -> Lead:
    """The lead, without what a later version knows of it: a deploy reaches one function after the
    other, and may be taken back."""
    return Lead.model_validate_json(item["lead"], extra="ignore")


def read_doubt(delivery: Item) -> frozenset[str]:
    """The steps that may have been done without our knowing."""
    doubt = {*delivery.get("doubt", ())}
    if "unnamed" in delivery:
        doubt.add(ANY_STEP)
    # Earlier versions wrote "in_doubt" of any step, and nothing of an attempt that came to no end.
    if "in_doubt" in delivery or (delivery["state"] in {"sending", "unknown"} and not doubt):
        doubt.add(STEP_OF_OLD)
    return frozenset(doubt)


def read_delivery(item: Item) -> Delivery:
    return Delivery(
        state=item["state"],
        record_id=item.get("record_id"),
        link=item.get("link"),
        attempts=int(item["attempts"]),
        reason=item.get("reason"),
        reason_class=item.get("reason_class"),
        updated_at=datetime.fromisoformat(item["updated_at"]),
    )
