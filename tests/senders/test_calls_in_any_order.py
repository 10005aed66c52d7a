"""What the events of one call come to, in whatever order they are heard: the same lead."""

import json

import pytest

from leadrelay.lead import Lead
from tests.senders.call_samples import Event, comes_to, leads_of

CALLER, CALLED, AGENT = "+442079460958", "+442079460100", "+442079460333"


def told(lead: Lead, *members: str) -> tuple[object, ...]:
    return tuple(getattr(lead.call, member) for member in members)


def twilio(status: str = "in-progress", **more: str) -> Event:
    named = {"CallSid": "CA1", "From": CALLER, "To": CALLED, "Direction": "inbound"}
    return {**named, "CallStatus": status, **more}


RECORDING = "https://api.example.com/Recordings/RE1"
TASK = {"call_sid": "CA1", "from": CALLER, "called": CALLED}


@pytest.mark.parametrize(
    "message",
    [
        {"RecordingUrl": RECORDING, "RecordingDuration": "12", "Digits": "hangup"},
        {"RecordingUrl": RECORDING, "TranscriptionSid": "TR1", "TranscriptionText": "Call me"},
        {"RecordingUrl": RECORDING, "RecordingSource": "RecordVerb"},
    ],
    ids=["what-<Record>-asks-next", "its-transcription", "its-status"],
)
def test_what_a_caller_was_asked_to_say_is_a_message(message: dict[str, str]) -> None:
    unanswered, ended = twilio(DialCallStatus="no-answer"), twilio("completed", CallDuration="50")
    lead = comes_to("twilio", twilio("ringing"), unanswered, twilio(**message), ended)
    assert told(lead, "state", "recording_url") == ("voicemail", RECORDING)


@pytest.mark.parametrize(
    "recorded", [{"RecordingSource": "DialVerb"}, {"DialCallStatus": "completed", "Digits": "1"}]
)
def test_a_recorded_talk_is_no_message(recorded: dict[str, str]) -> None:
    lead = comes_to("twilio", twilio(RecordingUrl=RECORDING, **recorded), twilio("completed"))
    assert told(lead, "state") == ("completed",)


@pytest.mark.parametrize(
    "event",
    [
        {"CallSid": "CA9", "ConferenceSid": "CF1", "StatusCallbackEvent": "participant-join"},
        {"ConferenceSid": "CF1", "RecordingSource": "Conference", "RecordingUrl": RECORDING},
        {"WorkspaceSid": "WS1", "EventType": "worker.activity.update", "WorkerName": "Bob"},
        {"WorkspaceSid": "WS1", "EventType": "task.created", "TaskAttributes": json.dumps(TASK)},
    ],
)
def test_twilios_news_of_conferences_and_workers_makes_no_lead(event: Event) -> None:
    assert not leads_of("twilio", [event])


def test_who_accepted_taskrouters_reservation_took_the_call() -> None:
    accepted = {"EventType": "reservation.accepted", "WorkerName": "Bob", "WorkspaceSid": "WS1"}
    news = {**accepted, "TaskAttributes": json.dumps(TASK), "Timestamp": "1795186806"}
    lead = comes_to("twilio", twilio("ringing"), news, twilio(DialCallStatus="no-answer"))
    assert told(lead, "state", "agent", "caller") == ("answered", "Bob", CALLER)


def vonage(leg: str, status: str, direction: str = "inbound") -> Event:
    numbers = {"from": CALLER, "to": CALLED}
    if direction == "outbound":
        numbers = {"from": CALLED, "to": AGENT}
    named = {"uuid": leg, "conversation_uuid": "CON-1", "status": status, "direction": direction}
    return {**named, **numbers}


def test_the_person_is_who_called_even_if_the_agents_leg_is_heard_first() -> None:
    legs = vonage("out", "started", "outbound"), vonage("out", "unanswered", "outbound")
    lead = comes_to("vonage", vonage("in", "started"), vonage("in", "answered"), *legs)
    assert lead.phone == CALLER
    assert told(lead, "state", "caller", "called") == ("missed", CALLER, CALLED)


def test_what_vonage_tells_without_a_number_is_no_other_call() -> None:
    transfer = {"type": "transfer", "uuid": "in", "conversation_uuid_from": "CON-1"}
    sound = {"type": "audio:ringing:start", "body": {"channel": {"id": "c"}}}
    assert not leads_of("vonage", [transfer, sound])
    recording = {"recording_url": RECORDING, "recording_uuid": "r", "conversation_uuid": "CON-1"}
    lead = comes_to("vonage", recording, vonage("in", "completed"))
    assert told(lead, "recording_url", "heard") == (RECORDING, {"": "", "completed": ""})


def plivo(**more: str) -> Event:
    return {"CallUUID": "p1", "From": CALLER[1:], "To": CALLED[1:], "Direction": "inbound", **more}


ASKED, ENDED = plivo(Event="StartApp", CallStatus="in-progress"), plivo(CallStatus="completed")
NOBODY: Event = {"CallUUID": "p1", "DialBLegStatus": "no-answer", "DialBLegTo": "442079460334"}
BOB: Event = {"CallUUID": "p1", "DialBLegStatus": "answer", "DialBLegTo": AGENT[1:]}


@pytest.mark.parametrize(
    ("rung", "state", "agent"),
    [
        ((NOBODY,), "missed", None),
        ((plivo(CallStatus="in-progress", DialStatus="busy"),), "missed", None),
        ((NOBODY, BOB), "completed", AGENT[1:]),
        ((plivo(CallStatus="in-progress", DialStatus="completed"), NOBODY), "completed", None),
    ],
)
def test_plivo_tells_who_of_those_it_rang_took_the_call(
    rung: tuple[Event, ...], state: str, agent: str | None
) -> None:
    lead = comes_to("plivo", ASKED, *rung, ENDED)
    assert told(lead, "state", "agent", "direction") == (state, agent, "inbound")


def test_plivos_news_of_a_leg_say_nothing_of_the_calls_direction() -> None:
    out = plivo(CallStatus="completed", Direction="outbound", From=CALLED[1:], To=CALLER[1:])
    assert comes_to("plivo", BOB, out).phone == CALLER


def test_ringcentrals_call_among_colleagues_is_no_lead() -> None:
    ends = {"from": {"extensionNumber": "101", "name": "Bob"}, "to": {"extensionNumber": "102"}}
    party = {"id": "p", "direction": "Inbound", "status": {"code": "Proceeding"}, **ends}
    assert not leads_of("ringcentral", [{"body": {"telephonySessionId": "s", "parties": [party]}}])


@pytest.mark.parametrize(("result", "state"), [("busy", "missed"), ("success", "completed")])
def test_46elks_call_that_nobody_took_was_missed(result: str, state: str) -> None:
    named = {"callid": "c1", "from": CALLER, "to": CALLED, "direction": "incoming"}
    actions = json.dumps([{"play": "hello"}, {"connect": AGENT, "result": result}])
    lead = comes_to("46elks", named, {**named, "state": "success", "actions": actions})
    assert told(lead, "state") == (state,)
    played = {**named, "state": "success", "actions": json.dumps([{"play": "hello"}])}
    assert told(comes_to("46elks", played), "state") == ("completed",)
