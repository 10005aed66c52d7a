"""Calls of products that have no format of their own here, by their own webhooks.

Each as its documentation or public code has it; docs/senders.md says where.
"""

from typing import Any

import pytest

from tests.senders.call_samples import Event, call, comes_to, get, leads_of

CALLER, CALLED = "+442079460958", "+442079460100"
NUMBERS = {"from": CALLER, "to": CALLED, "direction": "inbound"}
DAY = "2026-11-20T14:59:56Z"


def bandwidth(event: str, **more: str) -> Event:
    return {"eventType": event, "callId": "c-9", "startTime": DAY, **NUMBERS, **more}


def infobip(kind: str, state: str) -> Event:
    called = {"id": "d8", **NUMBERS, "direction": "INBOUND", "state": state, "startTime": DAY}
    return {"callId": "d8", "type": kind, "properties": {"call": called}}


def openphone(kind: str, status: str, **more: object) -> Event:
    told: dict[str, object] = {
        "id": "AC1",
        "object": "call",
        "conversationId": "CN1",
        "status": status,
        **NUMBERS,
    }
    told |= {"direction": "incoming", "createdAt": DAY, **more}
    return {"id": f"EV{kind}", "object": "event", "type": kind, "data": {"object": told}}


def justcall(direction: str, ended: str) -> Event:
    told = {"id": 105, "call_sid": "CAjc", "contact_number": CALLER[1:], "contact_name": "Jane Doe"}
    told |= {"justcall_number": CALLED[1:], "agent_name": "Bob Agent"}
    info = {"direction": direction, "type": ended}
    lasted = {"total_duration": 40, "conversation_time": 30}
    return {"type": "call.completed", "data": {**told, "call_info": info, "call_duration": lasted}}


def sipgate(event: str, **more: str) -> Event:
    return {"event": event, "callId": "sg1", **NUMBERS, "direction": "in", **more}


def placetel(event: str, **more: str) -> Event:
    return {"event": event, "call_id": "f459", "from": CALLER, "to": CALLED, **more}


def talkdesk(event: str, kind: str, **more: str) -> Event:
    numbers = {"contact_phone_number": CALLER, "talkdesk_phone_number": CALLED}
    return {"event": event, "call_id": "td1", "call_type": kind, **numbers, **more}


def phone_systems(kind: str) -> Event:
    told = {"call_id": "d1", "caller_id_number": CALLER, "did_number": CALLED}
    return {"id": kind, "type": f"call.{kind}", "data": {**told, "direction": "inbound"}}


def ivoz(event: str) -> Event:
    named = {"event": event, "callId": "iz1", "direction": "inbound"}
    return {**named, "party": CALLER, "owner": "101"}


def podium(status: str) -> Event:
    told = {"uid": "pd1", "customerPhoneNumber": CALLER, "locationPhoneNumber": CALLED}
    told |= {"status": status, "direction": "inbound", "durationSeconds": "12"}
    return {"metadata": {"eventType": f"call.{status}"}, "data": told}


def whatconverts(status: str) -> Event:
    told = {"caller_number": CALLER, "tracking_number": CALLED, "contact_name": "Jane Doe"}
    return {"trigger": "new", "caller_name": "DOE JANE", "call_status": status, **told}


def freeswitch(event: str, **more: str) -> Event:
    ends = {"Caller-Caller-ID-Number": CALLER, "Caller-Destination-Number": CALLED}
    told = {"Event-Name": event, "Unique-ID": "fs1", "Call-Direction": "inbound"}
    return {**told, **ends, "Caller-Caller-ID-Name": "Jane Doe", **more}


def messagebird(status: str) -> Event:
    told = {"id": "mb1", "status": status, "source": CALLER[1:], "destination": CALLED[1:]}
    return {"timestamp": DAY, "items": [{"type": "callUpdated", "payload": told}]}


def gorgias(status: str) -> Event:
    numbers = {"phone_number_source": CALLER, "phone_number_destination": CALLED}
    return {"call_id": "5", "status": status, "direction": "inbound", **numbers}


HISTORIES: dict[str, tuple[tuple[Event, ...], str | None, str]] = {
    "bandwidth": (
        (bandwidth("initiate"), bandwidth("disconnect", cause="hangup")),
        *("c-9", "completed"),
    ),
    "bandwidth, given up": (
        (bandwidth("initiate"), bandwidth("disconnect", cause="cancel")),
        *("c-9", "missed"),
    ),
    "infobip": (
        (
            infobip("CALL_RECEIVED", "CALLING"),
            infobip("CALL_ESTABLISHED", "ESTABLISHED"),
            infobip("CALL_FINISHED", "FINISHED"),
        ),
        *("d8", "completed"),
    ),
    "quo": (
        (openphone("call.ringing", "ringing"), openphone("call.completed", "completed")),
        *("AC1", "completed"),
    ),
    "quo, not answered": (
        (openphone("call.ringing", "ringing"), openphone("call.completed", "no-answer")),
        *("AC1", "missed"),
    ),
    "justcall": ((justcall("Incoming", "answered"),), "CAjc", "completed"),
    "justcall, missed": ((justcall("Incoming", "missed"),), "CAjc", "missed"),
    "sipgate": (
        (sipgate("newCall"), sipgate("answer"), sipgate("hangup", cause="normalClearing")),
        *("sg1", "completed"),
    ),
    "sipgate, given up": (
        (sipgate("newCall"), sipgate("hangup", cause="cancel")),
        *("sg1", "missed"),
    ),
    "placetel": (
        (
            placetel("IncomingCall"),
            placetel("CallAccepted", peer="7771@example.com"),
            placetel("HungUp", type="accepted"),
        ),
        *("f459", "completed"),
    ),
    "placetel, missed": (
        (placetel("IncomingCall"), placetel("HungUp", type="missed")),
        *("f459", "missed"),
    ),
    "placetel, a message": (
        (placetel("IncomingCall"), placetel("HungUp", type="voicemail")),
        *("f459", "voicemail"),
    ),
    "talkdesk": (
        (talkdesk("call_initiated", "inbound"), talkdesk("call_finished", "inbound")),
        *("td1", "completed"),
    ),
    "talkdesk, missed": ((talkdesk("call_finished", "inbound_missed"),), "td1", "missed"),
    "phone.systems": (
        tuple(map(phone_systems, ("started", "connected", "ended"))),
        *("d1", "completed"),
    ),
    "ivozprovider": (tuple(map(ivoz, ("start", "answer", "end"))), "iz1", "completed"),
    "podium": ((podium("missed_call"),), "pd1", "missed"),
    "freeswitch": (
        (
            freeswitch("CHANNEL_CREATE"),
            freeswitch("CHANNEL_HANGUP_COMPLETE", **{"Hangup-Cause": "NO_ANSWER"}),
        ),
        *("fs1", "missed"),
    ),
    "messagebird": ((messagebird("ringing"), messagebird("ended")), "mb1", "completed"),
    "gorgias": ((gorgias("missed"),), "5", "missed"),
    "whatconverts": ((whatconverts("Answered Call"),), None, "completed"),
    "whatconverts, missed": ((whatconverts("Missed Call"),), None, "missed"),
}


@pytest.mark.parametrize(("events", "call_id", "state"), HISTORIES.values(), ids=HISTORIES)
def test_the_events_of_a_product_come_to_its_call(
    events: tuple[Event, ...], call_id: str | None, state: str
) -> None:
    lead = comes_to("screen_pop", *events)
    assert lead.call
    assert (lead.call.id, lead.call.state) == (call_id, state)
    assert (lead.call.caller, lead.phone, lead.call.direction) == (CALLER, CALLER, "inbound")
    assert lead.email is lead.state is None


@pytest.mark.parametrize("name", HISTORIES)
def test_the_number_that_was_called_is_known_by_the_products_own_name(name: str) -> None:
    lead = comes_to("screen_pop", *HISTORIES[name][0])
    assert lead.call
    assert lead.call.called == (None if name == "ivozprovider" else CALLED)


def test_whose_number_it_is_follows_from_the_calls_direction() -> None:
    lead = comes_to("screen_pop", justcall("Outgoing", "answered"))
    assert lead.call
    assert (lead.call.direction, lead.call.caller, lead.phone) == ("outbound", CALLED, CALLER)
    assert (lead.full_name, lead.call.agent) == ("Jane Doe", "Bob Agent")


def test_a_connect_contact_is_a_call() -> None:
    ends = {"CustomerEndpoint": {"Address": CALLER}, "SystemEndpoint": {"Address": CALLED}}
    data = {"ContactId": "ac1", "InitiationMethod": "INBOUND", "Channel": "VOICE", **ends}
    lead = comes_to("screen_pop", {"Details": {"ContactData": data}, "Name": "ContactFlowEvent"})
    assert lead.call
    assert (lead.call.id, lead.call.caller, lead.call.called) == ("ac1", CALLER, CALLED)


def test_the_length_of_a_recording_is_not_the_calls() -> None:
    media = [{"url": "https://example.com/r.mp3", "duration": 7}]
    recorded = openphone("call.recording.completed", "completed", media=media)
    lead = comes_to("screen_pop", openphone("call.ringing", "ringing"), recorded)
    assert lead.call
    assert lead.call.duration is None


def ami(event: str, **more: str) -> Event:
    caller = {"CallerIDNum": "02079460958", "CallerIDName": "Jane Doe", "Exten": "02079460100"}
    return {"Event": event, "Uniqueid": "17.1", "Linkedid": "17.1", **caller, **more}


def cdr(**more: str) -> Event:
    told = {"src": "02079460958", "dst": "1000", "uniqueid": "17.1", "duration": "61"}
    return {**told, "billsec": "55", "disposition": "ANSWERED", "userfield": "Inbound", **more}


ASTERISKS: dict[str, tuple[tuple[Event, ...], str]] = {
    "AMI": ((ami("Newchannel"), ami("Hangup", Cause="16")), "completed"),
    "AMI, no answer": (
        (ami("Newchannel"), ami("DialEnd", DialStatus="NOANSWER"), ami("Hangup", Cause="19")),
        "missed",
    ),
    "AMI, a leg of the call": ((ami("Hangup", Cause="19", Uniqueid="17.2"),), "missed"),
    "Grandstream's record": ((cdr(),), "completed"),
    "Grandstream's record, no answer": ((cdr(disposition="NO ANSWER", billsec="0"),), "missed"),
}


@pytest.mark.parametrize(("events", "state"), ASTERISKS.values(), ids=ASTERISKS)
def test_what_asterisk_and_its_kin_tell(events: tuple[Event, ...], state: str) -> None:
    lead = comes_to("asterisk", *events)
    assert lead.call
    assert (lead.call.state, lead.call.caller, lead.call.id) == (state, CALLER, "17.1")


def test_aris_channel_is_the_call() -> None:
    channel: dict[str, Any] = {"id": "17.1", "state": "Ring", "dialplan": {"exten": "02079460100"}}
    channel["caller"] = {"name": "Jane Doe", "number": "02079460958"}
    begun = {"type": "StasisStart", "channel": channel}
    over = {"type": "ChannelDestroyed", "cause": 17, "channel": {**channel, "state": "Up"}}
    lead = comes_to("asterisk", begun, over)
    assert lead.call
    assert (lead.call.id, lead.call.state, lead.call.caller) == ("17.1", "missed", CALLER)


def test_a_record_of_an_outbound_call_is_of_whom_was_called() -> None:
    lead = comes_to("asterisk", cdr(src="1000", dst="02079460958", userfield="Outbound"))
    assert lead.call
    assert (lead.call.direction, lead.phone) == ("outbound", CALLER)
    assert not leads_of("asterisk", [cdr(src="1001", userfield="Internal")])


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("calltype=Inbound&duration=61", "completed"),
        ("event=incoming", "ringing"),
        ("event=answered", "answered"),
        ("status=answered", "completed"),
        ("status=completed&disposition=BUSY", "missed"),
        ("event=calling", "ringing"),
        ("event=" + "call" * 5_000, "ringing"),
        ("event=hangup&cause=16", "completed"),
    ],
)
def test_of_several_states_the_one_that_says_most_counts(said: str, state: str) -> None:
    name = "3cx" if "calltype" in said else "screen_pop"
    assert call(get(f"number=02079460958&{said}"), name).state == state
