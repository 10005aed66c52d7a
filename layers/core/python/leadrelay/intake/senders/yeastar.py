"""Yeastar: call events of the P-Series as JSON; the older PBXs' call records too.

help.yeastar.com: P-Series developer guide, events 30011 (Call Status Changed), 30012 (Call End
Details) and 30016 (Incoming Call Request); S-Series API v2 and Cloud PBX API, Invite, Incoming,
RING, ALERT, ANSWER, ANSWERED, BYE and NewCdr. Times are the PBX's own without a zone, so they
stay among the fields, as does the recording, which is a file's name.
"""

from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission, with_json
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "ANSWERED": "completed",
    "NO ANSWER": "missed",
    "NO ANSWERED": "missed",
    "BUSY": "missed",
    "FAILED": "missed",
    "ABANDONED": "missed",
    "VOICEMAIL": "voicemail",
}
_MEMBER_STATES: dict[str, CallState] = {
    "ALERT": "ringing",
    "RING": "ringing",
    "ANSWERED": "answered",
    "ANSWER": "answered",
    "HOLD": "answered",
}
_CALL_ENDED = "30012"
# 30011 Call Status Changed and 30016 Incoming Call Request; what the older PBXs call them, who may
# be asked whether to take a call (Invite) and tell that it was let in (Incoming).
_CHANGES: dict[str, CallState | None] = {
    "30011": None,
    "30016": "ringing",
    "Invite": "ringing",
    "Incoming": "ringing",
    "BYE": None,
    **_MEMBER_STATES,
}


def read(request: Request, source: Source) -> Submission | Ignored:
    """A call's state or its record."""
    payload = read_payload(request, source)
    kind = payload.take("type")
    event = payload.look("event", "action")
    if kind == _CALL_ENDED:
        return _ended(_message(payload, request, source))
    if event == "NewCdr":
        payload.take("event", "action")
        return _record(payload, direction=kind)
    if (change := kind or event) in _CHANGES:
        payload.take("event", "action")
        return _changed(_message(payload, request, source), _CHANGES[change])
    return Ignored(f"event {change}")


def _message(payload: Payload, request: Request, source: Source) -> Payload:
    """What is in `msg`, which firmware sends as an object or as text that is JSON."""
    text = payload.look("msg")
    if not text:
        return payload
    inner = b'{"msg":' + text.encode("utf-8", "replace") + b"}"
    return read_payload(with_json(request, inner), source)


def _changed(payload: Payload, state: CallState | None) -> Submission | Ignored:
    """The outside line is a member of the call, `inbound` or `outbound`; colleagues have none.
    Members stand in `members` or, on the Cloud PBX and the S-Series, in `call`."""
    places = [name.rpartition(".")[0] for name in payload if name.endswith("bound.from")]
    if not places:
        return Ignored("a call among colleagues")
    place = places[0]
    agent, of_agent = _agent(payload)
    call = CallEvent(
        id=payload.take("msg.call_id", "callid"),
        state=of_agent or _MEMBER_STATES.get(payload.take(f"{place}.member_status")) or state,
        caller=payload.take(f"{place}.from"),
        called=payload.take(f"{place}.to"),
        direction="outbound" if place.endswith("outbound") else "inbound",
        agent=agent,
    )
    return to_submission(call, payload, reused=True)


def _agent(payload: Payload) -> tuple[str, CallState | None]:
    """The extension that is on the call, else one that rings; and which of the two it is."""
    found: dict[CallState | None, str] = {}
    for name in payload:
        member, _, last = name.rpartition(".")
        if member.endswith((".extension", ".ext")) and last in {"number", "extid"}:
            state = _MEMBER_STATES.get(payload.look(f"{member}.member_status"))
            found.setdefault(state, name)
    state = next((one for one in ("answered", "ringing", None) if one in found), None)
    return (payload.take(found[state]), state) if found else ("", None)


def _ended(payload: Payload) -> Submission | Ignored:
    return _record(payload, direction=payload.take("msg.type"))


def _record(payload: Payload, *, direction: str) -> Submission | Ignored:
    """A call detail record; who was called from outside is the number that was dialled."""
    if direction.lower() not in {"inbound", "outbound"}:
        return Ignored("a call among colleagues")
    outbound = direction.lower() == "outbound"

    def take(name: str) -> str:
        return payload.take(f"msg.{name}", name.replace("_", ""))

    answerer, dialled = take("call_to"), take("did_number")
    caller = take("call_from")
    call = CallEvent(
        id=take("call_id"),
        state=_STATES.get(take("status")),
        caller=caller,
        called=answerer if outbound else dialled or answerer,
        direction="outbound" if outbound else "inbound",
        # "callduraction" is Yeastar's own spelling
        duration=payload.take_seconds("msg.call_duration", "callduration", "callduraction"),
        talked=payload.take_seconds("msg.talk_duration", "talkduration", "talkduraction"),
        agent=caller if outbound else answerer,
    )
    return to_submission(call, payload, reused=True)


YEASTAR = Sender(
    read=read,
    setup="Integrations → API → Webhook: {url}?k=SECRET, with events 30011 and 30012, as POST.\n"
    'Set token = "query:k".',
)
