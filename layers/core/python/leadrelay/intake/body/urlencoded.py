"""Forms in one line, application/x-www-form-urlencoded (url.spec.whatwg.org), or a line each,
text/plain (html.spec.whatwg.org, "Plain text form data"), as browsers write them."""

import re
from binascii import a2b_qp

from leadrelay.errors import Rejected
from leadrelay.intake.limits import Limits, too_large

_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_STRAY_MAX = 1000
_UTF16_ESCAPES = re.compile(rb"(?:%u[0-9A-Fa-f]{4})++")
_ESCAPES_MAX = 10_000  # runs of those; more are read as they stand
# An address as a person types it into a program: a browser would have escaped its @.
_TYPED_ADDRESS = re.compile(rb"[\w.+-]+@[\w.-]+")
_SEMICOLONS_PER_FIELD = 20
_LONGEST_TEXT = 100_000  # characters that somebody writes by hand
_ESCAPED_JSON = re.compile(rb"\s*+(?:%5B\s*+)?+%7B(?:%22|\")", re.IGNORECASE)
_TWICE = re.compile(rb"[\w.+-]{1,64}%40[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_LINE_START = re.compile(r"^([^=\r\n]{1,200}+)=", re.MULTILINE)
_SEMICOLON = re.compile(rb";\s*+(?=[\w.\[\]%+-]{1,80}+=)")
_LABEL = re.compile(
    r"""(?:^|[;|])[ \t>*•-]*+([^\W\d_][^\n:=;|%&{}<>"]{0,60}+):(?![/\d])""", re.MULTILINE
)
_FEWEST_LABELS = 2 * 2  # one may be a word of a sentence: "Note: …"


def read_urlencoded(body: bytes, limits: Limits) -> list[tuple[bytes, bytes]]:
    """The pairs of a form, unescaped but not yet decoded.

    Where there is no ampersand, semicolons are between them (html4, appendix B.2.2).

    Raises Rejected: 413 too many fields, 400 no form at all.
    """
    body = body.strip()
    if b"&" not in body and body.count(b";") < _SEMICOLONS_PER_FIELD * limits.fields:
        body = _with_ampersands(body)
    parts = body.split(b"&", limits.fields)
    if len(parts) > limits.fields:
        raise too_large(f"A form may have at most {limits.fields} fields.")
    pairs = [
        (unescape(name), unescape(_with_plus(value)))
        for name, _, value in (part.partition(b"=") for part in parts if part)
    ]
    return _escaped_once(pairs)


def _escaped_once(pairs: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Of a form that was escaped twice, which its address tells: jane%40example.com."""
    values = [value for _, value in pairs]
    if any(b"@" in value for value in values) or not any(map(_TWICE.fullmatch, values)):
        return pairs
    return [(unescape(name), unescape(value)) for name, value in pairs]


def _with_ampersands(body: bytes) -> bytes:
    """A browser escapes the semicolons that somebody typed."""
    return _SEMICOLON.sub(b"&", body.removesuffix(b";"))


def _with_plus(value: bytes) -> bytes:
    """The plus sign of jane+tag@example.com, where nobody escaped it, is no space."""
    typed = b"+" in value and _TYPED_ADDRESS.fullmatch(value)
    return value.replace(b"+", b"%2B") if typed else value


def read_lines(text: str, limits: Limits) -> list[tuple[str, str]]:
    """The pairs of a plain text form, whose values may have several lines: one that names nothing
    belongs to the value before it. Raises Rejected (413)."""
    if "\n" not in text and text.count(";") < _SEMICOLONS_PER_FIELD * limits.fields:
        text = _with_ampersands(text.encode()).decode().replace("&", "\n")
    _, *found = _LINE_START.split(text, limits.fields + 1)
    if len(found) > 2 * limits.fields:
        raise too_large(f"A form may have at most {limits.fields} fields.")
    return [
        (name, value.rstrip("\r\n")) for name, value in zip(found[::2], found[1::2], strict=True)
    ]


def is_escaped(body: bytes) -> bool:
    """Whether it is JSON, all of it escaped as if it were a name."""
    return bool(_ESCAPED_JSON.match(body))


def read_labels(text: str, limits: Limits) -> list[tuple[str, str]]:
    """The pairs of a text as people write it, and mailers of forms: `Name: Jane Doe`, a line each
    or with semicolons between them; [] where it is none. Raises Rejected (413)."""
    if len(text) > _LONGEST_TEXT:
        return []
    before, *found = _LABEL.split(text.strip(), limits.fields + 1)
    if before or len(found) < _FEWEST_LABELS:
        return []
    if len(found) > 2 * limits.fields:
        raise too_large(f"A form may have at most {limits.fields} fields.")
    return [(name, value.strip()) for name, value in zip(found[::2], found[1::2], strict=True)]


def unescape(raw: bytes) -> bytes:
    """%XX to bytes by way of quoted-printable's =XX, whose decoder is in C: urllib's takes 70 ms
    for 1 MB of escapes. %uXXXX is what JavaScript's old escape() makes (ECMA-262, annex B.2.1). A
    percent sign that escapes nothing stands for itself."""
    raw = raw.replace(b"+", b" ")
    if b"%u" in raw:
        raw = _UTF16_ESCAPES.sub(_utf16, raw, count=_ESCAPES_MAX)
    raw, stray = _STRAY_PERCENT.subn(b"%25", raw, count=_STRAY_MAX)
    if stray == _STRAY_MAX:
        raise Rejected(400, "Malformed form", "Escape the percent signs in values as %25.")
    return a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))


def _utf16(found: re.Match[bytes]) -> bytes:
    return (
        bytes.fromhex(found[0].replace(b"%u", b"").decode()).decode("utf-16-be", "replace").encode()
    )
