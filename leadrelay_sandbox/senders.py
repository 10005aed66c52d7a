"""The senders of the sample requests: what they sign with, as the sandbox's sources know them."""

import json
from datetime import UTC, datetime
from functools import cache

from leadrelay.sources import Source, read_sources
from leadrelay_config import SOURCES_TOML
from leadrelay_ops.samples import Sample
from leadrelay_ops.signing import proved
from leadrelay_ops.stack import ROOT

FOLDER = ROOT / "leadrelay_sandbox" / "sources"


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
def _sources() -> dict[str, Source]:
    return read_sources(sources_text())


def private_key(source: str) -> str | None:
    """What a sender with a key pair signs with (PEM); the source's secret is the public key."""
    file = FOLDER / "keys" / f"{source}.pem"
    return file.read_text("utf-8") if file.exists() else None


def signed_anew(sample: Sample, api_url: str) -> Sample:
    """The sample as its sender would send it now, to this API: signatures go stale, and some are
    of the URL. A sample of an unknown source stays as it is."""
    source = _sources().get(sample.source)
    if source is None or source.name not in secrets():
        return sample
    given = secrets()[source.name]
    secret = private_key(source.name) or (given if isinstance(given, str) else given[0])
    return proved(sample, source, secret, api_url, datetime.now(UTC))
