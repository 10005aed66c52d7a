"""What was compressed, or put where it doesn't belong, is read as the body it was."""

import gzip
import json
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.inflate import inflate
from leadrelay.intake.body.read import read_bodies, read_body, read_document
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from tests.unit.test_fields import NOW, source

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LIMIT = 10_000


def raw_deflate(body: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(body) + packing.flush()


def posted(body: bytes, content_type: str = FORM, query: str = "", **headers: str) -> Request:
    pairs = [("content-type", content_type), *headers.items()]
    given = tuple((n, v) for n, _, v in (one.partition("=") for one in query.split("&") if one))
    named = [(name.replace("_", "-"), value) for name, value in pairs]
    return Request("POST", "/forms/x", Headers(named), given, "", body)


WAYS = [("gzip", gzip.compress), ("X-GZIP", gzip.compress), ("deflate", zlib.compress),
        ("deflate", raw_deflate), ("", gzip.compress), ("identity", bytes), ("gzip", bytes),
        ("deflate", bytes)]  # fmt: skip


@pytest.mark.parametrize(("encoding", "pack"), WAYS)
def test_a_compressed_body_is_what_it_was(encoding: str, pack: type[bytes]) -> None:
    form = pack(b"name=Jane+Doe&email=jane%40example.com")
    fields = (("name", "Jane Doe"), ("email", "jane@example.com"))
    assert read_body(posted(form, content_encoding=encoding)).fields == fields
    document = pack(json.dumps(dict(fields)).encode())
    assert read_body(posted(document, JSON, content_encoding=encoding)).fields == fields
    assert read_document(posted(document, JSON, content_encoding=encoding)) == dict(fields)


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate", "identity"]))
def test_whatever_it_holds_it_is_inflated_or_rejected(body: bytes, encoding: str) -> None:
    with suppress(Rejected):
        assert len(inflate(body, encoding, LIMIT)) <= LIMIT


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b"a" * 1000, mtime=0)[:-9], "gzip", 400),
        (gzip.compress(b"a" * (LIMIT + 1), mtime=0), "gzip", 413),
        (zlib.compress(b"\0" * 50_000_000), "deflate", 413),  # 50 kB that are 50 MB
        (b"\x1f\x8b\x08 and nothing", "", 400),
        (b"a=b", "br", 415),
    ],
)
def test_what_is_damaged_or_too_large_is_rejected(body: bytes, encoding: str, status: int) -> None:
    with pytest.raises(Rejected) as caught:
        inflate(body, encoding, LIMIT)
    assert caught.value.status == status


def test_fields_that_stand_in_the_url_alone_are_a_form() -> None:
    request = posted(b"", query="name=Jane Doe&email=jane@example.com&k=open-sesame")
    (body,) = read_bodies(request)
    lead = build_lead(
        Submission(body.fields), source(token="query:k"), NOW, "0" * 26, "LR-00000000"
    )
    assert (lead.full_name, lead.email, lead.extra) == ("Jane Doe", "jane@example.com", {})


def test_beside_a_body_the_url_says_nothing() -> None:
    assert read_body(posted(b"a=b", query="page=/contact")).fields == (("a", "b"),)


def test_bytes_that_node_printed_are_the_text_they_are() -> None:
    inner = json.dumps({"name": "Zoë", "email": "zoe@example.com"}).encode()
    printed = json.dumps({"type": "Buffer", "data": list(inner)})
    (body,) = read_bodies(posted(printed.encode(), JSON))
    lead = build_lead(Submission(body.fields), source(), NOW, "0" * 26, "LR-00000000")
    assert (lead.full_name, lead.email) == ("Zoë", "zoe@example.com")


@pytest.mark.parametrize("data", [[300], [255, 254], ["a"], [None], "abc", {}])
def test_what_only_looks_like_bytes_stays_as_it_is(data: object) -> None:
    fields = dict(
        read_body(posted(json.dumps({"type": "Buffer", "data": data}).encode(), JSON)).fields
    )
    assert fields["type"] == "Buffer"
