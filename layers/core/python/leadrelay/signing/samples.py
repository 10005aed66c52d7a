"""Sample requests: files that hold an HTTP request as it goes over the wire."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from leadrelay.errors import SampleError
from leadrelay.sources import Source

_REQUEST_LINE = re.compile(r"([A-Z]+) (/\S*) HTTP/1\.1")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. `path` has the query, if any; Content-Length is for whoever
    sends it to add."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def source(self) -> str:
        """The name of the source that it is for."""
        return self.path.partition("?")[0].removesuffix("/uploads").rpartition("/")[2]


def read_sample(path: Path) -> Sample:
    """Read a request: the request line, headers, an empty line, and the body, taken byte for byte.

    The lines before the body may end in LF or CRLF. Raises SampleError.
    """
    head, separator, body = _split(path.read_bytes())
    if not separator:
        raise SampleError(f"{path}: there is no empty line between headers and body")
    try:
        first, *rest = head.decode("ascii").splitlines()
    except (UnicodeDecodeError, ValueError) as error:
        raise SampleError(f"{path}: request line and headers must be ASCII text") from error
    request_line = _REQUEST_LINE.fullmatch(first)
    if not request_line:
        raise SampleError(f"{path}:1: expected a request line, like POST /forms/name HTTP/1.1")
    headers = [_header(path, number, line) for number, line in enumerate(rest, 2)]
    return Sample(request_line[1], request_line[2], headers, body)


# Of senders whose files aren't called like them.
_CALLED = {"html": "form-html", "json": "form-fetch-json", "multipart": "resume-multipart"}
_CALLED |= {"json_resume": "resume-json"}


def sample_of(sender: str, folder: Path) -> Path:
    """The file of a sender's first sample that is news of a lead. Raises SampleError."""
    name = _CALLED.get(sender, sender)
    found = [folder / f"{name}.http", *sorted(folder.glob(f"{name}-*.http"))]
    if file := next((one for one in found if one.exists()), None):
        return file
    raise SampleError(f"{folder}: there is no sample of {sender}")


def with_headers(sample: Sample, headers: Mapping[str, str]) -> Sample:
    """The sample with these headers instead of those of the same names."""
    replaced = {name.lower() for name in headers}
    kept = [header for header in sample.headers if header[0].lower() not in replaced]
    return replace(sample, headers=[*kept, *headers.items()])


def for_source(sample: Sample, source: Source) -> Sample:
    """To the source's URL, and from its own page: a sample's belongs to the sandbox's source."""
    path, mark, query = sample.path.partition("?")
    uploads = "/uploads" if path.endswith("/uploads") else ""
    moved = replace(sample, path=source.path + uploads + mark + query)
    from_page = any(name.lower() == "origin" for name, _ in sample.headers)
    if from_page and source.origins:
        moved = with_headers(moved, {"Origin": source.origins[0]})
    return moved


def _split(content: bytes) -> tuple[bytes, bytes, bytes]:
    """At the first empty line, whichever way lines end."""
    found = re.search(rb"\r?\n(\r?\n)", content)
    if not found:
        return content, b"", b""
    return content[: found.start()], found[1], content[found.end() :]


def _header(path: Path, number: int, line: str) -> tuple[str, str]:
    found = _HEADER.fullmatch(line)
    if not found:
        raise SampleError(f"{path}:{number}: expected a header, like Content-Type: text/plain")
    if found[1].lower() == "content-length":
        raise SampleError(f"{path}:{number}: leave Content-Length out, it is computed")
    return found[1], found[2]
