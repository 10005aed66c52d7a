"""The ledger's side of delivery: who works on what, how it ended, and what is overdue.

Every method raises Unavailable when the table can't be reached.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from leadrelay.claim import Busy, Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import State, timestamp
from leadrelay.ledger import items, retention
from leadrelay.ledger.history import happened
from leadrelay.ledger.table import ConditionFailed, Table

WAITING: tuple[State, ...] = ("queued", "sending", "unknown")


type Settled = Literal["settled", "again", "lost"]
"""Settled; or to be done again, because the lead got richer meanwhile; or the lease was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended. `until` is when the next one may begin, where there is to be one.

    `reason_class` is the name of the error and `message` what we say of it, without the CRM's
    words, that `reason` has; `link` leads to the record in the CRM. `in_doubt` says of what is
    parked that a step may have been done without our knowing, so that a replay looks first.
    """

    state: State
    steps: Mapping[str, str]
    attempts: int
    record_id: str | None = None
    link: str | None = None
    message: str | None = None
    reason: str | None = None
    reason_class: str | None = None
    in_doubt: bool = False
    until: datetime | None = None


class Overdue(NamedTuple):
    """A delivery that should have been tried by now, as the sweep saw it."""

    lead_id: str
    crm: str
    state: State
    due_at: str  # as in the table, to tell whether anybody touched it since


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
                    "held": None,
                    "news": None,  # the lead is read after this
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
                append=happened("started", now),
            )
        except ConditionFailed:
            return self._why_not(lead_id, crm)
        lead = self._table.get(items.lead_key(lead_id))
        if lead is None or "erasing" in lead:
            # The sweep is not to find what is left of it for ever.
            self._end(lead_id, crm, lease)
            return None
        return Claim(
            lead=items.read_lead(lead),
            crm=crm,
            lease=lease,
            attempts=int(before["attempts"]) + 1,
            since=datetime.fromisoformat(before["since"]),
            in_doubt=before["state"] in {"sending", "unknown"},
            steps=before["steps"],
            correlation_id=before.get("correlation_id", ""),
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
        if not self._write(claim, {"steps": dict(steps)}):
            raise Unavailable("ledger: the lease was lost")

    def settle(self, claim: Claim, outcome: Outcome, *, now: datetime) -> Settled:
        """Write how an attempt ended, and let the delivery go."""
        changes: dict[str, Any] = {
            "state": outcome.state,
            "crm_state": f"{claim.crm}#{outcome.state}",
            "steps": dict(outcome.steps),
            "attempts": outcome.attempts,
            "reason": outcome.reason,
            "reason_class": outcome.reason_class,
            "in_doubt": outcome.in_doubt or None,
            "not_before": timestamp(outcome.until or now),
            "due_at": timestamp(outcome.until or now),
            "updated_at": timestamp(now),
            "lease": None,
        }
        if outcome.record_id is not None:
            changes |= {"record_id": outcome.record_id, "link": outcome.link}
        told = _told(claim, outcome, now)
        if outcome.state != "delivered":
            settled = self._write(claim, changes, told)
        elif self._write(claim, changes, told, condition=" AND attribute_not_exists(news)"):
            settled = True
        else:
            # The lead got richer while we delivered it: what we did stays done, and once more.
            again = {
                **changes,
                "state": "queued",
                "crm_state": f"{claim.crm}#queued",
                "since": timestamp(now),
                "news": None,
            }
            return "again" if self._write(claim, again, told) else "lost"
        if settled:
            self._keep_for(outcome.state, claim.lead.id, now)
        return "settled" if settled else "lost"

    def _keep_for(self, state: State, lead_id: str, now: datetime) -> None:
        """It is settled, whatever becomes of this: at worst the lead is kept for too long."""
        with suppress(Unavailable):
            if state == "delivered":
                retention.after_delivery(self._table, lead_id, now=now)
            elif state == "parked":
                retention.keep_undelivered(self._table, lead_id, now=now)

    def overdue(self, crm: str, *, before: datetime) -> Iterator[Overdue]:
        """The deliveries that nobody has touched since they were due."""
        for state in WAITING:
            waiting = {"crm_state": f"{crm}#{state}", "before": timestamp(before)}
            for key in self._table.query(
                "crm_state = :crm_state AND due_at < :before", waiting, index="by_state"
            ):
                yield Overdue(key["pk"].removeprefix("lead#"), crm, state, key["due_at"])

    def nudged(self, delivery: Overdue, *, now: datetime, until: datetime) -> str | None:
        """Note that a delivery was queued again; it is overdue anew at `until`. Its correlation id.

        One whose lease ran out becomes what it is, unknown, and may be claimed at once.
        """
        changes: dict[str, Any] = {"due_at": timestamp(until)}
        if delivery.state == "sending":
            changes |= {
                "state": "unknown",
                "crm_state": f"{delivery.crm}#unknown",
                "lease": None,
            }
        try:
            before = self._table.update(
                items.delivery_key(delivery.lead_id, delivery.crm),
                changes,
                condition="due_at = :due AND #state = :seen",
                given={"due": delivery.due_at, "seen": delivery.state},
                append=happened("requeued", now, after=delivery.state),
            )
        except ConditionFailed:
            return None  # somebody is at work on it already
        found: str | None = before.get("correlation_id")
        return found

    def _end(self, lead_id: str, crm: str, lease: str) -> None:
        with suppress(ConditionFailed):
            self._table.update(
                items.delivery_key(lead_id, crm),
                {"state": "parked", "crm_state": None, "lease": None},
                condition="lease = :held",
                given={"held": lease},
            )

    def _write(
        self,
        claim: Claim,
        changes: Mapping[str, Any],
        told: items.Item | None = None,
        *,
        condition: str = "",
    ) -> bool:
        """Change a delivery whose lease we hold; False when we don't (or `condition` fails)."""
        try:
            self._table.update(
                items.delivery_key(claim.lead.id, claim.crm),
                changes,
                condition="lease = :held" + condition,
                given={"held": claim.lease},
                append=told,
            )
        except ConditionFailed:
            return False
        return True


def _told(claim: Claim, outcome: Outcome, now: datetime) -> items.Item:
    """The attempt as it goes into the history; how long it took is since it "started"."""
    return happened(
        "retry" if outcome.state == "queued" else outcome.state,
        now,
        attempt=claim.attempts,
        error=outcome.reason_class,
        message=outcome.message,
        until=timestamp(outcome.until) if outcome.until else None,
        record_id=outcome.record_id,
        link=outcome.link,
    )
