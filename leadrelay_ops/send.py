"""`leadrelay send`: a sample request goes to a stack's API, proved to be its sender's."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import typer

from leadrelay.aws.secrets import source_secrets
from leadrelay.intake.soundness import read_sound_sources
from leadrelay.signing import carries_proof, proved
from leadrelay.signing.samples import Sample, for_source, read_sample
from leadrelay.sources import Source
from leadrelay_ops import screen, which_file
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.options import SourcesFile, StackName, Url, stack_of, whole
from leadrelay_ops.stack import Stack
from leadrelay_sandbox import senders

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)


def send_samples(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="sample requests, such as events/*.http")],
    *,
    stack_name: StackName = None,
    source: Annotated[str | None, typer.Option(help="another source than the file's own")] = None,
    secret: Annotated[
        str | None, typer.Option(help="what to sign with, or @file; else the stack's own")
    ] = None,
    url: Url = None,
    sources: SourcesFile = None,
) -> None:
    """Send sample requests, signed anew, to the stack's API.

    Prints what it answers. With --source a sample goes to a source of yours, as if it came from
    your page and sender.
    """
    given = read_secret(secret) if secret else None
    target = of_url(url, sources) if url else of_stack(stack_of(context, stack_name), sources)
    errors = 0
    for file in files:
        sample = prepare(read_sample(file), target, source, given)
        if not given and (hint := unsigned(target, sample)):
            screen.say(hint, err=True)
        answer = send(target.api_url, sample)
        screen.say(f"{file.name}: {told(answer)}")
        errors += answer.is_error
    if errors:
        raise typer.Exit(1)


@dataclass(frozen=True)
class Target:
    """Where samples go, and what is known there of who sends them. `called` is what the API takes
    its URLs to begin with, which is what senders sign."""

    api_url: str
    called: str
    sources: Mapping[str, Source]
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name
    mend: str = "`leadrelay secrets set source {}`"  # where there is none


def of_stack(stack: Stack, given: Path | None) -> Target:
    """With the stack's own secrets, and sources by the rule for all commands."""

    def secrets(source: str) -> Sequence[str]:
        pair = senders.private_key(source) if stack.is_twin else None
        return (pair,) if pair else source_secrets(stack.secrets, source)

    called = stack.api_url
    if stack.endpoint_url:  # MiniStack tells a function of the stage, not of the API nor scheme
        called = f"https://{urlsplit(stack.endpoint_url).netloc}"
    return Target(
        stack.api_url, called, read_sound_sources(which_file.choose(stack, given).text), secrets
    )


def of_url(api_url: str, given: Path | None) -> Target:
    """An API of which only the URL is known. Raises Told."""
    url = whole(api_url)
    sources = read_sound_sources(which_file.choose(None, given).text)
    return Target(url, url, sources, lambda _: (), "give it with --secret")


def signed_anew(sample: Sample, api_url: str) -> Sample:
    """One of the repository's samples as its sender would send it now, to this API: signatures go
    stale, and some are of the URL. A sample of an unknown source stays as it is."""
    sandbox = Target(api_url, api_url, senders.sources(), _sandbox_secrets)
    return prepare(sample, sandbox, None, None)


def _sandbox_secrets(source: str) -> Sequence[str]:
    given = senders.private_key(source) or senders.secrets().get(source, [])
    return [given] if isinstance(given, str) else given


def read_secret(text: str) -> str:
    """As written, or after an @ the file with it. Raises Told."""
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).expanduser().read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise Told(f"{text[1:]} can't be read as text") from error


def prepare(sample: Sample, target: Target, name: str | None, secret: str | None) -> Sample:
    """The sample for the source of this name, or else for its own, signed anew with the secret,
    or else with the source's own. Raises Told."""
    source = target.sources.get(name or sample.source)
    if source is None and not (name or secret):
        return sample
    if source is None:
        source = target.sources[choose("source", name or sample.source, target.sources)]
    if name:
        sample = for_source(sample, source)
    if not carries_proof(source):
        if secret:
            raise Told(f"there is no place for a secret in a sample for {source.name}")
        return sample
    found = [secret] if secret else target.secrets(source.name)
    return proved(sample, source, found[0], target.called, datetime.now(UTC)) if found else sample


def unsigned(target: Target, sample: Sample) -> str | None:
    """What to do about a sample that can't be signed, as its source has no secret."""
    source = target.sources.get(sample.source)
    if source is None or not carries_proof(source) or target.secrets(source.name):
        return None
    mend = target.mend.format(source.name)
    return f"{source.name} has no secret, so nothing is signed: {mend}"


def send(api_url: str, sample: Sample) -> httpx.Response:
    """Send the sample as it is, but for the host it goes to. Redirects are not followed."""
    headers = [(name, value) for name, value in sample.headers if name.lower() != "host"]
    with httpx.Client(timeout=30.0) as client:
        # Only the sample's own headers: httpx's defaults would pretend to be another sender.
        client.headers = httpx.Headers()
        try:
            return client.request(
                sample.method, api_url + sample.path, headers=headers, content=sample.body
            )
        except httpx.HTTPError as error:
            raise Told(f"{api_url} doesn't answer: {error}") from error


def told(answer: httpx.Response) -> str:
    """The answer in one line: its status, then where it leads, a page's title, or its body."""
    if answer.has_redirect_location:
        text = f"→ {answer.headers['location']}"
    elif "html" in answer.headers.get("content-type", ""):
        title = _TITLE.search(answer.text)
        text = unescape(title[1]) if title else ""
    else:
        text = answer.text
    return " ".join([str(answer.status_code), *text.split()])
