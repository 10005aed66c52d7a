"""The events of one call make one call of it, whatever their order and however often they come."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.keeping.merge import has_come_to, merge
from leadrelay.lead import TAKEN, Call, CallState, Lead

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NUMBERS = ["+12025550101", "+442079460018", None]
STATES: list[CallState | None] = [
    None,
    "ringing",
    "answered",
    "completed",
    "missed",
    "voicemail",
]


def lead(call: Call | None, **fields: Any) -> Lead:
    fixed = {"id": "7Q2KX9BD", "ref": "LR-7Q2KX9BD", "source": "pbx", "kind": "call"}
    return Lead.model_validate({**fixed, "received_at": NOON, "call": call, **fields})


def told(*events: Call) -> Call:
    """What the events come to."""
    found = reduce(merge, map(lead, events)).call
    assert found
    return found


HIDES = {"hidden": True}
events = st.builds(
    Call,
    id=st.just("CA1"),
    state=st.sampled_from(STATES),
    caller=st.sampled_from(NUMBERS),
    called=st.sampled_from(NUMBERS),
    direction=st.sampled_from(["inbound", "outbound", None]),
    started_at=st.none() | st.integers(0, 9).map(lambda s: NOON + timedelta(seconds=s)),
    duration=st.none() | st.integers(0, 99),
    agent=st.sampled_from(["Alex", "Kim", None]),
    recording_url=st.sampled_from(["https://example.com/1", "https://example.com/2", None]),
).flatmap(
    lambda call: st.sampled_from([call, call if call.caller else call.model_copy(update=HIDES)])
)


@given(st.lists(events, min_size=1, max_size=6), st.data())
def test_any_order_and_repetition_ends_in_the_same_call(
    call: list[Call], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(call), max_size=4))
    shuffled = data.draw(st.permutations([*call, *again]))
    assert told(*shuffled) == told(*call)


@given(st.lists(events, min_size=1, max_size=6), st.data())
def test_a_repeated_event_is_no_news(call: list[Call], data: st.DataObject) -> None:
    known = lead(told(*call))
    assert merge(known, lead(data.draw(st.sampled_from(call)))) == known


def test_one_event_stays_as_it_is() -> None:
    call = Call(id="CA1", state="answered", agent="Alex", direction="inbound")
    assert told(call, call) == call


RINGING, ANSWERED, COMPLETED = (
    Call(state="ringing"),
    Call(state="answered"),
    Call(state="completed", duration=82),
)
MISSED, VOICEMAIL = Call(state="missed"), Call(state="voicemail")
ALEX_TOOK_IT = Call(state="answered", agent="Alex")
TAKEN_BY_SOMEBODY = Call(state="answered", heard={"answered": "", TAKEN: ""})
HISTORIES: dict[str, tuple[list[Call], CallState]] = {
    "a talk": ([RINGING, ANSWERED, COMPLETED], "completed"),
    "nobody was asked": ([RINGING, COMPLETED], "completed"),
    "no agent took what the exchange answered": ([RINGING, MISSED, COMPLETED], "missed"),
    "the same, told more fully": ([RINGING, ANSWERED, MISSED, COMPLETED], "missed"),
    "the second agent took it": ([MISSED, ALEX_TOOK_IT, COMPLETED], "completed"),
    "the second agent has it": ([RINGING, MISSED, ALEX_TOOK_IT], "answered"),
    "the second agent had it": ([MISSED, Call(state="completed", agent="Kim")], "completed"),
    "somebody had it, and nobody says who": ([MISSED, TAKEN_BY_SOMEBODY, COMPLETED], "completed"),
    "somebody has it": ([RINGING, MISSED, TAKEN_BY_SOMEBODY], "answered"),
    "a message was left": ([RINGING, MISSED, VOICEMAIL, COMPLETED], "voicemail"),
    "a message was left with the exchange": ([ANSWERED, COMPLETED, VOICEMAIL], "voicemail"),
}


@pytest.mark.parametrize(("history", "state"), HISTORIES.values(), ids=HISTORIES)
def test_the_state_is_decided_by_what_happened(history: list[Call], state: CallState) -> None:
    assert told(*history).state == told(*history[::-1]).state == state


def test_the_agent_is_the_one_who_took_the_call() -> None:
    tried, tried_too = Call(agent="Zoe"), Call(state="ringing", agent="Kim")
    assert told(tried, tried_too).agent == "Kim"
    assert told(tried, ALEX_TOOK_IT, COMPLETED, tried_too).agent == "Alex"


def test_the_call_lasted_as_long_as_its_longest_leg_and_began_with_its_first() -> None:
    later = NOON + timedelta(seconds=9)
    legs = Call(duration=73, started_at=later), Call(duration=82, started_at=NOON)
    assert (told(*legs).duration, told(*legs).started_at) == (82, NOON)


def test_the_numbers_are_those_of_the_call_and_not_of_its_leg_to_an_agent() -> None:
    call = Call(direction="inbound", caller="+442079460958", called="+442079460100")
    leg = Call(direction="outbound", caller="+12025550100", called="+12025550123")
    for found in (told(call, leg), told(leg, call)):
        assert (found.direction, found.caller, found.called) == (
            *("inbound", "+442079460958", "+442079460100"),
        )


def test_the_person_is_who_called_and_not_the_agent_who_was_rung() -> None:
    caller, agent = "+442079460958", "+12025550123"
    of_call = lead(Call(direction="inbound", caller=caller), phone=caller, message="About the job")
    of_leg = lead(Call(direction="outbound", called=agent), phone=agent, full_name="Bob Agent")
    for found in (merge(of_call, of_leg), merge(of_leg, of_call)):
        assert (found.phone, found.full_name, found.message) == (caller, None, "About the job")
    hides = lead(Call(direction="inbound", hidden=True))
    assert merge(of_leg, hides).phone is merge(hides, of_leg).phone is None


def test_a_caller_whose_number_comes_later_does_not_hide() -> None:
    hidden, told_later = Call(hidden=True), Call(caller="+12025550101")
    assert told(hidden, told_later) == told(told_later, hidden) == told_later


def test_news_adds_and_takes_nothing_back() -> None:
    known = lead(None, full_name="Jane Doe", extra={"queue": "Sales"})
    news = lead(RINGING, full_name="JANE DOE", email="jane@example.com", extra={"queue": "2"})
    both = merge(known, news)
    assert (both.full_name, both.email) == ("Jane Doe", "jane@example.com")
    assert (both.extra, both.call) == ({"queue": "Sales"}, RINGING)


@pytest.mark.parametrize("end", ["completed", "missed", "voicemail"])
def test_who_waits_for_the_end_has_it_however_it_ended(end: CallState) -> None:
    assert has_come_to(Call(state=end), "completed")
    assert has_come_to(Call(state=end), "ringing")


def test_a_call_that_is_on_has_not_come_to_its_end() -> None:
    assert has_come_to(ANSWERED, "ringing")
    assert not has_come_to(ANSWERED, "completed")
    assert not has_come_to(None, "ringing")
