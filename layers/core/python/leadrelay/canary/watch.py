"""Who tells that canaries don't get through, once, and once that they do again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadrelay.canary.probe import Prober
from leadrelay.canary.steps import Step
from leadrelay.errors import Unavailable
from leadrelay.ledger.canaries import Broken, Canaries
from leadrelay.report import Report
from leadrelay.sources import Source

_TRIES = 2  # a request that a network lost wakes nobody at night

type Tell = Callable[[str, str], None]
"""(subject, text), for people. Raises Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One source's canary, again and again. `source` is None where the file has none of that
    name that can be read."""

    name: str
    source: Source | None
    prober: Prober
    canaries: Canaries
    stack: str
    tell: Tell
    report: Report

    def look(self, now: datetime) -> str | None:
        """Send one; the part that is broken, None if all work. A paused CRM isn't broken: its own
        alarm tells of it. What was told is in the ledger: nothing depends on how late it is.
        Raises Unavailable when the ledger can't be reached, so that an alarm outside of it rings;
        or the topic, and then the next run tells."""
        step = self._broken()
        if step:
            self.report("canary.broken", source=self.name, part=step.part)
        known = self.canaries.broken()
        if step and not known:
            self._begin(step, now)
        elif known and not step:
            self._end(known, now)
        return step.part if step else None

    def _broken(self) -> Step | None:
        """The first part that doesn't work, of the last try."""
        if self.source is None:
            return Step("source", "broken", f"sources.toml has no sound table [{self.name}]")
        found: Sequence[Step] = ()
        for _ in range(_TRIES):
            found = [one for one in self.prober.probe(self.source) if one.state == "broken"]
            if not found:
                return None
        return found[0]

    def _begin(self, step: Step, now: datetime) -> None:
        broken = Broken(now, step.part)
        if self.canaries.begin(broken):
            try:
                self.tell(*_gone(self.name, step, self.stack))
            except Unavailable:
                self.canaries.end(broken)
                raise

    def _end(self, known: Broken, now: datetime) -> None:
        if self.canaries.end(known):
            try:
                self.tell(*_back(self.name, known, now))
            except Unavailable:
                self.canaries.begin(known)
                raise
            self.report("canary.back", source=self.name)


def _gone(name: str, step: Step, stack: str) -> tuple[str, str]:
    """(subject, text) of a mail."""
    text = (
        f"A canary sent to {name} didn't get through, so leads of it may not either.\n"
        f"{step.part}: {step.told}.\n\nTo send one now, and see where it stops:\n"
        f"  leadrelay canary {name} --stack {stack}\n"
    )
    return f"Leadrelay: the canary stopped at {step.part}", text


def _back(name: str, known: Broken, now: datetime) -> tuple[str, str]:
    text = (
        f"A canary sent to {name} got through at {now:%d %b %H:%M} UTC. Since"
        f" {known.since:%d %b %H:%M} UTC none had; it stopped at {known.part} then.\n"
    )
    return "Leadrelay: the canary gets through again", text
