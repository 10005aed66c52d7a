"""The telephony senders' sample requests, and what the sandbox knows of their sources."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from itertools import permutations
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from leadrelay.intake.keeping.merge import merge
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Ignored, Submission, sender
from leadrelay.lead import Call, Lead
from leadrelay.signing import signer
from leadrelay.signing.samples import Sample, read_sample
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.senders import text_of

type Event = Mapping[str, object]

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "leadrelay_sandbox" / "sources"
SOURCES = read_sources(text_of("calls"))
SECRETS: dict[str, str] = json.loads((HERE / "calls.json").read_text("utf-8"))
TELNYX_PEM = (HERE / "keys" / "telnyx.pem").read_text("utf-8")

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # when the samples in events/ were signed
HOST = "https://api.example.com"


def load(name: str) -> Sample:
    return read_sample(ROOT / "events" / f"{name}.http")


def source_of(sample: Sample) -> Source:
    return SOURCES[sample.path.partition("?")[0].rpartition("/")[2]]


def request(sample: Sample) -> Request:
    path, _, query = sample.path.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    headers = Headers(sample.headers)
    return Request(sample.method, path, headers, pairs, HOST + sample.path, sample.body)


def get(query: dict[str, str] | str, **headers: str) -> Request:
    """What a softphone or an exchange calls."""
    search = query if isinstance(query, str) else urlencode(query)
    pairs = tuple(parse_qsl(search, keep_blank_values=True))
    named = Headers((name.replace("_", "-"), value) for name, value in headers.items())
    return Request("GET", "/calls/x", named, pairs, f"{HOST}/calls/x?{search}", b"")


def post(document: object) -> Request:
    """JSON, from no particular sender."""
    headers = Headers([("Content-Type", "application/json")])
    body = json.dumps(document).encode()
    return Request("POST", "/calls/x", headers, (), f"{HOST}/calls/x", body)


def read(request: Request, source: Source) -> Submission | None:
    """The one submission in a request; None for no news about a call of ours."""
    found = sender(source.sender).read(request, source)
    assert not isinstance(found, tuple)
    return None if isinstance(found, Ignored) else found


def must_read(request: Request, source: Source) -> Submission:
    submission = read(request, source)
    assert submission is not None
    return submission


def lead_of(submission: Submission, source: Source) -> Lead:
    return build_lead(submission, source, NOW, "0" * 26, "LR-00000000")


def lead(sample: Sample) -> Lead:
    submission = read(request(sample), source_of(sample))
    assert submission is not None
    return lead_of(submission, source_of(sample))


def call(request: Request, name: str) -> Call:
    """The call that a request to this source tells of."""
    submission = read(request, SOURCES[name])
    assert submission is not None
    found = lead_of(submission, SOURCES[name]).call
    assert found is not None
    return found


def leads_of(name: str, events: Iterable[Event]) -> list[Lead]:
    """One for each event that is news of a call."""
    source = SOURCES[name]
    found = (read(post(event), source) for event in events)
    return [lead_of(submission, source) for submission in found if submission]


def comes_to(name: str, *events: Event) -> Lead:
    """The lead that the events come to, which is the same in any order of them."""
    leads = leads_of(name, events)
    found = [reduce(merge, order) for order in permutations(leads)]
    said = [{**lead.model_dump(), "extra": {}, "technical": {}} for lead in found]
    assert all(one == said[0] for one in said)
    return found[0]


def verify(sample: Sample, secrets: Sequence[str] = (), url: str = "", now: datetime = NOW) -> None:
    """Raises Rejected unless the sample is verified, with its own source's secret by default."""
    check = sender(source_of(sample).sender).verify
    assert check is not None
    use = secrets or [SECRETS[source_of(sample).name]]
    check(Headers(sample.headers), sample.body, url or HOST + sample.path, use, now)


def signed_anew(sample: Sample, secret: str, url: str = "", now: datetime = NOW) -> Sample:
    sign = signer(source_of(sample).sender)
    assert sign is not None
    return sign(sample, secret, url or HOST + sample.path, now)
