"""A template's parameters, as a command is given them: NAME=VALUE."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from leadrelay_ops.failures import Told

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", help="of the template: TrackerRms=no; else its default"),
]


def read_given(words: Iterable[str]) -> dict[str, str]:
    """Raises Told."""
    given = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise Told(f"{word!r} is no parameter: write NAME=VALUE")
        given[name] = value
    return given


def refuse_unknown(template: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Raises Told."""
    if unknown := given.keys() - template.get("Parameters", {}):
        raise Told(f"the template has no parameter {', '.join(sorted(unknown))}")
