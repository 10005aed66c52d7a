"""Twilio: a form post or a GET, signed over the URL and the fields.

twilio.com/docs/voice/twiml (parameters), /docs/voice/api/call-resource (status callbacks) and
/docs/usage/security (X-Twilio-Signature).
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs

from leadrelay.errors import Rejected
from leadrelay.intake.body.documents import embedded, text
from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import before, moment, seconds
from leadrelay.intake.calls.voice import speaking, twiml
from leadrelay.intake.proofs.signatures import check_signature, hmac_base64, signed
from leadrelay.intake.proofs.url_signatures import form_fields, signed_texts
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "queued": "ringing",
    "initiated": "ringing",
    "ringing": "ringing",
    "in-progress": "answered",
    "answered": "answered",
    "completed": "completed",
    "busy": "missed",
    "failed": "missed",
    "no-answer": "missed",
    "canceled": "missed",
}
_BEGINNING = {"queued", "initiated", "ringing"}
_PLACE = {"City": "city", "State": "state", "Zip": "postal_code", "Country": "country"}


def verify(
    headers: Mapping[str, str], body: bytes, url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """X-Twilio-Signature: base64 of HMAC-SHA1 with the account's auth token. A body that is no
    form is signed by its SHA-256 in the query, `bodySHA256`."""
    signature = signed(headers, "X-Twilio-Signature")
    fields = form_fields(headers, body)
    if body and not fields:
        _check_body(body, url)
    texts = tuple(signed_texts(url, fields))
    check_signature(
        [signature], (hmac_base64(key, text, "sha1") for key in secrets for text in texts)
    )


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call; those of one call have the same CallSid."""
    return read_call(read_payload(request, source))


def read_call(payload: Payload) -> Submission | Ignored:
    """The same from fields that are named as Twilio names them, as TeXML's are."""
    if "ConferenceSid" in payload and not payload.look("From", "To"):
        return Ignored(payload.look("StatusCallbackEvent") or "a conference's recording")
    if "WorkspaceSid" in payload or "TaskAttributes" in payload:
        return _task(payload)
    if payload.look("ParentCallSid") and payload.look("Direction") != "inbound":
        return _leg(payload)
    inbound = payload.take("Direction") in {"", "inbound"}
    caller, called = payload.take("From", "Caller"), payload.take("To", "Called")
    status = payload.take("CallStatus", "CallbackStatus").lower()
    duration = payload.take_seconds("CallDuration")
    call = CallEvent(
        id=payload.take("CallSid"),
        state=_state(payload, status),
        caller=caller,
        called=called,
        direction=("inbound" if inbound else "outbound") if caller or called else None,
        started_at=_started_at(payload, status, duration),
        duration=duration,
        talked=payload.take_seconds("DialCallDuration"),
        taken=_STATES.get(payload.look("DialCallStatus").lower()) in {"answered", "completed"},
        recording_url=payload.take("RecordingUrl"),
        person=_person(payload, inbound=inbound),
    )
    return to_submission(call, payload)


def _leg(payload: Payload) -> Submission | Ignored:
    """The leg that <Dial> makes to an agent: news of the parent call, which has the numbers."""
    state = _STATES.get(payload.look("CallStatus").lower())
    talked = seconds(payload.look("CallDuration")) if state == "completed" else None
    answered = state == "answered" or bool(talked)
    at = moment(payload.look("Timestamp"))
    call = CallEvent(
        id=payload.take("ParentCallSid"),
        state="answered" if answered else None,
        agent=payload.take("To", "Called"),
        answered_at=at if state == "answered" else before(at, talked) if talked else None,
        talked=talked,
        recording_url=payload.take("RecordingUrl"),
    )
    return to_submission(call, payload)


def _task(payload: Payload) -> Submission | Ignored:
    """TaskRouter's news (twilio.com/docs/taskrouter/api/event/reference). Who took a call counts;
    the task's attributes say which call it was."""
    event = payload.look("EventType")
    attributes = embedded(payload.look("TaskAttributes"))
    call_id = text(attributes.get("call_sid"))
    if event != "reservation.accepted" or not call_id:
        return Ignored(event or "no call")
    call = CallEvent(
        id=call_id,
        state="answered",
        agent=payload.take("WorkerName"),
        taken=True,
        answered_at=payload.take_time("Timestamp"),
    )
    return to_submission(call, payload)


def _state(payload: Payload, status: str) -> CallState | None:
    if _is_message(payload):
        return "voicemail"  # the caller was asked to leave one
    if _STATES.get(payload.look("DialCallStatus").lower()) == "missed":
        return "missed"  # the call itself goes on, but nobody took it
    return _STATES.get(status)


def _is_message(payload: Payload) -> bool:
    """Whether <Record> recorded it: its status callback says so; what it does next asks with the
    key that ended it, `hangup` for none; and only its recordings are written down with a `Url`."""
    if "RecordingSource" in payload or "DialCallStatus" in payload:
        return payload.look("RecordingSource") == "RecordVerb"
    return "TranscriptionSid" in payload or {"RecordingUrl", "Digits"} <= set(payload)


def _started_at(payload: Payload, status: str, duration: int | None) -> datetime | None:
    """An event's Timestamp is its own time, so only the first events tell when it began."""
    at = moment(payload.look("Timestamp"))
    return at if status in _BEGINNING else before(at, duration)


def _person(payload: Payload, *, inbound: bool) -> dict[str, str]:
    """Where the other party's number is registered, and their name if look-up is switched on."""
    for word in _PLACE:
        payload.take(f"Caller{word}", f"Called{word}")  # the same as From… and To…
    side = "From" if inbound else "To"
    person = {ours: payload.take(side + word) for word, ours in _PLACE.items()}
    if inbound:
        person["full_name"] = payload.take("CallerName", "CallerId")
    return person


def _check_body(body: bytes, url: str) -> None:
    told = parse_qs(url.partition("?")[2]).get("bodySHA256", [""])[0]
    digest = hashlib.sha256(body).hexdigest()
    if not hmac.compare_digest(told.encode("utf-8", "replace"), digest.encode()):
        raise Rejected(401, "Wrong signature", "The body isn't the one whose digest is in the URL.")


TWILIO = Sender(
    read=read,
    verify=verify,
    methods=("GET", "POST"),
    answer=speaking(twiml),
    setup="Phone Numbers → your number → Voice → “Call status changes”: {url}\n"
    'Secret: the Auth Token. As “A call comes in” URL only with answer = "forward:+44…".',
)
