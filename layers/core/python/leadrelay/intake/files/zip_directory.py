"""The directory of a zip archive: read alone, so that a bomb costs nothing.

Offsets and names of fields: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import struct
import zlib
from dataclasses import dataclass

_END = struct.Struct("<10xHII2x")  # entries, bytes of the directory, where it starts
_ENTRY = struct.Struct("<4s6xH8xI4xHHH8xI")
_LOCAL = struct.Struct("<26xHH")  # bytes of the name, bytes of the extra field
_ENTRIES_MAX = 2_000
_NAMESAKES_MAX = 3
_COMMENT_MAX = 65_535


class BadZip(ValueError):
    """Not a zip, a damaged one, or one that says more than one thing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a file stands in the archive; `size` is that of its compressed bytes."""

    method: int
    size: int
    offset: int


def read_directory(content: bytes) -> dict[str, list[Entry]]:
    """The entries by their names in lower case; programs that fill in templates leave some twice.
    Raises BadZip."""
    try:
        end = content.rindex(b"PK\x05\x06", max(0, len(content) - _COMMENT_MAX - _END.size))
        count, size, position = _END.unpack_from(content, end)
        if count > _ENTRIES_MAX:
            raise BadZip("too many entries")
        stop = position + size
        entries: dict[str, list[Entry]] = {}
        for _ in range(count):
            name, entry, position = _read_entry(content, position)
            entries.setdefault(name, []).append(entry)
    except (ValueError, struct.error) as error:
        raise BadZip("no directory") from error
    # Programs differ in whether they heed the count.
    if position != stop or max(map(len, entries.values()), default=0) > _NAMESAKES_MAX:
        raise BadZip("an ambiguous directory")
    return entries


def _read_entry(content: bytes, position: int) -> tuple[str, Entry, int]:
    """An entry's name, the entry, and where the next one starts."""
    signature, method, size, *lengths, offset = _ENTRY.unpack_from(content, position)
    if signature != b"PK\x01\x02":
        raise BadZip("no entry")
    start = position + _ENTRY.size
    name = content[start : start + lengths[0]].decode("latin-1").lower().replace("\\", "/")
    return name, Entry(method, size, offset), start + sum(lengths)


def unpack(content: bytes, entry: Entry, limit: int) -> bytes:
    """The bytes of an entry that holds less than `limit`. Raises BadZip."""
    try:
        start = entry.offset + _LOCAL.size + sum(_LOCAL.unpack_from(content, entry.offset))
    except struct.error as error:
        raise BadZip("no such entry") from error
    packed = content[start : start + min(entry.size, limit)]
    match entry.method:
        case 0:  # stored
            found = packed
        case 8:  # deflated
            try:
                found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)
            except zlib.error as error:
                raise BadZip("damaged") from error
        case _:
            raise BadZip("packed in a way of its own")
    if len(found) >= limit:
        raise BadZip("too long")
    return found
