"""Who tells that a source has fallen silent: that its website was rebuilt, say, and its form sends
nobody here any more. Told once when fewer leads came than it is expected to send, and once when it
sends as expected again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from leadrelay.durations import ago
from leadrelay.errors import Unavailable
from leadrelay.expectation import Expectation
from leadrelay.lead import timestamp
from leadrelay.ledger import arrivals
from leadrelay.ledger.arrivals import Heard, Look
from leadrelay.ledger.table import Table
from leadrelay.report import Report
from leadrelay.sources import Source

_EVERY_MINUTES = 5

type Tell = Callable[[str, str], None]
"""(subject, text), for people. Raises Unavailable."""


class News(NamedTuple):
    """A source fell silent, or is back."""

    source: Source
    heard: Heard
    is_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What looks for it. `sources` are those of the file that can be read, none of a file that
    can't."""

    table: Table
    sources: Mapping[str, Source]
    stack: str
    tell: Tell
    report: Report

    def watch(self, now: datetime) -> None:
        """Look for leads that came since the last look, and tell of sources that fell silent or
        are back. Of two that look at once one tells; what can't be told now the next look tells.
        """
        if self.sources and now.minute % _EVERY_MINUTES == 0:
            try:
                self._watch(now)
            except Unavailable as error:
                self.report("silence.unavailable", error=str(error))

    def _watch(self, now: datetime) -> None:
        found = arrivals.look(self.table, now)
        after, news = judged(found, self.sources, now)
        if not arrivals.keep(self.table, after):
            return
        for place, one in enumerate(news):
            try:
                self.tell(*in_words(one, self.stack, now))
            except Unavailable:
                names = [later.source.name for later in news[place:]]
                heard = {**after.heard, **{name: found.heard[name] for name in names}}
                again = replace(after, heard=heard, seen=timestamp(after.until))
                arrivals.keep(self.table, again)
                raise
            outcome = "source.back" if one.is_back else "source.silent"
            self.report(outcome, source=one.source.name)


def judged(found: Look, sources: Mapping[str, Source], now: datetime) -> tuple[Look, list[News]]:
    """What is known then, and what there is to tell. A source that isn't in the file any more is
    forgotten."""
    known = {name: found.heard.get(name, Heard(since=now)) for name in sources}
    if not found.is_whole:  # who is silent so far may have sent what isn't read yet
        return replace(found, heard=known), []
    news: list[News] = []
    for name, source in sources.items():
        after = _after(known[name], source, now)
        if bool(after.silent_since) != bool(known[name].silent_since) and source.expect:
            news.append(News(source, after, is_back=not after.silent_since))
        known[name] = after
    return replace(found, heard=known), news


def _after(heard: Heard, source: Source, now: datetime) -> Heard:
    """A source that was told as silent stays so until a lead has come, whatever clocks do."""
    awake = replace(heard, silent_since=None, last=None)
    if not source.expect:
        return awake
    last = heard.came[-1] if heard.came else None
    if _is_overdue(heard, source.expect, source, now):
        return heard if heard.silent_since else replace(heard, silent_since=now, last=last)
    return heard if heard.silent_since and last == heard.last else awake


def _is_overdue(heard: Heard, expect: Expectation, source: Source, now: datetime) -> bool:
    since = expect.since(now, source.clock)
    came = sum(one >= since for one in heard.came)
    # of a new source nothing is known before its first span is over
    return came < expect.limit and (heard.since <= since or len(heard.came) >= expect.limit)


def in_words(news: News, stack: str, now: datetime) -> tuple[str, str]:
    """(subject, text) of a mail, times by the source's clock."""
    source, heard = news.source, news.heard
    last, gap = heard.came[-1] if heard.came else None, heard.usual_gap
    told = f"{last.astimezone(source.clock):%a %d %b %H:%M %Z}" if last else "none yet"
    usual = f" Usually there is one every {ago(gap)}." if gap else ""
    if news.is_back:
        text = f"{source.name} sends as often as expected again. Its last lead: {told}.\n"
        return f"Leadrelay: {source.name} sends again", text
    text = (
        f"{source.name} has sent fewer leads than sources.toml expects. Its last lead: {told}."
        f"{usual}\n\nSee whether its form, its exchange or its vendor still sends to"
        f" {source.path}. To see more:\n  leadrelay status --stack {stack}\n"
        f"  leadrelay refused --stack {stack} --source {source.name}\n"
    )
    return f"Leadrelay: {source.name} is silent" + (f" for {ago(now - last)}" if last else ""), text
