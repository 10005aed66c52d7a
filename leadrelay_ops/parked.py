"""`leadrelay parked`: what waits for a person, counted by reason."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import typer

from leadrelay.delivery.order import Order, Plan
from leadrelay.delivery.replay import Replayer
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay_ops import finding, screen, times
from leadrelay_ops.filtering import filtered
from leadrelay_ops.options import AsJson, StackName, stack_of
from leadrelay_ops.screen import Column
from leadrelay_ops.stack import Stack

_SHOWN = 200  # rows of a table that a person may read; --json has no end


@filtered
def parked(
    context: typer.Context,
    *,
    wanted: Filter,
    stack_name: StackName = None,
    as_json: AsJson = False,
) -> None:
    """List the deliveries that wait for a person, with the counts by reason."""
    stack = stack_of(context, stack_name)
    found = replayer(stack).find(finding.understood(stack, wanted))
    first = next(found, None)
    if first is None:
        finding.refuse_unknown(stack, wanted.source)
    every = chain((first,) if first else (), found)
    if as_json:
        for one in every:
            screen.say_json(as_dict(one))
    else:
        _show(every)


def replayer(stack: Stack) -> Replayer:
    """Over the CRMs that the stack has."""
    ledger = ParkedDeliveries(stack.table, stack.queues, stack.deployed_crms)
    return Replayer(ledger=ledger, queue=stack.queues.send)


def as_dict(one: Parked) -> dict[str, Any]:
    """A delivery as `--json` prints it."""
    return {
        "id": one.lead.id,
        "ref": one.lead.ref,
        "source": one.lead.source,
        "name": one.lead.label,
        "crm": one.crm,
        "state": one.state,
        "parked_at": one.at.isoformat(),
        "reason_class": one.reason_class,
        "reason": one.reason,
        "in_doubt": sorted(one.doubt),
        "attempts": one.attempts,
        "replays": list(one.replays),
    }


def show_counts(plan: Plan) -> None:
    """How many there are of each reason, the most frequent first."""
    columns = [Column(title="count", least=5), Column(title="class", least=11)]
    reason = Column(title="reason")
    screen.show_table(
        [*columns, reason],
        (
            (str(count), reason_class, text)
            for (reason_class, text), count in plan.reasons.most_common()
        ),
    )


def _show(found: Iterator[Parked]) -> None:
    plan, rows = Plan(Order()), []
    for one in found:
        plan.add(one)
        if plan.total <= _SHOWN:
            rows.append(one)
    if not plan.total:
        screen.say("Nothing is parked.")
        return
    show_counts(plan)
    screen.say("")
    columns = [*_columns()]
    reason = Column(title="reason")
    screen.show_table([*columns, reason], (_cells(one, columns) for one in rows))
    if plan.total > _SHOWN:
        screen.say(f"… and {plan.total - _SHOWN} more: narrow it down, or use --json", err=True)


def _columns() -> Iterator[Column]:
    width = screen.width()
    yield Column(title="parked", least=12)
    yield Column(title="reference", least=11)
    if width is None or width >= 140:
        yield Column(title="source", least=16, most=16)
    if width is None or width >= 100:
        yield Column(title="who", least=16, most=16)
    yield Column(title="CRM", least=10)
    yield Column(title="class", least=11)
    if width is None or width >= 120:
        yield Column(title="tries", least=5)


def _cells(one: Parked, columns: Sequence[Column]) -> list[str]:
    lead = one.lead
    again = f", {len(one.replays)} × replayed" if one.replays else ""
    cells = {
        "parked": times.when(one.at),
        "reference": lead.ref,
        "source": lead.source,
        "who": lead.label,
        "CRM": one.crm,
        "class": one.reason_class,
        "tries": str(one.attempts),
    }
    return [*(cells[column.title] for column in columns), f"{one.reason}{again}"]
