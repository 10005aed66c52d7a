"""A delivery that waits for a person, and the filter that such deliveries are picked by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from leadrelay.aws.dead_letters import DeadLetter
from leadrelay.lead import Lead, State
from leadrelay.ledger import items
from leadrelay.sources import CrmName

BY_SQS = "dead-lettered by SQS"
"""The reason class of a delivery that still waits, but whose message SQS has put aside."""


class Filter(BaseModel):
    """Which deliveries are meant; what is None doesn't matter. Times are when they were parked."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )

    crm: CrmName | None = None
    reason_class: str | None = Field(default=None, alias="class")
    text: str | None = Field(default=None, description="a part of the reason, in any case")
    source: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    email: str | None = None
    phone: str | None = None
    ref: str | None = None

    @property
    def person(self) -> tuple[str, str] | None:
        """(index, value) of the narrowest way to the leads, if a person is named."""
        ref = ("ref", self.ref.upper()) if self.ref else None
        email = ("email", self.email.lower()) if self.email else None
        return ref or email or (("phone", self.phone) if self.phone else None)

    def fits(self, parked: "Parked") -> bool:
        lead = parked.lead
        return (
            self.crm in {None, parked.crm}
            and self.source in {None, lead.source}
            and self.phone in {None, lead.phone}
            and (self.ref is None or self.ref.upper() == lead.ref)
            and (self.email is None or self.email.lower() == (lead.email or "").lower())
            and self._fits_reason(parked)
            and (self.since is None or self.since <= parked.at)
            and (self.until is None or parked.at <= self.until)
        )

    def _fits_reason(self, parked: "Parked") -> bool:
        text = self.text
        return self.takes_class(parked.reason_class) and (
            text is None or text.casefold() in parked.reason.casefold()
        )

    def takes_class(self, name: str) -> bool:
        return self.reason_class is None or self.reason_class.casefold() == name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A delivery that waits for a person. `in_doubt`: an earlier write may have been done.

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
    in_doubt: bool
    replays: Sequence[Mapping[str, Any]]
    expires_at: int  # when DynamoDB forgets it, in seconds
    seen: str  # `updated_at` as in the table, to tell whether anybody touched it since
    letter: DeadLetter | None = None


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
        in_doubt=bool(delivery.get("in_doubt")) or delivery["state"] in {"unknown", "sending"},
        replays=delivery.get("replays", ()),
        expires_at=int(delivery["expires_at"]),
        seen=delivery["updated_at"],
        letter=letter,
    )
