"""One delivery, one attempt: claim it, create it in the CRM, settle it in the ledger."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from leadrelay.claim import Busy, Claim
from leadrelay.crm.base import Crm, ReadFile
from leadrelay.delivery.attempt import Attempt
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.gate import PUT_BACK, Gate
from leadrelay.delivery.steps import DeliverySteps, Enough, Looking
from leadrelay.durations import ago
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unavailable, Unknown
from leadrelay.lead import Lead
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.report import Report, correlation_id

# A source whose table for this CRM is wrong holds up its own leads only; a person has to mend it.
MISCONFIGURED_WAIT = timedelta(minutes=5)


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
    canaries: Canaries
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

    def see_canary(self, canary: str) -> None:
        """The end of a canary's way: note that it got here, and whether leads would go on. The gate
        isn't told, as it proves nothing of the CRM. Raises Unavailable."""
        self.canaries.arrive(canary, self.name, "paused" if self.gate.is_shut else "arrived")

    def _deliver(self, lead_id: str) -> timedelta | None:
        now = self.now()
        claim = self.ledger.claim(lead_id, self.name, now=now, until=now + self.lease)
        if claim is None:
            return None
        if isinstance(claim, Busy):
            return max(claim.until - now, timedelta(seconds=1))
        correlation_id.set(claim.correlation_id)
        return self._try(self._begin(claim))

    def _begin(self, claim: Claim) -> Attempt:
        save = partial(self.ledger.remember, claim)
        return Attempt(
            claim=claim,
            steps=DeliverySteps(claim.steps, doubt=claim.doubt, save=save),
            ledger=self.ledger,
            dead_letter=self.dead_letter,
            report=self.report,
            now=self.now,
        )

    def _try(self, attempt: Attempt) -> timedelta | None:
        claim = attempt.claim
        tried = self._tried_for(claim)
        if claim.doubt and tried > self.backoff.give_up_after + self.backoff.cap:
            # None came to an end that would have parked it: the function was killed each time, or
            # its message was lost and found again.
            attempt.park(Unknown(f"in {ago(tried)} no attempt settled what is in doubt"))
            return None
        try:
            options, lead = self.options(claim.lead.source), self.complete(claim.lead)
        except Misconfigured as error:
            self.report("source.broken", error=str(error))
            return attempt.wait(error, MISCONFIGURED_WAIT)
        except Refused as error:
            attempt.park(error)
            return None
        except (Retryable, Unavailable) as error:
            return self._again(attempt, _retryable(error))
        if (doubt := self.doubt(lead)) and not claim.released:
            attempt.put_aside(doubt)
            return None
        return self._create(attempt, lead, options)

    def _create(self, attempt: Attempt, lead: Lead, options: Any) -> timedelta | None:
        try:
            self._look_as_before(attempt, lead, options)
            receipt = self.crm.create(lead, options, attempt.steps, self.read_file)
        except (Misconfigured, Retryable, Unknown) as error:
            return self._failed(attempt, self.gate.failed(error))
        except Unavailable as error:  # a secret, a file or the ledger: before anything was sent
            return self._again(attempt, _retryable(error))
        except Refused as error:
            self.gate.worked()
            attempt.park(error)
            return None
        self.gate.worked()
        return timedelta(seconds=1) if attempt.delivered(receipt) == "again" else None

    def _look_as_before(self, attempt: Attempt, lead: Lead, options: Any) -> None:
        """Look for what is in doubt by what the lead was held to be when it went out: a corrected
        address doesn't find what was made with the wrong one."""
        for was in attempt.claim.formerly:
            with suppress(Enough, Refused):
                looking = Looking(attempt.steps)
                self.crm.create(lead.model_copy(update=was), options, looking, self.read_file)

    def _failed(self, attempt: Attempt, error: DeliveryError) -> timedelta | None:
        if isinstance(error, Misconfigured):
            return attempt.wait(error, PUT_BACK)
        if self._fails_alone(attempt.claim, error):
            attempt.park(_alone(error, attempt.claim.attempts))
            return None
        return self._again(attempt, error)

    def _fails_alone(self, claim: Claim, error: DeliveryError) -> bool:
        """Whether the CRM fails at this very lead: again and again, while it lets us in and others
        get through."""
        if claim.attempts < self.backoff.enough or _is_throttled(error):
            return False
        got_through = self.ledger.has_delivered(self.name, since=claim.since, now=self.now())
        return got_through and self.gate.refusal() is None

    def _again(self, attempt: Attempt, error: DeliveryError) -> timedelta | None:
        if self._tried_for(attempt.claim) > self.backoff.give_up_after:
            attempt.park(error)
            return None
        return attempt.wait(error, self.backoff.wait(attempt.claim.attempts, error))

    def _tried_for(self, claim: Claim) -> timedelta:
        """How long we have been at it. It begins anew after a pause: an outage is no lead's fault,
        and each of those that waited gets its full time."""
        return self.now() - max(claim.since, self.gate.lifted_at or claim.since)


def _is_throttled(error: DeliveryError) -> bool:
    return isinstance(error, Retryable) and error.throttled


def _alone(error: DeliveryError, attempts: int) -> DeliveryError:
    message = f"{error}, {attempts} times, while other leads got through"
    return type(error)(message, words=error.words)


def _retryable(error: Retryable | Unavailable) -> Retryable:
    return error if isinstance(error, Retryable) else Retryable(str(error))
