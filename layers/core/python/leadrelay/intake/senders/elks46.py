"""46elks: form posts when a call comes in and when it has ended.

46elks.com/docs/receive-call and /docs/make-call (`whenhangup`). It accepts 200 to 204 only.
"""

from datetime import UTC

from leadrelay.intake.calls.events import Heard, read_given, to_submission
from leadrelay.intake.calls.times import moment, seconds
from leadrelay.intake.calls.voice import elks, speaking
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "ongoing": "answered",
    "success": "completed",
    "busy": "missed",
    "failed": "missed",
}


def read(request: Request, source: Source) -> Submission | tuple[()]:
    """An incoming call, or the end of one. Times are in UTC."""
    given = read_given(request, source)
    outbound = given.take("direction") == "outgoing"
    call = Heard(
        id=given.take("callid", "id"),
        state=_STATES.get(given.take("state", "result"), "ringing"),
        caller=given.take("from"),
        called=given.take("to"),
        direction="outbound" if outbound else "inbound",
        started_at=moment(given.take("created"), UTC) or moment(given.take("start"), UTC),
        duration=seconds(given.take("duration")),
        recording_url=given.take("wav"),
    )
    return to_submission(call, given)


ELKS46 = Sender(
    read=read,
    answer=speaking(elks),
    setup='Numbers → your number → voice_start and whenhangup: {url}?k=SECRET, token = "query:k".\n'
    'A number under voice_start needs answer = "forward:+46…".',
)
