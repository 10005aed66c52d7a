"""`leadrelay parked`: what waits for a person, counted by reason."""

import json
from collections.abc import Iterator
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leadrelay.crms import CRMS
from leadrelay.delivery.replay import Order, Plan, Replayer
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay_ops.checks import left_out
from leadrelay_ops.filtering import filtered
from leadrelay_ops.options import AsJson, StackName, stack_of
from leadrelay_ops.stack import Stack

_SHOWN = 200  # rows of a table that a person may read; --json has no end


@filtered(without="state")
def parked(
    context: typer.Context,
    *,
    wanted: Filter,
    stack_name: StackName = None,
    as_json: AsJson = False,
) -> None:
    """List the deliveries that wait for a person, with the counts by reason."""
    found = replayer(stack_of(context, stack_name)).find(wanted)
    if as_json:
        for one in found:
            typer.echo(json.dumps(as_dict(one), ensure_ascii=False, default=str))
    else:
        _show(found)


def replayer(stack: Stack) -> Replayer:
    """Over the CRMs that the stack has."""
    without = left_out(stack)
    crms = [crm for crm in CRMS if crm not in without]
    return Replayer(
        ledger=ParkedDeliveries(stack.table, stack.queues, crms), queue=stack.queues.send
    )


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
        "in_doubt": one.in_doubt,
        "attempts": one.attempts,
        "replays": list(one.replays),
    }


def counts(plan: Plan) -> Table:
    """How many there are of each reason, the most frequent first."""
    rows = Table("count", "class", "reason")
    for (reason_class, reason), count in plan.reasons.most_common():
        rows.add_row(str(count), reason_class, escape(reason))
    return rows


def _show(found: Iterator[Parked]) -> None:
    plan = Plan(Order())
    rows = Table("parked", "ref", "source", "name", "CRM", "class", "reason", "tries", "replays")
    for one in found:
        plan.add(one)
        if plan.total <= _SHOWN:
            rows.add_row(*_cells(one))
    console = Console()
    if not plan.total:
        console.print("Nothing is parked.")
        return
    console.print(counts(plan))
    console.print(rows)
    if plan.total > _SHOWN:
        console.print(f"… and {plan.total - _SHOWN} more: narrow it down, or use --json")


def _cells(one: Parked) -> tuple[str, ...]:
    lead = one.lead
    return (
        one.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        lead.ref,
        lead.source,
        escape(lead.label),
        one.crm,
        one.reason_class,
        escape(one.reason),
        str(one.attempts),
        str(len(one.replays) or ""),
    )
