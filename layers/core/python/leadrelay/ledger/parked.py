"""A delivery that waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadrelay.aws.dead_letters import DeadLetter
from leadrelay.lead import Lead, State
from leadrelay.ledger import items
from leadrelay.ledger.filter import Filter

BY_SQS = "dead-lettered by SQS"
"""The reason class of a delivery that still waits, but whose message SQS has put aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A delivery that waits for a person. `doubt` are the steps that an earlier attempt may have
    done, `undecided` the one of them that the CRM can't be asked about.

    `replays` are the audit lines of earlier replays, the oldest first; `letter` is SQS's own
    dead letter, where the delivery isn't parked but has lost its message.
    """

    lead: Lead
    crm: str
    state: State
    at: datetime
    reason_class: str
    reason: str
    attempts: int
    doubt: frozenset[str]
    undecided: str | None
    replays: Sequence[Mapping[str, Any]]
    expires_at: int  # when DynamoDB forgets it, in seconds
    seen: str  # `updated_at` as in the table, to tell whether anybody touched it since
    letter: DeadLetter | None = None

    def fits(self, wanted: Filter) -> bool:
        delivery = (self.crm, self.state, self.reason_class, self.reason)
        return wanted.takes(self.lead, self.at) and wanted.takes_delivery(*delivery)


def read_parked(
    crm: str, delivery: items.Item, lead: items.Item, letter: DeadLetter | None = None
) -> Parked:
    """From the items of a delivery and its lead."""
    return Parked(
        lead=items.read_lead(lead),
        crm=crm,
        state=delivery["state"],
        at=datetime.fromisoformat(delivery["updated_at"]),
        reason_class=BY_SQS if letter else delivery.get("reason_class", ""),
        reason=delivery.get("reason", ""),
        attempts=int(delivery["attempts"]),
        doubt=items.read_doubt(delivery),
        undecided=delivery.get("undecided"),
        replays=delivery.get("replays", ()),
        expires_at=int(delivery["expires_at"]),
        seen=delivery["updated_at"],
        letter=letter,
    )
