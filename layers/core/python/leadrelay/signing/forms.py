"""How form vendors sign; what each signs is said in leadrelay.intake.senders."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from leadrelay.signing.samples import Sample, with_headers


def typeform(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return with_headers(sample, {"Typeform-Signature": f"sha256={_base64(secret, sample.body)}"})


def tally(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return with_headers(sample, {"Tally-Signature": _base64(secret, sample.body)})


def webflow(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    stamp = _milliseconds(now)
    signature = _hex(secret, stamp.encode() + b":" + sample.body)
    headers = {"X-Webflow-Timestamp": stamp, "X-Webflow-Signature": signature}
    return with_headers(sample, headers)


def handshake_key(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    key = f"HandshakeKey={quote_plus(secret)}".encode()
    return replace(sample, body=re.sub(rb"HandshakeKey=[^&\s]*", lambda _: key, sample.body))


def hubspot(sample: Sample, secret: str, url: str, now: datetime) -> Sample:
    """Version 3; who wants an older one says so in the sample."""
    version = dict(sample.headers).get("X-HubSpot-Signature-Version", "v3")
    called = sample.method.encode() + url.encode()
    if version == "v3":
        stamp = _milliseconds(now)
        signature = _base64(secret, called + sample.body + stamp.encode())
        headers = {"X-HubSpot-Request-Timestamp": stamp, "X-HubSpot-Signature-v3": signature}
        return with_headers(sample, headers)
    message = sample.body if version == "v1" else called + sample.body
    signature = hashlib.sha256(secret.encode() + message).hexdigest()
    return with_headers(sample, {"X-HubSpot-Signature": signature})


def netlify(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    claims = {"iss": "netlify", "sha256": hashlib.sha256(sample.body).hexdigest()}
    message = _token({"alg": "HS256", "typ": "JWT"}, claims)
    signature = hmac.digest(secret.encode(), message, "sha256")
    token = message + b"." + _url_safe(signature)
    return with_headers(sample, {"X-Webhook-Signature": token.decode()})


def google_ads(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    key = b'"google_key": ' + json.dumps(secret).encode()
    return replace(sample, body=re.sub(rb'"google_key":\s*"[^"]*"', lambda _: key, sample.body))


def meta(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return with_headers(sample, {"X-Hub-Signature-256": f"sha256={_hex(secret, sample.body)}"})


def linkedin(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return with_headers(sample, {"X-LI-Signature": _hex(secret, b"hmacsha256=" + sample.body)})


def wix(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    """The body is the token: its claims stay, less the times."""
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415  # few need it
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    claims = json.loads(_from_url_safe(sample.body.split(b".")[1]))
    issued = int(now.timestamp())
    message = _token({"alg": "RS256", "typ": "JWT"}, {**claims, "iat": issued, "exp": issued + 300})
    key = load_pem_private_key(secret.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("Wix signs with an RSA key")
    signature = key.sign(message, padding.PKCS1v15(), SHA256())
    return replace(sample, body=message + b"." + _url_safe(signature))


def standard_webhooks(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    """v1 with a secret (whsec_…), v1a with a private key (whsk_…)."""
    stamp = str(int(now.timestamp()))
    message = f"{dict(sample.headers)['webhook-id']}.{stamp}.".encode() + sample.body
    key = base64.b64decode(secret.partition("_")[2])
    if secret.startswith("whsk_"):
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # few need it

        raw = ed25519.Ed25519PrivateKey.from_private_bytes(key[:32]).sign(message)
        signature = "v1a," + base64.b64encode(raw).decode()
    else:
        signature = "v1," + base64.b64encode(hmac.digest(key, message, "sha256")).decode()
    return with_headers(sample, {"webhook-timestamp": stamp, "webhook-signature": signature})


def _hex(secret: str, message: bytes) -> str:
    return hmac.digest(secret.encode(), message, "sha256").hex()


def _base64(secret: str, message: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), message, "sha256")).decode()


def _milliseconds(now: datetime) -> str:
    return str(int(now.timestamp() * 1000))


def _token(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bytes:
    """The part of a JSON web token that is signed."""
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return b".".join(_url_safe(part) for part in parts)


def _url_safe(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _from_url_safe(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
