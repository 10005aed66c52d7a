"""The body of a request, whatever its type, as (name, value) pairs of clean text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from leadrelay.errors import Rejected
from leadrelay.intake.body.content import Body, to_body
from leadrelay.intake.body.inflate import inflate
from leadrelay.intake.body.json_fields import read_json, read_objects
from leadrelay.intake.body.lenient_json import is_wrapped
from leadrelay.intake.body.multipart import Part, is_multipart, read_multipart
from leadrelay.intake.body.pairs import is_written, paired, read_fields, read_submissions
from leadrelay.intake.body.printed import is_printed
from leadrelay.intake.body.rows import ROWS, read_rows
from leadrelay.intake.body.text import codec, decode, decode_json
from leadrelay.intake.body.urlencoded import (
    is_escaped,
    read_labels,
    read_lines,
    read_urlencoded,
    unescape,
)
from leadrelay.intake.body.xml_fields import declared_charset, is_xml
from leadrelay.intake.files.accept import Upload
from leadrelay.intake.files.in_json import split_files, split_pairs
from leadrelay.intake.files.kinds import is_document
from leadrelay.intake.limits import LIMITS, Limits, too_large
from leadrelay.intake.request import Headers, Request

_FORM = "application/x-www-form-urlencoded"
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
    request = _plain(request, limits)
    return read_objects(decode_json(request.body, _content_type(request)[1]), limits)


def read_document(request: Request, limits: Limits = LIMITS) -> dict[str, Any]:
    """The same for a sender that sends one at a time."""
    request = _plain(request, limits)
    return read_json(decode_json(request.body, _content_type(request)[1]), limits)


def _read(request: Request, limits: Limits) -> list[Body]:
    request = _plain(_with_body(request), limits)
    media_type, charset = _content_type(request)
    if _is_json(request.body):
        return _of_text(decode_json(request.body, charset), limits)
    if is_xml(request.body, media_type):
        declared = charset or codec(declared_charset(request.body))
        return _of_text(decode(request.body, declared), limits)
    if is_multipart(request.body, media_type):
        content_type = request.headers.get("content-type", "")
        return [
            _of_parts(read_multipart(request.body, content_type, charset, limits), charset, limits)
        ]
    if "json" in media_type and not (_NAMED.match(request.body) or is_escaped(request.body)):
        return _of_text(decode_json(request.body, charset), limits)
    return _of_form(request.body, media_type, charset, limits)


def _of_text(text: str, limits: Limits) -> list[Body]:
    return [_of_document(document, limits) for document in read_submissions(text, limits)]


def _of_document(document: dict[str, Any], limits: Limits) -> Body:
    document, files = split_files(document, limits) if limits.files else (document, ())
    return to_body(read_fields(document, limits), document, files, limits)


def _of_form(body: bytes, media_type: str, charset: str, limits: Limits) -> list[Body]:
    if media_type in ROWS:
        return [_of_fields(row, [], limits) for row in read_rows(decode(body, charset), limits)]
    if is_escaped(body):
        return _of_text(decode_json(unescape(body.strip()).removesuffix(b"="), charset), limits)
    if not _NAMED.match(body) and (labelled := read_labels(decode(body, charset), limits)):
        return [_of_fields(labelled, [], limits)]
    if media_type not in {_FORM, ""} and not _NAMED.match(body):
        types = f"application/json, {_FORM}, multipart/form-data or XML"
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


def _unfolded(body: Body, limits: Limits) -> Iterator[Body]:
    """A form, or JSON, whose one field of JSON or XML holds what was filled in. Beside other
    fields its members are called after it."""
    found = [pair for pair in body.fields if is_written(pair[1])]
    if len(found) != 1:
        yield body
        return
    (name, text), rest = found[0], [pair for pair in body.fields if pair not in found]
    try:
        documents = read_submissions(text, limits)
    except Rejected:  # words that begin with a bracket
        yield body
        return
    for document in documents:
        inner = _of_document({name: document} if rest else document, limits)
        whole = body.document if body.document is not None else inner.document
        fields, files = (*rest, *inner.fields), body.files + inner.files
        yield replace(inner, fields=fields, document=whole, files=files)


def _with_body(request: Request) -> Request:
    """Some senders post to a URL that has all the fields, and nothing else."""
    if request.body.strip() or not request.query:
        return request
    headers = Headers([*request.headers.items(), ("Content-Type", _FORM)])
    return replace(request, headers=headers, body=urlencode(request.query).encode())


def _plain(request: Request, limits: Limits) -> Request:
    """With its body as it was before it was compressed. Raises Rejected when it is too large,
    before and after, or empty."""
    _check_size(request, limits)
    encoding = request.headers.get("content-encoding", "")
    return replace(request, body=inflate(request.body, encoding, limits.body_bytes))


def _check_size(request: Request, limits: Limits) -> None:
    if len(request.body) > limits.body_bytes:
        where = "/resumes/{source}/uploads" if limits.files else "/resumes/{source}"
        raise too_large(
            f"The body may hold at most {limits.body_bytes // 1000} kB; "
            f"post forms with {'such ' if limits.files else ''}files to {where}."
        )
    if not request.body.strip():
        raise Rejected(400, "Empty body", "Send at least one field.")


def _content_type(request: Request) -> tuple[str, str]:
    """The media type in lower case, and the declared charset as a codec."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), codec(value)
    return media_type.strip().lower(), ""


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
