"""Who may work on a delivery just now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leadrelay.lead import Lead

ANY_STEP = "*"
"""In doubt: a step whose name isn't known, for the attempt came to no end and wrote none down. It
can be looked for: the others are always written down before they are done."""

STEP_OF_OLD = "?"
"""In doubt: a step of an earlier version's attempt, which wrote none down, whatever it was."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to deliver one lead to one CRM until the lease runs out.

    `attempts` counts this one; both they and `since`, when the delivery was asked for, are of
    this life: who is replayed begins anew. `steps` are the results of what earlier attempts surely
    did, `doubt` the steps that they may have done without our knowing, and `formerly` whom the
    lead was held to be then: fields and values, the latest first. `correlation_id` is that of the
    request the lead came by; `released` says that a person let it go on, whoever sent it, and
    `kept_longer` that the lead was given more time than a delivered one has.
    """

    lead: Lead
    crm: str
    lease: str
    attempts: int
    since: datetime
    doubt: frozenset[str]
    steps: Mapping[str, str]
    released: bool = False
    kept_longer: bool = False
    formerly: tuple[Mapping[str, str | None], ...] = ()
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else holds the lease, or the back-off isn't over: come again at `until`."""

    until: datetime
