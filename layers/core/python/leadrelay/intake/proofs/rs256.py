"""A JSON Web Token signed with RSA and SHA-256 (RFC 7518, 3.3), and no other kind of one."""

from collections.abc import Sequence
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.json_fields import read_json
from leadrelay.intake.body.text import decode
from leadrelay.intake.limits import LIMITS
from leadrelay.intake.proofs.hs256 import unsigned_payload


def verified_claims(token: str, public_keys: Sequence[str]) -> dict[str, Any]:
    """The claims of a token that the owner of one of these keys (PEM) signed; numbers as they
    were written. Raises Rejected (401)."""
    try:
        header = read_json(decode(unsigned_payload(token, part=0)), LIMITS)
        claims = read_json(decode(unsigned_payload(token)), LIMITS)
        signature = unsigned_payload(token, part=2)
    except Rejected as rejected:
        raise Rejected(401, "Not signed", "Send a JSON Web Token.") from rejected
    if header.get("alg") != "RS256" or "crit" in header:
        raise Rejected(401, "Wrong signature", "The token must be signed with RS256.")
    message = token.rpartition(".")[0].encode("utf-8", "replace")
    if not any(_is_signed(message, signature, key) for key in public_keys):
        raise Rejected(401, "Wrong signature", "It was not made with the key this source knows.")
    return claims


def _is_signed(message: bytes, signature: bytes, pem: str) -> bool:
    # Imported here: it is large, and hardly any other sender needs it.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        key = load_pem_public_key(pem.encode())
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
            return True
    except (InvalidSignature, ValueError):  # of another key, or no key at all
        pass
    return False
