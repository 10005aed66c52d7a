"""`leadrelay release`: leads that were put aside, and are none of a bot's, go to their CRMs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from leadrelay.ledger import quarantine
from leadrelay.ledger.search import Found
from leadrelay_ops import finding, screen
from leadrelay_ops.failures import Told
from leadrelay_ops.options import StackName, stack_of
from leadrelay_ops.stack import Stack


def release(
    context: typer.Context,
    named: Annotated[list[str], typer.Argument(help="ids or references: LR-7Q2KX9BD")],
    stack_name: StackName = None,
) -> None:
    """Send leads that were put aside as doubtful to their CRMs."""
    stack = stack_of(context, stack_name)
    missing = []
    for name in named:
        try:
            _release(stack, finding.by_name(stack, name))
        except Told as error:
            missing.append(str(error))
    if missing:
        raise Told("\n".join(missing))


def _release(stack: Stack, found: Found) -> None:
    crms = quarantine.release(stack.table, found.lead.id, now=datetime.now(UTC))
    for crm in crms:
        stack.queues.send(found.lead.id, crm)
    screen.say(f"{found.lead.ref}: {_outcome(found, crms)}")


def _outcome(found: Found, crms: tuple[str, ...]) -> str:
    if crms:
        return f"queued for {', '.join(crms)}"
    states = ", ".join(f"{crm} {one.state}" for crm, one in sorted(found.deliveries.items()))
    return f"nothing was put aside ({states})"
