"""Which sources.toml a command reads: one rule for all of them, and it is always told.

The file named by --sources, else by $SOURCES, else the one that the stack was deployed with, else
the one of this folder.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from leadrelay.sources import Source
from leadrelay.sources_file import SourcesError, read_sources
from leadrelay_config import SOURCES_TOML
from leadrelay_ops import screen
from leadrelay_ops.failures import Told
from leadrelay_ops.stack import NoTwin, Stack

_IN_LAYER = "python/leadrelay_config/sources.toml"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file's text, and where it is from in words."""

    name: str
    text: str
    short: str = "sources.toml"  # in front of its mistakes
    file: Path | None = None  # on this machine

    def sound(self) -> Mapping[str, Source]:
        """The sources that have no mistake; of the others a note tells."""
        sources, mistakes = _read_sound(self.text)
        screen.say(*(f"{self.short}: {mistake}" for mistake in mistakes), err=True)
        return sources


def choose(stack: Stack | None, given: Path | None) -> Chosen:
    """By the rule above; `given` is --sources or $SOURCES. Raises Told."""
    found = _read(given, f"{given}") if given else None
    if found is None and stack is not None:
        found = deployed(stack)
    if found is None:
        why = f", as what {stack.name} was deployed with can't be read" if stack else ""
        found = _read(SOURCES_TOML, f"{_here(SOURCES_TOML)}{why}")
    screen.say(f"sources: {found.name}", err=True)
    return found


def local(stack: Stack, given: Path | None) -> Chosen | None:
    """A file of one's own, which may differ from what the stack was deployed with: --sources, or
    on AWS this folder's. The twin has its own unless it was given one."""
    file = given or (None if stack.is_twin else SOURCES_TOML)
    return _read(file, f"{file}") if file else None


def without_stack(find: Callable[[], Stack]) -> Stack | None:
    """The stack, or None where no twin is up and no stack is named."""
    try:
        return find()
    except NoTwin:
        return None


def deployed(stack: Stack) -> Chosen | None:
    """What the stack runs with; None when that may not be seen, or isn't there."""
    if stack.sources is not None:
        return _read(stack.sources, f"{_here(stack.sources)}, with which the twin was deployed")
    try:
        text = _from_layer(stack)
    except (ClientError, BotoCoreError, OSError, KeyError, zipfile.BadZipFile):
        return None
    return Chosen(f"as {stack.name} was deployed with it", text) if text else None


def differences(one: Chosen, other: Chosen) -> list[str]:
    """The sources whose tables aren't the same in both."""
    (mine, _), (theirs, _) = _read_sound(one.text), _read_sound(other.text)
    return sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))


def _read_sound(text: str) -> tuple[Mapping[str, Source], Sequence[str]]:
    """(sources without a mistake, the others' mistakes)."""
    try:
        return read_sources(text), ()
    except SourcesError as error:
        return error.sources, error.mistakes


def _here(file: Path) -> str:
    """Its path as this folder sees it."""
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)


def _read(file: Path, name: str) -> Chosen:
    try:
        return Chosen(name, file.read_text("utf-8"), file.name, file)
    except UnicodeDecodeError as error:
        raise Told(f"{file} is not UTF-8 text") from error


def _from_layer(stack: Stack) -> str | None:
    """From the layer that its functions have it in."""
    pages = stack.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack.name):
        for one in page["StackResourceSummaries"]:
            if one["LogicalResourceId"].startswith("ConfigLayer"):
                layer = stack.client("lambda").get_layer_version_by_arn(
                    Arn=one["PhysicalResourceId"]
                )
                request = AWSRequest("GET", layer["Content"]["Location"]).prepare()
                return unzipped(URLLib3Session().send(request).content)
    return None


def unzipped(layer: bytes) -> str:
    """The file in a layer's archive. Raises KeyError, BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(layer)) as archive:
        return archive.read(_IN_LAYER).decode("utf-8")
