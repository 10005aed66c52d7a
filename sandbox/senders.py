"""The senders of the sample requests: what they sign with, as the sandbox's sources know them."""

import json
from datetime import UTC, datetime
from functools import cache

from leadrelay.sources import Source, read_sources
from leadrelay_config import SOURCES_TOML
from ops.samples import Sample
from ops.signing import signer
from ops.stack import ROOT

FOLDER = ROOT / "sandbox" / "sources"


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


def signed_anew(sample: Sample, api_url: str) -> Sample:
    """The sample as its sender would send it now, to this API: signatures go stale, and some are
    of the URL. A sample of an unknown source stays as it is."""
    path = sample.path.partition("?")[0].removesuffix("/uploads")
    source = _sources().get(path.rpartition("/")[2])
    sign = signer(source.sender) if source and not source.unverified else None
    if source is None or sign is None or source.name not in secrets():
        return sample
    given = secrets()[source.name]
    private_key = FOLDER / "keys" / f"{source.name}.pem"
    secret = given if isinstance(given, str) else given[0]
    if private_key.exists():
        secret = private_key.read_text("utf-8")
    _, mark, query = sample.path.partition("?")
    url = source.public_url + mark + query if source.public_url else api_url + sample.path
    return sign(sample, secret, url, datetime.now(UTC))
