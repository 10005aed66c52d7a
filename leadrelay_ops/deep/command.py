"""`leadrelay check`: of the set-up, and with --deep of all that the stack is made of."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from leadrelay_ops import checks
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.deep.check import check_stack, check_template
from leadrelay_ops.deep.show import show
from leadrelay_ops.options import AsJson, SourcesFile, StackName, stack_of


def check(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    *,
    stack_name: StackName = None,
    sources: SourcesFile = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="also whether the stack could lose a message")
    ] = False,
    template: Annotated[
        Path | None,
        typer.Option(help="look at this template instead of a stack, as --deep does", exists=True),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameter", help="of the template: TrackerRms=no; else its default"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check sources.toml, the secrets, a login at each CRM, and that each CRM has what is named.

    With --deep also the deployed configuration. 1 if anything is wrong, or could lose a message.
    """
    find = None if template else partial(stack_of, context, stack_name)
    code = checks.check(find, sources, as_json=as_json)
    if template:
        verdict = check_template(template, sources, _read(parameters or ()))
    elif deep:
        verdict = check_stack(stack_of(context, stack_name), sources)
    else:
        raise typer.Exit(code)
    show(verdict, as_json=as_json)
    raise typer.Exit(1 if verdict.loses else code)


def _read(parameters: Iterable[str]) -> dict[str, str]:
    given = {}
    for word in parameters:
        name, equals, value = word.partition("=")
        if not equals:
            raise WrongWord(f"{word!r} is no parameter: write NAME=VALUE")
        given[name] = value
    return given
