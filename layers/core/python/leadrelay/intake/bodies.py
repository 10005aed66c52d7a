"""The body of a request, whatever its type, as (name, value) pairs of clean text."""

from dataclasses import dataclass
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.json_body import json_fields, read_json
from leadrelay.intake.limits import LIMITS, Limits, too_large
from leadrelay.intake.multipart import read_multipart
from leadrelay.intake.request import Request
from leadrelay.intake.text import codec, decode, tidy
from leadrelay.intake.urlencoded import read_urlencoded

TRUNCATED = "leadrelay_truncated"


@dataclass(frozen=True, slots=True)
class Body:
    """`document` is the parsed JSON that the fields come from, if they come from JSON."""

    fields: tuple[tuple[str, str], ...]
    document: Any = None


def read_body(request: Request, limits: Limits = LIMITS) -> Body:
    """Read a form or JSON. The names of fields that had to be cut stand in a field of their own.

    Raises Rejected: 400 malformed or empty, 413 too large, 415 unsupported type or charset.
    """
    _check(request, limits)
    media_type, charset = _content_type(request)
    match media_type:
        case "multipart/form-data":
            parts = read_multipart(request.body, request.headers["content-type"], limits)
            return Body(_finish(_decode(parts, charset), limits))
        case _ if _is_json(media_type, request.body):
            document = read_json(decode(request.body, charset), limits)
            return Body(_finish(json_fields(document, limits), limits), document)
        case "application/x-www-form-urlencoded" | "":
            pairs = read_urlencoded(request.body, limits)
            return Body(_finish(_decode(pairs, charset), limits))
    types = "application/json, application/x-www-form-urlencoded or multipart/form-data"
    raise Rejected(415, "Unsupported type", f"Send {types}.")


def _check(request: Request, limits: Limits) -> None:
    if len(request.body) > limits.body_bytes:
        raise too_large(
            f"The body may hold at most {limits.body_bytes // 1000} kB; "
            "post forms with files to /resumes/{source}."
        )
    if not request.body.strip():
        raise Rejected(400, "Empty body", "Send at least one field.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Rejected(415, "Compressed body", "Send the body without Content-Encoding.")


def _content_type(request: Request) -> tuple[str, str]:
    """The media type in lower case, and the declared charset as a codec."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), codec(value)
    return media_type.strip().lower(), ""


def _is_json(media_type: str, body: bytes) -> bool:
    """By its type; else by its first byte, as sendBeacon sends text as text/plain and many a
    program JSON without saying so. A browser never writes a form that starts with a brace."""
    if media_type in {"application/json", "text/json"} or media_type.endswith("+json"):
        return True
    sniffed = {"text/plain", "application/x-www-form-urlencoded", ""}
    return media_type in sniffed and body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in b"{["


def _decode(pairs: list[tuple[bytes, bytes]], charset: str) -> list[tuple[str, str]]:
    """Text from a form's bytes, in the charset of its Content-Type or its `_charset_` field,
    into which browsers write the page's (html.spec.whatwg.org, form submission)."""
    declared = charset or codec(dict(pairs).get(b"_charset_", b"").decode("latin-1"))
    return [(decode(name, declared), decode(value, declared)) for name, value in pairs]


def _finish(pairs: list[tuple[str, str]], limits: Limits) -> tuple[tuple[str, str], ...]:
    """Cut what is too long and say so, clean the rest, and keep the whole within bounds."""
    found: list[tuple[str, str]] = []
    shortened: list[str] = []
    for pair in pairs:
        (name, name_cut), (value, value_cut) = (tidy(part, limits.field_bytes) for part in pair)
        found.append((name, value))
        if name_cut or value_cut:
            shortened.append(name)
    if shortened:
        rest = f"after {limits.field_bytes // 1000} kB: {', '.join(shortened)}"
        found.append((TRUNCATED, rest))
    if sum(len(part.encode()) for pair in found for part in pair) > limits.text_bytes:
        raise too_large(f"All fields together may hold {limits.text_bytes // 1000} kB of text.")
    return tuple(found)
