"""Queue again what was kept but never queued, and what lost its message on the way; have each
CRM's queue read, or not, as its pause says; and tell for how long leads wait."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from leadrelay.aws.functions import Functions, Mappings
from leadrelay.delivery.pausing import is_doubtful
from leadrelay.errors import Unavailable
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.pauses import Pauses
from leadrelay.report import Report

UNTOUCHED = timedelta(minutes=1)

# A message may simply be waiting in a long queue. A second nudge does no harm, but one a minute
# for each lead of a long outage would: so a nudged delivery is left alone for this long.
PATIENCE = timedelta(minutes=15)


def sweep(
    crms: Iterable[str],
    *,
    ledger: Deliveries,
    runs: Callable[[str], bool],
    queue: Callable[[str, str], None],
    report: Report,
    now: datetime,
) -> int:
    """Queue every delivery that was due more than a minute ago, at CRMs that run (see `follow`);
    returns how many."""
    running: list[str] = []
    for crm in crms:  # first of all: a CRM must not stay paused for as long as others have work
        with _alone(crm, report):
            running += [crm] if runs(crm) else []
            _tell_wait(crm, ledger, report, now)
    count = 0
    for crm in running:
        with _alone(crm, report):
            for delivery in ledger.overdue(crm, before=now - UNTOUCHED):
                queue(delivery.lead_id, crm)
                known = ledger.nudged(delivery, now=now, until=now + PATIENCE)
                report("delivery.requeued", lead_id=delivery.lead_id, crm=crm, correlation_id=known)
                count += 1
    return count


def _tell_wait(crm: str, ledger: Deliveries, report: Report, now: datetime) -> None:
    """How long the lead has waited that waits for longest, as a figure for an alarm. SQS can't
    tell: a message that was received three times or more is left out of its queue's age (SQS
    developer guide, "Available CloudWatch metrics"), so a lead that is tried again has none."""
    since = ledger.waiting_since(crm)
    if since and now - since > UNTOUCHED:  # a figure costs money for each hour in which it is told
        report("crm.waits", crm=crm, ms=(now - since) / timedelta(milliseconds=1))


@contextmanager
def _alone(crm: str, report: Report) -> Iterator[None]:
    """One CRM's trouble doesn't keep the others waiting."""
    try:
        yield
    except Unavailable as error:
        report("sweep.unavailable", crm=crm, error=str(error))


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
