"""Dialpad: call events as JSON or, where a secret is set, as one bare JSON Web Token.

developers.dialpad.com/docs/call-events and "Create a webhook".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.body.text import decode
from leadrelay.intake.calls.events import CallEvent, read_signed_payload, to_submission, with_json
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import between, moment
from leadrelay.intake.proofs.hs256 import unsigned_payload, verified_claims
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "calling": "ringing",
    "preanswer": "ringing",
    "queued": "ringing",
    "ringing": "ringing",
    "connected": "answered",
    "hold": "answered",
    "missed": "missed",
    "voicemail": "voicemail",
    "voicemail_uploaded": "voicemail",
}


def verify(
    _headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """The body itself is the token, HS256 with the webhook's secret."""
    verified_claims(decode(body).strip(), secrets, now)


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call; all its legs have the entry point's call id."""
    text = request.body.strip()
    plain = text.startswith(b"{")
    inner = text if plain else unsigned_payload(decode(text))
    payload = read_signed_payload(with_json(request, inner), source)
    if not payload.look("call_id") or payload.look("is_internal") == "true":
        return Ignored("a call among colleagues" if payload.look("call_id") else "no call")
    return to_submission(_event(payload), payload)


def _event(payload: Payload) -> CallEvent:
    outbound = payload.take("direction") == "outbound"
    theirs, ours = payload.take("external_number"), payload.take("internal_number")
    entry, leg = payload.take("entry_point_call_id"), payload.take("call_id")
    started_at = payload.take_time("date_started")
    return CallEvent(
        id=entry or leg,
        state=_state(payload),
        caller=ours if outbound else theirs,
        called=theirs if outbound else ours,
        direction="outbound" if outbound else "inbound",
        started_at=started_at,
        waited=between(started_at, moment(payload.look("date_connected"))),
        duration=payload.take_seconds("duration", per_second=1000),
        agent=payload.take("target.name"),
        taken="date_connected" in payload and payload.look("target.type") == "user",
        recording_url=_recording(payload),
        person={
            "full_name": payload.take("contact.name"),
            "email": payload.take("contact.email"),
        },
    )


def _state(payload: Payload) -> CallState | None:
    state = payload.take("state")
    if state == "hangup":
        return "completed" if payload.look("date_connected") else "missed"
    return _STATES.get(state)


def _recording(payload: Payload) -> str:
    """A list of addresses, one address, or the voicemail's."""
    return payload.take("recording_url", "recording_details.0.url") or payload.take(
        "voicemail_link"
    )


DIALPAD = Sender(
    read=read,
    verify=verify,
    setup="By API: a webhook with hook_url {url} and a secret, and a call event subscription.\n"
    "Secret: the webhook's own.",
)
