"""An order to replay what is parked, and the plan of what it would do."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from leadrelay.claim import ANY_STEP, STEP_OF_OLD
from leadrelay.errors import NotAnOrder, Undecidable
from leadrelay.lead import TEXT_FIELDS, Lead
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked

_REASONS_TOLD = 50  # a CRM that words each refusal differently shall not fill our memory
_OTHER = "(other reasons)"

# What is one person's alone, and must not be set for several.
OF_A_PERSON = frozenset({
    "first_name", "last_name", "full_name", "email", "phone", "address1", "address2",
    "postal_code", "linkedin",
})  # fmt: skip


def _is_editable(name: str) -> str:
    if name not in TEXT_FIELDS:
        raise ValueError(
            f"{name!r} is not a field to correct; there are {', '.join(sorted(TEXT_FIELDS))}"
        )
    return name


class Order(BaseModel):
    """What shall be replayed, and how; the event of functions/replay.

    `edit` are fields of each lead and their new values, "" to empty one. `look` makes every next
    attempt look in the CRM before it writes. `redo` forgets the doubt about a step that the CRM
    can't be asked about: a person has looked. `reason` goes to the audit line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    filter: Filter = Field(default_factory=Filter)
    yes: bool = False
    rate: float = Field(default=10.0, gt=0, le=1000, description="deliveries a second")
    reason: str = Field(default="", max_length=500)
    edit: dict[Annotated[str, AfterValidator(_is_editable)], str] = Field(default_factory=dict)
    look: bool = False
    redo: bool = False

    def takes(self, parked: Parked) -> bool:
        """Whether a replay can help: what can't be decided would only be parked again."""
        return self.redo or not _is_undecidable(parked)

    def doubt(self, parked: Parked) -> frozenset[str]:
        """The steps that the next attempt shall look for before it writes them."""
        asked = {ANY_STEP} if self.look else frozenset[str]()
        # One step goes out after the other: what was in doubt of old is the first that isn't done.
        decided = {parked.undecided, ANY_STEP, STEP_OF_OLD} if self.redo else set()
        return parked.doubt - (decided if parked.undecided else set()) | asked

    @property
    def edits_a_person(self) -> bool:
        return not OF_A_PERSON.isdisjoint(self.edit)

    def correct(self, lead: Lead) -> Lead:
        """The lead with the edits. Raises pydantic.ValidationError."""
        given = {name: value or None for name, value in self.edit.items()}
        return Lead.model_validate(lead.model_dump() | given)


def _is_undecidable(parked: Parked) -> bool:
    return parked.reason_class == Undecidable.__name__


@dataclass
class Plan:
    """What a replay would do: counted while the deliveries pass by."""

    order: Order
    total: int = 0
    planned: int = 0
    left: int = 0  # undecidable, and not to be redone
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)  # (class, reason)
    mappings: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, CRM)
    leads: dict[str, Lead] = field(default_factory=dict)  # by id, where a person is edited

    def add(self, parked: Parked) -> None:
        key = (parked.reason_class, alike(parked.reason))
        if key not in self.reasons and len(self.reasons) >= _REASONS_TOLD:
            key = (parked.reason_class, _OTHER)
        self.reasons[key] += 1
        self.total += 1
        if self.order.takes(parked):
            self.planned += 1
            self.mappings[parked.lead.source, parked.crm] += 1
            if self.order.edits_a_person:
                self.leads[parked.lead.id] = parked.lead
        else:
            self.left += 1

    def settled(self) -> Order:
        """The order for just what was planned, where it edits a person: then for that one lead.
        Raises NotAnOrder when there is more than one."""
        if len(self.leads) > 1:
            names = ", ".join(sorted(OF_A_PERSON & self.order.edit.keys()))
            raise NotAnOrder(
                f"{names} would become the same of {len(self.leads)} leads: name one by its ref"
            )
        narrow = {"id": next(iter(self.leads))} if self.leads else {}
        return self.order.model_copy(update={"filter": self.order.filter.model_copy(update=narrow)})


def alike(reason: str) -> str:
    """A reason without what differs from lead to lead, so that equal ones can be counted."""
    return re.sub(r"\d+", "#", re.sub(r"\S+@\S+", "…@…", reason))[:200]
