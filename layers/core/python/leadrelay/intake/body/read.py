"""The body of a request, whatever its type, as (name, value) pairs of clean text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.content import Body, to_body
from leadrelay.intake.body.json_fields import read_json, read_objects
from leadrelay.intake.body.lenient_json import is_wrapped
from leadrelay.intake.body.multipart import Part, is_multipart, read_multipart
from leadrelay.intake.body.pairs import is_written, paired, read_fields, read_submissions
from leadrelay.intake.body.printed import is_printed
from leadrelay.intake.body.raw import FORM, content_type, plain, with_body
from leadrelay.intake.body.rows import ROWS, read_rows
from leadrelay.intake.body.text import codec, decode, decode_json
from leadrelay.intake.body.urlencoded import (
    is_escaped,
    read_labels,
    read_lines,
    read_urlencoded,
    unescape,
)
from leadrelay.intake.body.vcard import is_card, read_card
from leadrelay.intake.body.wrapped import of_base64
from leadrelay.intake.body.xml_fields import declared_charset, is_xml
from leadrelay.intake.files.accept import Upload
from leadrelay.intake.files.in_json import split_files, split_pairs
from leadrelay.intake.files.kinds import is_document
from leadrelay.intake.limits import LIMITS, Limits, too_large
from leadrelay.intake.request import Request

_NAMED = re.compile(rb"\s*[^\s=&<>{}\"']{1,200}=")


def read_body(request: Request, limits: Limits = LIMITS) -> Body:
    """A form, JSON or XML, one submission. Files are told apart only where limits let some pass.

    What it is its first bytes tell, as well as its Content-Type: senders get that wrong, and don't
    send again. Raises Rejected: 400 malformed, cut short, empty or several submissions, 413 too
    large, 415 none of them.
    """
    first, *more = _read(request, limits)
    if more:
        raise Rejected(400, "Several submissions", "Send each in a request of its own.")
    return first


def read_bodies(request: Request, limits: Limits = LIMITS) -> tuple[Body, ...]:
    """The same for senders of no format of their own: several submissions in a list of JSON, or
    JSON in a form's field, {"payload": "{…}"}. Raises Rejected."""
    return tuple(each for body in _read(request, limits) for each in _unfolded(body, limits))


def read_documents(request: Request, limits: Limits = LIMITS) -> list[dict[str, Any]]:
    """Objects of JSON, whatever its type says, for a sender whose format is known to be JSON.

    Raises Rejected like `read_body`. The text in them is not clean yet: see `finish`.
    """
    request = plain(request, limits)
    return read_objects(decode_json(request.body, content_type(request)[1]), limits)


def read_document(request: Request, limits: Limits = LIMITS) -> dict[str, Any]:
    """The same for a sender that sends one at a time."""
    request = plain(request, limits)
    return read_json(decode_json(request.body, content_type(request)[1]), limits)


def _read(request: Request, limits: Limits) -> list[Body]:
    request = plain(with_body(request), limits)
    media_type, charset = content_type(request)
    if _is_json(request.body):
        return _of_text(decode_json(request.body, charset), limits)
    if is_xml(request.body, media_type):
        declared = charset or codec(declared_charset(request.body))
        return _of_text(decode(request.body, declared), limits)
    if is_multipart(request.body, media_type):
        declared = request.headers.get("content-type", "")
        parts = read_multipart(request.body, declared, charset, limits)
        return [_of_parts(parts, charset, limits)]
    if "json" in media_type and not (_NAMED.match(request.body) or is_escaped(request.body)):
        return _of_text(decode_json(request.body, charset), limits)
    return _of_form(request.body, media_type, charset, limits)


def _of_text(text: str, limits: Limits) -> list[Body]:
    return [_of_document(document, limits) for document in read_submissions(text, limits)]


def _of_document(document: dict[str, Any], limits: Limits) -> Body:
    document, files = split_files(document, limits) if limits.files else (document, ())
    return to_body(read_fields(document, limits), document, files, limits)


def _of_form(body: bytes, media_type: str, charset: str, limits: Limits) -> list[Body]:
    if is_card(body):
        return [_of_fields(read_card(decode(body, charset), limits), [], limits)]
    if media_type in ROWS:
        return [_of_fields(row, [], limits) for row in read_rows(decode(body, charset), limits)]
    if is_escaped(body):
        return _of_text(decode_json(unescape(body.strip()).removesuffix(b"="), charset), limits)
    if not _NAMED.match(body) and (labelled := read_labels(decode(body, charset), limits)):
        return [_of_fields(labelled, [], limits)]
    if media_type not in {FORM, ""} and not _NAMED.match(body):
        types = f"application/json, {FORM}, multipart/form-data or XML"
        raise Rejected(415, "Unsupported type", f"Send {types}.")
    if media_type == "text/plain" and (b"\n" in body.strip() or b"&" not in body):
        return [_of_fields(read_lines(decode(body, charset), limits), [], limits)]
    pairs = _decode(read_urlencoded(body, limits), charset)
    return [_of_fields(paired(pairs), [], limits)]


def _of_fields(pairs: list[tuple[str, str]], uploads: list[Upload], limits: Limits) -> Body:
    fields, files = split_pairs(pairs) if limits.files else (pairs, [])
    _check_files(len(uploads) + len(files), limits)
    return to_body(fields, None, [*uploads, *files], limits)


def _of_parts(parts: list[Part], charset: str, limits: Limits) -> Body:
    declared = charset or _charset_field([(part.name.encode(), part.value) for part in parts])
    parts = [part for part in parts if part.value or part.filename != ""]
    files = [part for part in parts if _is_file(part)]
    fields = [
        (part.name, decode(part.value, part.charset or declared))
        for part in parts
        if not _is_file(part)
    ]
    uploads = [Upload(part.name, part.filename or "", part.value) for part in files]
    return _of_fields(fields, uploads, limits)


def _is_file(part: Part) -> bool:
    """One with a name for the file; and a document that lost its name on the way, as libraries
    leave it out, and curl's `-F 'cv=<cv.pdf'` does."""
    return part.filename is not None or is_document(part.value, part.media_type)


def _check_files(files: int, limits: Limits) -> None:
    if files and not limits.files:
        detail = "This address takes text only: post forms with files to /resumes/{source}."
        raise Rejected(415, "Files are not taken here", detail)
    if files > limits.files:
        raise too_large(f"A form may have at most {limits.files} files.")


def _unfolded(body: Body, limits: Limits, depth: int = 0) -> Iterator[Body]:
    """A form, or JSON, whose one field of JSON or XML, perhaps in base64, holds what was filled
    in, and perhaps another such. Beside other fields its members are called after it."""
    found = [(pair, told) for pair in body.fields if (told := _written(pair[1]))]
    if len(found) != 1 or depth > limits.depth:
        yield body
        return
    (pair, text), name = found[0], found[0][0][0]
    rest = [other for other in body.fields if other != pair]
    try:
        documents = read_submissions(text, limits)
    except Rejected:  # words that begin with a bracket
        yield body
        return
    for document in documents:
        inner = _of_document({name: document} if rest else document, limits)
        whole = body.document if body.document is not None else inner.document
        fields, files = (*rest, *inner.fields), body.files + inner.files
        unfolded = replace(inner, fields=fields, document=whole, files=files)
        yield from _unfolded(unfolded, limits, depth + 1)


def _written(text: str) -> str:
    """A text of JSON or XML as it stands there or in base64; "" for any other."""
    told = text if is_written(text) else of_base64(text.encode()).decode("utf-8", "replace")
    return told if told and is_written(told) else ""


def _is_json(body: bytes) -> bool:
    """By its first character, in UTF-8 or UTF-16: no browser writes a form that starts with a
    bracket, and many a program JSON without saying so. Or by a word in front of it, or as PHP
    prints such data."""
    start = body[:1_000].lstrip(b"\xef\xbb\xbf\xbd\xff\xfe\0 \t\r\n")
    if start[:1] in {b"{", b"["}:
        return True
    text = start.decode("latin-1")
    return is_wrapped(text) or is_printed(text)


def _decode(pairs: list[tuple[bytes, bytes]], charset: str) -> list[tuple[str, str]]:
    """Text from a form's bytes, in the charset of its Content-Type or its `_charset_` field,
    into which browsers write the page's (html.spec.whatwg.org, form submission)."""
    declared = charset or _charset_field(pairs)
    return [(decode(name, declared), decode(value, declared)) for name, value in pairs]


def _charset_field(pairs: list[tuple[bytes, bytes]]) -> str:
    return codec(dict(pairs).get(b"_charset_", b"").decode("latin-1"))
