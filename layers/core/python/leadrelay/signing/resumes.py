"""Signatures of those who send applications."""

from dataclasses import replace
from datetime import datetime

from leadrelay.intake.proofs.signatures import hmac_base64
from leadrelay.signing.samples import Sample

_HEADER = "X-Indeed-Signature"


def indeed(sample: Sample, secret: str, _url: str, _now: datetime) -> Sample:
    """Base64 HMAC-SHA1 of the body (docs.indeed.com/indeed-apply/message-signature-generation)."""
    kept = [header for header in sample.headers if header[0].lower() != _HEADER.lower()]
    signature = hmac_base64(secret, sample.body, "sha1")
    return replace(sample, headers=[*kept, (_HEADER, signature)])
