"""Which leads, or which of their deliveries, are meant: by `leads`, `trace`, `parked`, `replay`."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from leadrelay.lead import Lead, State
from leadrelay.ledger.items import persons_keys
from leadrelay.values import CrmName

type _Upper = Annotated[str, AfterValidator(str.upper)]
type _Address = Annotated[str, AfterValidator(lambda given: given.strip().lower())]


class Filter(BaseModel):
    """What is None doesn't matter. `since` and `until` ask when a delivery was parked, and of
    leads in general when they were received."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )

    id: _Upper | None = None
    ref: _Upper | None = None
    email: _Address | None = None
    phone: str | None = Field(default=None, description="as it is kept: E.164, or as given")
    source: str | None = None
    crm: CrmName | None = None
    state: State | None = None
    reason_class: str | None = Field(default=None, alias="class")
    text: str | None = Field(default=None, description="a part of the reason, in any case")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    @property
    def person(self) -> tuple[str, str] | None:
        """(key, value) of the narrowest index that leads there, if a person is named."""
        named = {"ref": self.ref, "email": self.email, "phone": self.phone}
        return next(((name, value) for name, value in named.items() if value), None)

    @property
    def asks_for_delivery(self) -> bool:
        """Whether a lead fits only if one of its deliveries does."""
        return any((self.crm, self.state, self.reason_class, self.text))

    def takes(self, lead: Lead, at: datetime) -> bool:
        """Whether it is such a lead, received or parked `at` the right time."""
        emails, phones = persons_keys(lead)
        return (
            self.id in {None, lead.id}
            and self.ref in {None, lead.ref}
            and self.email in {None, *emails}
            and self.phone in {None, *phones}
            and self.source in {None, lead.source}
            and (self.since is None or self.since <= at)
            and (self.until is None or at <= self.until)
        )

    def takes_delivery(self, crm: str, state: State, reason_class: str, reason: str) -> bool:
        return (
            self.crm in {None, crm}
            and self.state in {None, state}
            and self.takes_class(reason_class)
            and (self.text or "").casefold() in reason.casefold()
        )

    def takes_class(self, name: str) -> bool:
        return self.reason_class is None or self.reason_class.casefold() == name.casefold()
