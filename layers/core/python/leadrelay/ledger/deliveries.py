"""The ledger's side of delivery: who works on what, how it ended, and what is overdue.

Every method raises Unavailable when the table can't be reached.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched, islice
from typing import NamedTuple
from uuid import uuid4

from leadrelay.claim import ANY_STEP, STEP_OF_OLD, Busy, Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import State, timestamp
from leadrelay.ledger import items, life, retention
from leadrelay.ledger.changing import read_formerly
from leadrelay.ledger.indexes import EARLIEST, being_erased, in_state
from leadrelay.ledger.moves import Move, make
from leadrelay.ledger.outcome import End, Outcome, Settled
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table

_MOMENT = timedelta(milliseconds=1)  # times in the ledger are no finer
_NAMED = {"unnamed": None, "in_doubt": None}
_SOME = 100  # as many as DynamoDB reads at once


class Overdue(NamedTuple):
    """A delivery that should have been tried by now, as the sweep saw it."""

    lead_id: str
    crm: str
    state: State
    due_at: datetime


class Deliveries:
    """The deliveries of one table. Safe to use from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(
        self, lead_id: str, crm: str, *, now: datetime, until: datetime
    ) -> Claim | Busy | None:
        """Take the delivery until `until`; None when there is nothing (more) to deliver."""
        lease, key = uuid4().hex, items.delivery_key(lead_id, crm)
        try:
            before = make(
                life.CLAIM, self._table, key, now=now, due=until, lease=lease, unnamed=True
            )
        except ConditionFailed as failed:
            return _why_not(failed.item or self._table.get(key))
        doubt, lead = items.read_doubt(before), self._table.get(items.lead_key(lead_id))
        if lead is None or "erasing" in lead:
            with suppress(ConditionFailed):
                make(life.END, self._table, key, now=now, lease=lease, doubt=sorted(doubt) or None)
            return None
        claim = Claim(
            lead=items.read_lead(lead),
            crm=crm,
            lease=lease,
            attempts=int(before["attempts"]) + 1,
            since=datetime.fromisoformat(before["since"]),
            doubt=doubt,
            released="released" in before,
            kept_longer=retention.is_kept_longer(lead),
            formerly=read_formerly(lead) if doubt else (),
            steps=before["steps"],
            correlation_id=before.get("correlation_id", ""),
        )
        if STEP_OF_OLD in doubt:  # from now on it is this attempt that the item tells of
            self.remember(claim, claim.steps, {*doubt, ANY_STEP})
        return claim

    def remember(self, claim: Claim, steps: Mapping[str, str], doubt: Collection[str]) -> None:
        """Keep the results of steps already done, and which may be under way from now on. Raises
        Unavailable when the lease is lost: whoever has it now must not meet us in the CRM."""
        try:
            self._table.update(
                items.delivery_key(claim.lead.id, claim.crm),
                {"steps": dict(steps), "doubt": sorted(doubt), **_NAMED},
                condition="lease = :lease",
                given={"lease": claim.lease},
            )
        except ConditionFailed as failed:
            raise Unavailable("ledger: the lease was lost") from failed

    def settle(self, claim: Claim, outcome: Outcome, *, now: datetime) -> Settled:
        """Write how an attempt ended, and let the delivery go."""
        key, given = items.delivery_key(claim.lead.id, claim.crm), outcome.as_set()
        for move in _ENDS[outcome.state]:
            try:
                make(
                    move,
                    self._table,
                    key,
                    now=now,
                    due=outcome.until,
                    facts={"attempt": claim.attempts, **outcome.as_told()},
                    lease=claim.lease,
                    **given,
                )
            except ConditionFailed:
                continue
            if move is life.AGAIN:
                return "again"
            self._keep_for(outcome.state, claim, now)
            return "settled"
        return "lost"

    def _keep_for(self, state: State, claim: Claim, now: datetime) -> None:
        """It is settled, whatever becomes of this: at worst a delivered lead is kept for too long,
        and a parked one is seen to within a day."""
        with suppress(Unavailable):
            if state == "delivered" and claim.kept_longer:
                retention.after_delivery(self._table, claim.lead.id, now=now)
            elif state == "parked":
                retention.keep_undelivered(self._table, claim.lead.id, now=now)

    def overdue(self, crm: str, *, before: datetime) -> Iterator[Overdue]:
        """The deliveries that nobody has touched since they were due."""
        for state in life.WAITING:
            for one in in_state(self._table, crm, state, span=(EARLIEST, before - _MOMENT)):
                yield Overdue(one.lead_id, crm, state, one.at)

    def has_delivered(self, crm: str, *, since: datetime, now: datetime) -> bool:
        """Whether a lead reached the CRM in that time."""
        found = in_state(self._table, crm, "delivered", span=(since, now), page=1)
        return next(found, None) is not None

    def waiting_since(self, crm: str) -> datetime | None:
        """Since when the delivery that waits for longest could have been made; None if none waits.

        Looked for among the hundred of each state that are due first, so that a long outage costs
        no more than a short one: who waits for long is among them whenever it is due.
        """
        keys: dict[str, items.Item] = {}
        for state in life.WAITING:
            for one in islice(in_state(self._table, crm, state, page=_SOME), _SOME):
                keys[one.lead_id] = items.delivery_key(one.lead_id, crm)
        for one in being_erased(self._table) if keys else ():
            keys.pop(one.lead_id, None)  # waits for nobody
        since = (
            delivery["since"]
            for some in batched(keys.values(), _SOME, strict=False)
            for delivery in self._table.get_many(some, only=("since",))
        )
        longest = min(since, default=None)
        return datetime.fromisoformat(longest) if longest else None

    def nudged(self, delivery: Overdue, *, now: datetime, until: datetime) -> str | None:
        """Note that a delivery was queued again; it is overdue anew at `until`. Its correlation id.

        One whose lease ran out becomes what it is, unknown, and may be claimed at once.
        """
        try:
            before = make(
                life.LAPSE if delivery.state == "sending" else life.REQUEUE,
                self._table,
                items.delivery_key(delivery.lead_id, delivery.crm),
                now=now,
                due=until,
                facts={"after": delivery.state},
                seen=timestamp(delivery.due_at),
            )
        except ConditionFailed:
            return None  # somebody is at work on it already
        found: str | None = before.get("correlation_id")
        return found


_ENDS: Mapping[End, tuple[Move, ...]] = {
    # If the lead got richer while we delivered it, what we did stays done, and once more.
    "delivered": (life.DELIVER, life.AGAIN),
    "queued": (life.RETRY,),
    "unknown": (life.DOUBT,),
    "parked": (life.PARK,),
    "quarantined": (life.PUT_ASIDE_LATE,),
}


def _why_not(delivery: items.Item | None) -> Busy | None:
    if delivery is None or delivery["state"] not in life.WAITING:
        return None
    until = "due_at" if delivery["state"] == "sending" else "not_before"
    return Busy(datetime.fromisoformat(delivery[until]))
