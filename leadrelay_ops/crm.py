"""`leadrelay crm`: a CRM's documented operations, listed or called."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from leadrelay.crm.base import Crm, adapter
from leadrelay.crm.operations import Operation
from leadrelay.crms import CRMS
from leadrelay.errors import Refused
from leadrelay_ops import arguments, screen
from leadrelay_ops.account import account
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.options import StackName, stack_of
from leadrelay_ops.screen import Cell
from leadrelay_ops.stack import Stack


def crm(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=f"one of {', '.join(CRMS)}")],
    operation: Annotated[str | None, typer.Argument(help="without it, they are listed")] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(help="parameters: key=value, object.key=value, key=@file, or bare in order"),
    ] = None,
    *,
    stack_name: StackName = None,
    yes: Annotated[bool, typer.Option("--yes", help="write without asking")] = False,
) -> None:
    """List a CRM's operations, or call one.

    leadrelay crm collect read debtor limit=2

    `leadrelay crm trackerrms authorize` lets a user log in for Leadrelay, and stores the tokens.
    """
    find = partial(stack_of, context, stack_name)
    if operation is None:
        list_operations(name)
    elif operation == "authorize":
        from leadrelay_ops.authorize import authorize  # noqa: PLC0415  # few want its server

        authorize(find(), name)
    else:
        call(find, name, operation, words or (), confirmed=yes)


def list_operations(name: str) -> None:
    """Print the CRM's operations, each with its parameters and where it is documented."""
    for operation in _adapter(name).operations.values():
        verb = "writes" if operation.writes else "reads"
        screen.say(Cell(f"{operation.name}  ({verb}) {operation.summary}", "green"))
        screen.say(*(f"  {arguments.describe(param)}" for param in operation.params))
        screen.say(f"  from {operation.source}")


def call(
    find_stack: Callable[[], Stack], crm: str, name: str, words: Sequence[str], *, confirmed: bool
) -> None:
    """Call an operation and print its answer; asks first if it writes and isn't `confirmed`.

    Raises Told, and what the operation raises.
    """
    operations = _adapter(crm).operations
    operation = operations[choose(f"operation of {crm}", name, operations)]
    params = arguments.read(operation, words)
    stack = find_stack()
    if operation.writes and not confirmed:
        typer.confirm(f"{name} writes to the {crm} of {stack.name}. Go on?", abort=True)
    with account(stack, crm) as known:
        answer = _answer(known, operation, params)
    screen.say_as_it_is(*json.dumps(answer, ensure_ascii=False, indent=2).split("\n"))


def _answer(known: Crm, operation: Operation, params: dict[str, Any]) -> Any:
    try:
        return known.api.call(operation.name, **params)
    except Refused as refused:
        if refused.words:  # the CRM's; without any, it was never asked
            raise
        takes = arguments.taken(operation)
        raise Told(f"{refused}; {operation.name} takes {takes}") from refused


def _adapter(crm: str) -> type[Crm]:
    return adapter(choose("CRM", crm, CRMS))
