"""HubSpot: the webhook step of a workflow, signed in one of three ways."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body import documents
from leadrelay.intake.body.pairs import named
from leadrelay.intake.proofs.signatures import check_signature, check_time, hmac_base64, signed
from leadrelay.intake.proofs.spellings import spellings
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.nobody import words
from leadrelay.sources import Source

# Properties that HubSpot keeps by itself, as opposed to those that a form asks for.
_OWN = re.compile(r"hs_|hubspot_|num_|recent_conversion|first_conversion|createdate|lastmodified")
# What an app's webhook says of itself (developers.hubspot.com, "Webhooks API").
_OF_EVENT = words("""
    objectId objectTypeId portalId appId eventId subscriptionId subscriptionType attemptNumber
    occurredAt changeSource changeFlag sourceId propertyName isSensitive vid portal-id
""")
_V3 = "X-HubSpot-Signature-v3"


def verify(
    headers: Mapping[str, str], body: bytes, url: str, secrets: Sequence[str], now: datetime
) -> None:
    """v3: base64 HMAC-SHA256 of method, URL, body and time in ms; v2: hex SHA-256 of secret,
    method, URL and body; v1: the same of secret and body (developers.hubspot.com, "Validating
    requests")."""
    called = [b"POST" + one.encode("utf-8", "replace") for one in spellings(url)]
    given = signed(headers, _V3, "X-HubSpot-Signature")
    if _V3 in headers:
        stamp = signed(headers, "X-HubSpot-Request-Timestamp")
        check_time(stamp, now, per_second=1000)
        messages = [one + body + stamp.encode() for one in called]
        expected = [hmac_base64(secret, one) for secret in secrets for one in messages]
    elif b"\0" in body:
        # Who has seen one signed body can sign it with more behind it, as SHA-256 goes on from
        # where it ended; but not without the padding in between, which has zeros in it.
        raise Rejected(401, "Wrong signature", "A body with NUL bytes must be signed with v3.")
    else:
        messages = [body, *(one + body for one in called)]
        expected = [
            hashlib.sha256(secret.encode() + one).hexdigest()
            for secret in secrets
            for one in messages
        ]
    check_signature([given], expected)


def read(request: Request, _source: Source) -> tuple[Submission, ...]:
    """A contact's properties, or the members that the workflow was told to send; an app's webhooks
    come in a list (developers.hubspot.com, "Webhooks API").

    The same contact comes again with the next form they fill in, so the contact's id alone does
    not tell a repeat: the latest conversion does.
    """
    return tuple(map(_read, documents.read_all(request)))


def _read(document: dict[str, Any]) -> Submission:
    properties = documents.table(document, "properties")
    if not properties:
        found = list(named(document))
        said = [pair for pair in found if pair[0] not in _OF_EVENT]
        about = [pair for pair in found if pair[0] in _OF_EVENT]
        at = documents.time(document.get("occurredAt"))
        return documents.submission(said, document, about=about, submitted_at=at)
    found = [(name, _value(value)) for name, value in properties.items()]
    about = documents.pairs(document, "vid", "portal-id")
    forms = documents.rows(document.get("form-submissions"))
    latest = max(forms, key=_submitted_at, default={})
    said = [pair for pair in found if not _OWN.match(pair[0])]
    said += [("HubSpot contact", url) for _, url in documents.pairs(document, "profile-url")]
    about += [pair for pair in found if _OWN.match(pair[0])]
    about += documents.pairs(latest, "page-url")
    key = document.get("vid"), latest.get("conversion-id")
    form, at = documents.text(latest.get("title")), documents.time(latest.get("timestamp"))
    return documents.submission(said, document, *key, about=about, form=form, submitted_at=at)


def _submitted_at(form: dict[str, Any]) -> str:
    """Milliseconds, padded so that they sort as text."""
    return documents.text(form.get("timestamp")).zfill(20)


def _value(value: Any) -> str:
    """A property comes with its history, `versions`."""
    return documents.text(value.get("value") if isinstance(value, dict) else value)


HUBSPOT = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    verify=verify,
    setup="In a workflow on the form's submission: Send a webhook, POST: {url}\n"
    "Let it use a request signature; the client secret of that app goes to this source.",
)
