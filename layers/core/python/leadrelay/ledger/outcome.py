"""How an attempt ended, as the ledger is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadrelay.lead import timestamp

type End = Literal["delivered", "queued", "unknown", "parked", "quarantined"]
"""The states that an attempt may leave a delivery in."""

type Settled = Literal["settled", "again", "lost"]
"""Settled; or to be done again, because the lead got richer meanwhile; or the lease was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended. `until` is when the next one may begin, where there is to be one.

    `reason_class` is the name of the error and `message` what we say of it, without the CRM's
    words, that `reason` has; `link` leads to the record in the CRM. `doubt` are the steps that
    may have been done without our knowing, `undecided` the one that can't be looked for.
    """

    state: End
    steps: Mapping[str, str]
    attempts: int
    record_id: str | None = None
    link: str | None = None
    message: str | None = None
    reason: str | None = None
    reason_class: str | None = None
    doubt: Collection[str] = ()
    undecided: str | None = None
    until: datetime | None = None

    def as_set(self) -> dict[str, Any]:
        """What the end of an attempt sets of a delivery."""
        record = {"record_id": self.record_id, "link": self.link} if self.record_id else {}
        return {
            "steps": dict(self.steps),
            "attempts": self.attempts,
            "reason": self.reason,
            "reason_class": self.reason_class,
            "doubt": sorted(self.doubt) or None,
            "undecided": self.undecided,
            **record,
        }

    def as_told(self) -> dict[str, str | None]:
        """Its facts in the history; how long it took is since it "started"."""
        return {
            "error": self.reason_class,
            "message": self.message,
            "words": self._words if self.state == "parked" else None,
            "until": timestamp(self.until) if self.until else None,
            "record_id": self.record_id,
            "link": self.link,
        }

    @property
    def _words(self) -> str:
        """The CRM's own, behind our message in the reason, which a replay clears."""
        return (self.reason or "").removeprefix(self.message or "").lstrip(": ")
