"""`leadrelay release`: leads that were put aside, and are none of a bot's, go to their CRMs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from leadrelay.ledger import quarantine
from leadrelay.ledger.filter import Filter
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
    missing = [name for name in named if not _release(stack, name)]
    if missing:
        raise Told(f"there is no lead {', '.join(missing)}")


def _release(stack: Stack, name: str) -> bool:
    """Whether there is such a lead."""
    key = "ref" if name.upper().startswith("LR-") else "id"
    found = [*finding.named(stack, Filter.model_validate({key: name}))]
    for one in found:
        crms = quarantine.release(stack.table, one.lead.id, now=datetime.now(UTC))
        for crm in crms:
            stack.queues.send(one.lead.id, crm)
        screen.say(f"{one.lead.ref}: {_outcome(one, crms)}")
    return bool(found)


def _outcome(found: Found, crms: tuple[str, ...]) -> str:
    if crms:
        return f"queued for {', '.join(crms)}"
    states = ", ".join(f"{crm} {one.state}" for crm, one in sorted(found.deliveries.items()))
    return f"nothing was put aside ({states})"
