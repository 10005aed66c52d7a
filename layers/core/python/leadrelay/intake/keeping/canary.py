"""What becomes of a request that is a canary: all that becomes of a lead, up to where one would be
kept, counted, told or brought to a CRM.

Only a request with the mark's header costs anything of it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, Protocol

from leadrelay.canaries import MARK, Canary
from leadrelay.errors import Unavailable
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.request import Request
from leadrelay.lead import Accepted, Lead
from leadrelay.sources import Source
from leadrelay.threads import side_by_side


class Canaries(Protocol):
    """`ledger.canaries.Canaries`. Every method raises Unavailable."""

    def find(self, mark: str) -> Canary | None: ...
    def keep(self, canary: Canary, crms: Sequence[str]) -> None: ...
    def stop(self, canary: Canary, outcome: str, more: str) -> None: ...
    def arrive(self, canary: str, crm: str, at: Literal["unqueued"]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What lets canaries pass: where they are known, and how a CRM's function is sent one, by its
    id and the CRM."""

    canaries: Canaries
    queue: Callable[[str, str], None]

    def find(self, request: Request, source: Source | None) -> Canary | None:
        """The canary that a request is; nothing is asked of one without a mark. Raises
        Unavailable."""
        mark = request.headers.get(MARK)
        canary = self.canaries.find(mark) if mark and source else None
        return canary if canary and source and canary.source == source.name else None

    def keeper(self, canary: Canary, usual: Keeper) -> Keeper:
        """One that reads a lead as the usual one does, and keeps nothing of it; files neither."""
        return replace(
            usual,
            accept=partial(self._accept, canary),
            queue=lambda *_: None,
            report=lambda *_, **__: None,
            attacher=None,
        )

    def note(self, canary: Canary, outcome: str, **facts: str | float | bool | None) -> None:
        """A `report.Report`, for what the intake says of it: whoever sent it wants to know."""
        more = " ".join(str(facts[name]) for name in ("status", "error", "event") if name in facts)
        with suppress(Unavailable):  # its answer is a sign, too
            self.canaries.stop(canary, outcome, more)

    def _accept(self, canary: Canary, _lead: Lead, source: Source, **_: Any) -> Accepted:
        """An `acceptance.Accept`."""
        crms = [crm for crm in source.deliver if crm not in canary.paused]
        self.canaries.keep(canary, crms)
        side_by_side([partial(self._queue_one, canary, crm) for crm in crms], len(crms))
        return Accepted(lead_id=canary.id, duplicate=False)

    def _queue_one(self, canary: Canary, crm: str) -> None:
        try:
            self.queue(canary.id, crm)
        except Unavailable:
            self.canaries.arrive(canary.id, crm, "unqueued")
