"""Erasing a lead: its items and its files, down to a receipt without personal data.

What is under way ends by itself: once a lead is marked, no attempt begins, and one that has begun
is waited for, so that what it left in the CRM is known.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from leadrelay.aws.files import UPLOADS, Files
from leadrelay.errors import Unavailable
from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.indexes import BEING_ERASED
from leadrelay.ledger.receipts import (
    Receipt,
    hashed,
    read_receipt,
    receipt_items,
    receipt_key,
    remains,
)
from leadrelay.ledger.refusals import ConditionFailed, TransactionLost
from leadrelay.ledger.table import Table

_RACES = 8
_POLL_S = 0.5


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
                given = {"hash": hashed(value.lower(), self.salt)}
                for key in self.table.query(f"{name} = :hash", given, index=f"by_{name}"):
                    if item := self.table.get({"pk": key["pk"], "sk": "erased"}):
                        yield read_receipt(item)

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
        before = self.table.get(receipt_key(lead.id)) or {}  # the sender had sent it again since
        self.table.put_instead(list(receipt_items(lead, erased, self.salt, before)), gone)


def mark(now: datetime) -> dict[str, str]:
    """What a lead has from then on. `by_state` leads to it, so that an erasure that was stopped is
    seen whatever became of the lead's deliveries."""
    at = timestamp(now)
    return {"erasing": at, "crm_state": BEING_ERASED, "due_at": at}
