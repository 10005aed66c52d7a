"""The options by which a command picks leads or deliveries: those of `ledger.filter.Filter`."""

import inspect
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from leadrelay.crms import CRMS
from leadrelay.lead import State
from leadrelay.ledger.filter import Filter
from leadrelay_ops.arguments import WrongWord

type Command = Callable[..., None]

_CLASSES = 'Refused, Undecidable, Retryable, Unknown, or "dead-lettered by SQS"'
_OPTIONS: dict[str, Any] = {
    "id": Annotated[str | None, typer.Option("--id")],
    "ref": Annotated[str | None, typer.Option(help="e.g. LR-7Q2KX9BD")],
    "email": Annotated[str | None, typer.Option()],
    "phone": Annotated[str | None, typer.Option(help="E.164: +442079460123")],
    "source": Annotated[str | None, typer.Option()],
    "crm": Annotated[str | None, typer.Option(help=f"one of {', '.join(CRMS)}")],
    "state": Annotated[State | None, typer.Option(help="of a delivery")],
    "reason_class": Annotated[str | None, typer.Option("--class", help=_CLASSES)],
    "text": Annotated[str | None, typer.Option(help="a part of the reason")],
    "since": Annotated[datetime | None, typer.Option(help="received, or parked, at or after")],
    "until": Annotated[datetime | None, typer.Option(help="received, or parked, at or before")],
}


def filtered(*, without: str = "") -> Callable[[Command], Command]:
    """A command that takes a Filter as `wanted` gets an option for each of its fields instead,
    but for `without`."""
    options = {name: option for name, option in _OPTIONS.items() if name != without}

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(context: typer.Context, **given: Any) -> None:
            asked = {name: given.pop(name) for name in options}
            command(context, wanted=read_filter(**asked), **given)

        signature = inspect.signature(command)
        own = [one for name, one in signature.parameters.items() if name != "wanted"]
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
            for name, option in options.items()
        ]
        vars(run)["__signature__"] = signature.replace(parameters=[*own, *added])
        return run

    return decorate


def read_filter(**given: Any) -> Filter:
    """Times without a zone are of this machine's. Raises WrongWord."""
    times = {
        name: value.astimezone() for name, value in given.items() if isinstance(value, datetime)
    }
    try:
        return Filter.model_validate(given | times)
    except ValidationError as error:
        raise WrongWord(told(error)) from error


def told(error: ValidationError) -> str:
    """What is wrong with a command's options, in one line."""
    return "; ".join(
        f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors()
    )
