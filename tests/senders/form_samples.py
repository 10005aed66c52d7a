"""The form vendors' sample requests, and what the sandbox knows of their sources."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Sender, Submission, sender
from leadrelay.intake.senders import submissions as submissions_of
from leadrelay.lead import Lead
from leadrelay.signing import signer
from leadrelay.signing.samples import Sample, read_sample
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.senders import text_of

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "leadrelay_sandbox" / "sources"
SOURCES = read_sources(text_of("forms"))
SECRETS: dict[str, str | list[str]] = json.loads((HERE / "forms.json").read_text("utf-8"))

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # when the samples in events/ were signed
HOST = "https://api.example.com"


def load(name: str) -> Sample:
    return read_sample(ROOT / "events" / f"{name}.http")


def source(sample: Sample) -> Source:
    return SOURCES[sample.path.partition("?")[0].rpartition("/")[2]]


def known(sample: Sample) -> Sender:
    return sender(source(sample).sender)


def secrets(sample: Sample) -> tuple[str, ...]:
    given = SECRETS[source(sample).name]
    return (given,) if isinstance(given, str) else tuple(given)


def private_key(sample: Sample) -> str:
    """What the sender signs with: the shared secret, or a key of its own."""
    pem = HERE / "keys" / f"{source(sample).name}.pem"
    return pem.read_text("utf-8") if pem.exists() else secrets(sample)[0]


def request(sample: Sample) -> Request:
    path, _, query = sample.path.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    headers = Headers(sample.headers)
    return Request(sample.method, path, headers, pairs, HOST + sample.path, sample.body)


def submissions(sample: Sample) -> tuple[Submission, ...]:
    return submissions_of(known(sample).read(request(sample), source(sample)))


def lead(sample: Sample) -> Lead:
    """The one lead of a sample."""
    (submission,) = submissions(sample)
    return build_lead(submission, source(sample), NOW, "0" * 26, "LR-00000000")


def verify(
    sample: Sample, given: Sequence[str] | None = None, url: str = HOST, now: datetime = NOW
) -> None:
    """Raises Rejected unless the sample is verified, with its own source's secrets by default."""
    checks = known(sample).verify
    assert checks is not None
    use = secrets(sample) if given is None else given
    checks(Headers(sample.headers), sample.body, url + sample.path, use, now)


def signed_anew(sample: Sample, secret: str, url: str = HOST, now: datetime = NOW) -> Sample:
    sign = signer(source(sample).sender)
    assert sign is not None
    return sign(sample, secret, url + sample.path, now)
