"""A JSON Web Token signed with HMAC-SHA256 (RFC 7515, RFC 7519), and no other kind of one."""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.json_fields import read_json
from leadrelay.intake.body.text import decode
from leadrelay.intake.limits import LIMITS

_LEEWAY_S = 60


def verified_claims(token: str, secrets: Sequence[str], now: datetime) -> dict[str, Any]:
    """The claims of a token that one of the secrets signed and that is valid now; numbers as
    they were written. Raises Rejected (401)."""
    try:
        header, claims = (_members(unsigned_payload(token, part)) for part in (0, 1))
        given = unsigned_payload(token, 2)
    except Rejected as rejected:
        # what is wrong with a token is no business of somebody who can't make one
        raise Rejected(
            401, "Wrong signature", "Send a JSON Web Token signed with HS256."
        ) from rejected
    signing = token.rpartition(".")[0].encode("utf-8", "replace")
    ours = [hmac.digest(secret.encode(), signing, "sha256") for secret in secrets]
    matches = [hmac.compare_digest(given, one) for one in ours]
    if header.get("alg") != "HS256" or "crit" in header or not any(matches):
        raise Rejected(401, "Wrong signature", "Sign with HS256 and this source's secret.")
    _check_validity(claims, now)
    return claims


def unsigned_payload(token: str, part: int = 1) -> bytes:
    """A part of a token, nothing verified: 0 is its header, 1 its claims, 2 its signature.
    Raises Rejected (400) for what is no token."""
    parts = token.split(".", 3)
    if len(parts) != 3:
        raise Rejected(400, "No token", "Send a compact JSON Web Token.")
    return _unbase64(parts[part])


def _unbase64(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Rejected(400, "No token", "A part of the token is no base64.") from error


def _members(text: bytes) -> dict[str, Any]:
    return read_json(decode(text), LIMITS)


def _check_validity(claims: Mapping[str, Any], now: datetime) -> None:
    expires, begins = (_unix(claims.get(name)) for name in ("exp", "nbf"))
    moment = now.timestamp()
    if expires is not None and moment >= expires + _LEEWAY_S:
        raise Rejected(401, "Stale signature", "The token has expired.")
    if begins is not None and moment < begins - _LEEWAY_S:
        raise Rejected(401, "Stale signature", "The token isn't valid yet.")


def _unix(claim: object) -> float | None:
    """A NumericDate; one that can't be read makes the token invalid."""
    if claim is None:
        return None
    try:
        return float(str(claim)[:20])
    except ValueError as error:
        raise Rejected(401, "Wrong signature", "The token's times are no Unix times.") from error
