"""The senders of the sample requests: what they sign with, as the sandbox's sources know them."""

import json
from functools import cache
from pathlib import Path

from leadrelay.crms import CRMS
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_config import SOURCES_TOML

FOLDER = Path(__file__).with_name("sources")


@cache
def sources_text() -> str:
    """The agency's example, and one source for each sender there is."""
    texts = [SOURCES_TOML.read_text("utf-8"), *map(text_of, ("calls", "forms", "resumes"))]
    return "\n".join(texts)


def text_of(kind: str) -> str:
    """The sandbox's own sources of "forms", "calls" or "resumes". There, `deliver = "all"` stands
    for every CRM there is, so that a new one gets the samples too."""
    text = (FOLDER / f"{kind}.toml").read_text("utf-8")
    return text.replace('deliver = "all"', f"deliver = {json.dumps([*CRMS])}")


@cache
def secrets() -> dict[str, str | list[str]]:
    """Source → its secret, or several."""
    files = sorted(FOLDER.glob("*.json"))
    return {key: value for file in files for key, value in json.loads(file.read_text()).items()}


@cache
def sources() -> dict[str, Source]:
    return read_sources(sources_text())


def private_key(source: str) -> str | None:
    """What a sender with a key pair signs with (PEM); the source's secret is the public key."""
    file = FOLDER / "keys" / f"{source}.pem"
    return file.read_text("utf-8") if file.exists() else None
