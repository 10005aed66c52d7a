"""News of a lead that is known already: what is new is added, and nothing is taken back.

The events of a call come in any order, late and twice. What they make of it is the same in any
order: `Call.heard` keeps which states were told, and the rest follows from that.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

from leadrelay.intake.meaning.known_by import KNOWN_BY
from leadrelay.lead import OWN_FIELDS, TAKEN, Call, CallState, Lead

_PROGRESS: dict[CallState | None, int] = {
    None: 0,
    "ringing": 1,
    "answered": 2,
    "completed": 3,
    "missed": 3,
    "voicemail": 3,
}
# Of the agents that a call went to, the one who tells most about it: first who took it.
_AGENTS = ("answered", "completed", "voicemail", "missed", "ringing", "")
# The events of one call tell of the same start, if sometimes by another clock; what has no start
# may come at its end, or when its recording is ready.
_STARTS_APART, _LONGEST_CALL = timedelta(hours=3), timedelta(hours=12)
# Without a number the start tells calls apart.
_REPORTS_APART = timedelta(seconds=30)
# The legs of an inbound call to agents are outbound, and of other numbers.
_DIRECTIONS = (None, "outbound", "inbound")
# Of a leg to an agent these are the agent's.
_OTHER_END = ("phone", "full_name", "first_name", "last_name")


def merge(known: Lead, news: Lead) -> Lead:
    """The known lead with what the news adds: fields it didn't have, and how its call went on."""
    call = _merge_calls(known.call, news.call)
    added: dict[str, Any] = {
        name: getattr(news, name)
        for name in Lead.model_fields.keys()
        - OWN_FIELDS
        - {"call", "tracking", "extra", "technical"}
        if not getattr(known, name) and getattr(news, name)
    }
    return known.model_copy(
        update={
            **added,
            **_other_end(known, news, call),
            "call": call,
            "tracking": {**news.tracking, **known.tracking},
            "extra": {**news.extra, **known.extra},
            "technical": {**news.technical, **known.technical},
            "known_by": tuple(dict.fromkeys((*known.known_by, *news.known_by)))[:KNOWN_BY],
        }
    )


def _other_end(known: Lead, news: Lead, call: Call | None) -> dict[str, str | None]:
    """Who is on the call, as those events tell that go its way."""
    leads = [
        lead
        for lead in (known, news)
        if lead.call is None or call is None or lead.call.direction in {None, call.direction}
    ]
    return {
        name: next(filter(None, (getattr(lead, name) for lead in leads)), None)
        for name in _OTHER_END
    }


def is_another_call(known: Lead, news: Lead) -> bool:
    """Whether news that came under a known call's number, or from the same caller to the same
    number where calls have none, is of another call all the same."""
    if known.call is None or news.call is None:
        return False
    calls = known.call, news.call
    callers = {call.caller for call in calls if call.caller}
    if len(callers) > 1 and known.call.direction == news.call.direction:
        return True
    told = [call.started_at for call in calls if call.started_at]
    begun = [lead.call.started_at or lead.received_at for lead in (known, news) if lead.call]
    apart = abs(begun[0] - begun[1])
    if news.call.id:
        return apart > (_STARTS_APART if len(told) == 2 else _LONGEST_CALL)
    durations = {call.duration for call in calls if call.duration is not None}
    return apart > _REPORTS_APART if len(told) == 2 else len(durations) > 1


def has_come_to(call: Call | None, state: CallState) -> bool:
    """Whether the call has reached a state, or is past it. One that was missed is over, and mostly
    nothing further comes: who waits for the end has it."""
    return _PROGRESS[call.state if call else None] >= _PROGRESS[state]


def _merge_calls(known: Call | None, news: Call | None) -> Call | None:
    if known is None or news is None:
        return known or news
    both = known, news
    heard = {
        state: max(_heard(call).get(state, "") for call in both)
        for state in sorted({*_heard(known), *_heard(news)})
    }
    direction = max((call.direction for call in both), key=_DIRECTIONS.index)
    parties = [call for call in both if call.direction == direction]
    caller = _first(call.caller for call in parties)
    return Call(
        id=_first(call.id for call in both),
        state=_state(heard),
        caller=caller,
        hidden=not caller and any(call.hidden for call in parties),
        called=_first(call.called for call in parties),
        direction=direction,
        started_at=min(filter(None, (call.started_at for call in both)), default=None),
        waited=min((call.waited for call in both if call.waited is not None), default=None),
        answered_at=min(filter(None, (call.answered_at for call in both)), default=None),
        # That of the call is longer than those of its legs.
        duration=max((call.duration for call in both if call.duration is not None), default=None),
        talked=max((call.talked for call in both if call.talked is not None), default=None),
        agent=next((heard[state] for state in _AGENTS if heard.get(state)), None),
        line=_first(call.line for call in both),
        recording_url=_first(call.recording_url for call in both),
        # One alone is told by `state` and `agent`.
        heard=heard if len(heard) > 1 else {},
    )


def _heard(call: Call) -> Mapping[str, str]:
    return call.heard or {call.state or "": call.agent or ""}


def _state(heard: Mapping[str, str]) -> CallState | None:
    """What the states that were told come to.

    An exchange that picks up to look for an agent has answered and completed the call, even if no
    agent took it: so a missed call stays one, unless it is told that somebody did take it.
    """
    taken = heard.get("answered") or heard.get("completed") or TAKEN in heard
    order = ["voicemail", "completed", "answered", "missed", "ringing"]
    if not taken:
        order.insert(1, "missed")
    return cast("CallState | None", next((state for state in order if state in heard), None))


def _first(values: Iterable[str | None]) -> str | None:
    return min(filter(None, values), default=None)
