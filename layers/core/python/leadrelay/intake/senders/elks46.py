"""46elks: form posts when a call comes in and when it has ended.

46elks.com/docs/receive-call and /docs/make-call (`whenhangup`). It accepts 200 to 204 only.
"""

import json
from datetime import UTC

from leadrelay.intake.body.documents import rows, text
from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission
from leadrelay.intake.calls.voice import elks, speaking
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "ongoing": "answered",
    "success": "completed",
    "busy": "missed",
    "failed": "missed",
}


def read(request: Request, source: Source) -> Submission | Ignored:
    """An incoming call, or the end of one. Times are in UTC."""
    payload = read_payload(request, source)
    outbound = payload.take("direction") == "outgoing"
    agent, asked = _put_through(payload.look("actions"))
    state = _STATES.get(payload.take("state", "result"), "ringing")
    call = CallEvent(
        id=payload.take("callid", "id"),
        state="missed" if state == "completed" and asked and not agent else state,
        caller=payload.take("from"),
        called=payload.take("to"),
        direction="outbound" if outbound else "inbound",
        started_at=payload.take_time("created", "start", zone=UTC),
        duration=payload.take_seconds("duration"),
        agent=agent,
        recording_url=payload.take("wav"),
    )
    return to_submission(call, payload)


def _put_through(actions: str) -> tuple[str, bool]:
    """The number that took the call, of what was done with it: [{"connect": …, "result": …}]; and
    whether any was rung."""
    try:
        done = [one for one in rows(json.loads(actions)) if text(one.get("connect"))]
    except ValueError:
        return "", False
    taken = (text(one["connect"]) for one in done if one.get("result") == "success")
    return next(taken, ""), bool(done)


ELKS46 = Sender(
    read=read,
    answer=speaking(elks),
    setup='Numbers → your number → voice_start and whenhangup: {url}?k=SECRET, token = "query:k".\n'
    'A number under voice_start needs answer = "forward:+46…".',
)
