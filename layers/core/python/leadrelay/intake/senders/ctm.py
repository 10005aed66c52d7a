"""CallTrackingMetrics: JSON at the start and the end of a call, signed with its time.

calltrackingmetrics.com, "Webhooks"; the order of the signed text is that of its .NET example.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.calls.events import CallEvent, read_signed_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import moment
from leadrelay.intake.proofs.signatures import WINDOW, check_signature, hmac_base64, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "ringing": "ringing",
    "in progress": "answered",
    "answered": "completed",
    "completed": "completed",
    "no answer": "missed",
    "busy": "missed",
    "canceled": "missed",
    "failed": "missed",
    "hangup": "missed",
    "voicemail": "voicemail",
}
_PERSON = {
    "full_name": ("name", "cnam"),
    "email": ("email",),
    "address1": ("street",),
    "city": ("city",),
    "state": ("state",),
    "postal_code": ("postal_code",),
    "country": ("country",),
}
_TRACKING = {"page": "location", "referrer": "referrer", "source": "source"}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """X-CTM-Signature: base64 of HMAC-SHA1 over X-CTM-Time and the body, with the account's
    secret key; a sub-account's may be another."""
    signature = signed(headers, "X-CTM-Signature")
    stamp = signed(headers, "X-CTM-Time")
    at = moment(stamp)
    if at is None or abs(now - at) > WINDOW:
        raise Rejected(401, "Stale signature", "Send it again, signed anew; check the clock.")
    text = stamp.encode("utf-8", "replace") + body
    check_signature([signature], (hmac_base64(secret, text, "sha1") for secret in secrets))


def read(request: Request, source: Source) -> Submission | Ignored:
    """The start, the end or a change of one call."""
    payload = read_signed_payload(request, source)
    outbound = payload.take("direction").startswith("outbound")
    theirs = payload.take("caller_number_complete", "caller_number")
    ours = payload.take("tracking_number")
    talked = payload.take_seconds("talk_time")
    call = CallEvent(
        id=payload.take("sid") or payload.take("id"),
        state=_state(payload, talked),
        caller=ours if outbound else theirs,
        called=theirs if outbound else ours,
        direction="outbound" if outbound else "inbound",
        started_at=payload.take_time("unix_time", "called_at"),
        duration=payload.take_seconds("duration"),
        talked=talked,
        agent=payload.take("agent.name"),
        waited=payload.take_seconds("ring_time") if talked else None,
        line=payload.take("business_label"),
        taken=bool(talked),
        recording_url=payload.take("audio"),
        person={field: payload.take(*names) for field, names in _PERSON.items()},
        tracking={name: payload.take(named) for name, named in _TRACKING.items()},
    )
    return to_submission(call, payload)


def _state(payload: Payload, talked: int | None) -> CallState | None:
    """While it rings there is no time that it took; what hung up after a talk was a talk."""
    said = payload.take("call_status", "status", "dial_status").lower().replace("-", " ")
    state = _STATES.get(said)
    if state == "missed" and said == "hangup" and talked:
        return "completed"
    if state == "completed" and "duration" not in payload:
        return "answered"
    return state


CTM = Sender(
    read=read,
    verify=verify,
    setup="Settings → Integrations → Webhooks: {url}, at start and at end, as JSON.\n"
    "Secret: the account's Secret Key.",
)
