"""Standard Webhooks 1.0.0 (standardwebhooks.com), under its own names and Svix's."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from hmac import digest

from leadrelay.errors import Rejected
from leadrelay.intake.body.read import read_body
from leadrelay.intake.calls.times import moment
from leadrelay.intake.proofs.ed25519 import check_ed25519
from leadrelay.intake.proofs.signatures import check_signature, check_time, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_ENVELOPE = frozenset({"type", "timestamp", "data.id"})  # its standard payload, "Payload structure"
_PUBLIC = "whpk_"


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """`v1,` and base64 HMAC-SHA256, or `v1a,` and an ed25519 signature, of id.timestamp.body;
    the header has several while the sender rotates its own. A secret that starts with whpk_ is
    a public key."""
    message_id = signed(headers, "webhook-id", "svix-id")
    stamp = signed(headers, "webhook-timestamp", "svix-timestamp")
    check_time(stamp, now)
    message = f"{message_id}.{stamp}.".encode("utf-8", "replace") + body
    given = signed(headers, "webhook-signature", "svix-signature").split()
    public = [one.removeprefix(_PUBLIC) for one in secrets if one.startswith(_PUBLIC)]
    if public and _is_signed_with(public, message, given):
        return
    keys = [_key(one.removeprefix("whsec_")) for one in secrets if not one.startswith(_PUBLIC)]
    expected = [base64.b64encode(digest(key, message, "sha256")).decode() for key in keys if key]
    check_signature(given, ["v1," + one for one in expected])


def _is_signed_with(public: list[str], message: bytes, given: Sequence[str]) -> bool:
    for version, _, signature in (one.partition(",") for one in given):
        try:
            if version == "v1a":
                check_ed25519(signature, message, public)
                return True
        except Rejected:  # another key's; the next may be ours
            continue
    return False


def _key(text: str) -> bytes:
    """From base64, with its padding or without; b"" for what is none."""
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return b""


def read(request: Request, _source: Source) -> Submission:
    """Nested names are dotted: data.email. The id is the same on every attempt."""
    body = read_body(request)
    key = request.headers.get("webhook-id") or request.headers.get("svix-id")
    about = tuple(pair for pair in body.fields if pair[0] in _ENVELOPE)
    said = tuple(pair for pair in body.fields if pair[0] not in _ENVELOPE)
    at = moment(dict(about).get("timestamp", ""))
    lead = {"submitted_at": at} if at else {}
    return Submission(said, body.document, key, about=about, lead=lead)


STANDARD_WEBHOOKS = Sender(
    read=read,
    verify=verify,
    setup="Add an endpoint at the sender: {url}\n"
    "This source's secret is the endpoint's, whsec_… (or its public key, whpk_…).",
)
