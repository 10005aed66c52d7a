"""multipart/form-data (RFC 7578), as browsers write it, and mailers, and whoever joins strings.

Read here, not by python-multipart: that stops at what receivers are asked to bear (RFC 2046), a
preamble and lines that end without a carriage return, and it tells no part's own headers.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message

from leadrelay.errors import Rejected
from leadrelay.intake.body.mojibake import mended
from leadrelay.intake.body.text import codec, decode, decoded_words
from leadrelay.intake.limits import Limits, too_large

_BOUNDARY_MAX = 70  # characters (RFC 2046, 5.1.1)
_HEADERS_MAX = 16_000  # bytes of one part
_PARAMETERS_MAX = 20  # of a Content-Disposition; two are of use
_FIRST_LINE = re.compile(rb"\s*--([^\r\n]{1,70})\r?\n")
_BLANK_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
_HEADER = re.compile(r"^(content-[a-z-]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
# A quotation mark in the middle of a file's name, that nobody escaped.
_STRAY_QUOTE = re.compile(r'(?<![=\\])"(?![ \t]*(?:;|\Z))')
_ESCAPES = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))  # html.spec.whatwg.org, form submission


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a form, or a file. `filename` is None where none was given; `media_type` and
    `charset`, a codec, are what the part says of itself, "" where it says nothing."""

    name: str
    value: bytes
    filename: str | None = None
    media_type: str = ""
    charset: str = ""


def is_multipart(body: bytes, media_type: str) -> bool:
    """By its type, or by its looks where a program lost the type."""
    return media_type.startswith("multipart/") or (
        body.lstrip()[:2] == b"--" and b"content-disposition" in body[:_HEADERS_MAX].lower()
    )


def read_multipart(body: bytes, content_type: str, charset: str, limits: Limits) -> list[Part]:
    """The parts of a form; names are read in `charset`, a codec, or as UTF-8 where it is "".

    The boundary is the declared one; a script that writes its Content-Type by hand leaves it out,
    and then the first line is it. Raises Rejected: 400 malformed or cut short, 413 too many parts.
    """
    boundary = _declared_boundary(content_type) or _first_line(body)
    if not 0 < len(boundary) <= _BOUNDARY_MAX:
        raise _malformed("The boundary must have 1 to 70 characters.")
    found = [_part(raw, charset) for raw in _split(body, b"--" + boundary, limits)]
    return [each for part in found for each in _unpacked(part, charset, limits)]


def _unpacked(part: Part, charset: str, limits: Limits) -> list[Part]:
    """The files that came in one part, as RFC 2388 had it (RFC 7578, 4.3)."""
    boundary = _first_line(part.value)
    if part.media_type != "multipart/mixed" or not boundary:
        return [part]
    inner = (_part(raw, charset) for raw in _split(part.value, b"--" + boundary, limits))
    return [replace(each, name=part.name) for each in inner]


def _declared_boundary(content_type: str) -> bytes:
    header = Message()
    header["content-type"] = " ".join(content_type[:_HEADERS_MAX].split())
    return str(header.get_boundary("")).encode("latin-1", "replace")


def _first_line(body: bytes) -> bytes:
    found = _FIRST_LINE.match(body)
    return found[1].rstrip() if found else b""


def _split(body: bytes, delimiter: bytes, limits: Limits) -> Iterator[bytes]:
    """The bytes between the lines that are delimiters. What stands before the first and behind
    the closing one is to be ignored (RFC 2046, 5.1.1)."""
    if body.count(delimiter) > limits.fields + 1:
        raise too_large(f"A form may have at most {limits.fields} fields.")
    line = re.compile(re.escape(delimiter) + rb"(--)?[ \t]*+(?:\r?\n|\Z)")
    start = None
    for found in line.finditer(body):
        before = found.start()
        if before and body[before - 1 : before] != b"\n":
            continue
        if start is not None:
            yield body[start:before].removesuffix(b"\n").removesuffix(b"\r")
        start = found.end()
        if found[1]:
            return
    raise _malformed("It has no closing boundary, so that half of it may be missing.")


def _part(raw: bytes, charset: str) -> Part:
    blank = _BLANK_LINE.search(raw, 0, _HEADERS_MAX)
    head, value = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    if len(head) > _HEADERS_MAX:
        raise _malformed("A part's headers are too long.")
    headers = {name.lower(): text for name, text in _HEADER.findall(decode(head, charset))}
    disposition = _parameters(headers.get("content-disposition", ""))
    typed = _parameters(headers.get("content-type", ""))
    filename = disposition.get("filename", typed.get("name"))
    return Part(
        name=disposition.get("name", ""),
        value=_plain(value, headers.get("content-transfer-encoding", "").strip().lower()),
        filename=None if filename is None else mended(filename),
        media_type=typed.get("", "").lower(),
        charset=codec(typed.get("charset", "")),
    )


def _parameters(header: str) -> dict[str, str]:
    """The parameters of a header, and under "" what stands before them."""
    if header.count(";") > _PARAMETERS_MAX:
        raise _malformed("A part's header has too many parameters.")
    message = Message()
    message["content-type"] = _STRAY_QUOTE.sub(r"\"", re.sub(r"\r?\n", "", header).strip())
    (first, _), *named = message.get_params([("", "")])
    return {"": first, **{name.lower(): _text(value) for name, value in named}}


def _text(value: str | tuple[str | None, str | None, str]) -> str:
    """A parameter's value: three members where RFC 2231 encodes it (`filename*=`, which RFC 7578
    forbids and libraries write); else perhaps encoded words (RFC 2047), as .NET writes them, or
    a browser's percent signs."""
    if isinstance(value, tuple):
        label, _, text = value
        return decode(text.encode("latin-1", "replace"), codec(label or ""))
    value = decoded_words(value)
    for escaped, meant in _ESCAPES:
        value = value.replace(escaped, meant)
    return value


def _plain(value: bytes, encoding: str) -> bytes:
    """The bytes behind a Content-Transfer-Encoding, which RFC 7578 deprecates and mailers write."""
    match encoding:
        case "base64":
            try:
                return binascii.a2b_base64(value + b"==", strict_mode=False)
            except binascii.Error:
                return value
        case "quoted-printable":
            return binascii.a2b_qp(value)
    return value


def _malformed(why: str) -> Rejected:
    detail = f"{why} Let the HTTP library write both the body and its boundary."
    return Rejected(400, "Malformed multipart body", detail)
