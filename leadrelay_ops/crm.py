"""`leadrelay crm`: a CRM's documented operations, listed or called."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leadrelay.crm import http
from leadrelay.crm.base import Crm, adapter
from leadrelay.crm.operations import Operation
from leadrelay.crms import CRMS
from leadrelay.errors import Refused
from leadrelay_ops import arguments
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.stack import Stack


@contextmanager
def account(stack: Stack, crm: str) -> Iterator[Crm]:
    """The CRM's adapter, with the stack's secret for it."""
    name = f"crm/{crm}"
    with http.client(1) as client:
        yield adapter(crm)(
            client,
            lambda fresh: stack.secrets.get(name, fresh=fresh),
            partial(stack.secrets.put, name),
        )


def list_operations(crm: str) -> None:
    """Print the CRM's operations as a table."""
    about = "what it does, its parameters (* required), where they are documented"
    rows = Table("operation", "", about, leading=1)
    rows.columns[0].no_wrap = True
    for operation in _adapter(crm).operations.values():
        rows.add_row(operation.name, "writes" if operation.writes else "reads", _about(operation))
    Console().print(rows)


def _about(operation: Operation) -> Text:
    text = Text(operation.summary, style="bold", overflow="fold")
    for param in operation.params:
        text.append(f"\n{arguments.describe(param)}", style="not bold")
    return text.append(f"\nfrom {operation.source}", style="not bold dim")


def call(
    find_stack: Callable[[], Stack], crm: str, name: str, words: Sequence[str], *, confirmed: bool
) -> None:
    """Call an operation and print its answer; asks first if it writes and isn't `confirmed`.

    Raises WrongWord, and what the operation raises.
    """
    operations = _adapter(crm).operations
    if name not in operations:
        raise WrongWord(f"{crm} has no operation {name!r}; there are {', '.join(operations)}")
    operation = operations[name]
    params = arguments.read(operation, words)
    stack = find_stack()
    if operation.writes and not confirmed:
        typer.confirm(f"{name} writes to the {crm} of {stack.name}. Go on?", abort=True)
    with account(stack, crm) as known:
        answer = _answer(known, operation, params)
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _answer(known: Crm, operation: Operation, params: dict[str, Any]) -> Any:
    try:
        return known.api.call(operation.name, **params)
    except Refused as refused:
        if refused.words:  # the CRM's; without any, it was never asked
            raise
        takes = arguments.taken(operation)
        raise WrongWord(f"{refused}; {operation.name} takes {takes}") from refused


def _adapter(crm: str) -> type[Crm]:
    if crm not in CRMS:
        raise WrongWord(f"there is no CRM {crm!r}; there are {', '.join(CRMS)}")
    return adapter(crm)
