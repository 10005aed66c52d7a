"""`leadrelay sources`: each source's URL, and how its sender is set up to use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from leadrelay.durations import Rate, in_words
from leadrelay.intake.senders import sender
from leadrelay.intake.soundness import read_sound_sources
from leadrelay.sources import Source
from leadrelay_ops import screen, which_file
from leadrelay_ops.failures import choose
from leadrelay_ops.options import AsJson, SourcesFile, StackName, Url, stack_of, whole
from leadrelay_ops.stack import Stack

_NO_STACK_YET = "https://API_ID.execute-api.REGION.amazonaws.com"


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
            "guards": _guards(source),
        }

    def _proof(self, source: Source) -> str:
        """How the sender proves itself, and which secret of ours that takes."""
        ours = f'which is "{source.name}" in {self.secret}'
        if sender(source.sender).verify and not source.unverified:
            return f"it signs with its secret, {ours}"
        if source.token:
            return f"it sends {_carried(source.token)} its secret, {ours}"
        return "none, so whoever knows the URL can send"


def sources(  # one parameter an option
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="without any, all of them")] = None,
    *,
    stack_name: StackName = None,
    url: Url = None,
    sources: SourcesFile = None,
    as_json: AsJson = False,
) -> None:
    """List the sources with their URLs, and how to set each sender up."""
    find = partial(stack_of, context, stack_name)
    place = find_place(find, url, sources)
    chosen = [choose("source", name, place.sources) for name in names or place.sources]
    for name in chosen:
        entry = place.entry(place.sources[name])
        if as_json:
            screen.say_json(entry)
        else:
            screen.say(*_block(entry))


def find_place(find_stack: Callable[[], Stack], url: str | None, given: Path | None) -> Place:
    """The stack, or with a `url` no stack at all: then only the file counts. Where no twin is up
    and no stack is named, the URL is a placeholder."""
    stack = None if url else which_file.without_stack(find_stack)
    begin = whole(url) if url else stack.api_url if stack else _NO_STACK_YET
    return Place(
        url=begin.rstrip("/"),
        secret=f"leadrelay/{stack.name if stack else 'STACK'}/sources",
        sources=read_sound_sources(which_file.choose(stack, given).text),
    )


def _block(entry: Mapping[str, Any]) -> list[str]:
    title = f"{entry['name']}: {entry['kind']} by {entry['sender']} → {', '.join(entry['deliver'])}"
    guards = f"Guarded by {'; '.join(entry['guards'])}" if entry["guards"] else ""
    below = [entry["url"], *entry["setup"], f"Proof: {entry['proof']}", *filter(None, [guards])]
    return [title, *(f"  {line}" for line in below), ""]


def _guards(source: Source) -> list[str]:
    """What else tells a person from a bot there."""
    return [
        *([f"the origins {', '.join(source.origins)}"] if source.origins else []),
        *([f"the hidden field {source.honeypot}, to be left empty"] if source.honeypot else []),
        *([f"lr_rendered, not within {in_words(source.min_fill)}"] if source.min_fill else []),
        *([f"the CAPTCHA {source.captcha}"] if source.captcha else []),
        *([_at_most(source.throttle)] if source.throttle else []),
    ]


def _at_most(rate: Rate) -> str:
    return f"at most {rate.limit}/{in_words(rate.per).removeprefix('1')} from one client"


def _carried(token: str) -> str:
    """In words where `token` says that the secret is."""
    place, _, name = token.partition(":")
    return {
        "query": f"in the URL, ?{name}=…",
        "header": f"in the header {name}",
        "body": f"in the field {name}",
        "basic": "as the password of HTTP Basic",
    }[place]
