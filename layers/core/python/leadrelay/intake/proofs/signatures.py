"""What verifying takes, whoever signed: a header, a time, and a comparison that tells nothing."""

import base64
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from leadrelay.errors import Rejected

WINDOW = timedelta(minutes=5)


def signed(headers: Mapping[str, str], *names: str) -> str:
    """The first of these headers that was sent. Raises Rejected (401) when none was."""
    for name in names:
        if value := headers.get(name, "").strip():
            return value
    raise Rejected(401, "Not signed", f"The header {' or '.join(names)} is missing.")


def check_signature(given: Iterable[str], expected: Iterable[str]) -> None:
    """Raise Rejected (401) unless one of the given signatures is one of the expected ones: one
    for each secret, so that a secret can be rotated. Nothing matches an empty one."""
    # every pair is compared, so that the time doesn't tell which one matched
    theirs = [signature.encode("utf-8", "replace") for signature in given]
    ours = [signature.encode() for signature in expected if signature]
    matches = [hmac.compare_digest(one, other) for one in theirs for other in ours]
    if not any(matches):
        raise Rejected(401, "Wrong signature", "Sign with the secret this source is set up with.")


def check_time(stamp: str, now: datetime, *, per_second: int = 1) -> None:
    """Raise Rejected (401) unless a Unix time is within five minutes of `now`, either way;
    `per_second` is 1000 for milliseconds."""
    # ten digits are a second in our lifetimes; a longer number than these is no time
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20):
        raise Rejected(401, "Not signed", "The signature's time is no Unix time.")
    if abs(now.timestamp() - int(stamp) / per_second) > WINDOW.total_seconds():
        raise Rejected(401, "Stale signature", "Send it again, signed anew; check the clock.")


def hmac_hex(secret: str, message: bytes, digest: str = "sha256") -> str:
    return hmac.digest(secret.encode(), message, digest).hex()


def hmac_base64(secret: str, message: bytes, digest: str = "sha256") -> str:
    return base64.b64encode(hmac.digest(secret.encode(), message, digest)).decode()
