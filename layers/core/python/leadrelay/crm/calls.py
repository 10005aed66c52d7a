"""A call goes on after its record was made: what a CRM has been told of it, and what is news.

A call that is delivered while it rings is delivered again whenever more is known. Its record is
made once; what is brought to it later is a step named after what it says, so that a CRM is told
each thing once, and a call that was over when its record was made needs nothing more.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from leadrelay.crm.base import Steps
from leadrelay.lead import Call, Lead
from leadrelay.narrator.calls import ENDED, opens
from leadrelay.narrator.style import Style

_ON = "on"  # what happens while a call is on is told when it is over


class Telling:
    """`Steps` that know what one CRM has been told of the lead's call. Made before the call's
    record is: how the call stood then is a step, so that it is known even if the record's answer
    is lost."""

    def __init__(self, lead: Lead, steps: Steps) -> None:
        self.once = steps.once
        self._now = _gist(lead.call)
        self._then = steps.once("call", lambda: self._now, lambda: self._now) if lead.call else _ON
        self._made = False

    @property
    def has_news(self) -> bool:
        """Whether the call went on since its record was made."""
        return self._now not in {_ON, self._then}

    def record(
        self, name: str, make: Callable[[], str], look: Callable[[], str | None] | None
    ) -> str:
        """The step that makes the call's record. If it is done now, the record says it all."""

        def act() -> str:
            made = make()
            self._made = True
            return made

        return self.once(name, act, look)

    def bring(self, news: Callable[[], str]) -> None:
        """If the call went on since, do `news`, which brings the record up to date. It is simply
        done again when in doubt: twice must be as once, by steps of its own where need be."""
        if self.has_news:
            act = (lambda: "in the record") if self._made else news
            self.once(f"call {self._now}", act, act)


def told_of_call(templates: Mapping[str, str]) -> set[str]:
    """The names whose template says something of the call, so that it changes with it."""
    told = ("{call.", "{agent")
    return {name for name, text in templates.items() if any(one in text for one in told)}


def renewed(text: str, now: str) -> str:
    """A note that was made of the lead earlier, with what it says of the call as it is `now`: the
    sentence is another, and what came since stands above the reference. What people wrote stays."""
    lines, fresh = text.split("\n"), now.split("\n")
    ours = [number for number, line in enumerate(fresh) if line.startswith("Reference: ")][-1]
    sentence = next((line for line in fresh if opens(line)), "")
    place = next((number for number, line in enumerate(lines) if opens(line)), None)
    if place is not None and sentence:
        lines[place] = sentence
    known = {*lines, ""}
    news = [line for line in fresh[:ours] if line not in known]
    end = len(lines) - 1
    ends = [number for number, line in enumerate(lines) if line == fresh[ours]]
    end = ends[-1] if ends else len(lines)
    block = [*news, ""] if ends and news else news
    return "\n".join([*lines[:end], *block, *lines[end:]])


def local(lead: Lead, style: Style) -> datetime:
    """When it happened, by the clock of the source's place; where the source doesn't say where
    that is, by the sender's own."""
    moment = (lead.call.started_at if lead.call else None) or lead.received_at
    return moment if style.zone == "UTC" else moment.astimezone(style.clock)


def _gist(call: Call | None) -> str:
    """What a CRM wants to know of a call once it is over, or recorded, as a short hash."""
    if call is None or not (call.state in ENDED or call.recording_url):
        return _ON
    facts = call.state, call.duration, call.agent, call.rang, call.recording_url
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
