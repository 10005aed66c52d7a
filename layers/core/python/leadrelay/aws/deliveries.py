"""The ledger's side of delivery: who works on what, how it ended, and what is overdue.

Every method raises Unavailable when the table can't be reached.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from leadrelay.aws import items
from leadrelay.aws.table import ConditionFailed, Table
from leadrelay.claim import Busy, Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import State, timestamp

WAITING: tuple[State, ...] = ("queued", "sending", "unknown")

# What is parked waits this long for a person.
PARKED_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended. `until` is when the next one may begin, where there is to be one."""

    state: State
    steps: Mapping[str, str]
    attempts: int
    record_id: str | None = None
    reason: str | None = None
    until: datetime | None = None


class Deliveries:
    """The deliveries of one table. Safe to use from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(
        self, lead_id: str, crm: str, *, now: datetime, until: datetime
    ) -> Claim | Busy | None:
        """Take the delivery until `until`; None when there is nothing (more) to deliver."""
        lease = uuid4().hex
        try:
            before = self._table.update(
                items.delivery_key(lead_id, crm),
                {
                    "state": "sending",
                    "crm_state": f"{crm}#sending",
                    "lease": lease,
                    "due_at": timestamp(until),
                    "updated_at": timestamp(now),
                },
                condition="(#state IN (:queued, :unknown) AND not_before <= :now)"
                " OR (#state = :sending AND due_at < :now)",
                given={
                    "queued": "queued",
                    "unknown": "unknown",
                    "sending": "sending",
                    "now": timestamp(now),
                },
            )
        except ConditionFailed:
            return self._why_not(lead_id, crm)
        lead = self._table.get(items.lead_key(lead_id))
        if lead is None:
            return None
        return Claim(
            lead=items.read_lead(lead),
            crm=crm,
            lease=lease,
            attempts=int(before["attempts"]) + 1,
            since=datetime.fromisoformat(before["since"]),
            in_doubt=before["state"] in {"sending", "unknown"},
            steps=before["steps"],
        )

    def _why_not(self, lead_id: str, crm: str) -> Busy | None:
        delivery = self._table.get(items.delivery_key(lead_id, crm))
        if delivery is None or delivery["state"] not in WAITING:
            return None
        until = "due_at" if delivery["state"] == "sending" else "not_before"
        return Busy(datetime.fromisoformat(delivery[until]))

    def remember(self, claim: Claim, steps: Mapping[str, str]) -> None:
        """Keep the results of steps already done. Raises Unavailable when the lease is lost:
        whoever has it now must not meet us in the CRM."""
        if not self._write(claim, {"steps": dict(steps)}, release=False):
            raise Unavailable("ledger: the lease was lost")

    def settle(self, claim: Claim, outcome: Outcome, *, now: datetime) -> bool:
        """Write how an attempt ended; False when the lease was lost to somebody else."""
        changes: dict[str, Any] = {
            "state": outcome.state,
            "crm_state": f"{claim.crm}#{outcome.state}",
            "steps": dict(outcome.steps),
            "attempts": outcome.attempts,
            "record_id": outcome.record_id,
            "reason": outcome.reason,
            "not_before": timestamp(outcome.until or now),
            "due_at": timestamp(outcome.until or now),
            "updated_at": timestamp(now),
        }
        if outcome.state == "parked":
            changes["expires_at"] = int((now + PARKED_KEPT).timestamp())
        settled = self._write(claim, changes)
        if settled and outcome.state == "parked":
            self._table.update(
                items.lead_key(claim.lead.id),
                {"expires_at": changes["expires_at"]},
                condition="attribute_exists(pk)",
            )
        return settled

    def due(self, crm: str, *, before: datetime) -> Iterator[tuple[str, datetime]]:
        """(lead id, due time) of deliveries that nobody has touched since they were due."""
        for state in WAITING:
            waiting = {"crm_state": f"{crm}#{state}", "before": timestamp(before)}
            for key in self._table.query(
                "crm_state = :crm_state AND due_at < :before", waiting, index="by_state"
            ):
                yield key["pk"].removeprefix("lead#"), datetime.fromisoformat(key["due_at"])

    def nudged(self, lead_id: str, crm: str, *, due: datetime, until: datetime) -> None:
        """Note that a delivery due at `due` was queued again; it is due anew at `until`."""
        try:
            self._table.update(
                items.delivery_key(lead_id, crm),
                {"due_at": timestamp(until)},
                condition="due_at = :due AND #state IN (:queued, :unknown)",
                given={"due": timestamp(due), "queued": "queued", "unknown": "unknown"},
            )
        except ConditionFailed:
            return  # somebody is at work on it already

    def _write(self, claim: Claim, changes: Mapping[str, Any], *, release: bool = True) -> bool:
        try:
            self._table.update(
                items.delivery_key(claim.lead.id, claim.crm),
                {**changes, "lease": None} if release else changes,
                condition="lease = :held",
                given={"held": claim.lease},
            )
        except ConditionFailed:
            return False
        return True
