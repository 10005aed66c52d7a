"""A body that was compressed on its way, as some programs do with all that they send."""

import zlib

from leadrelay.errors import Rejected
from leadrelay.intake.limits import too_large

_GZIP = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1: the magic number, and deflate
_EITHER = zlib.MAX_WBITS | 32  # gzip or zlib (docs.python.org/3/library/zlib, decompress)
_WAYS = {"", "identity", "gzip", "x-gzip", "deflate"}


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """The body as it was before its Content-Encoding; gzip is known without one too, and what
    something on the way has unpacked already is left as it is. Raises Rejected: 400 cut short or
    damaged, 413 more than `limit` bytes, 415 compressed in another way."""
    way = encoding.strip().lower()
    if way not in _WAYS:
        raise Rejected(415, "Compressed body", "Send the body without Content-Encoding, or gzip.")
    packed = body.startswith(_GZIP)
    if not packed and way in {"", "identity"}:
        return body
    try:
        return _inflated(body, _EITHER, limit)
    except zlib.error as error:
        if packed:
            raise _damaged() from error
    try:
        return _inflated(body, -zlib.MAX_WBITS, limit)  # what some programs take deflate for
    except (zlib.error, Rejected):
        return body


def _inflated(body: bytes, wbits: int, limit: int) -> bytes:
    inflating = zlib.decompressobj(wbits)
    found = inflating.decompress(body, limit + 1)
    if len(found) > limit:
        raise too_large(f"Unpacked, the body may hold at most {limit // 1000} kB.")
    if not inflating.eof:
        raise _damaged()
    return found


def _damaged() -> Rejected:
    return Rejected(400, "Damaged body", "The compressed body did not arrive whole.")
