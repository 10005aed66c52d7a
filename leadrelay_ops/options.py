"""The options that several commands share, each spelled and explained once."""

import re
from pathlib import Path
from typing import Annotated

import typer

from leadrelay.crms import CRMS
from leadrelay_ops.failures import Told
from leadrelay_ops.stack import Stack, find_stack

StackName = Annotated[
    str | None, typer.Option("--stack", help="a stack on AWS; without it, the twin that is up")
]
SourcesFile = Annotated[
    Path | None, typer.Option(envvar="SOURCES", help="your own sources.toml", exists=True)
]
SecretsFile = Annotated[
    Path | None, typer.Option(envvar="SECRETS", help="your own secrets (JSON)", exists=True)
]
Port = Annotated[
    int, typer.Option(envvar="PORT", help="where the twin's AWS listens", min=1, max=65535)
]
Url = Annotated[
    str | None, typer.Option("--url", help="what the API's URLs begin with; asks no stack")
]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a line")]
Yes = Annotated[bool, typer.Option("--yes", help="go; without it, only what there is to do")]

CrmName = Annotated[str, typer.Argument(help=f"one of {', '.join(CRMS)}")]


def stack_of(context: typer.Context, name: str | None) -> Stack:
    """The stack a command works on; a test hands in its own way to find one."""
    found: Stack = (context.obj or find_stack)(name)
    return found


def whole(url: str) -> str:
    """What URLs begin with, without a / at its end. Raises Told."""
    if not re.match(r"https?://[^/]", url):
        raise Told(f"--url {url!r}: write a whole URL, https://…")
    return url.rstrip("/")
