"""RingCentral: notifications of telephony sessions, as JSON.

developers.ringcentral.com, "Creating a webhook" (the Validation-Token handshake) and "Telephony
Sessions" and "Voicemail Message" events. The answer may hold 1,024 bytes at most.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.answer import Answer
from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import moment
from leadrelay.intake.proofs.signatures import check_signature, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "setup": "ringing",
    "proceeding": "ringing",
    "answered": "answered",
    "hold": "answered",
    "parked": "answered",
    "disconnected": "completed",
    "gone": "completed",
    "voicemail": "voicemail",
}
_TOKEN = re.compile(r"[\x21-\x7e]{1,255}")
_PARTY = re.compile(r"body\.parties\.(\d+)\..*")


def verify(
    headers: Mapping[str, str], _body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """Nothing is signed: the subscription's verification token comes with each notification."""
    check_signature([signed(headers, "Verification-Token", "Validation-Token")], secrets)


def challenge(request: Request, _secrets: Sequence[str]) -> Answer | None:
    """On subscribing an empty request brings a Validation-Token, and wants it back."""
    token = request.headers.get("validation-token", "").strip()
    if request.body.strip() or not _TOKEN.fullmatch(token):
        return None
    headers = {"Validation-Token": token, "Content-Type": "application/json"}
    return Answer(200, "", headers)


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a session, about one of its parties."""
    payload = read_payload(request, source)
    if payload.look("body.type").lower() == "voicemail":
        return to_submission(_voicemail(payload), payload)
    if not payload.look("body.telephonySessionId") or not payload.look("body.parties.0.id"):
        return Ignored(payload.look("event") or "no session")
    return to_submission(_event(payload, f"body.parties.{_party(payload)}"), payload)


def _party(payload: Payload) -> str:
    """The party that has an outside number at the other end, among those the event names."""
    numbers = dict.fromkeys(found[1] for name in payload if (found := _PARTY.fullmatch(name)))
    for number in numbers:
        if payload.look(f"body.parties.{number}.from.phoneNumber"):
            return number
    return "0"


def _event(payload: Payload, party: str) -> CallEvent:
    inbound = payload.take(f"{party}.direction") != "Outbound"
    ours, theirs = ("to", "from") if inbound else ("from", "to")
    state = _STATES.get(payload.take(f"{party}.status.code").lower())
    if state == "completed" and payload.look(f"{party}.missedCall") == "true":
        state = "missed"
    own_extension = f"{party}.{ours}.extensionId" in payload
    at = moment(payload.look("body.eventTime"))
    taken = state == "answered" and (f"{party}.extensionId" in payload or own_extension)
    return CallEvent(
        id=payload.take("body.telephonySessionId"),
        state=state,
        caller=_number(payload, f"{party}.from"),
        called=_number(payload, f"{party}.to"),
        direction="inbound" if inbound else "outbound",
        started_at=at if state == "ringing" else None,
        agent=payload.take(f"{party}.{ours}.name", f"{party}.{ours}.extensionNumber"),
        taken=taken,
        answered_at=at if taken else None,
        recording_url=payload.take(f"{party}.recordings.0.contentUri"),
        person={"full_name": payload.take(f"{party}.{theirs}.name")},
    )


def _number(payload: Payload, side: str) -> str:
    """Among colleagues there is only an extension."""
    number = payload.take(f"{side}.phoneNumber")
    return number or payload.look(f"{side}.extensionNumber")


def _voicemail(payload: Payload) -> CallEvent:
    """A message that an extension received, of the filter …/voicemail; it doesn't tell its
    session's id."""
    payload.take("body.type", "body.direction")
    number = payload.take("body.from.phoneNumber", "body.from.extensionNumber")
    message = payload.take("body.id")
    return CallEvent(
        id=f"voicemail {message}" if message else "",
        state="voicemail",
        caller=number or "unknown",
        called=payload.take("body.to.0.phoneNumber", "body.to.0.extensionNumber"),
        direction="inbound",
        started_at=payload.take_time("body.creationTime"),
        duration=payload.take_seconds("body.attachments.0.vmDuration"),
        agent=payload.take("body.to.0.name"),
        recording_url=payload.take("body.attachments.0.uri"),
        person={"full_name": payload.take("body.from.name")},
    )


RINGCENTRAL = Sender(
    read=read,
    verify=verify,
    challenge=challenge,
    setup="Subscribe to …/telephony/sessions with the webhook {url} and a verificationToken.\n"
    "Secret: that verificationToken. Renew the subscription before it expires.",
)
