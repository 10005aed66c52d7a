"""multipart/form-data without files, as browsers write it (html.spec.whatwg.org, RFC 7578)."""

import re
from typing import TYPE_CHECKING

from leadrelay.errors import Rejected
from leadrelay.intake.limits import Limits, too_large

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_PARAMETERS_MAX = 20  # of a Content-Disposition; two are of use


def read_multipart(body: bytes, content_type: str, limits: Limits) -> list[tuple[bytes, bytes]]:
    """The text fields of a form. A file input that was left empty is no field.

    Raises Rejected: 400 malformed, 413 too many parts, 415 a file.
    """
    # Imported here because it takes 40 ms, and most forms are not multipart.
    from python_multipart.exceptions import FormParserError  # noqa: PLC0415 - see above
    from python_multipart.multipart import (  # noqa: PLC0415 - see above
        MultipartParser,
        parse_options_header,
    )

    _, options = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise _malformed()
    _check_delimiters(body, b"--" + boundary, limits)
    parts = _Parts()
    try:
        MultipartParser(boundary, parts.callbacks()).write(body)
    except FormParserError as error:
        raise _malformed() from error
    if not parts.ended:
        raise _malformed()
    return [
        field
        for disposition, value in parts.found
        if (field := _field(parse_options_header(disposition)[1], value))
    ]


def _check_delimiters(body: bytes, delimiter: bytes, limits: Limits) -> None:
    """Refuse what would keep the parser, which goes byte by byte here, busy for long."""
    if body.count(delimiter) > limits.fields + 1:
        raise too_large(f"A form may have at most {limits.fields} fields.")
    if re.search(re.escape(delimiter) + rb"[ \t]{100}", body):
        raise _malformed()


class _Parts:
    """Collects what the parser calls back: Content-Disposition and bytes of each part."""

    def __init__(self) -> None:
        self.found: list[tuple[bytes, bytes]] = []
        self.ended = False
        self._header = b""
        self._disposition = b""
        self._value = b""

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._name_header,
            "on_header_value": self._read_header,
            "on_part_data": self._read_value,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._disposition = self._value = b""

    def _name_header(self, data: bytes, start: int, end: int) -> None:
        self._header = data[start:end].lower()

    def _read_header(self, data: bytes, start: int, end: int) -> None:
        if self._header == b"content-disposition":
            self._disposition = data[start:end]
            if self._disposition.count(b";") > _PARAMETERS_MAX:
                raise _malformed()

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end(self) -> None:
        self.found.append((self._disposition, self._value))

    def _finish(self) -> None:
        self.ended = True


def _field(options: dict[bytes, bytes], value: bytes) -> tuple[bytes, bytes] | None:
    if b"name" not in options:
        raise _malformed()
    if options.get(b"filename") or (b"filename" in options and value):
        detail = "This address takes text only: post forms with files to /resumes/{source}."
        raise Rejected(415, "Files are not taken here", detail)
    if b"filename" in options:
        return None
    name = options[b"name"]
    for escaped, meant in ((b"%22", b'"'), (b"%0D", b"\r"), (b"%0A", b"\n")):
        name = name.replace(escaped, meant)
    return name, value


def _malformed() -> Rejected:
    detail = "Let the HTTP library write both the body and its boundary."
    return Rejected(400, "Malformed multipart body", detail)
