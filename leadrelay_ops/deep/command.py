"""`leadrelay check`: of the set-up, and with --deep of all that the stack is made of."""

from functools import cache, partial
from pathlib import Path
from typing import Annotated

import typer

from leadrelay_ops import checks, which_file
from leadrelay_ops.deep.given import Parameters, read_given
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
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Check sources.toml, the secrets, a login at each CRM, and what they have by name.

    Judges what the stack was deployed with; without a stack only the file. With --deep also the
    deployed configuration. 1 if anything is wrong, or could lose a message.
    """
    find = cache(partial(stack_of, context, stack_name))
    try_to_find = find if deep or stack_name else partial(which_file.without_stack, find)
    if template:
        given = read_given(parameters or ())
        file = which_file.choose(None, sources)
        code = checks.show(checks.file_alone(file), as_json=as_json)
    else:
        file = which_file.choose(None if sources else try_to_find(), sources)
        code = checks.show(checks.check(file, try_to_find, sources), as_json=as_json)
        if not deep:
            raise typer.Exit(code)
    # Who only looks at the set-up needn't wait for the rules, and for YAML.
    from leadrelay_ops.deep.check import check_stack, check_template  # noqa: PLC0415
    from leadrelay_ops.deep.show import show  # noqa: PLC0415

    if template:
        verdict = check_template(template, file.sound(), given)
    else:
        verdict = check_stack(find(), file.sound())
    show(verdict, as_json=as_json)
    raise typer.Exit(1 if verdict.loses else code)
