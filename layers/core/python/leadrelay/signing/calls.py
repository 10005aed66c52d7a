"""How telephony senders sign; what each signs is said in leadrelay.intake.senders."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from hmac import digest
from typing import Any
from urllib.parse import parse_qsl

from leadrelay.intake.proofs.hs256 import unsigned_payload
from leadrelay.intake.proofs.signatures import hmac_base64, hmac_hex
from leadrelay.intake.proofs.url_signatures import form_fields
from leadrelay.intake.request import Headers
from leadrelay.signing.samples import Sample, with_headers


def twilio(sample: Sample, secret: str, url: str, _now: datetime) -> Sample:
    tail = "".join(name + value for name, value in sorted(set(_fields(sample))))
    signature = hmac_base64(secret, (url + tail).encode(), "sha1")
    return with_headers(sample, {"X-Twilio-Signature": signature})


def vonage(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    claims: dict[str, Any] = {"iat": int(now.timestamp()), "iss": "Vonage", "api_key": "a1b2c3d"}
    if sample.body:
        claims["payload_hash"] = hashlib.sha256(sample.body).hexdigest()
    return with_headers(
        sample, {"Authorization": f"Bearer {_token(json.dumps(claims).encode(), secret)}"}
    )


def plivo(sample: Sample, secret: str, url: str, now: datetime) -> Sample:
    nonce = str(int(now.timestamp() * 1000))
    address, _, search = url.partition("?")
    query = sorted(parse_qsl(search, keep_blank_values=True))
    fields = "".join(name + value for name, value in sorted(_fields(sample)))
    signed = "&".join(f"{name}={value}" for name, value in query)
    signed = ".".join(filter(None, (signed, fields)))
    text = f"{address}{'?' if signed else ''}{signed}.{nonce}"
    headers = {
        "X-Plivo-Signature-V3": hmac_base64(secret, text.encode()),
        "X-Plivo-Signature-V3-Nonce": nonce,
        "X-Plivo-Signature-V2": hmac_base64(secret, (address + nonce).encode()),
        "X-Plivo-Signature-V2-Nonce": nonce,
    }
    return with_headers(sample, headers)


def telnyx(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # few need it
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    key = load_pem_private_key(secret.encode(), password=None)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise TypeError("Telnyx signs with an Ed25519 key")
    stamp = str(int(now.timestamp()))
    signature = base64.b64encode(key.sign(stamp.encode() + b"|" + sample.body)).decode()
    return with_headers(sample, {"telnyx-timestamp": stamp, "telnyx-signature-ed25519": signature})


def ringcentral(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return with_headers(sample, {"Verification-Token": secret})


def aircall(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    token = b'"token": ' + json.dumps(secret).encode()
    body = re.sub(rb'"token":\s*"[^"]*"', lambda _: token, sample.body, count=1)
    return replace(sample, body=body)


def dialpad(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return replace(sample, body=_token(unsigned_payload(sample.body.decode()), secret).encode())


def zoom_phone(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    stamp = str(int(now.timestamp()))
    signature = "v0=" + hmac_hex(secret, f"v0:{stamp}:".encode() + sample.body)
    return with_headers(sample, {"x-zm-request-timestamp": stamp, "x-zm-signature": signature})


def callrail(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    return with_headers(sample, {"Signature": hmac_base64(secret, sample.body, "sha1")})


def ctm(sample: Sample, secret: str, _url: str, now: datetime) -> Sample:
    stamp = str(int(now.timestamp()))
    signature = hmac_base64(secret, stamp.encode() + sample.body, "sha1")
    return with_headers(sample, {"X-CTM-Time": stamp, "X-CTM-Signature": signature})


def _fields(sample: Sample) -> list[tuple[str, str]]:
    return form_fields(Headers(sample.headers), sample.body)


def _token(claims: bytes, secret: str) -> str:
    """A JSON Web Token, HS256."""
    signing = f"{_base64url(b'{"alg": "HS256", "typ": "JWT"}')}.{_base64url(claims)}"
    return f"{signing}.{_base64url(digest(secret.encode(), signing.encode(), 'sha256'))}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
