"""Zoom Phone: signed JSON, an event for each side of a call.

developers.zoom.us/docs/api/webhooks (signature and URL validation) and /docs/api/phone/events.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.body.json_fields import read_json
from leadrelay.intake.body.text import decode
from leadrelay.intake.calls.events import CallEvent, read_signed_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import between, moment
from leadrelay.intake.limits import LIMITS
from leadrelay.intake.proofs.signatures import check_signature, check_time, hmac_hex, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "ringing": "ringing",
    "answered": "answered",
    "connected": "answered",
    "missed": "missed",
    "rejected": "missed",
}
_MACHINES = {"autoReceptionist", "callQueue", "ivr"}
_VALIDATION = b"endpoint.url_validation"
# Zoom's are 22 letters and digits. What a notification signs always has colons in it.
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{1,100}")
_OBJECT = "payload.object"


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """x-zm-signature: "v0=" and the hex HMAC-SHA256 of "v0:", the time, ":" and the body."""
    signature = signed(headers, "x-zm-signature")
    stamp = signed(headers, "x-zm-request-timestamp")
    check_time(stamp, now)
    text = b":".join((b"v0", stamp.encode(), body))
    check_signature([signature], ("v0=" + hmac_hex(secret, text) for secret in secrets))


def challenge(request: Request, secrets: Sequence[str]) -> Answer | None:
    """`endpoint.url_validation`, on saving the URL and every 72 hours: the token and its HMAC.

    With two secrets the first answers: Zoom knows only the new one. Raises Rejected (400) for a
    token that is more than one word: the answer is made with the very secret that signs the
    notifications, and anybody may ask for it.
    """
    if _VALIDATION not in request.body:
        return None
    try:
        event = read_json(decode(request.body), LIMITS)
    except Rejected:
        return None
    payload = event.get("payload")
    token = payload.get("plainToken") if isinstance(payload, dict) else None
    if event.get("event") != _VALIDATION.decode() or not isinstance(token, str) or not secrets:
        return None
    if not _PLAIN_TOKEN.fullmatch(token):
        raise Rejected(400, "No challenge", "plainToken must be one word of letters and digits.")
    encrypted = hmac_hex(secrets[0], token.encode())
    return as_json({"plainToken": token, "encryptedToken": encrypted})


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call; those of meetings, settings, messages and legs inside are none."""
    payload = read_signed_payload(request, source)
    event = payload.take("event")
    side, _, what = event.removeprefix("phone.").partition("_")
    if event in {"phone.voicemail_received", "phone.recording_completed"}:
        return to_submission(_file(payload, voicemail=side == "voicemail"), payload)
    if side not in {"caller", "callee"} or what not in {*_STATES, "ended"}:
        return Ignored(event)
    return to_submission(_event(payload, what, inbound=side == "callee"), payload)


def _event(payload: Payload, what: str, *, inbound: bool) -> CallEvent:
    """The callee's events tell of inbound calls, the caller's of outbound ones."""
    theirs, ours = ("caller", "callee") if inbound else ("callee", "caller")
    ours = f"{_OBJECT}.{ours}"
    # an auto receptionist or a queue answers before anybody takes the call
    person = payload.look(f"{ours}.extension_type") not in _MACHINES
    answered_at = payload.take_time(f"{_OBJECT}.answer_start_time")
    ended_at = payload.take_time(f"{_OBJECT}.call_end_time")
    started_at = payload.take_time(f"{_OBJECT}.ringing_start_time")
    return CallEvent(
        id=payload.take(f"{_OBJECT}.call_id"),
        state=_ended(payload, answered_at) if what == "ended" else _STATES[what],
        caller=_number(payload, "caller"),
        called=_number(payload, "callee"),
        direction="inbound" if inbound else "outbound",
        started_at=started_at,
        waited=between(started_at, answered_at) if person else None,
        duration=between(answered_at, ended_at),
        agent=payload.take(f"{ours}.name", f"{ours}.extension_number") if person else "",
        taken=person and (answered_at is not None or _STATES.get(what) == "answered"),
        person={"full_name": payload.take(f"{_OBJECT}.{theirs}.name")},
    )


def _number(payload: Payload, side: str) -> str:
    """Among colleagues there is only an extension."""
    number = payload.take(f"{_OBJECT}.{side}.phone_number")
    return number or payload.look(f"{_OBJECT}.{side}.extension_number")


def _ended(payload: Payload, answered_at: datetime | None) -> CallState:
    if "voicemail" in payload.look(f"{_OBJECT}.handup_result").lower():  # Zoom's own spelling
        return "voicemail"
    return "completed" if answered_at else "missed"


def _file(payload: Payload, *, voicemail: bool) -> CallEvent:
    """A voicemail, or a recording of a call that has been told of before."""
    place = _OBJECT if voicemail else f"{_OBJECT}.recordings.0"
    outbound = payload.take(f"{place}.direction") == "outbound"
    theirs, ours = ("callee", "caller") if outbound else ("caller", "callee")
    return CallEvent(
        id=payload.take(f"{place}.call_id"),
        state="voicemail" if voicemail else None,
        caller=payload.take(f"{place}.caller_number"),
        called=payload.take(f"{place}.callee_number"),
        direction="outbound" if outbound else "inbound",
        started_at=moment(payload.look(f"{place}.date_time")),
        duration=payload.take_seconds(f"{place}.duration"),
        agent=payload.take(f"{place}.{ours}_name"),
        recording_url=payload.take(f"{place}.download_url"),
        person={"full_name": payload.take(f"{place}.{theirs}_name")},
    )


ZOOM_PHONE = Sender(
    read=read,
    verify=verify,
    challenge=challenge,
    setup="Marketplace → your app → Event subscriptions: {url}, with the phone events; Validate.\n"
    "Secret: the app's Secret Token.",
)
