"""What is uploaded to a debtor of Collect!, and what it is called there."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath

from leadrelay.crm.base import ReadFile
from leadrelay.lead import Attachment, Lead

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')  # in a file name on Windows, where Collect! runs


def uploads(
    lead: Lead, text: str, files: tuple[Attachment, ...], read_file: ReadFile
) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """The step, name and content of each file to upload. A name tells the content by its hash:
    a place in the list changes when a file comes late."""
    if text:
        yield "note", note_name(lead), text.encode
    for file in files:
        path = PurePath(_UNSAFE.sub("_", file.filename))
        name = f"{lead.ref}-{file.sha256[:12]}-{path.stem[:80]}{path.suffix[:20]}".rstrip(". ")
        yield f"file {file.sha256[:12]}", name, partial(read_file, file)


def note_name(lead: Lead) -> str:
    return f"lead-{lead.ref}.txt"
