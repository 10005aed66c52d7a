"""CallRail: JSON for calls, text messages and forms, signed over the raw body.

apidocs.callrail.com, "Webhooks" and "Validating payloads". The attributes in the query are
deprecated copies of what is in the body.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.calls.answers import is_answer
from leadrelay.intake.calls.events import CallEvent, read_signed_payload, to_submission
from leadrelay.intake.calls.parties import party
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.proofs.signatures import check_signature, hmac_base64, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

# CallRail's names, the newer one first, and what they are of the person who called.
_PERSON = {
    "full_name": ("customer_name", "callername"),
    "email": ("customer_email",),
    "city": ("customer_city", "callercity"),
    "state": ("customer_state", "callerstate"),
    "country": ("customer_country", "callercountry"),
}
_TRACKING = {
    "page": "landing_page_url",
    "referrer": "referring_url",
    "source": "source_name",
    **{name: name for name in ("gclid", "fbclid", "msclkid")},
    **{
        f"utm_{word}": f"utm_{word}" for word in ("source", "medium", "campaign", "term", "content")
    },
}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """Signature: base64 of HMAC-SHA1 over the body, with the company's signing key."""
    signature = signed(headers, "Signature")
    check_signature([signature], (hmac_base64(secret, body, "sha1") for secret in secrets))


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call, a text message, or a form's submission."""
    payload = read_signed_payload(request, source)
    person = {field: payload.take(*names) for field, names in _PERSON.items()}
    if any(name.startswith("form_data.") for name in payload):
        return _written(payload, person, guess=True)
    if "content" in payload and "call_type" not in payload:
        return _written(payload, {**person, "message": payload.take("content")}, guess=False)
    outbound = payload.take("direction") == "outbound"
    theirs = payload.take("customer_phone_number", "callernum")
    ours = payload.take("tracking_phone_number", "trackingnum")
    call = CallEvent(
        id=payload.take("id"),
        state=_state(payload),
        caller=ours if outbound else theirs,
        called=theirs if outbound else ours,
        direction="outbound" if outbound else "inbound",
        started_at=payload.take_time("start_time", "timestamp"),
        duration=payload.take_seconds("duration"),
        agent=payload.take("agent_email"),
        taken=payload.look("answered") == "true",
        recording_url=payload.take("recording"),
        person=person,
        tracking={ours: payload.take(theirs) for ours, theirs in _TRACKING.items()},
    )
    return to_submission(call, payload)


def _written(payload: Payload, person: Mapping[str, str], *, guess: bool) -> Submission:
    """What came in writing makes a lead that has no call."""
    number = payload.take("customer_phone_number", "source_number")
    key = payload.take("id", "resource_id") or None
    phone = party(number, payload.source.default_region).phone
    said = {field: value for field, value in {**person, "phone": phone}.items() if value}
    fields = tuple(pair for pair in payload.left() if is_answer(pair[0]))
    about = tuple(pair for pair in payload.left() if not is_answer(pair[0]))
    return Submission(fields, payload.document, about=about, key=key, lead=said, guess=guess)


def _state(payload: Payload) -> CallState:
    """Before the call there is nothing about its recording yet, not even that there is none; it
    calls itself missed then, as nobody has answered."""
    if payload.look("voicemail") == "true":
        return "voicemail"
    if payload.look("answered") == "true":
        return "completed"
    ended = isinstance(payload.document, dict) and "recording" in payload.document
    return "missed" if ended else "ringing"


CALLRAIL = Sender(
    read=read,
    verify=verify,
    setup="Settings → Integrations → Webhooks → Pre-Call, Post-Call and Call Modified: {url}\n"
    "Secret: the signing key shown on that page.",
)
