"""What an order to replay may say, how a plan counts, and at what rate a replay goes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from leadrelay.aws.dead_letters import DeadLetter
from leadrelay.aws.queues import Queues
from leadrelay.claim import ANY_STEP, STEP_OF_OLD
from leadrelay.delivery.order import Order, Plan, alike
from leadrelay.delivery.replay import Replayer
from leadrelay.lead import Lead, timestamp
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import BY_SQS, Parked
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.table import Table
from leadrelay_sandbox.parked import REASONS, ParkedStack

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEAD = Lead(id="L1", ref="LR-1", source="contact-us", received_at=NOW, email="jane@example.com")
ONE = Parked(
    lead=LEAD,
    crm="trackerrms",
    state="parked",
    at=NOW,
    reason_class="Refused",
    reason="TrackerRMS refused it: no such department",
    attempts=1,
    doubt=frozenset(),
    undecided=None,
    replays=(),
    expires_at=4_000_000_000,
    seen="2026-03-02T09:30:00.000Z",
)
UNDECIDABLE = replace(
    ONE, reason_class="Undecidable", doubt=frozenset({"attach", "lead"}), undecided="attach"
)

UNKNOWN = replace(ONE, reason_class="Unknown", doubt=frozenset({"lead"}))
OF_OLD = replace(UNDECIDABLE, doubt=frozenset({"attach", STEP_OF_OLD}))


@dataclass
class Memory(ParkedDeliveries):
    """Deliveries in a list, those that were moved by SQS among them; what was revived."""

    deliveries: list[Parked]
    lost: bool = False
    revived: list[tuple[Collection[str], Mapping[str, Any]]] = field(default_factory=list)

    def parked(self, wanted: Filter, *, before: datetime) -> Iterator[Parked]:
        ours = (one for one in self.deliveries if one.letter is None)
        return (one for one in ours if one.at <= before and one.fits(wanted))

    def moved(self, wanted: Filter, **_: object) -> Iterator[Parked]:
        return (one for one in self.deliveries if one.letter and one.fits(wanted))

    def revive(
        self, parked: Parked, *, doubt: Collection[str], audit: Mapping[str, Any], now: datetime
    ) -> bool:
        assert parked in self.deliveries
        assert audit["at"] == timestamp(now)
        self.revived.append((doubt, audit))
        return not self.lost


@dataclass
class Clock:
    """Stands still, but for who sleeps."""

    now: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def replayed(order: Order, *deliveries: Parked, lost: bool = False) -> tuple[Memory, list[str]]:
    """Replays; the ledger, and the lead ids that were queued."""
    memory, queued = Memory([*deliveries], lost), list[str]()
    clock = Clock()
    replayer = Replayer(
        ledger=memory,
        queue=lambda lead, _: queued.append(lead),
        now=lambda: NOW,
        clock=lambda: clock.now,
        sleep=clock.sleep,
    )
    assert len([*replayer.replay(order, "jane")]) == len(queued)
    return memory, queued


# -- the order ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"edit": {"id": "L2"}}, "'id' is not a field to correct"),
        ({"edit": {"call": "x"}}, "'call' is not a field to correct"),
        ({"filter": {"crm": "salesforce"}}, "'salesforce' is not a CRM"),
        ({"filter": {"clas": "Refused"}}, "Extra inputs"),
        ({"rate": 0}, "greater than 0"),
    ],
)
def test_an_order_that_makes_no_sense_is_not_taken(event: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Order.model_validate(event)


def test_what_is_wrong_with_an_order_is_told_without_its_values() -> None:
    with pytest.raises(ValidationError) as raised:
        Order.model_validate({"filter": {"email": ["jane@example.com"]}})
    assert "jane" not in str(raised.value)


def test_an_edit_sets_a_field_and_empties_another() -> None:
    order = Order(edit={"country": "GB", "email": ""})
    assert order.correct(LEAD) == LEAD.model_copy(update={"country": "GB", "email": None})


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"class": "refused"}, True),
        ({"class": "Retryable"}, False),
        ({"text": "No Such"}, True),
        ({"text": "mandatory"}, False),
        ({"email": "Jane@Example.com"}, True),
        ({"email": "joe@example.com"}, False),
        ({"phone": "+12025550100"}, False),
        ({"ref": "lr-1"}, True),
        ({"source": "apply"}, False),
        ({"crm": "centia"}, False),
        ({"since": NOW, "until": NOW}, True),
        ({"since": NOW.replace(hour=10)}, False),
        ({"until": NOW.replace(hour=9, minute=0)}, False),
    ],
)
def test_a_filter_fits_what_it_names(wanted: dict[str, Any], *, fits: bool) -> None:
    assert ONE.fits(Filter.model_validate(wanted)) is fits


# -- the plan -----------------------------------------------------------------------------


def test_a_plan_counts_reasons_that_differ_in_numbers_and_addresses_only_as_one() -> None:
    plan = Plan(Order())
    for number in range(3):
        plan.add(replace(ONE, reason=f"record 10x{number} of jane{number}@example.com is gone"))
    assert plan.reasons == {("Refused", "record #x# of …@… is gone"): 3}


def test_a_plan_counts_any_number_of_reasons_in_little_space() -> None:
    plan = Plan(Order())
    for number in range(1000):
        word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        plan.add(replace(ONE, reason=f"no such {word}"))
    assert (plan.total, plan.reasons.total()) == (1000, 1000)
    assert len(plan.reasons) == 51
    assert plan.reasons["Refused", "(other reasons)"] == 950


def test_a_long_reason_is_cut() -> None:
    assert alike("x" * 1000) == "x" * 200


def test_what_can_not_be_decided_is_left_until_somebody_has_looked() -> None:
    plan, redoing = Plan(Order()), Plan(Order(redo=True))
    for each in (plan, redoing):
        each.add(ONE)
        each.add(UNDECIDABLE)
    assert (plan.planned, plan.left) == (1, 1)
    assert (redoing.planned, redoing.left) == (2, 0)


# -- the run ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "one", "doubt"),
    [
        (Order(), ONE, set()),
        (Order(look=True), ONE, {ANY_STEP}),
        (Order(), UNKNOWN, {"lead"}),
        (Order(redo=True), UNKNOWN, {"lead"}),
        (Order(look=True), UNKNOWN, {"lead", ANY_STEP}),
        (Order(redo=True), UNDECIDABLE, {"lead"}),
        (Order(redo=True), OF_OLD, set()),
    ],
)
def test_the_next_attempt_looks_first_for_what_is_in_doubt(
    order: Order, one: Parked, doubt: set[str]
) -> None:
    memory, _ = replayed(order, one)
    assert [asked for asked, _ in memory.revived] == [doubt]


def test_an_audit_line_says_who_when_and_why() -> None:
    order = Order(reason="the department is there now", look=True)
    memory, _ = replayed(order, ONE)
    assert [audit for _, audit in memory.revived] == [
        {
            "at": "2026-03-02T09:30:00.000Z",
            "who": "jane",
            "why": "the department is there now",
            "after": "Refused",
            "edited": [],
            "was": {},
            "options": ["look"],
        }
    ]


def test_of_a_thousand_with_two_reasons_one_reason_is_replayed_and_its_letters_deleted() -> None:
    stack = ParkedStack(1000)
    queues = Queues(stack, "https://sqs.example.com/leadrelay-")
    ledger = ParkedDeliveries(Table(stack, "ledger"), queues, ["trackerrms"])
    replayer = Replayer(ledger=ledger, queue=queues.send, sleep=lambda _: None)
    plan = Plan(Order())
    for one in replayer.find(Filter()):
        plan.add(one)
    assert plan.reasons == dict.fromkeys(REASONS.items(), 500)
    refused = Order(filter=Filter.model_validate({"class": "Refused"}), rate=1000)
    run = replayer.replay(refused, "jane")
    assert [next(run).reason_class for _ in range(200)] == ["Refused"] * 200
    del run
    assert len([*replayer.replay(refused, "jane")]) == 300
    assert stack.revived == bytearray([True, False] * 500) == stack.deleted
    assert stack.queued == 500


def test_what_somebody_else_was_faster_with_is_not_queued() -> None:
    assert replayed(Order(), ONE, lost=True)[1] == []


@pytest.mark.parametrize("lost", [True, False])
def test_a_letter_is_done_when_its_delivery_is_on_its_way(*, lost: bool) -> None:
    letter = DeadLetter(lead_id="L1", by_sqs=True, sent_at=NOW)
    replayed(Order(), replace(ONE, reason_class=BY_SQS, letter=letter), lost=lost)
    assert letter.done is not lost


def test_a_replay_keeps_to_its_rate() -> None:
    clock, times = Clock(), list[float]()
    replayer = Replayer(
        ledger=Memory([ONE] * 5),
        queue=lambda *_: times.append(clock.now),
        now=lambda: NOW,
        clock=lambda: clock.now,
        sleep=clock.sleep,
    )
    for _ in replayer.replay(Order(rate=4), "jane"):
        clock.now += 0.1  # as the writes take their time
    assert times == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])


def test_a_replay_that_was_held_up_does_not_rush_after() -> None:
    clock, times = Clock(), list[float]()
    replayer = Replayer(
        ledger=Memory([ONE] * 3),
        queue=lambda *_: times.append(clock.now),
        now=lambda: NOW,
        clock=lambda: clock.now,
        sleep=clock.sleep,
    )
    for _ in replayer.replay(Order(rate=10), "jane"):
        clock.now += 5 if len(times) == 1 else 0
    assert times == pytest.approx([0.0, 5.0, 5.1])


def test_a_replay_stops_when_it_is_told_to() -> None:
    memory = Memory([ONE] * 3)
    replayer = Replayer(ledger=memory, queue=lambda *_: None, now=lambda: NOW, sleep=lambda _: None)
    assert len([*replayer.replay(Order(), "jane", lambda: len(memory.revived) == 2)]) == 2
