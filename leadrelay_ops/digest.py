"""`leadrelay digest`: what the daily mail would say now."""

from datetime import UTC, datetime

import typer

from leadrelay.crms import CRMS
from leadrelay.delivery.digest import compose, last_day
from leadrelay.ledger.figures import count
from leadrelay_ops.checks import left_out
from leadrelay_ops.options import StackName, stack_of


def digest(context: typer.Context, *, stack_name: StackName = None) -> None:
    """Show the daily digest as it would be now: the last 24 hours, and what waits."""
    stack, now = stack_of(context, stack_name), datetime.now(UTC)
    without = left_out(stack)
    figures = count(stack.table, [crm for crm in CRMS if crm not in without], last_day(now))
    name = None if stack.is_twin else stack.name
    mail = compose(figures, stage=stack.outputs["StageName"], stack=name, now=now)
    typer.echo(f"{mail.subject}\n\n{mail.text}", nl=False)
