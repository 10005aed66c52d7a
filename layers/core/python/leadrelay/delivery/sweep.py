"""Queue again what was kept but never queued, and what lost its message on the way; have each
CRM's queue read, or not, as its pause says; and tell for how long leads wait."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from leadrelay.aws.functions import Functions, Mappings
from leadrelay.delivery.pausing import is_doubtful
from leadrelay.errors import Unavailable
from leadrelay.ledger.deliveries import Deliveries, Overdue
from leadrelay.ledger.pauses import Pauses
from leadrelay.report import Report

UNTOUCHED = timedelta(minutes=1)

# A message may simply be waiting in a long queue. A second nudge does no harm, but one a minute
# for each lead of a long outage would: so a nudged delivery is left alone for this long.
PATIENCE = timedelta(minutes=15)


# A run ends by itself, and with time for a call that hangs: what is left, the next one takes.
LASTS_S = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One run. `runs` says whether a CRM runs, see `follow`; `queue` is given lead id and CRM."""

    ledger: Deliveries
    runs: Callable[[str], bool]
    queue: Callable[[str, str], None]
    report: Report
    now: datetime
    clock: Callable[[], float] = monotonic

    def run(self, crms: Iterable[str]) -> int:
        """Queue every delivery that was due more than a minute ago, at CRMs that run; returns how
        many. Where there are too many for its time, each CRM has its turn."""
        ends = self.clock() + LASTS_S
        overdue = self._overdue(crms)
        count = 0
        while overdue:
            for crm in tuple(overdue):
                if self.clock() >= ends:
                    return count
                if self._requeue(overdue[crm], crm):
                    count += 1
                else:
                    del overdue[crm]
        return count

    def _overdue(self, crms: Iterable[str]) -> dict[str, Iterator[Overdue]]:
        """First of all: a CRM must not stay paused for as long as others have work."""
        found = {}
        for crm in crms:
            with self._alone(crm):
                if self.runs(crm):
                    found[crm] = self.ledger.overdue(crm, before=self.now - UNTOUCHED)
                self._tell_wait(crm)
        return found

    def _requeue(self, overdue: Iterator[Overdue], crm: str) -> bool:
        """Whether there was one, and all is well."""
        with self._alone(crm):
            if delivery := next(overdue, None):
                self.queue(delivery.lead_id, crm)
                known = self.ledger.nudged(delivery, now=self.now, until=self.now + PATIENCE)
                told = {"lead_id": delivery.lead_id, "crm": crm, "correlation_id": known}
                self.report("delivery.requeued", **told)
                return True
        return False

    def _tell_wait(self, crm: str) -> None:
        """How long the lead has waited that waits for longest, as a figure for an alarm. SQS can't
        tell: a message that was received three times or more is left out of its queue's age (SQS
        developer guide, "Available CloudWatch metrics"), so a lead that is tried again has none."""
        since = self.ledger.waiting_since(crm)
        if since and self.now - since > UNTOUCHED:  # a figure costs money for each hour it is told
            ms = (self.now - since) / timedelta(milliseconds=1)
            self.report("crm.waits", crm=crm, ms=ms)

    @contextmanager
    def _alone(self, crm: str) -> Iterator[None]:
        """One CRM's trouble doesn't keep the others waiting."""
        try:
            yield
        except Unavailable as error:
            self.report("sweep.unavailable", crm=crm, error=str(error))


def follow(
    crm: str,
    *,
    pauses: Pauses,
    mappings: Mappings,
    functions: Functions,
    report: Report,
    now: datetime,
) -> bool:
    """Have a CRM's queue read unless it is paused; what is paused, or doubtful, is probed.

    True if the CRM runs and has had the time to work off what waited for it: until then messages
    aren't lost but late. The alarm lasts as long as `crm.paused` is reported. Raises Unavailable.
    """
    standing = pauses.standing(crm)
    pause = standing.pause
    if is_doubtful(standing, now):
        functions.start(f"deliver-{crm}", {"probe": crm})
    if pause is None:
        return True
    if pause.lifted_at is not None:
        mappings.switch(crm, on=True)
        return now - pause.lifted_at > PATIENCE
    report("crm.paused", crm=crm, kind=pause.kind, for_s=(now - pause.since).total_seconds())
    mappings.switch(crm, on=False)
    if pause.next_probe_at is not None:
        functions.start(f"deliver-{crm}", {"probe": crm})
    return False
