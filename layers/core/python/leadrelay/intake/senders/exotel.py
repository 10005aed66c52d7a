"""Exotel: the Passthru applet's GET, or a status callback as JSON or a form.

support.exotel.com, "Working with the Passthru applet"; developer.exotel.com, "StatusCallback".
What has no value is the text "null". Times are without a zone, so they stay among the fields.
"""

from leadrelay.intake.calls.events import CallEvent, Payload, read_payload, to_submission
from leadrelay.intake.calls.times import seconds
from leadrelay.intake.calls.voice import exotel, speaking
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "queued": "ringing",
    "ringing": "ringing",
    "in-progress": "answered",
    "answered": "answered",
    "completed": "completed",
    "busy": "missed",
    "failed": "missed",
    "no-answer": "missed",
    "canceled": "missed",
    # CallType
    "client-hangup": "missed",
    "incomplete": "missed",
    "voicemail": "voicemail",
}


def read(request: Request, source: Source) -> Submission | Ignored:
    """How a call stands; it is known by its CallSid."""
    payload = read_payload(request, source)
    outbound = payload.take("Direction").startswith("outbound")
    call = CallEvent(
        id=payload.take("CallSid"),
        state=_state(payload),
        caller=payload.take("CallFrom", "From"),
        called=payload.take("CallTo", "To"),
        direction="outbound" if outbound else "inbound",
        duration=seconds(payload.take("DialCallDuration", "ConversationDuration")),
        agent=payload.take("AgentEmail") or payload.take("DialWhomNumber"),
        recording_url=payload.take("RecordingUrl"),
    )
    return to_submission(call, payload)


def _state(payload: Payload) -> CallState | None:
    """CallType tells most, but only after the call."""
    said = (payload.take(name).lower() for name in ("CallType", "CallStatus", "Status"))
    return next((state for one in said if (state := _STATES.get(one))), None)


EXOTEL = Sender(
    read=read,
    methods=("GET", "POST"),
    answer=speaking(exotel),
    setup="App Bazaar → your flow → Passthru applet (async): {url}?key=SECRET\n"
    'Set token = "query:key". As Dial Whom URL only with answer = "forward:+91…".',
)
