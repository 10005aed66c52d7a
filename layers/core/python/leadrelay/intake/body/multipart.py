"""multipart/form-data, as browsers write it (html.spec.whatwg.org, RFC 7578)."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from leadrelay.errors import Rejected
from leadrelay.intake.limits import Limits, too_large

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_PARAMETERS_MAX = 20  # of a Content-Disposition; two are of use

# RFC 7578 forbids it in forms, but HTTP libraries write names like this that aren't ASCII.
_EXTENDED_NAME = re.compile(rb";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a form, or a file, which has a `filename`, be it an empty one."""

    name: bytes
    value: bytes
    filename: bytes | None = None


def read_multipart(body: bytes, content_type: str, limits: Limits) -> list[Part]:
    """The parts of a form. A file input that was left empty is none.

    Raises Rejected: 400 malformed, 413 too many parts or files, 415 a file where none is taken.
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
    found = [
        _part(disposition, parse_options_header(disposition)[1], value)
        for disposition, value in parts.found
    ]
    found = [part for part in found if part.value or part.filename != b""]
    _check_files(sum(part.filename is not None for part in found), limits)
    return found


def _check_files(files: int, limits: Limits) -> None:
    if files and not limits.files:
        detail = "This address takes text only: post forms with files to /resumes/{source}."
        raise Rejected(415, "Files are not taken here", detail)
    if files > limits.files:
        raise too_large(f"A form may have at most {limits.files} files.")


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
        self._pieces: list[bytes] = []

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
        self._disposition = b""
        self._pieces = []

    def _name_header(self, data: bytes, start: int, end: int) -> None:
        self._header = data[start:end].lower()

    def _read_header(self, data: bytes, start: int, end: int) -> None:
        if self._header == b"content-disposition":
            self._disposition = data[start:end]
            if self._disposition.count(b";") > _PARAMETERS_MAX:
                raise _malformed()

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def _end(self) -> None:
        self.found.append((self._disposition, b"".join(self._pieces)))

    def _finish(self) -> None:
        self.ended = True


def _part(disposition: bytes, options: dict[bytes, bytes], value: bytes) -> Part:
    if b"name" not in options:
        raise _malformed()
    filename = options.get(b"filename")
    if extended := _EXTENDED_NAME.search(disposition):
        filename = unquote_to_bytes(extended[1])
    return Part(_unescape(options[b"name"]), value, filename and _unescape(filename))


def _unescape(name: bytes) -> bytes:
    for escaped, meant in ((b"%22", b'"'), (b"%0D", b"\r"), (b"%0A", b"\n")):
        name = name.replace(escaped, meant)
    return name


def _malformed() -> Rejected:
    detail = "Let the HTTP library write both the body and its boundary."
    return Rejected(400, "Malformed multipart body", detail)
