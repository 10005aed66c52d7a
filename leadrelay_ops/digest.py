"""`leadrelay digest`: what the daily mail would say now."""

from datetime import UTC, datetime, timedelta

import typer

from leadrelay.delivery.digest import compose
from leadrelay.ledger.figures import Span, count
from leadrelay_ops import screen
from leadrelay_ops.options import StackName, stack_of


def digest(context: typer.Context, *, stack_name: StackName = None) -> None:
    """Show the daily digest as it would be now.

    Of the last 24 hours, and of what waits.
    """
    stack, now = stack_of(context, stack_name), datetime.now(UTC)
    figures = count(stack.table, stack.deployed_crms, Span(now - timedelta(days=1), now))
    found_by = None if stack.is_twin else stack.name
    local = datetime.now().astimezone().tzinfo
    mail = compose(figures, name=stack.name, stack=found_by, now=now.astimezone(local))
    screen.say(mail.subject, "", *mail.text.splitlines())
