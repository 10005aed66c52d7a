"""Aircall: JSON, at least once and in any order; the only proof is the `token` in the body.

developer.aircall.io, "Webhooks" and "Call events".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.body.json_fields import read_json
from leadrelay.intake.body.text import decode
from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import between, moment
from leadrelay.intake.limits import LIMITS
from leadrelay.intake.proofs.signatures import check_signature
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {"initial": "ringing", "answered": "answered", "done": "missed"}


def verify(
    _headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """The webhook's token, which Aircall gave out when the webhook was made."""
    token = read_json(decode(body), LIMITS).get("token")
    if not isinstance(token, str) or not token:
        raise Rejected(401, "Not signed", "The body has no token.")
    check_signature([token], secrets)


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call; those of users, numbers, contacts and messages are none."""
    payload = read_payload(request, source)
    payload.take("token")
    if payload.take("resource") != "call":
        return Ignored(payload.look("event"))
    return to_submission(_event(payload), payload)


def _event(payload: Payload) -> CallEvent:
    outbound = payload.take("data.direction") == "outbound"
    line = payload.take("data.number.digits", "data.number.e164_digits")
    person = payload.take("data.raw_digits")
    started_at = payload.take_time("data.started_at")
    return CallEvent(
        id=payload.take("data.id"),
        state=_state(payload),
        caller=line if outbound else person,
        called=person if outbound else line,
        direction="outbound" if outbound else "inbound",
        started_at=started_at,
        waited=between(started_at, moment(payload.look("data.answered_at"))),
        line=payload.take("data.number.name"),
        duration=payload.take_seconds("data.duration"),
        agent=payload.take("data.user.name"),
        taken="data.answered_at" in payload,
        recording_url=payload.take("data.recording") or payload.take("data.voicemail"),
        person={
            "first_name": payload.take("data.contact.first_name"),
            "last_name": payload.take("data.contact.last_name"),
            "company": payload.take("data.contact.company_name"),
            "email": payload.take("data.contact.emails.0.value"),
        },
    )


def _state(payload: Payload) -> CallState | None:
    """By what the call has become, which each event says of it, not by the event's name: events
    come in any order."""
    if payload.look("event") == "call.voicemail_left" or payload.look("data.voicemail"):
        return "voicemail"
    state = _STATES.get(payload.take("data.status"))
    return "completed" if state == "missed" and payload.look("data.answered_at") else state


AIRCALL = Sender(
    read=read,
    verify=verify,
    setup="Integrations → Webhook: {url}, with the events of calls.\n"
    "Secret: the token that Aircall shows for the webhook.",
)
