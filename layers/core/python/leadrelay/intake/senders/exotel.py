"""Exotel: the Passthru applet's GET, or a status callback as JSON or a form.

support.exotel.com, "Working with the Passthru applet"; developer.exotel.com, "StatusCallback",
"Receive inbound call notification" and "Call notifications" (WebRTC). What has no value is the
text "null".
"""

from datetime import timedelta, timezone

from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission
from leadrelay.intake.calls.payload import Payload
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
    # notifications
    "incoming_call": "ringing",
    "outbound_call": "ringing",
    "active": "ringing",
    "terminal": "completed",
}
# Without a zone, but 1970-01-01 05:30:00 stands for an end that hasn't come.
_IST = timezone(timedelta(hours=5, minutes=30))


def read(request: Request, source: Source) -> Submission | Ignored:
    """How a call stands; it is known by its CallSid."""
    payload = read_payload(request, source)
    outbound = payload.take("Direction", "direction").startswith("outbound")
    talked = payload.take_seconds("DialCallDuration", "ConversationDuration", "TotalDuration")
    # an ExoPhone stands between the two, and is what a caller dialled
    exophone = payload.take("VirtualNumber", "exophone")
    caller = payload.take("CallFrom", "From") or payload.take("FromNumber", "from")
    called = payload.take("CallTo", "To")
    behind = payload.take("ToNumber", "to")
    call = CallEvent(
        id=payload.take("CallSid", "call_sid"),
        state=_state(payload, talked),
        caller=exophone if outbound and exophone else caller,
        called=called or (behind if outbound else exophone or behind),
        direction="outbound" if outbound else "inbound",
        started_at=payload.take_time("StartTime", zone=_IST) or payload.take_time("timestamp"),
        duration=talked or None,
        agent=payload.take("AgentEmail")
        or payload.take("DialWhomNumber")
        or payload.take("AppUserID", "user_id"),
        taken=bool(talked),
        recording_url=payload.take("RecordingUrl", "CallRecordings"),
        person={"full_name": payload.take("caller_info.name")},
    )
    return to_submission(call, payload)


def _state(payload: Payload, talked: int | None) -> CallState | None:
    """CallType tells most, but only after the call; CallState least."""
    names = ("CallType", "CallStatus", "Status", "event", "CallState")
    said = (payload.take(name).lower() for name in names)
    state = next((state for one in said if (state := _STATES.get(one))), None)
    return "missed" if payload.look("CallState") == "terminal" and not talked else state


EXOTEL = Sender(
    read=read,
    methods=("GET", "POST"),
    answer=speaking(exotel),
    setup="App Bazaar → your flow → Passthru applet (async): {url}?key=SECRET\n"
    'Set token = "query:key". As Dial Whom URL only with answer = "forward:+91…".',
)
