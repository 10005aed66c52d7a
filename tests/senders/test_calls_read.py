"""Each telephony sender's own format becomes the same call, and the same person."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.keeping.merge import merge
from leadrelay.lead import Call, Lead
from leadrelay.sources import Source
from tests.senders import call_samples as calls

SAMPLES = sorted(
    path.stem
    for path in (calls.ROOT / "events").glob("*.http")
    if calls.load(path.stem).path.startswith("/calls/")
)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=UTC)


ENDS = {
    "twilio-7-completed": ("completed", "+442079460958", "+442079460100", 82, at("09:55:01")),
    "vonage-2-completed": ("completed", "+442079460959", "+442079460101", 36, at("09:57:39")),
    "plivo-2-hangup": ("completed", "+12025550144", "+12025550100", 61, at("09:50")),
    "telnyx-2-hangup": ("completed", "+12025550145", "+12025550100", 72, at("09:40:00.076316")),
    "telnyx-3-texml-completed": (
        *("completed", "+12025550146", "+12025550100", 10, at("09:45:00.731479")),
    ),
    "ringcentral-3-disconnected": ("completed", "+12025550147", "+12025550100", None, None),
    "aircall-2-ended": ("completed", "+12025550148", "+12025550100", 170, at("09:32")),
    "dialpad-hangup": ("completed", "+12025550149", "+12025550100", 78, at("09:25:16.092")),
    "zoom_phone-2-ended": ("completed", "+12025550150", "+12025550100", 113, at("09:20")),
    "callrail-post-call": ("completed", "+12025550151", "+12025550188", 93, at("09:10:00.236")),
    "ctm-end": ("completed", "+12025550152", "+12025550189", 107, at("09:05")),
    "invoca-call": ("completed", "+12025550153", "+12025550100", 65, at("08:56:40")),
    "exotel-passthru": ("completed", "+919876500000", "+918047100000", 42, at("09:35")),
    "46elks-2-hangup": ("completed", "+442079460961", "+442079460102", 48, at("09:15:23.741")),
    "yeastar-2-cdr": ("completed", "+442079460962", "+442079460103", 24, None),
    "asterisk-curl": ("ringing", "+442079460963", "+442079460104", None, None),
    "3cx-2-report-call": ("completed", "+442079460964", None, 125, at("09:08")),
    "screen_pop-trackerrms": ("ringing", "+442079460965", "+442079460105", None, None),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_call_is_read(name: str) -> None:
    call = calls.lead(calls.load(name)).call
    assert call is not None
    read = (call.state, call.caller, call.called, call.duration, call.started_at)
    assert read == ENDS[name]
    assert call.direction == "inbound"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_person_is_who_called(name: str) -> None:
    lead = calls.lead(calls.load(name))
    assert lead.call is not None
    assert lead.phone == lead.call.caller


@pytest.mark.parametrize("name", SAMPLES)
def test_no_secret_of_the_source_is_kept(name: str) -> None:
    sample = calls.load(name)
    assert calls.SECRETS[calls.source_of(sample).name] not in calls.lead(sample).model_dump_json()


@pytest.mark.parametrize("sender", [name for name in calls.SOURCES if name != "3cx"])
def test_all_events_of_a_call_have_its_id(sender: str) -> None:
    """Their samples are numbered. But for 3CX and screen pops, which tell of no id: there the
    numbers stand for it."""
    keys = set()
    for name in SAMPLES:
        sample = calls.load(name)
        if calls.source_of(sample).name == sender and re.fullmatch(r"[a-z0-9_]+-\d-.*", name):
            submission = calls.read(calls.request(sample), calls.source_of(sample))
            assert submission is not None
            assert submission.content is None
            keys.add("" if "texml" in name else submission.key)
    assert len(keys - {""}) <= 1


def test_the_look_up_and_the_report_of_3cx_have_the_same_content() -> None:
    contents = set()
    for name in ("3cx-1-lookup", "3cx-2-report-call"):
        submission = calls.read(calls.request(calls.load(name)), calls.SOURCES["3cx"])
        assert submission is not None
        contents.add(submission.content)
    assert contents == {"+442079460964\n"}


def test_the_seven_events_of_one_call_become_its_whole_story() -> None:
    events = [calls.lead(calls.load(name)) for name in SAMPLES if name.startswith("twilio-")]
    assert len(events) == 7
    for order in (events, events[::-1], events[3:] + events[:3] + events):
        lead: Lead = order[0]
        for news in order[1:]:
            lead = merge(lead, news)
        assert lead.phone == "+442079460958"
        assert lead.full_name == "Grace Osample"
        assert lead.call is not None
        assert lead.call.model_copy(update={"heard": {}}) == Call(
            id="CA5f1c0de0a11ce0c0ffee0000000000a1",
            state="completed",
            caller="+442079460958",
            called="+442079460100",
            direction="inbound",
            started_at=at("09:55:01"),
            answered_at=at("09:55:09"),
            duration=82,
            talked=73,
            agent="+442079460123",
            recording_url="https://api.twilio.com/2010-04-01/Accounts/"
            "AC00000000000000000000000000000001/Recordings/RE00000000000000000000000000000001",
        )


def test_what_is_known_of_a_person_is_taken() -> None:
    aircall = calls.lead(calls.load("aircall-2-ended"))
    assert (aircall.first_name, aircall.last_name) == ("Sam", "Testcase")
    assert (aircall.company, aircall.email) == ("Example Inc.", "sam.testcase@example.com")
    callrail = calls.lead(calls.load("callrail-post-call"))
    assert (callrail.full_name, callrail.city, callrail.state) == (
        "Sam Testcase",
        "Washington",
        "DC",
    )
    assert callrail.tracking["utm_campaign"] == "spring"
    ctm = calls.lead(calls.load("ctm-end"))
    assert (ctm.address1, ctm.postal_code) == ("1 Example Street", "20001")


def test_the_place_that_a_carrier_shows_for_a_name_is_none() -> None:
    sample = calls.load("twilio-1-incoming")
    given = dict(parse_qsl(sample.body.decode()))
    shown = {"CallerName": "WASHINGTON DC", "FromCity": "WASHINGTON", "FromState": "DC"}
    lead = calls.lead(replace(sample, body=urlencode({**given, **shown}).encode()))
    assert (lead.name, lead.city, lead.state) == ("", "WASHINGTON", "DC")
    assert lead.technical["caller_name"] == "WASHINGTON DC"


def test_what_is_known_of_the_agency_is_not_taken_for_the_persons() -> None:
    callrail = calls.lead(calls.load("callrail-post-call"))
    assert callrail.company is None
    assert callrail.technical["company_name"] == "Example Agency"
    aircall = calls.lead(calls.load("aircall-2-ended"))
    assert aircall.call is not None
    assert aircall.call.agent == "Alex Agent"
    assert aircall.full_name is None


def test_nothing_else_that_was_sent_is_lost() -> None:
    lead = calls.lead(calls.load("plivo-1-answer"))
    assert lead.extra == {"campaign": "spring 2026"}
    assert lead.technical["BillRate"] == "0.0085"


def with_twilio(**fields: str) -> Call:
    return calls.call(calls.get({"CallSid": "CA1", "From": "+12025550144", **fields}), "twilio")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", "ringing"),
        ("in-progress", "answered"),
        ("no-answer", "missed"),
        ("busy", "missed"),
        ("canceled", "missed"),
        ("failed", "missed"),
        ("something new", None),
    ],
)
def test_twilios_states_are_ours(status: str, state: str | None) -> None:
    assert with_twilio(CallStatus=status).state == state


def test_a_message_left_on_twilio_is_a_voicemail() -> None:
    assert with_twilio(RecordingSource="RecordVerb", CallStatus="completed").state == "voicemail"


def test_an_agent_who_did_not_take_it_makes_a_missed_call() -> None:
    assert with_twilio(DialCallStatus="no-answer", CallStatus="in-progress").state == "missed"


def test_the_person_of_an_outbound_call_is_who_was_called() -> None:
    query = {"CallSid": "CA1", "Direction": "outbound-api", "From": "+12025550100"}
    query |= {"To": "+12025550177", "ToCity": "Washington", "FromCity": "Boston"}
    submission = calls.read(calls.get(query), calls.SOURCES["twilio"])
    assert submission is not None
    lead = calls.lead_of(submission, calls.SOURCES["twilio"])
    assert (lead.phone, lead.city, lead.technical["FromCity"]) == (
        "+12025550177",
        "Washington",
        "Boston",
    )
    assert lead.call is not None
    assert lead.call.direction == "outbound"


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "Restricted", "+7378742833"])
def test_a_hidden_caller_is_a_call_without_a_phone(caller: str) -> None:
    submission = calls.read(calls.get({"CallSid": "CA1", "From": caller}), calls.SOURCES["twilio"])
    assert submission is not None
    lead = calls.lead_of(submission, calls.SOURCES["twilio"])
    assert lead.phone is None
    assert lead.call is not None
    assert (lead.call.caller, lead.call.hidden) == (None, True)


@pytest.mark.parametrize("caller", ["client:alex", "101", "sip:101@pbx.example.com"])
def test_a_colleague_is_no_lead(caller: str) -> None:
    request = calls.get({"CallSid": "CA1", "From": caller})
    assert calls.read(request, calls.SOURCES["twilio"]) is None


NO_NEWS = {
    "vonage": {"status": "transfer", "uuid": "1", "from": "442079460959"},
    "telnyx": {"data": {"event_type": "call.speak.started", "payload": {"from": "+12025550145"}}},
    "ringcentral": {"event": "/restapi/v1.0/account/1/presence", "body": {"extensionId": "1"}},
    "aircall": {"resource": "user", "event": "user.opened", "data": {"id": 1}},
    "dialpad": {"call_id": 1, "is_internal": True, "external_number": "+12025550149"},
    "zoom_phone": {"event": "meeting.started", "payload": {"object": {"id": "1"}}},
    "yeastar": {
        "type": 30011,
        "msg": {"call_id": "1", "members": [{"extension": {"number": "1"}}]},
    },
}


@pytest.mark.parametrize("name", NO_NEWS)
def test_what_is_no_news_about_a_call_of_ours_makes_no_lead(name: str) -> None:
    assert calls.read(calls.post(NO_NEWS[name]), calls.SOURCES[name]) is None


@pytest.mark.parametrize("name", ["twilio", "plivo", "exotel", "46elks", "asterisk", "3cx", "ctm"])
def test_a_request_without_call_and_caller_is_refused(name: str) -> None:
    with pytest.raises(Rejected, match=r"^400 No call"):
        calls.read(calls.get({"hello": "there"}), calls.SOURCES[name])


def test_a_voicemail_is_one() -> None:
    document = {
        "id": 812,
        "status": "done",
        "voicemail": "https://assets.aircall.io/1",
        "raw_digits": "1",
    }
    event = {"resource": "call", "event": "call.ended", "data": document}
    call = calls.call(
        calls.post({**event, "data": {**document, "raw_digits": "anonymous"}}), "aircall"
    )
    assert (call.state, call.recording_url) == ("voicemail", "https://assets.aircall.io/1")


def test_a_call_that_callrail_tells_of_before_it_is_answered_is_ringing() -> None:
    told = {"id": 1, "answered": False, "call_type": "missed", "duration": 0, "voicemail": False}
    told |= {"customer_phone_number": "+12025550151", "tracking_phone_number": "+12025550188"}
    assert calls.call(calls.post(told), "callrail").state == "ringing"
    assert calls.call(calls.post({**told, "recording": None}), "callrail").state == "missed"


def test_callrails_forms_and_texts_are_leads_without_a_call() -> None:
    source = calls.SOURCES["callrail"]
    form = {"id": "FRM1", "form_data": {"your_name": "Sam", "message": "Hello"}}
    form |= {"customer_email": "sam@example.com", "customer_phone_number": "(202) 555-0151"}
    text = {"id": "MSG1", "content": "Call me", "customer_phone_number": "+12025550151"}
    for document in (form, text):
        submission = calls.read(calls.post(document), source)
        assert submission is not None
        lead = calls.lead_of(submission, source)
        assert (lead.call, lead.phone, submission.key) == (None, "+12025550151", document["id"])
        assert lead.message in {"Hello", "Call me"}


def test_a_record_of_older_yeastar_pbxs_is_read() -> None:
    record: dict[str, object] = {
        "event": "NewCdr",
        "callid": "1571897930.5",
        "callfrom": "02079460962",
    }
    record |= {"callto": "2002", "callduraction": "19", "status": "NO ANSWERED", "type": "Inbound"}
    call = calls.call(calls.post({**record, "didnumber": "02079460103"}), "yeastar")
    assert (call.state, call.called, call.agent) == ("missed", "+442079460103", "2002")
    assert call.duration == 19


def test_a_zoom_voicemail_and_a_recording_belong_to_their_call() -> None:
    voicemail: dict[str, object] = {
        "call_id": "6998",
        "caller_number": "+12025550150",
        "callee_number": "+12025550100",
    }
    voicemail |= {"duration": 11, "download_url": "https://zoom.us/v2/phone/voice_mails/download/1"}
    received = {"event": "phone.voicemail_received", "payload": {"object": voicemail}}
    call = calls.call(calls.post(received), "zoom_phone")
    assert (call.id, call.state, call.duration) == ("6998", "voicemail", 11)
    recorded = {"recordings": [{**voicemail, "direction": "inbound"}]}
    event = {"event": "phone.recording_completed", "payload": {"object": recorded}}
    call = calls.call(calls.post(event), "zoom_phone")
    assert (call.id, call.state, call.recording_url) == ("6998", None, voicemail["download_url"])


def test_vtigers_connector_is_understood() -> None:
    query = {"callstatus": "EndCall", "callUUID": "1", "callerIdNumber": "02079460963"}
    query |= {"billableseconds": "0", "vtigersignature": "s3cret", "callerIdName": "Sam"}
    submission = calls.read(calls.get(query), calls.SOURCES["asterisk"])
    assert submission is not None
    lead = calls.lead_of(submission, calls.SOURCES["asterisk"])
    assert lead.call is not None
    assert (lead.call.id, lead.call.state, lead.full_name) == ("1", "missed", "Sam")
    assert "s3cret" not in json.dumps(lead.model_dump(mode="json"))


def test_an_unescaped_plus_is_still_a_plus() -> None:
    request = calls.get("uniqueid=1&source=+33199001234&destination=100")
    assert calls.call(request, "asterisk").caller == "+33199001234"


def test_what_the_sources_table_asks_for_is_found_even_if_it_was_taken() -> None:
    fields = {"company": "FromCity"}
    source = Source(name="x", kind="call", sender="twilio", deliver=("trackerrms",), fields=fields)
    query = {"CallSid": "CA1", "From": "+12025550144", "FromCity": "Washington"}
    submission = calls.read(calls.get(query), source)
    assert submission is not None
    assert calls.lead_of(submission, source).company == "Washington"
