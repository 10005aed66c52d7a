"""The senders of the sample requests: what they sign with, as the sandbox's sources know them."""

import json
from functools import cache
from pathlib import Path

from leadrelay.sources import Source, read_sources
from leadrelay_config import SOURCES_TOML

FOLDER = Path(__file__).with_name("sources")


@cache
def sources_text() -> str:
    """The agency's example, and one source for each sender there is."""
    files = [SOURCES_TOML, *sorted(FOLDER.glob("*.toml"))]
    return "\n".join(file.read_text("utf-8") for file in files)


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
