"""Requests of a known source that became no lead, kept for when its secret, its mapping or the code
is mended: `leadrelay refused`.

They are kept whole, within a budget: a flood costs no more than that, and what is accepted costs
no request more.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from leadrelay.errors import Unavailable
from leadrelay.lead import timestamp
from leadrelay.report import Report
from leadrelay.sources import Source

BUDGET_KB = 20_000
"""Of one source on one day."""

LEAST_KB = 20
"""That each counts at least: of small ones a thousand a day are kept."""

AGAIN = "leadrelay_again"
"""The member of an event that is taken in again: when it came first. API Gateway's events have no
member that a sender names."""

FOLDER = "refused/"
_KEPT = timedelta(days=7)  # by the bucket's rule
_UNWORDED = re.compile(r"[^a-z0-9]+")

type Put = Callable[[str, bytes], None]
"""(key, content). Raises Unavailable."""

type Add = Callable[[str, Mapping[str, int], datetime], Mapping[str, int]]
"""(key, numbers to add to it, when it may be forgotten) → the sums. Raises Unavailable."""


class Spent(NamedTuple):
    day: str
    kb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What keeps them."""

    put: Put
    add: Add
    report: Report
    spent: dict[str, Spent] = field(default_factory=dict)
    """What this function knows to be used up of each source's budget."""

    def keep(self, event: Mapping[str, object], source: Source, cause: str, now: datetime) -> None:
        """Never fails: the sender is answered the same whether it can be kept or not."""
        day, slug = now.date().isoformat(), _slug(cause)
        known = self.spent.get(source.name, Spent(day, 0))
        if known.day == day and known.kb > BUDGET_KB:
            return
        content = json.dumps({"received_at": timestamp(now), "event": event}).encode()
        number = f"of_{slug}".replace("-", "_")  # an attribute's name
        kb = max(LEAST_KB, len(content) // 1000)
        try:
            sums = self.add(f"refused#{source.name}#{day}", {"kb": kb, number: 1}, now + _KEPT)
        except Unavailable:  # which may be why it was refused
            sums = {"kb": kb + (known.kb if known.day == day else 0), number: 0}
        self.spent[source.name] = Spent(day, sums["kb"])
        if sums["kb"] > BUDGET_KB:
            self.report("refused.full", source=source.name)
            return
        try:
            self.put(f"{FOLDER}{source.name}/{slug}/{timestamp(now)}-{uuid4().hex[:8]}", content)
        except Unavailable as error:
            self.report("refused.unkept", source=source.name, error=str(error))
            return
        first = sums[number] == 1
        self.report("refused.new" if first else "refused.kept", source=source.name, cause=slug)


def _slug(cause: str) -> str:
    """Of "401 Wrong signature": 401-wrong-signature."""
    return _UNWORDED.sub("-", cause.lower()).strip("-")[:60]
