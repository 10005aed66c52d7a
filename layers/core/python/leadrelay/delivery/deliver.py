"""One delivery, one attempt: claim it, create it in the CRM, settle it in the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from leadrelay.claim import Busy, Claim
from leadrelay.crm.base import Crm, ReadFile
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.gate import PUT_BACK, Gate
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unavailable, Unknown
from leadrelay.lead import Lead, State
from leadrelay.ledger.deliveries import Deliveries, Outcome, Settled
from leadrelay.report import Report, correlation_id

# A source whose table for this CRM is wrong holds up its own leads only; a person has to mend it.
MISCONFIGURED_WAIT = timedelta(minutes=5)

_PUT_ASIDE = "put aside"  # a step: it was, once, before anything was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Everything one CRM's deliveries need. Safe to use from several threads."""

    name: str
    crm: Crm
    gate: Gate
    options: Callable[[str], Any]  # a source's name → the adapter's Options
    complete: Callable[[Lead], Lead]  # what arrived as an id only; never raises Misconfigured
    doubt: Callable[[Lead], str | None]  # why a lead that is whole now waits for a person
    ledger: Deliveries
    dead_letter: Callable[[str, str, str], None]  # lead id, CRM, reason class
    read_file: ReadFile
    report: Report
    lease: timedelta  # longer than the function may run, so that no two attempts overlap
    backoff: Backoff
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def deliver(self, lead_id: str) -> timedelta | None:
        """Try once, unless the CRM is paused. Returns when the message is wanted again; None when
        it is done with.

        Raises Unavailable when the ledger can't be reached: then the message comes again by
        itself, and the lease makes the next attempt look before it writes.
        """
        with self.gate.passage() as may:
            return self._deliver(lead_id) if may else PUT_BACK

    def _deliver(self, lead_id: str) -> timedelta | None:
        now = self.now()
        claim = self.ledger.claim(lead_id, self.name, now=now, until=now + self.lease)
        if claim is None:
            return None
        if isinstance(claim, Busy):
            return max(claim.until - now, timedelta(seconds=1))
        correlation_id.set(claim.correlation_id)
        return self._attempt(claim)

    def _attempt(self, claim: Claim) -> timedelta | None:
        started = monotonic()
        steps = DeliverySteps(
            claim.steps, in_doubt=claim.in_doubt, save=partial(self.ledger.remember, claim)
        )
        tell = partial(self._tell, claim=claim, elapsed=lambda: (monotonic() - started) * 1000)
        if (
            claim.in_doubt
            and self._tried_for(claim) > self.backoff.give_up_after + self.backoff.cap
        ):
            # Only attempts that never come to an end get here: a function killed each time.
            self._park(claim, steps, Unknown("no attempt came to an end"), tell)
            return None
        try:
            options, lead = self.options(claim.lead.source), self.complete(claim.lead)
        except Misconfigured as error:
            self.report("source.broken", error=str(error))
            return self._wait(claim, steps, error, tell, MISCONFIGURED_WAIT)
        except Refused as error:
            self._park(claim, steps, error, tell)
            return None
        except (Retryable, Unavailable) as error:
            return self._again(claim, steps, _retryable(error), tell)
        if (doubt := self.doubt(lead)) and _PUT_ASIDE not in claim.steps:
            self._put_aside(claim, steps, doubt, tell)
            return None
        return self._create(claim, lead, options, steps, tell)

    def _put_aside(
        self, claim: Claim, steps: DeliverySteps, doubt: str, tell: Callable[..., None]
    ) -> None:
        """For a person to release it; then it goes on, which its steps remember."""
        steps.done[_PUT_ASIDE] = doubt
        self._settle(claim, steps, "quarantined", reason=doubt, message=doubt)
        tell("delivery.quarantined")

    def _create(
        self,
        claim: Claim,
        lead: Lead,
        options: Any,
        steps: DeliverySteps,
        tell: Callable[..., None],
    ) -> timedelta | None:
        try:
            receipt = self.crm.create(lead, options, steps, self.read_file)
        except Misconfigured as error:
            self.gate.failed(error)
            return self._wait(claim, steps, error, tell, PUT_BACK)
        except (Retryable, Unknown) as error:
            self.gate.failed(error)
            return self._again(claim, steps, error, tell)
        except Unavailable as error:  # a secret, a file or the ledger: before anything was sent
            return self._again(claim, steps, _retryable(error), tell)
        except Refused as error:
            self.gate.worked()
            self._park(claim, steps, error, tell)
            return None
        self.gate.worked()
        settled = self._settle(
            claim, steps, "delivered", record_id=receipt.record_id, link=receipt.link
        )
        tell(
            "delivery.lease_lost" if settled == "lost" else "delivery.done",
            record_id=receipt.record_id,
        )
        return timedelta(seconds=1) if settled == "again" else None

    def _again(
        self, claim: Claim, steps: DeliverySteps, error: DeliveryError, tell: Callable[..., None]
    ) -> timedelta | None:
        if self._tried_for(claim) > self.backoff.give_up_after:
            self._park(claim, steps, error, tell)
            return None
        return self._wait(claim, steps, error, tell, self.backoff.wait(claim.attempts, error))

    def _tried_for(self, claim: Claim) -> timedelta:
        """How long we have been at it. It begins anew after a pause: an outage is no lead's fault,
        and each of those that waited gets its full time."""
        return self.now() - max(claim.since, self.gate.lifted_at or claim.since)

    def _wait(
        self,
        claim: Claim,
        steps: DeliverySteps,
        error: DeliveryError,
        tell: Callable[..., None],
        wait: timedelta,
    ) -> timedelta:
        misconfigured = isinstance(error, Misconfigured)
        throttled = isinstance(error, Retryable) and error.throttled
        in_doubt = isinstance(error, Unknown) or steps.in_doubt
        self._settle(
            claim,
            steps,
            "unknown" if in_doubt else "queued",
            message=str(error),
            reason=error.reason,
            reason_class=type(error).__name__,
            until=self.now() + wait,
            attempts=claim.attempts - (misconfigured or throttled),
        )
        tell(
            "delivery.misconfigured" if misconfigured else "delivery.retry",
            error=type(error).__name__,
            wait_s=round(wait.total_seconds(), 1),
        )
        return wait

    def _park(
        self, claim: Claim, steps: DeliverySteps, error: DeliveryError, tell: Callable[..., None]
    ) -> None:
        # First the dead letter, then the ledger: should the second fail, the message comes again
        # and parks the delivery again; a second dead letter for it does no harm.
        self.dead_letter(claim.lead.id, self.name, type(error).__name__)
        name, in_doubt = type(error).__name__, isinstance(error, Unknown) or steps.in_doubt
        self._settle(
            claim,
            steps,
            "parked",
            message=str(error),
            reason=error.reason,
            reason_class=name,
            in_doubt=in_doubt,
        )
        tell("delivery.parked", error=type(error).__name__)

    def _settle(self, claim: Claim, steps: DeliverySteps, state: State, **outcome: Any) -> Settled:
        ended = Outcome(state=state, steps=steps.done, **{"attempts": claim.attempts, **outcome})
        return self.ledger.settle(claim, ended, now=self.now())

    def _tell(
        self, outcome: str, *, claim: Claim, elapsed: Callable[[], float], **facts: str | float
    ) -> None:
        self.report(
            outcome,
            lead_id=claim.lead.id,
            source=claim.lead.source,
            crm=self.name,
            attempt=claim.attempts,
            ms=round(elapsed(), 1),
            **facts,
        )


def _retryable(error: Retryable | Unavailable) -> Retryable:
    return error if isinstance(error, Retryable) else Retryable(str(error))
