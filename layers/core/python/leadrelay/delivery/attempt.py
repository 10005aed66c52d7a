"""One attempt, from its claim to how it ended."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from leadrelay.claim import ANY_STEP, Claim
from leadrelay.crm.base import Receipt
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import DeliveryError, Misconfigured, Retryable, Undecidable, Unknown
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import End, Outcome, Settled
from leadrelay.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is claimed, and what has been done of it; each way to end settles it in the ledger and
    tells it. Raises Unavailable when the ledger can't be reached."""

    claim: Claim
    steps: DeliverySteps
    ledger: Deliveries
    dead_letter: Callable[[str, str, str], None]
    report: Report
    now: Callable[[], datetime]
    started: float = field(default_factory=monotonic)

    def delivered(self, receipt: Receipt) -> Settled:
        settled = self._settle(
            "delivered",
            record_id=receipt.record_id,
            link=receipt.link,
            reason=receipt.remark,
            message=receipt.remark,
        )
        if settled == "lost":
            self._tell("delivery.lease_lost", record_id=receipt.record_id)
        else:
            took = max(self.now() - self.claim.lead.received_at, timedelta(0))  # clocks differ
            ms = took / timedelta(milliseconds=1)
            self._tell("delivery.done", record_id=receipt.record_id, since_arrival_ms=round(ms))
        return settled

    def wait(self, error: DeliveryError, wait: timedelta) -> timedelta:
        """Try again after that time; neither our own mistakes nor the CRM's being busy count."""
        misconfigured = isinstance(error, Misconfigured)
        throttled = isinstance(error, Retryable) and error.throttled
        doubt = self._doubt(error)
        self._settle(
            "unknown" if doubt else "queued",
            error,
            doubt=doubt,
            until=self.now() + wait,
            attempts=self.claim.attempts - (misconfigured or throttled),
        )
        self._tell(
            "delivery.misconfigured" if misconfigured else "delivery.retry",
            error=type(error).__name__,
            wait_s=round(wait.total_seconds(), 1),
        )
        return wait

    def park(self, error: DeliveryError) -> None:
        # First the dead letter, then the ledger: should the second fail, the message comes again
        # and parks the delivery again; a second dead letter for it does no harm.
        self.dead_letter(self.claim.lead.id, self.claim.crm, type(error).__name__)
        undecided = error.step if isinstance(error, Undecidable) else None
        self._settle("parked", error, doubt=self._doubt(error), undecided=undecided)
        self._tell("delivery.parked", error=type(error).__name__)

    def put_aside(self, doubt: str) -> None:
        """Before anything was sent, for a person to release it."""
        self._settle("quarantined", reason=doubt, message=doubt)
        self._tell("delivery.quarantined")

    def _doubt(self, error: DeliveryError) -> set[str]:
        """The steps that may have been done without our knowing."""
        return self.steps.doubt or ({ANY_STEP} if isinstance(error, Unknown) else set())

    def _settle(self, state: End, error: DeliveryError | None = None, **outcome: Any) -> Settled:
        ended: dict[str, Any] = {"steps": self.steps.done, "attempts": self.claim.attempts}
        if error:
            ended |= {
                "message": str(error),
                "reason": error.reason,
                "reason_class": type(error).__name__,
            }
        done = Outcome(state=state, **ended | outcome)
        return self.ledger.settle(self.claim, done, now=self.now())

    def _tell(self, outcome: str, **facts: str | float) -> None:
        self.report(
            outcome,
            lead_id=self.claim.lead.id,
            source=self.claim.lead.source,
            crm=self.claim.crm,
            attempt=self.claim.attempts,
            ms=round((monotonic() - self.started) * 1000, 1),
            **facts,
        )
