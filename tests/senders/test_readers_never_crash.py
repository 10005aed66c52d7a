"""Whatever arrives, a sender's code takes it or rejects it; nothing else ever happens."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import SENDERS, sender, submissions
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source

EVENTS = Path(__file__).resolve().parents[2] / "events"
SAMPLES = [read_sample(path) for path in sorted(EVENTS.glob("*.http"))]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRETS = ["secret", "whsec_c2VjcmV0", "whpk_" + "A" * 43 + "=", "verify:x", "A" * 44, ""]
TYPES = [
    *("application/json", "application/x-www-form-urlencoded", "text/plain", "application/jwt"),
    *("multipart/form-data; boundary=b", "application/octet-stream", ""),
]

# JSON with the words that readers look for, and anything at all in their places
words = sorted(
    {
        word
        for sample in SAMPLES
        for word in sample.body.decode("latin-1").split('"')[1::2]
        if word.isidentifier() and len(word) < 30
    }
)
keys = st.sampled_from(words) | st.text(max_size=3)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=30,
).map(lambda value: json.dumps(value).encode())


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A sample's body with some of it replaced."""
    body = draw(st.sampled_from([sample.body for sample in SAMPLES if sample.body]))
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, len(body)))
    return body[:start] + draw(st.binary(max_size=20) | documents) + body[end:]


names = st.sampled_from(sorted({name for sample in SAMPLES for name, _ in sample.headers}))
headers = st.dictionaries(names | st.text(max_size=5), st.text(max_size=40), max_size=5)
queries = st.lists(st.tuples(keys, st.text(max_size=20)), max_size=4)
bodies = st.binary(max_size=200) | documents | mangled()


def run(name: str, request: Request) -> None:
    """All that a sender's own code does with a request, each step by itself."""
    known = sender(name)
    source = Source(name="x", kind="form", sender=name, deliver=("trackerrms",))
    with suppress(Rejected):
        if known.verify:
            known.verify(request.headers, request.body, request.url, SECRETS, NOW)
    with suppress(Rejected):
        if known.challenge:
            known.challenge(request, SECRETS)
    with suppress(Rejected):
        for submission in submissions(known.read(request, source)):
            build_lead(submission, source, NOW, "0" * 26, "LR-00000000")


@pytest.mark.parametrize("name", SENDERS)
@settings(max_examples=25)
@given(headers, st.sampled_from(TYPES), queries, bodies, st.sampled_from(["GET", "POST"]))
def test_anything_is_taken_or_rejected(
    name: str,
    given_headers: dict[str, str],
    content_type: str,
    query: list[tuple[str, str]],
    body: bytes,
    method: str,
) -> None:
    all_headers = Headers({**given_headers, "Content-Type": content_type}.items())
    url = "https://api.example.com/x?" + "&".join(f"{key}={value}" for key, value in query)
    run(name, Request(method, "/x", all_headers, tuple(query), url, body))


@pytest.mark.parametrize("name", SENDERS)
def test_every_sample_is_taken_or_rejected_by_every_sender(name: str) -> None:
    for sample in SAMPLES:
        path, _, query = sample.path.partition("?")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        url = "https://api.example.com" + sample.path
        run(name, Request(sample.method, path, Headers(sample.headers), pairs, url, sample.body))
