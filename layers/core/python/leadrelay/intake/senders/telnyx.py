"""Telnyx: JSON of the Call Control API, or TeXML's callbacks, which have Twilio's names.

developers.telnyx.com, "Receiving webhooks" and "Call Control webhooks"; TeXML under
"TeXML voice callbacks".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.calls.events import CallEvent, read_signed_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import between
from leadrelay.intake.calls.voice import forward_to, texml
from leadrelay.intake.proofs.ed25519 import check_ed25519
from leadrelay.intake.proofs.signatures import check_time, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.intake.senders.twilio import read_call
from leadrelay.lead import Accepted, CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "call.initiated": "ringing",
    "call.answered": "answered",
    "call.bridged": "answered",
    "call.hangup": "completed",
}
_NEWS = {*_STATES, "call.recording.saved"}
_UNANSWERED = {"originator_cancel", "timeout", "user_busy", "call_rejected", "not_found"}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """Ed25519 over the time, a bar and the body; the secret is the account's public key."""
    signature = signed(headers, "telnyx-signature-ed25519")
    stamp = signed(headers, "telnyx-timestamp")
    check_time(stamp, now)
    check_ed25519(signature, stamp.encode() + b"|" + body, list(secrets))


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call; those of one call, also of its legs, have the same session."""
    payload = read_signed_payload(request, source)
    if "CallSid" in payload:
        return read_call(payload)
    event = payload.take("data.event_type", "event_type").replace("_", ".", 1)
    if event not in _NEWS:
        return Ignored(event)
    return to_submission(_event(_OwnValues(payload), event), payload)


class _OwnValues:
    """The event's own values, which version 1 has one floor higher than version 2."""

    def __init__(self, payload: Payload) -> None:
        self._payload = payload

    def take(self, name: str) -> str:
        return self._payload.take(*self._named(name))

    def take_time(self, name: str) -> datetime | None:
        return self._payload.take_time(*self._named(name))

    def _named(self, name: str) -> tuple[str, str]:
        return f"data.payload.{name}", f"payload.{name}"


def _event(payload: _OwnValues, event: str) -> CallEvent:
    outbound = payload.take("direction") in {"outgoing", "outbound"}
    started_at = payload.take_time("start_time")
    return CallEvent(
        id=payload.take("call_session_id"),
        state=_state(event, payload.take("hangup_cause")),
        caller=payload.take("from"),
        called=payload.take("to"),
        direction="outbound" if outbound else "inbound",
        started_at=started_at,
        duration=between(started_at, payload.take_time("end_time")),
        taken=event == "call.bridged" or (outbound and event == "call.answered"),
        recording_url=payload.take("recording_urls.mp3"),
        person={"full_name": "" if outbound else payload.take("caller_id_name")},
    )


def _state(event: str, hangup_cause: str) -> CallState | None:
    if event == "call.hangup" and hangup_cause in _UNANSWERED:
        return "missed"
    return _STATES.get(event)


def answer(request: Request, source: Source, _kept: Sequence[Accepted]) -> Answer:
    """TeXML's callbacks are answered with TeXML; for JSON 200 is all that counts."""
    if "form-urlencoded" in request.headers.get("content-type", "") or request.method == "GET":
        return texml(forward_to(source))
    return as_json({})


TELNYX = Sender(
    read=read,
    verify=verify,
    methods=("GET", "POST"),
    answer=answer,
    setup="Voice → your application → webhook URL (TeXML: status callback URL): {url}\n"
    "Secret: the public key under Keys & Credentials.",
)
