"""Any body becomes pairs of clean text, or is rejected with what to fix."""

import json
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.content import Body
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.read import read_bodies, read_body
from leadrelay.intake.body.text import clean
from leadrelay.intake.request import Headers, Request
from leadrelay.signing.samples import read_sample

FORM = "application/x-www-form-urlencoded"
EVENTS = Path(__file__).parents[2] / "events"

# What survives cleaning unchanged.
CLEAN = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20).filter(
    lambda text: clean(text) == text
)


def read(body: bytes | str, content_type: str | None = None, **headers: str) -> Body:
    given = {"content-type": content_type, **headers}
    pairs = [(name.replace("_", "-"), value) for name, value in given.items() if value is not None]
    raw = body.encode() if isinstance(body, str) else body
    return read_body(Request("POST", "/forms/x", Headers(pairs), (), "", raw))


def refusal(body: bytes | str, content_type: str | None = None, **headers: str) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(body, content_type, **headers)
    return caught.value


def multipart(*parts: tuple[str, bytes], end: bytes = b"--XX--\r\n") -> bytes:
    head = "--XX\r\nContent-Disposition: form-data; {}\r\n\r\n"
    return b"".join(head.format(p).encode() + value + b"\r\n" for p, value in parts) + end


MULTIPART = "multipart/form-data; boundary=XX"


@given(st.lists(st.tuples(CLEAN, CLEAN), min_size=1))
def test_an_urlencoded_form_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    assert read(urlencode(pairs), FORM).fields == tuple(pairs)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("a=1+2&a=%2B", (("a", "1 2"), ("a", "+"))),
        ("a[]=1&a[]=2", (("a[]", "1"), ("a[]", "2"))),
        ("a&b=&=c", (("a", ""), ("b", ""), ("", "c"))),
        ("a=100%&b=%zz", (("a", "100%"), ("b", "%zz"))),
        ("a=b=c%3D", (("a", "b=c="),)),
        ("t=one%0D%0Atwo%0Dthree%00%07", (("t", "one\ntwo\nthree"),)),
    ],
)
def test_urlencoded_manners(body: str, fields: tuple[tuple[str, str], ...]) -> None:
    assert read(body, FORM).fields == fields


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("n=H%E9l%E8ne+%80", FORM + "; charset=ISO-8859-1"),
        ("n=H%E9l%E8ne+%80", FORM + ';charset="windows-1252"'),
        ("n=H%E9l%E8ne+%80", FORM),  # neither declared nor UTF-8
        ("n=H%E9l%E8ne+%80", FORM + "; charset=utf-8"),  # declared wrongly
        ("n=H%C3%A9l%C3%A8ne+%E2%82%AC", FORM),
        ("n=H%C3%A9l%C3%A8ne+%E2%82%AC", FORM + "; charset=UTF-16"),
        ("_charset_=iso-8859-15&n=H%E9l%E8ne+%A4", FORM),
    ],
)
def test_a_charset_is_read_as_browsers_mean_it(body: str, content_type: str) -> None:
    assert dict(read(body, content_type).fields)["n"] == "Hélène €"


@pytest.mark.parametrize("label", ["klingon", "zlib", "unicode_escape", "utf8mb4", "UTF-8;", ""])
def test_a_charset_nobody_knows_is_seen_from_the_bytes(label: str) -> None:
    for text in ("n=Ren%C3%A9", "n=Ren%E9"):
        assert dict(read(text, f"{FORM}; charset={label}").fields)["n"] == "René"
        assert dict(read(f"_charset_={label}&{text}", FORM).fields)["n"] == "René"


def test_multipart_fields_are_read_and_an_empty_file_input_is_no_field() -> None:
    body = multipart(
        ('name="a"', b"one\r\ntwo"),
        ('name="pre%22f%22 \\"x\\""', "é".encode()),
        ('name="cv"; filename=""', b""),
        ('name="a"', b""),
    )
    fields = (("a", "one\ntwo"), ('pre"f" "x"', "é"), ("a", ""))
    assert read(body, MULTIPART).fields == fields


@pytest.mark.parametrize("part", ['name="cv"; filename="cv.pdf"', 'name="cv"; filename=""'])
def test_a_file_is_refused_with_where_it_should_go(part: str) -> None:
    rejected = refusal(multipart((part, b"%PDF-1.7")), MULTIPART)
    assert rejected.status == 415
    assert "/resumes/" in rejected.detail


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (multipart(('name="a"', b"1")), "multipart/form-data; boundary=YY"),
        (multipart(('name="a"', b"1"), end=b""), MULTIPART),
        (multipart(('name="a"' + ";" * 100, b"1")), MULTIPART),
        (b"--XX" + b" " * 1000, MULTIPART),
        ("{", "application/json"),
        ('{"a": "cut off', "application/json"),
        ('{"a": {"b": "1"}', "application/json"),
        ("nothing at all", "application/json"),
        ("[1, 2]", "application/json"),
        ('["a"]', "application/json"),
        (b'{"a": "\xff', "application/json"),
        ("a=" + "%" * 5000, FORM),
        ("", FORM),
        (" \r\n", None),
    ],
)
def test_a_malformed_body_is_a_bad_request(body: bytes | str, content_type: str | None) -> None:
    assert refusal(body, content_type).status == 400


def test_json_is_flattened_and_its_numbers_stay_as_written() -> None:
    body = """\ufeff{"id": 9007199254740993, "price": 1.10, "ok": true, "no": null, "none": [],
      "a": {"b": {"c": "d"}}, "tags": ["x", 2, false], "items": [{"n": "p"}, {"n": "q"}]}"""
    assert read(body, "application/json; charset=utf-8").fields == (
        ("id", "9007199254740993"),
        ("price", "1.10"),
        ("ok", "true"),
        ("a.b.c", "d"),
        ("tags", "x"),
        ("tags", "2"),
        ("tags", "false"),
        ("items.0.n", "p"),
        ("items.1.n", "q"),
    )


def test_a_repeated_key_keeps_every_value() -> None:
    fields = read('{"a": "1", "b": "2", "a": "3"}', "application/json").fields
    assert fields == (("a", "1"), ("a", "3"), ("b", "2"))


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert read(r'{"a": "x\ud83d y\ud83d\ude42"}', "text/plain").fields == (("a", "x� y🙂"),)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/ld+json", "text/plain;charset=UTF-8", FORM, None],
)
def test_json_is_recognised_whatever_it_is_called(content_type: str | None) -> None:
    body = read(' {"a": {"b": "1"}}', content_type)
    assert body == Body((("a.b", "1"),), {"a": {"b": "1"}})


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"a": "1", "b": "x y"}', "text/html; charset=utf-8"),  # ASP
        ('{"a": "1", "b": "x y"}', "text/javascript"),
        ('{"a": "1", "b": "x y"}', "application/octet-stream"),
        ('{"a": "1", "b": "x y"}', "multipart/form-data"),
        ('{"a": "1", "b": "x y"}', "application/json; charset=utf8mb4"),  # MySQL's name of it
        ('{"a": "1", "b": "x y"}'.encode("utf-16"), "application/json"),  # PowerShell
        ('{"a": "1", "b": "x y"}'.encode("utf-16-be"), "application/json"),
        ('{"a": "1", "b": "x y"}'.encode("utf-16").decode("utf-8", "replace"), "application/json"),
        (json.dumps('{"a": "1", "b": "x y"}'), "application/json"),  # made JSON twice
        ('[{"a": "1", "b": "x y"}]', "application/json"),  # n8n, Zapier
        (quote_plus('{"a": "1", "b": "x y"}') + "=", FORM),  # jQuery, curl --data-urlencode
        ("a=1&b=x+y", "application/json"),  # n8n, Budibase
        ("a=1&b=x+y", "text/plain;charset=UTF-8"),  # fetch with a string
        ("a=1&b=x+y", "application/octet-stream"),
        ("a=1\r\nb=x y\r\n", "text/plain"),  # enctype="text/plain"
        ("a=1\nb=x y", "text/plain; charset=utf-8"),
        (multipart(('name="a"', b"1"), ('name="b"', b"x y")), "multipart/form-data"),
        (multipart(('name="a"', b"1"), ('name="b"', b"x y")), "application/json"),
    ],
)
def test_a_body_is_what_it_looks_like_whatever_it_is_called(
    body: bytes | str, content_type: str
) -> None:
    assert read(body, content_type).fields == (("a", "1"), ("b", "x y"))


def test_a_plain_text_forms_values_may_have_several_lines() -> None:
    body = "name=Jane Doe\r\nmessage=one\r\ntwo\r\n\r\nthree\r\nemail=jane@example.com\r\n"
    assert read(body, "text/plain").fields == (
        ("name", "Jane Doe"),
        ("message", "one\ntwo\n\nthree"),
        ("email", "jane@example.com"),
    )


@pytest.mark.parametrize(
    "body",
    [
        '[{"a": "1"}, {"a": "2"}]',
        '{"a": "1"}\n{"a": "2"}\n',
        '{"a": "1"}{"a": "2"}',
        'data=[{"a":"1"},{"a":"2"}]',
    ],
)
def test_a_list_is_several_submissions(body: str) -> None:
    request = Request("POST", "/forms/x", Headers(), (), "", body.encode())
    assert [found.fields for found in read_bodies(request)] == [(("a", "1"),), (("a", "2"),)]
    if not body.startswith("data"):
        assert refusal(body).title in {"Several submissions", "Several objects"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('payload={"a":"1"}', (("a", "1"),)),
        ('payload={"a":"1"}&token=x', (("token", "x"), ("payload.a", "1"))),
        ("message={urgent} call me", (("message", "{urgent} call me"),)),
        ("message=[Urgent] call me", (("message", "[Urgent] call me"),)),
        ('a={"b":1}&c={"d":2}', (("a", '{"b":1}'), ("c", '{"d":2}'))),
    ],
)
def test_json_in_a_field_is_unpacked_and_words_stay_words(
    body: str, fields: tuple[tuple[str, str], ...]
) -> None:
    request = Request("POST", "/forms/x", Headers([("content-type", FORM)]), (), "", body.encode())
    assert [found.fields for found in read_bodies(request)] == [fields]


def test_a_form_without_a_content_type_is_read() -> None:
    assert read("a=1").fields == (("a", "1"),)


def test_types_that_cannot_be_read_safely_are_unsupported() -> None:
    for content_type in ("text/plain", "text/html", "application/octet-stream"):
        assert refusal("<lead name='a=1'/>", content_type).status == 415
        assert refusal("words without a name", content_type).status == 415
    assert refusal("a=b", FORM, content_encoding="br").status == 415


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"[" * 900_000, "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b'{"a":[' + b"[]," * 300_000, "application/json"),
        (json.dumps(dict.fromkeys(map(str, range(501)), 1)), "application/json"),
        ("a&" * 400_000, FORM),
        (multipart(*[('name="a"', b"1")] * 501), MULTIPART),
        (b"--XX\r\n" * 100_000, MULTIPART),
        ("a=" + "x" * 1_000_000, FORM),
        ("&".join(["a=" + "x" * 90_000] * 4), FORM),
    ],
)
def test_a_bomb_is_too_large(body: bytes | str, content_type: str) -> None:
    assert refusal(body, content_type).status == 413


def test_a_rejection_never_repeats_what_was_sent() -> None:
    for body, content_type in (
        ('{"email": "jane@example.com" oops', "application/json"),
        ("jane@example.com", "text/plain"),
    ):
        rejected = refusal(body, content_type)
        assert "jane" not in rejected.detail + rejected.title + str(rejected)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | CLEAN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(CLEAN, inner, max_size=4),
    max_leaves=30,
)


@given(st.dictionaries(CLEAN, JSON))
def test_flattening_keeps_every_scalar(document: dict[str, object]) -> None:
    def scalars(value: object) -> list[str]:
        match value:
            case dict():
                return [found for member in value.values() for found in scalars(member)]
            case list():
                return [found for item in value for found in scalars(item)]
            case None:
                return []
            case _:
                return [json.dumps(value) if isinstance(value, bool) else str(value)]

    assert [value for _, value in flatten(document)] == scalars(document)


TYPES = st.sampled_from([FORM, FORM + "; charset=shift_jis", "application/json", MULTIPART, None])
SYNTAX = st.lists(
    st.sampled_from(
        [
            *('{"a":', "[", "]", "}", '"', "\\", "1e9"),
            *("%", "&", "=", "\x00", "\udcff", "é"),
            *("--XX", "--", "\r\n", ":", 'Content-Disposition: form-data; name="a"', "; filename="),
        ]
    )
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@given(SYNTAX | st.binary(), TYPES | st.text(max_size=30))
def test_no_bytes_raise_anything_but_rejected(body: bytes, content_type: str | None) -> None:
    with suppress(Rejected):
        for pair in read(body, content_type).fields:
            "".join(pair).encode()  # fails for what can't be stored


@pytest.mark.parametrize("path", sorted(EVENTS.glob("form-*.http")), ids=lambda path: path.stem)
def test_every_sample_form_is_read(path: Path) -> None:
    sample = read_sample(path)
    request = Request(sample.method, sample.path, Headers(sample.headers), (), "", sample.body)
    assert any("example.com" in value for _, value in read_body(request).fields)


def test_a_value_needs_no_escapes_it_does_not_have() -> None:
    assert read(f"a={quote_plus('ä&=+%')}", FORM).fields == (("a", "ä&=+%"),)
