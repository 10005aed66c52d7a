"""Erasing a lead: its items and its files, down to a receipt without personal data.

What is under way ends by itself: once a lead is marked, no attempt begins, and one that has begun
is waited for, so that what it left in the CRM is known.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from leadrelay.aws.files import UPLOADS, Files
from leadrelay.errors import Unavailable
from leadrelay.lead import Lead, lead_ref, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.history import read_history
from leadrelay.ledger.indexes import BEING_ERASED
from leadrelay.ledger.life import CLAIM, OUTCOMES
from leadrelay.ledger.table import ConditionFailed, Table, TransactionLost

_RACES = 8
_POLL_S = 0.5
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """One stack's. `salt` is the stack's own, so that a person's hash means nothing elsewhere.

    Every method raises Unavailable.
    """

    table: Table
    files: Files
    salt: str
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def erase(self, lead_id: str, *, by: str) -> Receipt | None:
        """Erase a lead; None when there is none. Stopped at any point, it can be run again.

        It takes as long as an attempt that is under way, at most that attempt's lease.
        """
        try:
            self.table.update(
                items.lead_key(lead_id), mark(self.now()), condition="attribute_exists(pk)"
            )
        except ConditionFailed:
            return None
        for _ in range(_RACES):
            found = self._settled(lead_id)
            if "lead" not in found:
                return None  # somebody else was faster
            lead = items.read_lead(found.pop("lead"))
            deliveries = [item for sk, item in found.items() if sk.startswith("crm#")]
            erased = Receipt(
                lead_id=lead_id,
                erased_at=self.now(),
                erased_by=by,
                deliveries=len(deliveries),
                files=self._delete_files(lead),
                remains=tuple(remains(deliveries)),
            )
            try:
                self._replace(lead, found.values(), erased)
            except TransactionLost:
                continue  # somebody wrote to it just now
            return erased
        raise Unavailable("ledger: the lead is too busy to be erased; try again")

    def proof(self, *, email: str | None = None, phone: str | None = None) -> Iterator[Receipt]:
        """The receipts of what was erased of a person."""
        for name, value in (("email", email), ("phone", phone)):
            if value:
                given = {"hash": self._hash(value.lower())}
                for key in self.table.query(f"{name} = :hash", given, index=f"by_{name}"):
                    if item := self.table.get({"pk": key["pk"], "sk": "erased"}):
                        yield _read_receipt(item)

    def _settled(self, lead_id: str) -> dict[str, items.Item]:
        """The lead's items, once nobody is at work on a delivery: the lead is marked, so what
        isn't being sent now won't be."""
        while True:
            query = self.table.query("pk = :pk", {"pk": f"lead#{lead_id}"})
            found = {item["sk"]: item for item in query}
            now = timestamp(self.now())
            if not any(
                item.get("state") == "sending" and item["due_at"] > now for item in found.values()
            ):
                return found
            self.sleep(_POLL_S)

    def _delete_files(self, lead: Lead) -> int:
        return sum(
            self.files.delete_below(prefix)
            for prefix in (f"leads/{lead.id}/", f"{UPLOADS}{lead.source}/{lead.id}/")
        )

    def _replace(self, lead: Lead, beside: Iterable[items.Item], erased: Receipt) -> None:
        key = items.lead_key(lead.id)
        marked = self.table.get(key) or {}
        guard = self.table.get(items.guard_key(marked.get("guard", "")))
        gone = [key, *({"pk": one["pk"], "sk": one["sk"]} for one in beside)]
        if guard and guard["lead_id"] == lead.id:  # else it stands for a later lead like this
            gone.append(items.guard_key(marked["guard"]))
        self.table.put_instead(list(self._receipt(lead, erased)), gone)

    def _receipt(self, lead: Lead, erased: Receipt) -> Iterator[items.Item]:
        """Found by the person's hashes, as a lead is by the person."""
        received = {"received_at": timestamp(erased.erased_at)}
        for known in items.known_items(lead, 0):
            name, value = next((name, known[name]) for name in ("email", "phone") if name in known)
            hashed = self._hash(value)
            key = items.known_key(_receipt_key(lead.id)["pk"], hashed)
            yield {**key, name: hashed, **received}
        before = self.table.get(_receipt_key(lead.id)) or {}  # the sender had sent it again since
        hashes = {
            name: self._hash(value) for name, value in items.search_keys(lead).items() if value
        }
        yield {
            **_receipt_key(lead.id),
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

    def _hash(self, value: str) -> str:
        return f"erased:{derived(self.salt, value)}"


def mark(now: datetime) -> dict[str, str]:
    """What a lead has from then on. `by_state` leads to it, so that an erasure that was stopped is
    seen whatever became of the lead's deliveries."""
    at = timestamp(now)
    return {"erasing": at, "crm_state": BEING_ERASED, "due_at": at}


@lru_cache(maxsize=16)  # a person's leads, however many, have the same few
def derived(salt: str, value: str) -> str:
    """Slow on purpose: there are few enough telephone numbers to try them all."""
    return hashlib.scrypt(value.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32).hex()


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


def _receipt_key(lead_id: str) -> items.Item:
    return {"pk": f"erased#{lead_id}", "sk": "erased"}


def _read_receipt(item: Mapping[str, Any]) -> Receipt:
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
