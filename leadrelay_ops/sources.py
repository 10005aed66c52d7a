"""`leadrelay sources`: each source's URL, and how its sender is set up to use it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from leadrelay.intake.senders import sender
from leadrelay.intake.soundness import read_sound_sources
from leadrelay.sources import Source
from leadrelay_config import SOURCES_TOML
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.stack import NoTwin, Stack

_NO_STACK_YET = "https://API_ID.execute-api.REGION.amazonaws.com/v1"


@dataclass(frozen=True)
class Place:
    """Where sources are: what their URLs begin with, and the secret that holds theirs."""

    url: str
    secret: str
    sources: Mapping[str, Source]

    def entry(self, source: Source) -> dict[str, Any]:
        """What is told of one source."""
        url = source.public_url or self.url + source.path
        return {
            "name": source.name,
            "kind": source.kind,
            "sender": source.sender,
            "deliver": source.deliver,
            "url": url,
            "setup": sender(source.sender).setup.replace("{url}", url).splitlines(),
            "proof": self._proof(source),
        }

    def _proof(self, source: Source) -> str:
        """How the sender proves itself, and which secret of ours that takes."""
        ours = f'which is "{source.name}" in {self.secret}'
        if sender(source.sender).verify and not source.unverified:
            return f"it signs with its secret, {ours}"
        if source.token:
            return f"it sends {_carried(source.token)} its secret, {ours}"
        return "none, so whoever knows the URL can send"


def find_place(
    find_stack: Callable[[], Stack], url: str | None, sources_file: Path | None
) -> Place:
    """The stack, or with a `url` no stack at all: then only the file counts. Where no twin is up
    and no stack is named, the URL is a placeholder. Raises SourcesError."""
    stack = None
    if url is None:
        try:
            stack = find_stack()
        except NoTwin:
            url = _NO_STACK_YET
    file = sources_file or (stack.sources if stack else SOURCES_TOML)
    return Place(
        url=(url or (stack.api_url if stack else "")).rstrip("/"),
        secret=f"leadrelay/{stack.outputs['StageName'] if stack else 'STAGE'}/sources",
        sources=read_sound_sources(file.read_text("utf-8")),
    )


def show(place: Place, name: str | None, *, as_json: bool) -> None:
    """Print all sources, or the named one. Raises WrongWord."""
    if name is not None and name not in place.sources:
        raise WrongWord(f"there is no source {name!r}; there are {', '.join(place.sources)}")
    for source in place.sources.values():
        if name in {None, source.name}:
            entry = place.entry(source)
            typer.echo(json.dumps(entry, ensure_ascii=False) if as_json else _block(entry))


def _block(entry: Mapping[str, Any]) -> str:
    crms = ", ".join(entry["deliver"])
    below = [entry["url"], *entry["setup"], f"Proof: {entry['proof']}"]
    title = f"{entry['name']}: {entry['kind']} by {entry['sender']} → {crms}\n"
    return title + "".join(f"  {line}\n" for line in below)


def _carried(token: str) -> str:
    """In words where `token` says that the secret is."""
    place, _, name = token.partition(":")
    return {
        "query": f"in the URL, ?{name}=…",
        "header": f"in the header {name}",
        "body": f"in the field {name}",
        "basic": "as the password of HTTP Basic",
    }[place]
