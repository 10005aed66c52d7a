"""Signatures with Ed25519 (RFC 8032), which Telnyx and Standard Webhooks v1a use."""

import base64
import binascii

from leadrelay.errors import Rejected


def check_ed25519(signature: str, message: bytes, public_keys: list[str]) -> None:
    """Raise Rejected (401) unless the signature (base64) is by one of the keys (base64 of 32
    bytes); several, so that a key can be rotated."""
    # Imported here: it is large, and no other sender needs it.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see above
        Ed25519PublicKey,
    )

    given = _unbase64(signature)
    for key in public_keys:
        try:
            Ed25519PublicKey.from_public_bytes(_unbase64(key)).verify(given, message)
        except (InvalidSignature, ValueError):
            continue
        return
    raise Rejected(401, "Wrong signature", "Sign with the key this source is set up with.")


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
