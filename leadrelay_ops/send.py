"""`leadrelay send`: a sample request goes to a stack's API, proved to be its sender's."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx

from leadrelay.aws.secrets import source_secrets
from leadrelay.intake.soundness import read_sound_sources
from leadrelay.sources import Source
from leadrelay_config import SOURCES_TOML
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.samples import Sample
from leadrelay_ops.signing import carries_proof, proved
from leadrelay_ops.stack import Stack
from leadrelay_sandbox import senders

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """Where samples go, and what is known there of who sends them."""

    api_url: str
    sources: Mapping[str, Source]
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name


def of_stack(stack: Stack, sources_file: Path | None) -> Target:
    """With the stack's own secrets, and sources if no others are given. Raises SourcesError."""

    def secrets(source: str) -> Sequence[str]:
        pair = senders.private_key(source) if stack.is_twin else None
        return (pair,) if pair else source_secrets(stack.secrets, source)

    return Target(stack.api_url, _read(sources_file or stack.sources), secrets)


def of_url(api_url: str, sources_file: Path | None) -> Target:
    """An API of which only the URL is known. Raises SourcesError."""
    return Target(api_url.rstrip("/"), _read(sources_file or SOURCES_TOML), lambda _: ())


def signed_anew(sample: Sample, api_url: str) -> Sample:
    """One of the repository's samples as its sender would send it now, to this API: signatures go
    stale, and some are of the URL. A sample of an unknown source stays as it is."""
    return prepare(sample, Target(api_url, senders.sources(), _sandbox_secrets), None, None)


def _sandbox_secrets(source: str) -> Sequence[str]:
    given = senders.private_key(source) or senders.secrets().get(source, [])
    return [given] if isinstance(given, str) else given


def read_secret(text: str) -> str:
    """As written, or after an @ the file with it. Raises WrongWord."""
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).expanduser().read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise WrongWord(f"{text[1:]} can't be read as text") from error


def prepare(sample: Sample, target: Target, name: str | None, secret: str | None) -> Sample:
    """The sample for the source of this name, or else for its own, signed anew with the secret,
    or else with the source's own. Raises WrongWord."""
    source = target.sources.get(name or sample.source)
    if source is None and (name or secret):
        known = ", ".join(target.sources)
        raise WrongWord(f"there is no source {name or sample.source!r}; there are {known}")
    if source is None:
        return sample
    if name:
        sample = _redirected(sample, source)
    if not carries_proof(source):
        if secret:
            raise WrongWord(f"there is no place for a secret in a sample for {source.name}")
        return sample
    found = [secret] if secret else target.secrets(source.name)
    return proved(sample, source, found[0], target.api_url, datetime.now(UTC)) if found else sample


def send(api_url: str, sample: Sample) -> httpx.Response:
    """Send the sample as it is, but for the host it goes to. Redirects are not followed."""
    headers = [(name, value) for name, value in sample.headers if name.lower() != "host"]
    with httpx.Client(timeout=120.0) as client:
        # Only the sample's own headers: httpx's defaults would pretend to be another sender.
        client.headers = httpx.Headers()
        return client.request(
            sample.method, api_url + sample.path, headers=headers, content=sample.body
        )


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


def _read(file: Path) -> Mapping[str, Source]:
    return read_sound_sources(file.read_text("utf-8"))


def _redirected(sample: Sample, source: Source) -> Sample:
    path, mark, query = sample.path.partition("?")
    uploads = "/uploads" if path.endswith("/uploads") else ""
    return replace(sample, path=source.path + uploads + mark + query)
