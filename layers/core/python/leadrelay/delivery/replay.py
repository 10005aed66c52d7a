"""Replay: what is parked is planned and put on its way again, by the command or the function."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from time import monotonic, sleep
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from leadrelay.claim import ANY_STEP, STEP_OF_OLD
from leadrelay.errors import NotAnOrder, Undecidable
from leadrelay.lead import TEXT_FIELDS, Lead, timestamp
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.report import Report

_REASONS_TOLD = 50  # a CRM that words each refusal differently shall not fill our memory
_OTHER = "(other reasons)"
_ENDS_BEFORE_S = 15.0  # a function ends by itself, rather than by its time limit


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayer:
    """Finds and replays. Killed at any point and run again, it goes on where it was: what is
    parked no more isn't met again, and the sweep queues what was revived and not queued."""

    ledger: ParkedDeliveries
    queue: Callable[[str, str], None]  # lead id, CRM
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = monotonic
    sleep: Callable[[float], None] = sleep

    def find(self, wanted: Filter, stop: Callable[[], bool] = lambda: False) -> Iterator[Parked]:
        """Both kinds: parked by us, and moved to the dead letters by SQS. Raises Unavailable."""
        for parked in chain(
            self.ledger.parked(wanted, before=self.now()),
            self.ledger.moved(wanted, tidy=False, stop=stop),
        ):
            if stop():
                return
            yield parked

    def replay(
        self, order: Order, who: str, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Parked]:
        """Put them on their way again, at the order's rate, yielding each as it was; and delete
        their dead letters. Raises Unavailable."""
        due = self.clock()
        for parked in chain(
            self.ledger.parked(order.filter, before=self.now()),
            self.ledger.moved(order.filter, tidy=True, stop=stop),
        ):
            if stop():
                return
            if not order.takes(parked):
                continue
            self.sleep(max(0.0, due - self.clock()))
            due = max(due, self.clock()) + 1 / order.rate
            if self._again(parked, order, who):
                yield parked

    def _again(self, parked: Parked, order: Order, who: str) -> bool:
        now = self.now()
        if order.edit:
            self.ledger.correct(parked.lead.id, order.correct)
        audit = {
            "at": timestamp(now),
            "who": who,
            "why": order.reason,
            "after": parked.reason_class,
            "edited": sorted(order.edit),
            "was": {name: getattr(parked.lead, name) or "" for name in order.edit},
            "options": [name for name in ("look", "redo") if getattr(order, name)],
        }
        revived = self.ledger.revive(parked, doubt=order.doubt(parked), audit=audit, now=now)
        if revived:
            self.queue(parked.lead.id, parked.crm)
        if parked.letter and revived:
            parked.letter.done = True
        return revived


@contextmanager
def _explained() -> Iterator[None]:
    """What is wrong with an order, or with a lead that has its edits, is for whoever gave it."""
    try:
        yield
    except ValidationError as error:
        raise NotAnOrder(str(error)) from None


@_explained()
def invoke(
    replayer: Replayer,
    event: Mapping[str, Any],
    *,
    judge: Callable[[Plan], Order],
    who: str,
    seconds_left: Callable[[], float],
    report: Report,
) -> dict[str, Any]:
    """functions/replay: `event` is an Order, and `judge` gives it for just what was planned.

    {"planned": n, "replayed": n, "by_reason": {class: n planned}, "left": n, "more": bool}; with
    `more`, time ran out: invoke it again. Raises NotAnOrder, Unavailable.
    """
    order = Order.model_validate(event)
    ending = partial(_is_ending, seconds_left)
    plan, replayed = Plan(order), 0
    for parked in replayer.find(order.filter, ending):
        plan.add(parked)
    settled = judge(plan)
    if order.yes:
        for parked in replayer.replay(settled, who, ending):
            report(
                "delivery.replayed",
                lead_id=parked.lead.id,
                source=parked.lead.source,
                crm=parked.crm,
                error=parked.reason_class,
            )
            replayed += 1
    by_class: Counter[str] = Counter()
    for (reason_class, _), count in plan.reasons.items():
        by_class[reason_class] += count
    return {
        "planned": plan.planned,
        "replayed": replayed,
        "by_reason": dict(by_class),
        "left": plan.left,
        "more": ending(),
    }


def _is_ending(seconds_left: Callable[[], float]) -> bool:
    return seconds_left() < _ENDS_BEFORE_S
