"""Vonage (Nexmo) Voice: a GET for the answer URL, JSON for events, numbers without a +.

developer.vonage.com, Voice API webhook reference and "Decoding signed webhooks".
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from leadrelay.errors import Rejected
from leadrelay.intake.answer import SOON
from leadrelay.intake.calls.events import CallEvent, read_signed_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import moment
from leadrelay.intake.calls.voice import ncco, speaking
from leadrelay.intake.proofs.hs256 import verified_claims
from leadrelay.intake.proofs.signatures import check_time
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "started": "ringing",
    "ringing": "ringing",
    "answered": "answered",
    "machine": "answered",
    "human": "answered",
    "busy": "missed",
    "cancelled": "missed",
    "unanswered": "missed",
    "rejected": "missed",
    "failed": "missed",
    "timeout": "missed",
    "completed": "completed",
}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """A bearer token with the account's signature secret; `payload_hash` ties it to the body.

    Vonage sends some callbacks unsigned, and sends them again, signed, after a 5xx: that is why
    those are Rejected with 503, and all others with 401.
    """
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if not token or scheme.lower() != "bearer":
        detail = "Send it again with its Authorization header."
        raise Rejected(503, "Not signed", detail, headers=SOON)
    claims = verified_claims(token.strip(), secrets, now)
    if claims.get("iss") != "Vonage":
        raise Rejected(401, "Wrong signature", "The token's issuer isn't Vonage.")
    check_time(str(claims.get("iat", "")), now)
    digest = hashlib.sha256(body).hexdigest()
    told = str(claims.get("payload_hash", "")).lower()
    # a token that was made for a body is good for no request without one
    if (body or told) and not hmac.compare_digest(told.encode("utf-8", "replace"), digest.encode()):
        raise Rejected(401, "Wrong signature", "The body isn't the one that was signed.")


def read(request: Request, source: Source) -> Submission | Ignored:
    """The question what to do with a call, or an event of one."""
    payload = read_signed_payload(request, source)
    status = payload.take("status")
    told = status or payload.look("type")
    if told and told not in _STATES:
        return Ignored(told)  # recordings of conferences, transfers, news of the audio
    return to_submission(_event(payload, status), payload, international=True)


def _event(payload: Payload, status: str) -> CallEvent:
    inbound = payload.take("direction") != "outbound"
    # what has no status is the answer URL, or a recording, which names nobody
    state = _STATES.get(status, "ringing" if "from" in payload else None)
    duration = payload.take_seconds("duration")
    at, start = moment(payload.look("timestamp")), payload.take_time("start_time", zone=UTC)
    # the leg to an agent; that from the caller is answered by the exchange
    taken = not inbound and (state == "answered" or (state == "completed" and bool(duration)))
    # a leg's start_time is when it was answered; only its first event tells when it began
    answered_at = start or (at if state == "answered" else None)
    return CallEvent(
        # one call has a uuid for each of its legs; the conversation's is one
        id=payload.take("conversation_uuid") or payload.take("uuid"),
        state=state,
        caller=payload.take("from", "from_user"),
        called=payload.take("to"),
        direction="inbound" if inbound else "outbound",
        started_at=at if status == "started" else start,
        answered_at=answered_at if taken else None,
        duration=duration,
        talked=duration if taken and state == "completed" else None,
        taken=taken,
        recording_url=payload.take("recording_url"),
    )


VONAGE = Sender(
    read=read,
    verify=verify,
    methods=("GET", "POST"),
    answer=speaking(ncco),
    setup="Your application → Capabilities → Voice → Event URL: {url}, with signed webhooks.\n"
    'Secret: the account\'s signature secret. As Answer URL only with answer = "forward:+44…".',
)
