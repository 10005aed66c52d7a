"""A part is read by its own headers, as browsers, mailers and hand-made programs write them."""

from base64 import encodebytes
from quopri import encodestring
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.read import read_body
from leadrelay.intake.limits import WITH_FILES
from leadrelay.intake.request import Headers, Request
from tests.senders.documents import pdf

TYPE = "multipart/form-data; boundary=XX"
FIELDS = (("name", "Jane"), ("email", "jane@example.com"))
FORM = (
    b'--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\nJane\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="email"\r\n\r\njane@example.com\r\n--XX--\r\n'
)


class Read(NamedTuple):
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, bytes | str], ...]


def read(body: bytes, content_type: str = TYPE) -> Read:
    headers = Headers([("content-type", content_type)])
    found = read_body(Request("POST", "/resumes/x", headers, (), "", body), WITH_FILES)
    return Read(found.fields, tuple((one.field, one.filename, one.content) for one in found.files))


def part(disposition: str, value: bytes, *headers: str) -> bytes:
    head = "\r\n".join((f"Content-Disposition: form-data; {disposition}", *headers))
    return b"--XX\r\n" + head.encode() + b"\r\n\r\n" + value + b"\r\n--XX--\r\n"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FORM, 'multipart/form-data; boundary="XX"'),
        (FORM, "multipart/form-data; charset=utf-8; Boundary=XX"),
        (FORM, "multipart/form-data"),  # by a script that writes its Content-Type by hand
        (FORM, "multipart/mixed; boundary=XX"),
        (FORM.replace(b"\r\n", b"\n"), TYPE),  # pillarjs/multiparty #105
        (b"\r\n" + FORM, TYPE),
        (b"This is a multi-part message in MIME format.\r\n" + FORM, TYPE),  # RFC 2046, 5.1.1
        (b"A preamble with --XX in it\r\n" + FORM + b"and an epilogue", TYPE),
        (FORM.removesuffix(b"\r\n"), TYPE),
        (FORM.replace(b"--XX\r\n", b"--XX  \t\r\n"), TYPE),
        (FORM.replace(b"Content-Disposition", b"content-disposition "), TYPE),
        (FORM.replace(b'; name="email"', b';\r\n name="email"'), TYPE),
        (FORM.replace(b'name="email"', b"name=email"), TYPE),
        (FORM.replace(b"\r\n\r\n", b"\r\nContent-Length: 4\r\nX-Own: 1\r\n\r\n"), TYPE),
    ],
)
def test_a_form_is_read_however_it_is_framed(body: bytes, content_type: str) -> None:
    assert read(body, content_type).fields == FIELDS


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FORM, "multipart/form-data; boundary=YY"),
        (FORM, "multipart/form-data; boundary=" + "X" * 71),
        (FORM.removesuffix(b"--XX--\r\n"), TYPE),
        (FORM[:-30], TYPE),
        (b"--XX\r\n" + b"X-Own: " + b"a" * 20_000 + b"\r\n\r\n1\r\n--XX--", TYPE),
    ],
)
def test_what_may_be_half_a_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(Rejected, match=r"^400"):
        read(body, content_type)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="cv"; filename="CV ü.pdf"', "CV ü.pdf"),
        ('name="cv"; filename="a;b.pdf"', "a;b.pdf"),
        ('name="cv"; filename="a%22b.pdf"', 'a"b.pdf'),
        ('name="cv"; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('name="cv"; filename="a"b.pdf"', 'a"b.pdf'),  # that nobody escaped
        ('name="cv"; filename="C:\\Users\\jane\\cv.pdf"', "C:\\Users\\jane\\cv.pdf"),
        ("name=cv; filename=my cv.pdf", "my cv.pdf"),
        ("name=\"cv\"; filename*=UTF-8''CV_%C3%BC.pdf", "CV_ü.pdf"),
        ('filename*="utf-8\'\'CV_%C3%BC.pdf"; name="cv"', "CV_ü.pdf"),  # sanic-org/sanic #1497
        ("name=\"cv\"; filename*=iso-8859-1'de'J%E9.pdf", "Jé.pdf"),
        ('name="cv"; filename="J_.pdf"; filename*=UTF-8\'\'J%C3%A9.pdf', "Jé.pdf"),
        ('name="cv"; filename*0="a long "; filename*1="name.pdf"', "a long name.pdf"),  # RFC 2231
        ('name=cv; filename="=?utf-8?B?Q1YgSsO8cmdlbi5wZGY=?="', "CV Jürgen.pdf"),  # .NET
        ('name=cv; filename="=?utf-8?Q?CV_J=C3=BC?= =?utf-8?Q?rgen.pdf?="', "CV Jürgen.pdf"),
        ('name=cv; filename="=?klingon?B?Q1Y=?="', "=?klingon?B?Q1Y=?="),
        ('name="cv"; filename="CV_J\u00c3\u00b6rg.pdf"', "CV_Jörg.pdf"),
        ('name="cv"; filename=""', ""),
    ],
)
def test_a_files_name_is_read_as_it_was_meant(disposition: str, name: str) -> None:
    assert read(part(disposition, pdf())).files == (("cv", name, pdf()),)


@pytest.mark.parametrize(
    ("value", "header"),
    [
        (encodebytes(pdf()).replace(b"\n", b"\r\n"), "Content-Transfer-Encoding: base64"),
        (encodebytes(pdf()).strip(b"=\n"), "Content-Transfer-Encoding: BASE64"),
        (encodestring(pdf()), "Content-Transfer-Encoding: quoted-printable"),
        (pdf(), "Content-Transfer-Encoding: binary"),
        (pdf(), "Content-Transfer-Encoding: 8bit"),
    ],
)
def test_a_files_encoding_is_undone(value: bytes, header: str) -> None:
    found = read(part('name="cv"; filename="cv.pdf"', value, header))
    assert found.files[0][2].rstrip() == pdf().rstrip()


@pytest.mark.parametrize(
    ("value", "headers", "text"),
    [
        (b"\xa3ukasz", ["Content-Type: text/plain; charset=ISO-8859-2"], "Łukasz"),
        ("Łukasz".encode(), ['Content-Type: text/plain; charset="utf-8"'], "Łukasz"),
        (b"Ren\xe9", ["Content-Type: text/plain; charset=klingon"], "René"),
        (b"UmVuw6k=", ["Content-Transfer-Encoding: base64"], "René"),
        (b"Ren=C3=A9", ["Content-Transfer-Encoding: quoted-printable"], "René"),
        (b"Jane", ["Content-Type: application/octet-stream"], "Jane"),
        (b'{"a": 1}', ["Content-Type: application/json"], '{"a": 1}'),
    ],
)
def test_a_field_is_read_by_its_own_headers(value: bytes, headers: list[str], text: str) -> None:
    found = read(part('name="first_name"', value, *headers))
    assert found == ((("first_name", text),), ())


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (pdf(), ["Content-Type: application/pdf"]),  # React Native; curl -F 'cv=<cv.pdf;type=…'
        (pdf(), []),
        (b"\x89PNG\r\n\x1a\n\0\0", ["Content-Type: image/png"]),
        (b"\x89PNG\r\n\x1a\n\0\0", ["Content-Type: application/octet-stream"]),
    ],
)
def test_a_file_without_a_name_is_a_file(content: bytes, headers: list[str]) -> None:
    assert read(part('name="cv"', content, *headers)).files == (("cv", "", content),)


def test_a_mailers_name_for_a_file_is_its_name() -> None:
    found = read(part('name="cv"', pdf(), 'Content-Type: application/pdf; name="Jane CV.pdf"'))
    assert found.files == (("cv", "Jane CV.pdf", pdf()),)


def test_several_files_in_one_part_are_several_files() -> None:
    """RFC 2388, 4.2; RFC 7578, 4.3: senders mustn't any more."""
    inner = b"".join(
        b'--YY\r\nContent-Disposition: file; filename="%d.pdf"\r\n\r\n%b\r\n' % (number, pdf())
        for number in (1, 2)
    )
    body = part('name="files"', inner + b"--YY--", "Content-Type: multipart/mixed; boundary=YY")
    assert [name for _, name, _ in read(body).files] == ["1.pdf", "2.pdf"]
    assert {field for field, _, _ in read(body).files} == {"files"}


def test_a_part_without_a_name_is_a_field_without_one() -> None:
    assert read(b"--XX\r\n\r\nJane\r\n--XX--").fields == (("", "Jane"),)


@given(st.binary(max_size=300).filter(lambda content: b"--XX" not in content))
def test_a_files_bytes_are_untouched(content: bytes) -> None:
    found = read(part('name="cv"; filename="cv.pdf"', content))
    assert found.files == (("cv", "cv.pdf", content),)
