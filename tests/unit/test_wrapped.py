"""What a program wrapped up on its way is read as what is in it."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.body.read import read_bodies
from leadrelay.intake.body.wrapped import of_base64, unwrapped
from tests.unit.test_as_it_was_meant import lead_of
from tests.unit.test_inflate import FORM, JSON, posted

DOCUMENT = {"name": "Jane Doe", "email": "jane@example.com"}
TEXT = json.dumps(DOCUMENT)
PACKED = base64.b64encode(TEXT.encode())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PACKED, "text/plain"),
        (PACKED, JSON),
        (base64.urlsafe_b64encode(TEXT.encode()).rstrip(b"="), JSON),
        (base64.encodebytes(TEXT.encode()), "text/plain"),
        (base64.b64encode(b"name=Jane+Doe&email=jane%40example.com"), FORM),
        (b"data=" + PACKED.replace(b"=", b"%3D"), FORM),
        (json.dumps({"isBase64Encoded": True, "body": PACKED.decode()}).encode(), JSON),
        (  # cloud.google.com/pubsub/docs/push, "Receive push messages"
            json.dumps({"message": {"data": PACKED.decode()}, "subscription": "s"}).encode(),
            JSON,
        ),
        (f"data: {TEXT}\n\n".encode(), "text/event-stream"),
        (f"event: lead\r\nid: 7\r\ndata: {TEXT}\r\n\r\n".encode(), "text/event-stream"),
        (b'data: {"name": "Jane Doe",\ndata: "email": "jane@example.com"}\n\n', "text/plain"),
        (json.dumps({"body": json.dumps({"form": TEXT})}).encode(), JSON),
        (json.dumps({"id": "1", "body": json.dumps({"at": "x", "form": TEXT})}).encode(), JSON),
    ],
)
def test_what_is_wrapped_up_is_the_lead(body: bytes, content_type: str) -> None:
    lead = lead_of(body, content_type)
    assert (lead.full_name, lead.email) == ("Jane Doe", "jane@example.com")


def test_several_events_are_several_leads() -> None:
    stream = f"data: {TEXT}\n\ndata: {TEXT.replace('Jane', 'Joan')}\n\n"
    found = read_bodies(posted(stream.encode(), "text/event-stream"))
    assert [dict(body.fields)["name"] for body in found] == ["Jane Doe", "Joan Doe"]


@given(st.text(min_size=1).filter(str.strip))
def test_what_is_in_base64_is_read_and_nothing_else(text: str) -> None:
    document = json.dumps({"message": text}).encode()
    assert of_base64(base64.b64encode(document)) in {document, b""}  # b"" where it is short
    assert unwrapped(text.encode()) == text.encode() or of_base64(text.encode())


@pytest.mark.parametrize("text", ["Donaudampfschifffahrtsgesellschaft", "a" * 64, "QUJD" * 20])
def test_a_long_word_is_a_word(text: str) -> None:
    assert lead_of(f"message={text}".encode()).message == text


def test_json_in_json_ends_somewhere() -> None:
    text = TEXT
    for _ in range(12):
        text = json.dumps({"x": text})
    assert read_bodies(posted(text.encode(), JSON))
