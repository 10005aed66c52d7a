"""Bombs: each is refused in milliseconds of CPU, and never unfolded in memory."""

import json
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, strategies

from leadrelay.errors import Rejected
from leadrelay.intake.body.read import read_body
from leadrelay.intake.limits import LIMITS, WITH_BASE64_FILES, WITH_FILES, Limits
from leadrelay.intake.request import Headers, Request

MILLION = 1_000_000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"

# No bomb may be refused for its mere size: then the limit behind that one would not be tested.
ANY_SIZE = replace(LIMITS, body_bytes=100 * MILLION)


def request(body: bytes, media_type: str) -> Request:
    headers = Headers([("Content-Type", media_type)])
    return Request("POST", "/forms/x", headers, (), "https://api.example.com/forms/x", body)


def part(number: int) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n' % number


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return b'{"a": ' + opening * depth + b"1" + closing * depth + b"}"


BOMBS: dict[str, Callable[[], tuple[bytes, str]]] = {
    "objects in objects": lambda: (nested(b'{"a":', b"}", 100_000), JSON),
    "lists in lists": lambda: (nested(b"[", b"]", 100_000), JSON),
    "lists never closed": lambda: (b'{"a":' + b"[" * MILLION, JSON),
    "a million members": lambda: (
        json.dumps({f"f{number}": number for number in range(MILLION)}).encode(),
        JSON,
    ),
    "a list of a million": lambda: (b'{"a": [' + b"1," * MILLION + b"1]}", JSON),
    "a million empty objects": lambda: (b'{"a": [' + b"{}," * MILLION + b"{}]}", JSON),
    "a million fields": lambda: (b"&".join(b"f%d=v" % number for number in range(MILLION)), FORM),
    "a million ampersands with names": lambda: (b"a&" * MILLION + b"a", FORM),
    "a hundred thousand parts": lambda: (
        b"".join(map(part, range(100_000))) + b"--x--\r\n",
        MULTIPART,
    ),
    "a million delimiters": lambda: (b"--x\r\n" * MILLION + b"--x--", MULTIPART),
}


def refused(body: bytes, media_type: str, limits: Limits) -> int:
    """The status of the refusal."""
    with pytest.raises(Rejected) as caught:
        read_body(request(body, media_type), limits)
    return caught.value.status


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_milliseconds(name: str) -> None:
    body, media_type = BOMBS[name]()
    refused(b"{", JSON, LIMITS)  # whatever is loaded at the first time
    refused(b"", MULTIPART, LIMITS)
    quickest = min(_cpu_ms(body, media_type) for _ in range(3))
    assert quickest < 50


def _cpu_ms(body: bytes, media_type: str) -> float:
    started = time.process_time()
    assert refused(body, media_type, ANY_SIZE) == 413
    return (time.process_time() - started) * 1000


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_more_memory_than_its_own_text(name: str) -> None:
    body, media_type = BOMBS[name]()
    tracemalloc.start()
    try:
        refused(body, media_type, ANY_SIZE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The text itself may be there twice: decoded, and without its byte order mark.
    assert peak < 2 * len(body) + MILLION


@pytest.mark.parametrize("limits", [LIMITS, WITH_FILES, WITH_BASE64_FILES])
@pytest.mark.parametrize("media_type", [JSON, FORM, MULTIPART, "text/plain", ""])
def test_what_is_too_large_is_not_even_looked_at(limits: Limits, media_type: str) -> None:
    body = b"\xff" * (limits.body_bytes + 1)
    tracemalloc.start()
    try:
        assert refused(body, media_type, limits) == 413
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize("fields", [500, 501])
def test_five_hundred_fields_are_taken_and_no_more(fields: int) -> None:
    names = [f"f{number}" for number in range(fields)]
    bodies = {
        JSON: json.dumps(dict.fromkeys(names, "v")).encode(),
        FORM: b"&".join(b"%s=v" % name.encode() for name in names),
        MULTIPART: b"".join(map(part, range(fields))) + b"--x--\r\n",
    }
    for media_type, body in bodies.items():
        if fields > LIMITS.fields:
            assert refused(body, media_type, LIMITS) == 413
        else:
            assert len(read_body(request(body, media_type)).fields) == fields


@pytest.mark.parametrize(("depth", "status"), [(19, 200), (20, 413)])
def test_json_may_be_twenty_deep(depth: int, status: int) -> None:
    body = nested(b'{"a":', b"}", depth)
    if status == 413:
        assert refused(body, JSON, LIMITS) == 413
    else:
        assert read_body(request(body, JSON)).fields == ((".".join("a" * (depth + 1)), "1"),)


@pytest.mark.parametrize("letter", ["x", "é", "𝄞"])
def test_a_long_field_is_kept_whole_as_long_as_a_lead_can_hold_it(letter: str) -> None:
    document = {"message": letter * (299_000 // len(letter.encode())), "email": "j@example.com"}
    body = json.dumps(document, ensure_ascii=False).encode()
    assert dict(read_body(request(body, JSON)).fields) == document


CONTROL = strategies.characters(categories=["Cc"], exclude_characters="\t\n\r")
PLAIN = strategies.text(
    strategies.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n")
)


@given(PLAIN, CONTROL, PLAIN)
def test_control_characters_go_and_everything_else_stays(
    before: str, control: str, after: str
) -> None:
    body = json.dumps({"f": before + control + after, "g": 1}).encode()
    assert dict(read_body(request(body, JSON)).fields)["f"] == before + after


@given(PLAIN)
def test_text_in_a_form_is_kept_to_the_letter(text: str) -> None:
    escaped = "".join(f"%{byte:02X}" for byte in text.encode())
    assert dict(read_body(request(f"f={escaped}&g=1".encode(), FORM)).fields)["f"] == text


@given(PLAIN)
def test_text_in_a_part_is_kept_to_the_letter(text: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
    body = head + text.encode().replace(b"--x", b"") + b"\r\n" + part(1) + b"--x--\r\n"
    kept = dict(read_body(request(body, MULTIPART)).fields)
    assert kept.get("f", "") == text.replace("--x", "")
