"""No delivery makes a move that the table of moves doesn't allow, whatever comes in which order."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from leadrelay.claim import ANY_STEP, Claim
from leadrelay.lead import Guard, Lead, lead_id, lead_ref, timestamp
from leadrelay.ledger import items, life
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.enrichment import enrich
from leadrelay.ledger.history import read_history
from leadrelay.ledger.moves import Move, begin, crm_state, make
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.parked import read_parked
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.quarantine import release
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import aws
from tests.handlers.conftest import SOURCE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEASE = timedelta(minutes=6)
CRM = "trackerrms"
numbers = count()


def item_in(state: str, **more: Any) -> items.Item:
    key = items.delivery_key(lead_id("life", str(next(numbers))), CRM)
    known = begin(life.ACCEPT, key, now=NOW, due=NOW, facts={}, steps={})
    there = {"state": state, "crm_state": crm_state(CRM, state)}  # type: ignore[arg-type]  # of all
    return {**known, **there, "lease": "L", **more}


def given_for(move: Move, delivery: items.Item) -> dict[str, Any]:
    """What the move asks for, as it is."""
    asked = {"lease": "L", "seen": delivery["updated_at"]}
    given = {name: value for name, value in asked.items() if f":{name}" in move.condition}
    values = dict.fromkeys(move.sets)
    return {**values, **given} | ({"steps": {}, "attempts": 1} if "attempts" in move.sets else {})


def attributes(delivery: items.Item, move: Move) -> items.Item:
    """The delivery with what else has to hold for the move."""
    also = " ".join(move.before.values())
    more = {name: True for name in ("held", "news") if f"attribute_exists({name})" in also}
    return delivery | more


@pytest.mark.parametrize("move", life.MOVES, ids=lambda move: move.name)
@pytest.mark.parametrize("state", life.STATES)
def test_a_move_is_made_from_its_states_and_from_no_other(
    table: Table, state: str, move: Move
) -> None:
    if None in move.before:
        return  # it makes the item, in a transaction that asks for its not being there
    delivery = attributes(item_in(state), move)
    table.put_together([(delivery, {})])
    later = NOW + LEASE
    try:
        make(move, table, delivery, now=later, **given_for(move, delivery))
    except ConditionFailed:
        assert state not in move.before
        assert table.get({"pk": delivery["pk"], "sk": delivery["sk"]}) == delivery
        return
    assert state in move.before
    made = table.get({"pk": delivery["pk"], "sk": delivery["sk"]}) or {}
    assert made["state"] == (move.after or state)
    assert made["crm_state"] == crm_state(CRM, made["state"])
    assert made["updated_at"] == timestamp(later)
    assert [event.name for event in read_history(made)][-1] == move.told or "replays" in move.sets
    assert not set(move.clears) & made.keys()
    if move.anew:
        assert (made["attempts"], made["since"]) == (0, timestamp(later))


def test_each_state_is_come_to_and_left_but_by_erasing() -> None:
    left = {state for move in life.MOVES for state in move.before if move.after != state}
    assert set(life.STATES) - left == {"erasing"}
    assert life.follow(["queued", "started", "retry", "started", "delivered"]) == {
        "delivered",
        "queued",
    }
    assert life.follow(["queued", "delivered"]) == frozenset()


# -- any sequence -------------------------------------------------------------------------

ENDS: tuple[End, ...] = ("delivered", "queued", "unknown", "parked", "quarantined")


class Life(RuleBasedStateMachine):
    """One delivery, and whoever lays hands on it."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
        self.ledger = Deliveries(self.table)
        self.now = NOW
        self.claims: list[tuple[Claim, datetime]] = []  # and until when each lasts
        self.id = lead_id("life", str(next(numbers)))

    @initialize(doubtful=st.booleans(), held=st.booleans())
    def accept(self, *, doubtful: bool, held: bool) -> None:
        lead = Lead(id=self.id, ref=lead_ref(self.id), source="contact-us", received_at=NOW)
        wait = timedelta(minutes=10) if held else None
        guard, doubt = Guard(key=self.id, window=None), "a bot" if doubtful else None
        accept(self.table, lead, SOURCE, guard=guard, doubt=doubt, held_for=wait)

    @property
    def delivery(self) -> items.Item:
        return self.table.get(items.delivery_key(self.id, CRM)) or {}

    @rule(minutes=st.sampled_from([1, 5, 7, 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def claim(self) -> None:
        alive = [until for _, until in self.claims if until >= self.now]
        claim = self.ledger.claim(self.id, CRM, now=self.now, until=self.now + LEASE)
        if isinstance(claim, Claim):
            assert not alive
            self.claims.append((claim, self.now + LEASE))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), end=st.sampled_from(ENDS))
    def settle(self, data: st.DataObject, end: End) -> None:
        """Whoever had a claim, be it long ago."""
        claim, until = data.draw(st.sampled_from(self.claims))
        had = self.delivery.get("lease") == claim.lease
        doubt = ["lead"] if end == "unknown" else []
        outcome = Outcome(state=end, steps={}, attempts=claim.attempts, doubt=doubt)
        assert (self.ledger.settle(claim, outcome, now=self.now) == "lost") is not had
        if had:
            self.claims.remove((claim, until))

    @precondition(lambda self: self.claims)
    @rule()
    def is_killed(self) -> None:
        """Nobody hears of it; the lease goes on."""

    @rule()
    def is_swept(self) -> None:
        for one in [*self.ledger.overdue(CRM, before=self.now)]:
            if one.lead_id == self.id:
                self.ledger.nudged(one, now=self.now, until=self.now + timedelta(minutes=15))

    @rule(number=st.integers())
    def gets_news(self, number: int) -> None:
        def add(lead: Lead) -> Lead:
            return lead.model_copy(update={"extra": {**lead.extra, "n": str(number)}})

        enrich(self.table, self.id, add, now=self.now, ready=lambda _: True)

    @rule()
    def is_released(self) -> None:
        release(self.table, self.id, now=self.now)

    @rule(doubt=st.sampled_from([(), (ANY_STEP,)]))
    def is_replayed(self, doubt: tuple[str, ...]) -> None:
        lead = self.table.get(items.lead_key(self.id))
        assert lead
        parked = read_parked(CRM, self.delivery, lead)
        ledger: Any = ParkedDeliveries(self.table, None, (CRM,))  # type: ignore[arg-type]  # no queue
        audit = {"at": timestamp(self.now)}
        ledger.revive(parked, doubt=doubt, audit=audit, now=self.now)

    @rule()
    def is_to_be_erased(self) -> None:
        marked = {"erasing": timestamp(self.now)}
        self.table.update(items.lead_key(self.id), marked, condition="attribute_exists(pk)")

    @invariant()
    def the_table_keeps_its_word(self) -> None:
        delivery = self.delivery
        self.now += timedelta(milliseconds=1)
        if not delivery:
            return
        assert delivery["crm_state"] == crm_state(CRM, delivery["state"])
        assert ("lease" in delivery) is (delivery["state"] == "sending")
        told = [event.name for event in read_history(delivery)]
        assert delivery["state"] in life.follow(told), told
        if delivery["state"] in {"sending", "unknown"}:
            assert items.read_doubt(delivery)


def test_any_sequence_of_moves_keeps_the_table_s_word(table: Table) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
