"""The body of a request, whatever its type, as (name, value) pairs of clean text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.json_fields import json_fields, read_json
from leadrelay.intake.body.multipart import Part, read_multipart
from leadrelay.intake.body.text import codec, decode, tidy
from leadrelay.intake.body.urlencoded import read_urlencoded
from leadrelay.intake.files.accept import Upload
from leadrelay.intake.files.in_json import split_files
from leadrelay.intake.limits import LIMITS, Limits, too_large
from leadrelay.intake.request import Request

TRUNCATED = "leadrelay_truncated"


@dataclass(frozen=True, slots=True)
class Body:
    """`document` is the parsed JSON that the fields come from, if they come from JSON; the files
    are in neither."""

    fields: tuple[tuple[str, str], ...]
    document: Any = None
    files: tuple[Upload, ...] = ()


def read_body(request: Request, limits: Limits = LIMITS) -> Body:
    """Read a form or JSON. The names of fields that had to be cut stand in a field of their own.
    Files are told apart only where the limits let some pass.

    Raises Rejected: 400 malformed or empty, 413 too large, 415 unsupported type or charset.
    """
    _check(request, limits)
    media_type, charset = _content_type(request)
    match media_type:
        case "multipart/form-data":
            parts = read_multipart(request.body, request.headers["content-type"], limits)
            return _read_parts(parts, charset, limits)
        case _ if _is_json(media_type, request.body):
            document = read_json(decode(request.body, charset), limits)
            document, files = split_files(document, limits) if limits.files else (document, ())
            return Body(finish(json_fields(document, limits), limits), document, files)
        case "application/x-www-form-urlencoded" | "":
            pairs = read_urlencoded(request.body, limits)
            return Body(finish(_decode(pairs, charset), limits))
    types = "application/json, application/x-www-form-urlencoded or multipart/form-data"
    raise Rejected(415, "Unsupported type", f"Send {types}.")


def read_document(request: Request, limits: Limits = LIMITS) -> dict[str, Any]:
    """Read JSON, whatever its type says, for a sender whose format is known to be JSON.

    Raises Rejected like `read_body`. The text in it is not clean yet: see `finish`.
    """
    _check(request, limits)
    return read_json(decode(request.body, _content_type(request)[1]), limits)


def finish(
    pairs: Iterable[tuple[str, str]], limits: Limits = LIMITS
) -> tuple[tuple[str, str], ...]:
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


def _read_parts(parts: list[Part], charset: str, limits: Limits) -> Body:
    declared = charset or _charset_field([(part.name, part.value) for part in parts])
    fields = [(part.name, part.value) for part in parts if part.filename is None]
    files = tuple(
        Upload(decode(part.name, declared), decode(part.filename, declared), part.value)
        for part in parts
        if part.filename is not None
    )
    return Body(finish(_decode(fields, declared), limits), files=files)


def _check(request: Request, limits: Limits) -> None:
    if len(request.body) > limits.body_bytes:
        where = "/resumes/{source}/uploads" if limits.files else "/resumes/{source}"
        raise too_large(
            f"The body may hold at most {limits.body_bytes // 1000} kB; "
            f"post forms with {'such ' if limits.files else ''}files to {where}."
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
    declared = charset or _charset_field(pairs)
    return [(decode(name, declared), decode(value, declared)) for name, value in pairs]


def _charset_field(pairs: list[tuple[bytes, bytes]]) -> str:
    return codec(dict(pairs).get(b"_charset_", b"").decode("latin-1"))
