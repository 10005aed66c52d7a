"""The options by which a command picks leads or deliveries: those of `ledger.filter.Filter`."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from leadrelay.crms import CRMS
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import BY_SQS
from leadrelay_ops import times
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.times import HOW

type Command = Callable[..., None]

_CLASSES = ("Refused", "Undecidable", "Retryable", "Unknown", "Misconfigured", BY_SQS)
_OPTIONS: dict[str, Any] = {
    "id": Annotated[str | None, typer.Option("--id", help="its 26 letters, as senders are told")],
    "ref": Annotated[str | None, typer.Option(help="e.g. LR-7Q2KX9BD, or a half of it")],
    "email": Annotated[str | None, typer.Option(help="of the person")],
    "phone": Annotated[str | None, typer.Option(help="in any way of writing it")],
    "source": Annotated[str | None, typer.Option(help="its name in sources.toml")],
    "crm": Annotated[str | None, typer.Option(help=f"one of {', '.join(CRMS)}")],
    "reason_class": Annotated[
        str | None, typer.Option("--class", help=f"one of {', '.join(_CLASSES)}")
    ],
    "text": Annotated[str | None, typer.Option(help="a part of the reason")],
    "since": Annotated[str | None, typer.Option(help=f"received, or parked, from then: {HOW}")],
    "until": Annotated[str | None, typer.Option(help="… until then, a day to its end")],
}


def filtered(command: Command) -> Command:
    """A command that takes a Filter as `wanted` gets an option for each of its fields instead."""

    @wraps(command)
    def run(context: typer.Context, **given: Any) -> None:
        asked = {name: given.pop(name) for name in _OPTIONS}
        command(context, wanted=read_filter(**asked), **given)

    signature = inspect.signature(command)
    own = [one for name, one in signature.parameters.items() if name != "wanted"]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in _OPTIONS.items()
    ]
    vars(run)["__signature__"] = signature.replace(parameters=[*own, *added])
    return run


def read_filter(**given: Any) -> Filter:
    """Raises Told."""
    now = datetime.now(UTC)
    asked = {name: value for name, value in given.items() if value is not None}
    if "crm" in asked:
        asked["crm"] = choose("CRM", asked["crm"], CRMS)
    if "reason_class" in asked:
        asked["reason_class"] = choose("class", asked["reason_class"], _CLASSES)
    for name in asked.keys() & {"since", "until"}:
        try:
            asked[name] = times.read(asked[name], now=now, last=name == "until")
        except (ValueError, OverflowError) as error:
            raise Told(f"--{name} {asked[name]!r} is no time: {HOW}") from error
    if "ref" in asked and not asked["ref"].upper().startswith("LR-"):
        asked["ref"] = f"LR-{asked['ref']}"
    try:
        return Filter.model_validate(asked)
    except ValidationError as error:
        raise Told(told(error)) from error


def told(error: ValidationError) -> str:
    """What is wrong with a command's options, in one line."""
    return "; ".join(
        ": ".join([*_option(one["loc"]), one["msg"].removeprefix("Value error, ")])
        for one in error.errors()
    )


def _option(loc: tuple[int | str, ...]) -> list[str]:
    return [f"--{loc[0]}".replace("--reason_class", "--class")] if loc else []
