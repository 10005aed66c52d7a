"""What several events come to: who took a call, when it began, and what few exchanges tell."""

import json
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from leadrelay.intake.keeping.merge import merge
from leadrelay.lead import Call
from tests.senders import call_samples as calls


def comes_to(name: str, *events: dict[str, object]) -> Call:
    """What the events of one call come to."""
    leads = [
        calls.lead_of(calls.must_read(calls.post(event), calls.SOURCES[name]), calls.SOURCES[name])
        for event in events
    ]
    call = reduce(merge, leads).call
    assert call is not None
    assert reduce(merge, leads[::-1]).call == call
    return call


def zoom(event: str, extension: int, **more: object) -> dict[str, object]:
    callee = {"extension_number": extension, "phone_number": "+12025550104", **more}
    times = {"answer_start_time": "2026-11-20T14:59:56Z"} if event != "missed" else {}
    told = {"call_id": "77", "caller": {"phone_number": "+12025550164"}, "callee": callee, **times}
    return {"event": f"phone.callee_{event}", "payload": {"object": told}}


def vonage(leg: str, status: str, direction: str = "outbound", **more: str) -> dict[str, object]:
    told = {"from": "12025550117", "to": "12025550100", "uuid": leg, "conversation_uuid": "CON-1"}
    return {**told, "status": status, "direction": direction, **more}


def telnyx(event: str, direction: str = "outgoing", **more: str) -> dict[str, object]:
    told = {"call_session_id": "S1", "from": "+12025550117", "to": "+12025550100", **more}
    payload = {**told, "direction": direction}
    return {"data": {"event_type": f"call.{event}", "payload": payload}}


def ringcentral(status: str, extension: str, *, missed: bool = False) -> dict[str, Any]:
    ours = {"phoneNumber": "+12025550100", "extensionId": extension}
    party: dict[str, object] = {"id": extension, "direction": "Inbound", "to": ours}
    party |= {"from": {"phoneNumber": "+12025550147"}, "status": {"code": status}}
    return {"body": {"telephonySessionId": "s-1", "parties": [{**party, "missedCall": missed}]}}


def asterisk(**query: str) -> dict[str, object]:
    return {"uniqueid": "1", "source": "02079460963", **query}


# Two agents are rung: nobody takes it at first, or the second does, and isn't named.
TAKEN = {
    "zoom_phone": (zoom("missed", 1003), zoom("answered", 1002), zoom("ended", 1002)),
    "vonage": (
        vonage("in", "answered", "inbound"),
        vonage("a1", "timeout"),
        vonage("a2", "answered"),
        vonage("in", "completed", "inbound", duration="140"),
    ),
    "telnyx": (
        telnyx("answered", "incoming"),
        telnyx("hangup", hangup_cause="timeout"),
        telnyx("bridged"),
        telnyx("hangup", "incoming", hangup_cause="normal_clearing"),
    ),
    "ringcentral": (
        ringcentral("Disconnected", "1", missed=True),
        ringcentral("Answered", "2"),
        ringcentral("Disconnected", "2"),
    ),
    "asterisk": (
        asterisk(status="NO ANSWER"),
        asterisk(status="completed", billsec="120"),
    ),
}
MISSED = {
    "zoom_phone": (
        zoom("answered", 800, extension_type="autoReceptionist", name="Main"),
        zoom("missed", 1002),
        zoom("ended", 800, extension_type="autoReceptionist"),
    ),
    "vonage": (
        vonage("in", "answered", "inbound"),
        vonage("a1", "timeout"),
        vonage("in", "completed", "inbound", duration="40"),
    ),
    "telnyx": (
        telnyx("answered", "incoming"),
        telnyx("hangup", hangup_cause="timeout"),
        telnyx("hangup", "incoming", hangup_cause="normal_clearing"),
    ),
    "asterisk": (asterisk(status="NO ANSWER"), asterisk(status="completed", billsec="0")),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_call_is_taken_by_whoever_is_not_named(name: str) -> None:
    assert comes_to(name, *TAKEN[name]).state == "completed"


@pytest.mark.parametrize("name", MISSED)
def test_a_call_that_only_the_exchange_answered_is_missed(name: str) -> None:
    assert comes_to(name, *MISSED[name]).state == "missed"


# From the caller's first ring to the agent who takes it, whatever the exchange did before that.
RANG: dict[str, tuple[dict[str, Any], ...]] = {
    "vonage": (
        vonage("in", "started", "inbound", timestamp="2026-11-20T09:57:39.000Z"),
        vonage("in", "answered", "inbound", timestamp="2026-11-20T09:57:40.000Z"),
        vonage("a1", "started", timestamp="2026-11-20T09:57:41.000Z"),
        vonage("a1", "answered", timestamp="2026-11-20T09:57:48.000Z"),
        vonage("a1", "completed", start_time="2026-11-20T09:57:48.000Z", duration="27"),
        vonage("in", "completed", "inbound", start_time="2026-11-20T09:57:40.000Z", duration="36"),
    ),
    "ringcentral": (
        {"body": {**ringcentral("Setup", "2")["body"], "eventTime": "2026-11-20T09:30:54Z"}},
        {"body": {**ringcentral("Answered", "2")["body"], "eventTime": "2026-11-20T09:31:03Z"}},
        ringcentral("Disconnected", "2"),
    ),
}


@pytest.mark.parametrize("name", RANG)
def test_how_long_it_rang_is_told_by_when_it_was_taken(name: str) -> None:
    assert comes_to(name, *RANG[name]).rang == 9


def test_what_was_talked_is_told_apart_from_how_long_it_took() -> None:
    call = comes_to("vonage", *RANG["vonage"])
    assert (call.duration, call.talked) == (36, 27)
    assert comes_to("vonage", *MISSED["vonage"]).talked is None


def test_46elks_tells_who_took_it_by_what_was_done() -> None:
    told: dict[str, object] = {"id": "c1", "from": "+442079460961", "state": "success"}
    done = [{"play": "a.wav"}, {"connect": "+442079460100", "result": "success"}]
    failed = [{"connect": "+442079460100", "result": "failed"}]
    for actions, agent in ((json.dumps(done), "+442079460100"), (json.dumps(failed), None)):
        assert calls.call(calls.post({**told, "actions": actions}), "46elks").agent == agent
    assert calls.call(calls.post({**told, "actions": "none"}), "46elks").agent is None


def yeastar(event: dict[str, object], line: dict[str, object]) -> Call:
    inbound = {"inbound": {"from": "02079460962", "to": "2002", **line}}
    members = [inbound, {"ext": {"extid": "2002"}}]
    told: dict[str, object] = {name: value for name, value in event.items() if name != "in"}
    if "type" in event:
        told["msg"] = json.dumps({"call_id": "7.1", "members": members})
    else:
        told |= {"callid": "7.1", str(event["in"]): members}
    return calls.call(calls.post(told), "yeastar")


@pytest.mark.parametrize(
    ("event", "line", "state"),
    [
        ({"type": 30016}, {"member_status": "ALERT"}, "ringing"),
        ({"type": 30016}, {}, "ringing"),
        ({"type": 30011}, {"member_status": "ANSWERED"}, "answered"),
        ({"action": "Incoming", "in": "call"}, {"trunk": "t", "inboundid": "7.1"}, "ringing"),
        ({"action": "Invite", "in": "call"}, {"trunk": "t"}, "ringing"),
        ({"action": "ANSWER", "in": "call"}, {"trunk": "t"}, "answered"),
        ({"event": "Invite", "in": "members"}, {"trunkname": "t"}, "ringing"),
        ({"event": "BYE", "in": "members"}, {"trunkname": "t"}, None),
    ],
)
def test_yeastars_pbxs_tell_of_a_call_in_their_own_ways(
    event: dict[str, object], line: dict[str, object], state: str | None
) -> None:
    call = yeastar(event, line)
    assert (call.id, call.caller, call.called) == ("7.1", "+442079460962", "2002")
    assert (call.state, call.agent, call.direction) == (state, "2002", "inbound")


def test_exotels_notifications_name_the_caller_and_the_number_that_was_called() -> None:
    for name in ("exotel-notification", "exotel-webrtc"):
        call = calls.lead(calls.load(name)).call
        assert call is not None
        assert (call.called, call.state, call.agent) == ("+918047100000", "ringing", "alex")
        assert (call.caller or "").startswith("+9198765")
    ended = {"CallSid": "7b", "Direction": "inbound", "CallState": "terminal", "TotalDuration": 9}
    assert calls.call(calls.post(ended), "exotel").state == "completed"
    assert calls.call(calls.post({**ended, "TotalDuration": 0}), "exotel").state == "missed"


def test_a_message_left_with_ringcentral_is_a_voicemail() -> None:
    call = calls.lead(calls.load("ringcentral-voicemail")).call
    assert call is not None
    assert (call.state, call.duration, call.agent) == ("voicemail", 27, "Alex Agent")
    assert call.started_at == datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
    assert call.recording_url


@pytest.mark.parametrize(
    ("name", "field", "text"),
    [
        ("yeastar", "msg.time_start", "20/11/2026 09:00:00"),
        ("asterisk", "starttime", "20.11.2026 09:00"),
        ("ctm", "called_at", "20 November"),
        ("aircall", "data.started_at", "soon"),
        ("plivo", "Duration", "a while"),
    ],
)
def test_a_time_that_can_not_be_read_is_kept(name: str, field: str, text: str) -> None:
    events: dict[str, dict[str, object]] = {
        "yeastar": {"type": 30012, "msg": {"call_id": "1", "type": "Inbound", "time_start": text}},
        "aircall": {"resource": "call", "data": {"id": 1, "started_at": text}},
    }
    event = events.get(name, {"CallUUID": "1", "id": "1", "uniqueid": "1", field: text})
    submission = calls.must_read(calls.post(event), calls.SOURCES[name])
    assert calls.lead_of(submission, calls.SOURCES[name]).technical[field] == text


def test_3cx_writes_its_times_month_first() -> None:
    for text in ("11/20/2026 09:08:00", "11/06/2026 09:08:00"):
        query = {"number": "02079460964", "calltype": "Inbound", "callstarttimeutc": text}
        started_at = calls.call(calls.get(query), "3cx").started_at
        assert started_at is not None
        assert (started_at.month, started_at.hour) == (11, 9)
