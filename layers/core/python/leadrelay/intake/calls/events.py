"""What all telephony senders share: from what one gave to a call, and to the person on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from leadrelay.errors import Rejected
from leadrelay.intake.body.content import Body, finish
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.read import read_bodies, read_body
from leadrelay.intake.body.text import clean
from leadrelay.intake.calls.answers import is_answer
from leadrelay.intake.calls.parties import Party, party, person_name
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.places import is_place
from leadrelay.intake.limits import LIMITS, too_large
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Ignored, Submission
from leadrelay.lead import TAKEN, CallState
from leadrelay.sources import Source

type Direction = Literal["inbound", "outbound"]

# One call may make an exchange ask twice; the next to hide is somebody else.
_HIDDEN_WINDOW = timedelta(minutes=1)
_JSON = Headers([("content-type", "application/json")])


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One event of a call. `caller` and `called` are as given; `person` holds fields of a Lead
    about the other party, which is the caller of an inbound call; `tracking` is a Lead's own.
    `taken` says that a person took the call, where no `agent` is named who did; `waited` are the
    seconds until then, or `answered_at` is when that was; in `talked` seconds of `duration`
    somebody talked, and `line` is what the number is called that was rung."""

    id: str = ""
    state: CallState | None = None
    caller: str = ""
    called: str = ""
    direction: Direction | None = None
    started_at: datetime | None = None
    duration: int | None = None
    talked: int | None = None
    agent: str = ""
    waited: int | None = None
    answered_at: datetime | None = None
    line: str = ""
    taken: bool = False
    recording_url: str = ""
    person: Mapping[str, str] = field(default_factory=dict)
    tracking: Mapping[str, str] = field(default_factory=dict)


def read_payload(request: Request, source: Source) -> Payload:
    """The body's fields, then those of the query that the body has not. The source's secret is
    not among them. Raises Rejected as `read_body` does."""
    body = _by_path(read_body(request)) if request.body.strip() else Body(())
    return Payload(_with_query(body, request, source), source)


def read_signed_payload(request: Request, source: Source) -> Payload:
    """The same for a sender that signs the body alone: what the URL says beside one may be
    anybody's, and is kept apart."""
    if not request.body.strip():
        return read_payload(request, source)
    body = _by_path(read_body(request))
    whole = _with_query(body, request, source).fields
    return Payload(body, source, beside=whole[len(body.fields) :])


def with_json(request: Request, text: bytes) -> Request:
    """The request with a JSON text for its body, whatever it says its type is."""
    return replace(request, headers=_JSON, body=text)


def read_any_payload(request: Request, source: Source) -> Payload:
    """The same for a sender of no format of its own, which may put its JSON into a form's field.
    Raises Rejected."""
    bodies = read_bodies(request) if request.body.strip() else (Body(()),)
    if len(bodies) > 1:
        raise Rejected(400, "Several calls", "Send each in a request of its own.")
    return Payload(_with_query(bodies[0], request, source), source)


def _by_path(body: Body) -> Body:
    """Each field of JSON by its path alone, as the vendors document theirs."""
    return body if body.document is None else replace(body, fields=finish(flatten(body.document)))


def to_submission(
    call: CallEvent,
    payload: Payload,
    *,
    international: bool = False,
    guess: bool = False,
    reused: bool = False,
) -> Submission | Ignored:
    """The submission of one event; a call among colleagues is ignored.

    `international`: the sender leaves the + out of numbers. `guess`: what is left may be called
    what forms call it. `reused`: the exchange counts its calls anew some day. Raises Rejected
    (400) when there is neither a call's id nor a number.
    """
    region = payload.source.default_region
    caller, called = (
        party(number, region, international=international) for number in (call.caller, call.called)
    )
    if not (call.id or caller.is_told or called.is_told):
        detail = "The request names neither a call nor a caller; check the URL's parameters."
        raise Rejected(400, "No call", detail)
    other = called if call.direction == "outbound" else caller
    if other.is_internal:
        return Ignored("a call among colleagues")
    left, person = payload.left(), _person(call, other)
    said = [pair for pair in left if is_answer(pair[0])]
    about = [pair for pair in left if not is_answer(pair[0])]
    name = person.get("full_name", "")
    if name and is_place(name, [*left, *person.items()]):
        about.append(("caller_name", call.person.get("full_name", name)))
        del person["full_name"]
    if other.phone and other.extension:
        said.append(("phone_extension", other.extension))
    if other.text:
        said.append(("caller_as_given", other.text))
    return Submission(
        tuple(said),
        payload.document,
        about=tuple(about),
        key=call.id or None,
        lead={"call": _call(call, caller, called), **person, **_tracking(call)},
        content=None if call.id else _content(call, caller, called),
        guess=guess,
        reused=reused,
        window=_HIDDEN_WINDOW if caller.hidden and not call.id else None,
    )


def _content(call: CallEvent, caller: Party, called: Party) -> str:
    """What stands for a call without an id: who called whom. One who hides may be anybody, so all
    that is told of them counts."""
    if not caller.hidden:
        return f"{caller.number}\n{called.number}"
    told = (caller.name, *call.person.values(), called.number, str(call.started_at or ""))
    return "\n".join(("hidden", *told))


def _with_query(body: Body, request: Request, source: Source) -> Body:
    if len(request.query) > LIMITS.fields:
        raise too_large(f"The URL may have at most {LIMITS.fields} parameters.")
    known = {name for name, _ in body.fields}
    cleaned = [(clean(name), clean(value)) for name, value in request.query]
    query = [(name, value) for name, value in cleaned if name not in known]
    secret = (source.token or "").removeprefix("query:")
    return Body((*body.fields, *(pair for pair in query if pair[0] != secret)), body.document)


def _call(call: CallEvent, caller: Party, called: Party) -> dict[str, Any]:
    members = {
        "id": call.id,
        "state": call.state,
        "caller": caller.number,
        "called": called.number,
        "hidden": caller.hidden or None,
        "direction": call.direction,
        "started_at": call.started_at.isoformat() if call.started_at else None,
        "answered_at": call.answered_at.isoformat() if call.answered_at else None,
        "duration": call.duration,
        "talked": call.talked,
        "agent": call.agent,
        "waited": call.waited,
        "line": call.line,
        "heard": {call.state or "": "", TAKEN: ""} if call.taken and not call.agent else None,
        "recording_url": call.recording_url,
    }
    return {name: value for name, value in members.items() if value not in (None, "")}


def _tracking(call: CallEvent) -> dict[str, dict[str, str]]:
    tracking = {name: value for name, value in call.tracking.items() if value}
    return {"tracking": tracking} if tracking else {}


def _person(call: CallEvent, other: Party) -> dict[str, str]:
    person = {name: value.strip() for name, value in call.person.items()}
    for name in ("full_name", "first_name", "last_name"):
        if name in person:
            person[name] = person[name] and person_name(person[name])
    if other.name and not person.get("full_name"):
        person["full_name"] = other.name
    return {name: value for name, value in {**person, "phone": other.phone}.items() if value}
