"""Calls from whoever can fill in a URL: which parameter is what, by the names that are in use.

Case, separators and the path in front of a name don't count: "Caller ID", callerid, CALLER_ID; its
last part may: from.number.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from leadrelay.intake.calls.events import CallEvent
from leadrelay.intake.calls.hidden import is_known
from leadrelay.intake.calls.parties import party
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import moment, seconds
from leadrelay.intake.calls.vocabulary import CAUSES, DIRECTIONS, EVENTS, NAMES, STATES
from leadrelay.lead import CallState

# What is about a call, in front of or behind the word that counts: call.completed, CallAccepted,
# missed_call, NOTIFY_END, inbound_missed.
_OF_A_CALL = re.compile(
    r"^(?:calling|notify|channel|phone|inbound|call(?!ing$))+(?=[a-z])|(?<=[a-z])(?:phone)?call$"
)
_LONGEST = 40
# The surest first: of several that are told at once the one that says most.
_TELLING: tuple[CallState, ...] = ("voicemail", "missed", "completed", "answered", "ringing")
# What these hold are facts of their own, not the call's: how long a recording is.
_PARTS = {"media", "recording", "recordings", "voicemail", "sessiondata"}
_WITHHELD = "withheld"


class Parameters:
    """What a sender gave, by what its parameters mean. What is secret in it is gone."""

    def __init__(self, payload: Payload) -> None:
        self._payload = payload
        self._names: dict[str, str] = {}
        for name in (*payload, *payload.names):  # those with a value first
            for alias in _aliases(name):
                self._names.setdefault(alias, name)
        body_secret = (payload.source.token or "").removeprefix("body:")
        for secret in self._called("secret"):
            # the source's own is still to be checked, and left out after that
            if secret != body_secret:
                payload.take(secret)

    def has(self, *meanings: str) -> bool:
        """Whether a parameter has one of these meanings, be it without a value."""
        return any(map(self._called, meanings))

    def take(self, meaning: str) -> str:
        """What has this meaning; "" if nothing has."""
        name = next(iter(self._with_values(meaning)), "")
        return self._payload.take(name) if name else ""

    def take_one_of[T](self, meaning: str, known: Mapping[str, T]) -> T | None:
        """The first with this meaning whose value is among the known ones."""
        return next(iter(self.take_all_of(meaning, known)), None)

    def take_all_of[T](self, meaning: str, known: Mapping[str, T]) -> list[T]:
        """What all with this meaning say whose values are among the known ones."""
        found = {name: _word(self._payload.look(name)) for name in self._with_values(meaning)}
        return [known[word] for name, word in found.items() if word in known and self._took(name)]

    def _took(self, name: str) -> bool:
        return bool(self._payload.take(name))

    def take_read[T](self, meaning: str, read: Callable[[str], T | None]) -> T | None:
        """The first with this meaning that can be read. What can't be is left as it is."""
        for name in self._with_values(meaning):
            if (value := read(self._payload.look(name))) is not None:
                self._payload.take(name)
                return value
        return None

    def take_started_at(self) -> datetime | None:
        """A time without a zone is read only where its name says the zone, or the source does;
        3CX's, whose name does, is written month first."""
        for name in self._with_values("started_at"):
            utc = _plain(name).endswith("utc")
            text = self._payload.look(name)
            if found := moment(text, UTC if utc else self._payload.zone, month_first=utc):
                self._payload.take(name)
                return found
        return None

    def take_number(self, *meanings: str) -> str:
        """The first of these that holds a number or an extension: a parameter `source` may also
        say which campaign it was. "" if none does."""
        region = self._payload.source.default_region
        for name in self._with_values(*meanings):
            if party(self._payload.look(name), region).number:
                return self._payload.take(name)
        return ""

    def _with_values(self, *meanings: str) -> list[str]:
        named = (name for meaning in meanings for name in self._called(meaning))
        return [name for name in named if name in self._payload]

    def _called(self, meaning: str) -> list[str]:
        """The sender's own names with this meaning, the surest first: what the source's table
        says before all."""
        configured = self._payload.source.call_fields.get(meaning, "")
        aliases = [_plain(_last(configured)), *NAMES[meaning]] if configured else NAMES[meaning]
        return [self._names[alias] for alias in aliases if alias in self._names]


def read_parameters(payload: Payload, *, otherwise: CallState) -> CallEvent:
    """The call that the parameters tell of; `otherwise` is its state when they don't say."""
    known = Parameters(payload)
    direction = known.take_one_of("direction", DIRECTIONS) or "inbound"
    theirs, ours = ("caller", "other"), ("called", "own")
    if direction == "outbound":
        theirs, ours = ("called", "other"), ("caller", "own")
    duration = known.take_read("duration", seconds)
    state, call_id = _state(known, duration), known.take("id")
    other, own = known.take_number(*theirs), known.take_number(*ours)
    if direction == "inbound" and not other:
        other = _hidden(known, *theirs, named=bool(own or call_id))
    return CallEvent(
        id=call_id,
        state=state or otherwise,
        caller=own if direction == "outbound" else other,
        called=other if direction == "outbound" else own,
        direction=direction,
        started_at=known.take_started_at(),
        duration=duration,
        talked=known.take_read("talked", seconds),
        agent=known.take("agent"),
        taken=state == "completed" and bool(duration),
        recording_url=known.take("recording_url"),
        person={"full_name": known.take("name")},
    )


def tells_of_a_caller(payload: Payload) -> bool:
    """Whether any parameter is there for who calls, be it without a value."""
    return Parameters(payload).has("caller", "other")


def _hidden(known: Parameters, *meanings: str, named: bool) -> str:
    """What was put where a number should be. Where the call is `named` otherwise, any text and
    even an empty parameter says that somebody hides; else only a word that is known for it."""
    text = next(filter(None, map(known.take, meanings)), "")
    if text and (named or is_known(text)):
        return text
    return _WITHHELD if named and known.has(*meanings) else ""


def _state(known: Parameters, duration: int | None) -> CallState | None:
    """An exchange's hang-up says that a call is over, its seconds and its cause whether it was
    answered."""
    told = [*known.take_all_of("state", STATES), *known.take_all_of("event", EVENTS)]
    if "completed" in told and "answered" not in told:
        told += known.take_all_of("cause", CAUSES)
    state = next((state for state in _TELLING if state in told), None)
    return "missed" if state == "completed" and duration == 0 else state


def _aliases(name: str) -> list[str]:
    """By what a parameter may be known: the last two parts of its path, and the last alone."""
    *path, last = name.split(".")
    alone = [] if _PARTS.intersection(map(_plain, path)) else [_plain(last)]
    return [_plain(".".join((*path[-1:], last))), *alone]


def _word(value: str) -> str:
    """The one that counts of what is said of a call."""
    word = _plain(value)
    if len(word) > _LONGEST:
        return ""
    while (shorter := _OF_A_CALL.sub("", word)) != word:
        word = shorter
    return word


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())
