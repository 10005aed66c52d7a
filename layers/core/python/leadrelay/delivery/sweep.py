"""Queue again what was kept but never queued, and what lost its message on the way."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from leadrelay.aws.deliveries import Deliveries
from leadrelay.errors import Unavailable
from leadrelay.report import Report

UNTOUCHED = timedelta(minutes=1)

# A message may simply be waiting in a long queue. A second nudge does no harm, but one a minute
# for each lead of a long outage would: so a nudged delivery is left alone for this long.
PATIENCE = timedelta(minutes=15)


def sweep(
    crms: Iterable[str],
    *,
    ledger: Deliveries,
    queue: Callable[[str, str], None],
    report: Report,
    now: datetime,
) -> int:
    """Queue every delivery that was due more than a minute ago; returns how many."""
    count = 0
    for crm in crms:
        try:
            for delivery in ledger.overdue(crm, before=now - UNTOUCHED):
                queue(delivery.lead_id, crm)
                ledger.nudged(delivery, until=now + PATIENCE)
                report("delivery.requeued", lead_id=delivery.lead_id, crm=crm)
                count += 1
        except Unavailable as error:  # one CRM's trouble doesn't keep the others waiting
            report("sweep.unavailable", crm=crm, error=str(error))
    return count
