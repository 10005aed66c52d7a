"""A body that a program wrapped up on its way: in base64, or as an event of a stream."""

import binascii
import re

# One event or several (html.spec.whatwg.org, "Server-sent events"), of JSON.
_STREAM = re.compile(rb"(?:\xef\xbb\xbf)?(?:(?:event|id|retry|):[^\r\n]{0,200}\r?\n)*+data: ?[{\[]")
_DATA = re.compile(rb"^data:[ ]?([^\r\n]*+)", re.MULTILINE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{20}[A-Za-z0-9+/_\s-]*+(?:=|%3[Dd]){0,2}\s*+")
_LONGEST = 1_000_000  # bytes: what is longer is a file, or nobody's
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_WRITTEN = re.compile(
    rb"\s*+(?:[{\[]\s*+[\"'{\[]|<\?xml|[\w.\[\]%+-]{1,60}+=[^&\0-\x1f]*+&[\w.\[\]%+-]{1,60}+=)"
)


def unwrapped(body: bytes) -> bytes:
    """What an event holds, or base64 of JSON, XML or a form; any other body as it is."""
    if len(body) <= _LONGEST and _STREAM.match(body):
        return b"\n".join(_DATA.findall(body))
    return of_base64(body) or body


def of_base64(text: bytes) -> bytes:
    """What is in base64, if somebody writes such: JSON, XML or a form; b"" for anything else."""
    if len(text) > _LONGEST or not _BASE64.fullmatch(text):
        return b""
    bare = re.sub(rb"%3[Dd]|[\s=]", b"", text).translate(_URL_SAFE)
    try:
        found = binascii.a2b_base64(bare + b"==")
    except binascii.Error:
        return b""
    return found if _WRITTEN.match(found) else b""
