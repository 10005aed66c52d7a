"""`leadrelay file`: what came with a lead, such as a résumé, into a folder of this machine."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from leadrelay.aws.files import Files
from leadrelay.lead import Attachment, Lead
from leadrelay_ops import finding, screen
from leadrelay_ops.failures import Told
from leadrelay_ops.options import StackName, stack_of
from leadrelay_ops.stack import Stack

_UNFIT = re.compile(r"[^\w.() -]+")


def file(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(help="LR-7Q2KX9BD, a half of it, or its id")],
    folder: Annotated[Path, typer.Argument(file_okay=False, help="where they go")] = Path(),
    *,
    stack_name: StackName = None,
) -> None:
    """Fetch the files that came with a lead.

    None that is there already is written over.
    """
    stack = stack_of(context, stack_name)
    lead = finding.by_name(stack, ref).lead
    if not _files(lead):
        raise Told(f"no file came with {lead.ref}")
    for path in _fetch(stack, lead, folder):
        screen.say_as_it_is(str(path))


def _fetch(stack: Stack, lead: Lead, folder: Path) -> Iterator[Path]:
    files = Files(stack.client("s3"), stack.outputs["FilesBucket"])
    for number, one in enumerate(_files(lead), 1):
        path = folder / f"{lead.ref}-{number}-{local_name(one.filename)}"
        with path.open("xb") as out:  # raises FileExistsError
            out.write(files.read(one.key))
        yield path


def _files(lead: Lead) -> list[Attachment]:
    return [*filter(None, (lead.resume,)), *lead.attachments]


def local_name(filename: str) -> str:
    """A sender's name for a file as one that is no path, and harmless in a shell and a list."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    return _UNFIT.sub("_", last).strip(" .")[-80:] or "file"
