"""application/x-www-form-urlencoded, as browsers write it (url.spec.whatwg.org)."""

import re
from binascii import a2b_qp

from leadrelay.errors import Rejected
from leadrelay.intake.limits import Limits, too_large

_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_STRAY_MAX = 1000


def read_urlencoded(body: bytes, limits: Limits) -> list[tuple[bytes, bytes]]:
    """The pairs of a form, unescaped but not yet decoded.

    Raises Rejected: 413 too many fields, 400 no form at all.
    """
    parts = body.strip().split(b"&", limits.fields)
    if len(parts) > limits.fields:
        raise too_large(f"A form may have at most {limits.fields} fields.")
    return [
        (_unescape(name), _unescape(value))
        for name, _, value in (part.partition(b"=") for part in parts if part)
    ]


def _unescape(raw: bytes) -> bytes:
    """%XX to bytes by way of quoted-printable's =XX, whose decoder is in C: urllib's takes 70 ms
    for 1 MB of escapes. A percent sign that escapes nothing stands for itself."""
    raw, stray = _STRAY_PERCENT.subn(b"%25", raw.replace(b"+", b" "), count=_STRAY_MAX)
    if stray == _STRAY_MAX:
        raise Rejected(400, "Malformed form", "Escape the percent signs in values as %25.")
    return a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
