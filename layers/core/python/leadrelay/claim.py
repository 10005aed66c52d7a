"""Who may work on a delivery just now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leadrelay.lead import Lead


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to deliver one lead to one CRM until the lease runs out.

    `attempts` counts this one; `since` is when the delivery was first asked for. `in_doubt` says
    that an earlier attempt may have written without our knowing; `steps` are the results of
    what earlier attempts surely did. `correlation_id` is that of the request the lead came by.
    """

    lead: Lead
    crm: str
    lease: str
    attempts: int
    since: datetime
    in_doubt: bool
    steps: Mapping[str, str]
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else holds the lease, or the back-off isn't over: come again at `until`."""

    until: datetime
