"""Dialpad: call events as JSON or, where a secret is set, as one bare JSON Web Token.

developers.dialpad.com/docs/call-events and "Create a webhook".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.body.text import decode
from leadrelay.intake.calls.events import Given, Heard, read_json_given, to_submission
from leadrelay.intake.calls.times import moment, seconds
from leadrelay.intake.proofs.hs256 import unsigned_payload, verified_claims
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
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


def read(request: Request, source: Source) -> Submission | tuple[()]:
    """One event of a call; all its legs have the entry point's call id. () among colleagues."""
    text = request.body.strip()
    plain = text.startswith(b"{")
    given = read_json_given(request, source, text if plain else unsigned_payload(decode(text)))
    if not given.look("call_id") or given.look("is_internal") == "true":
        return ()
    return to_submission(_heard(given), given)


def _heard(given: Given) -> Heard:
    outbound = given.take("direction") == "outbound"
    theirs, ours = given.take("external_number"), given.take("internal_number")
    entry, leg = given.take("entry_point_call_id"), given.take("call_id")
    return Heard(
        id=entry or leg,
        state=_state(given),
        caller=ours if outbound else theirs,
        called=theirs if outbound else ours,
        direction="outbound" if outbound else "inbound",
        started_at=moment(given.take("date_started")),
        duration=seconds(given.take("duration"), per_second=1000),
        agent=given.take("target.name"),
        recording_url=_recording(given),
        person={
            "full_name": given.take("contact.name"),
            "email": given.take("contact.email"),
        },
    )


def _state(given: Given) -> CallState | None:
    state = given.take("state")
    if state == "hangup":
        return "completed" if given.look("date_connected") else "missed"
    return _STATES.get(state)


def _recording(given: Given) -> str:
    """A list of addresses, one address, or the voicemail's."""
    return given.take("recording_url", "recording_details.0.url") or given.take("voicemail_link")


DIALPAD = Sender(
    read=read,
    verify=verify,
    setup="By API: a webhook with hook_url {url} and a secret, and a call event subscription.\n"
    "Secret: the webhook's own.",
)
