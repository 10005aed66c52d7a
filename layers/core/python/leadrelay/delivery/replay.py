"""Replay: what is parked is put on its way again, by the command or the function."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from time import monotonic, sleep
from typing import Any

from pydantic import ValidationError

from leadrelay.delivery.order import Order, Plan
from leadrelay.errors import NotAnOrder
from leadrelay.lead import timestamp
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.report import Report

_ENDS_BEFORE_S = 15.0  # a function ends by itself, rather than by its time limit


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
