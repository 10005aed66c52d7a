"""A screen pop is understood under everybody's parameter names, and only a person makes one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.request import Headers
from leadrelay.intake.senders.screen_pop import is_human, placeholder
from leadrelay.sources import Source
from tests.senders import call_samples as calls

POP = calls.SOURCES["screen_pop"]

# As in each product's own settings, its placeholders replaced.
PRODUCTS = {
    "TrackerRMS": "Source=02079460958&Destination=02079460100",
    "TrackerRMS, in any case": "SOURCE=02079460958&destination=02079460100",
    "a + that became a space": "source=+442079460958&destination=+442079460100",
    "3CX": "CallerNumber=02079460958&CallerDisplayName=Sam%20Testcase",
    "3CX template": "number=02079460958&name=Sam%20Testcase",
    "Mitel": "PFANI=02079460958&PFDNIS=02079460100&PFCALLERNAME=Sam%20Testcase&Queue=Sales",
    "Cisco Finesse": "fromAddress=02079460958&DNIS=02079460100&callVariable1=gold",
    "Cisco CVP": "CALL_ANI=02079460958&CALL_DNIS=02079460100",
    "ServiceNow": "sysparm_caller_phone=02079460958&sysparm_caller_name=Sam%20Testcase",
    "Dixa": "calling_phone_number=%2B442079460958&called_phone_number=%2B442079460100",
    "Wildix": "CALLERNUM=02079460958&CALLERNAME=Sam%20Testcase&USERNUM=204&CALLTYPE=incoming",
    "Ringotel": "caller=02079460958&caller_name=Sam%20Testcase&number=204&called=02079460100",
    "Enreach": "callerid=02079460958",
    "Auerswald": "number=02079460958&name=Sam%20Testcase&DNID=02079460100",
    "globaliptel": "RemoteParty=02079460958",
    "globaliptel, base64": "RemoteParty=MDIwNzk0NjA5NTg%3D",
    "DialogTech": "Agent%20ID=7&Caller%20ID=02079460958&DNIS=02079460100",
    "Getfly": "secret=x&phone=02079460958&extension%5B%5D=204",
    "Avaya": "n=Sam&number=02079460958&vdn=02079460100",
    "a campaign called source": "source=google&phone=02079460958",
    "SIP": "callerid=sip%3A%2B442079460958%40pbx.example.com",
    "Yealink": "remote=sip:%2B442079460958%40pbx.example.com&display_remote=Sam%20Testcase"
    "&local=sip:201%40pbx.example.com&call_id=1&mac=001565113af8",
    "snom, without a scheme": "remote=02079460958%40192.0.2.48&local=201%40192.0.2.48",
    "CID Superfecta": "thenumber=02079460958",
    "Kazoo": "hook_event=channel_create&call_direction=inbound&caller_id_name=Sam%20Testcase"
    "&caller_id_number=%2B442079460958&callee_id_number=%2B442079460100"
    "&to=%2B442079460100%40realm.example.com",
    "VoIPcloud": "type=user_inbound&caller_id=02079460958&caller_name=Sam%20Testcase"
    "&dest_number=02079460100&unique_call_id=u1",
    "Zadarma": "caller_id=442079460958&called_did=442079460100&pbx_call_id=in_1",
    "while1": "telephone=02079460958&dnid=02079460100",
    "UIS": "contact_phone_number=442079460958&virtual_phone_number=442079460100",
    "Spanish": "llamante=02079460958&llamado=02079460100",
    "French": "appelant=02079460958&appel%C3%A9=02079460100",
    "German": "anrufer=02079460958&angerufen=02079460100",
    "a display name": "callerid=%22Sam%20Testcase%22%20%3C%2B442079460958%3E",
}


@pytest.mark.parametrize("query", PRODUCTS.values(), ids=PRODUCTS)
def test_the_caller_is_found_whatever_the_exchange_calls_it(query: str) -> None:
    submission = calls.read(calls.get(query), POP)
    assert submission is not None
    lead = calls.lead_of(submission, POP)
    assert lead.phone == "+442079460958"
    assert lead.call is not None
    assert (lead.call.caller, lead.call.state, lead.call.direction) == (
        *("+442079460958", "ringing", "inbound"),
    )
    called = "201" if "201" in query else None
    assert lead.call.called == ("+442079460100" if "9460100" in query else called)
    assert lead.full_name == ("Sam Testcase" if "Sam%20Testcase" in query else None)


def test_trackerrms_own_body_is_understood_and_its_credentials_are_forgotten() -> None:
    credentials = {"username": "jane", "password": "pa55word", "oauthtoken": "t0ken"}
    instructions = {"source": "02079460958", "destination": "02079460100"}
    inbound = {"credentials": credentials, "instructions": instructions}
    submission = calls.read(calls.post({"trackerrms": {"inboundCall": inbound}}), POP)
    assert submission is not None
    kept = calls.lead_of(submission, POP).model_dump_json()
    assert "+442079460958" in kept
    assert "pa55word" not in kept
    assert "t0ken" not in kept


def test_the_sources_own_secret_is_not_kept() -> None:
    submission = calls.read(calls.get("k=s3cret&source=02079460958"), POP)
    assert submission is not None
    assert "s3cret" not in str(submission)


def test_a_secret_in_the_body_is_still_there_to_be_checked() -> None:
    source = Source(
        name="x", kind="call", sender="screen_pop", deliver=("trackerrms",), token="body:token"
    )
    submission = calls.read(calls.post({"token": "s3cret", "source": "+442079460958"}), source)
    assert submission is not None
    assert ("token", "s3cret") in submission.pairs
    assert "s3cret" not in calls.lead_of(submission, source).model_dump_json()


def test_what_else_is_said_of_the_person_is_taken() -> None:
    query = "source=02079460958&email=sam%40example.com&company=Example&queue=Sales"
    submission = calls.read(calls.get(query), POP)
    assert submission is not None
    lead = calls.lead_of(submission, POP)
    assert (lead.email, lead.company, lead.extra) == (
        *("sam@example.com", "Example", {"queue": "Sales"}),
    )


def test_the_hits_of_one_call_have_the_same_content_and_no_key() -> None:
    contents = set()
    for extra in ("", "&state=answered&agent=204", "&t=2"):
        query = f"source=02079460958&destination=02079460100{extra}"
        submission = calls.read(calls.get(query), POP)
        assert submission is not None
        assert submission.key is None
        contents.add(submission.content)
    assert contents == {"+442079460958\n+442079460100"}


@pytest.mark.parametrize(
    "header",
    [
        {"Purpose": "prefetch"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"X_Moz": "prefetch"},
        {"X_Purpose": "preview"},
        {"User_Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User_Agent": "facebookexternalhit/1.1"},
        {"User_Agent": "Mozilla/5.0 SkypeUriPreview Preview/0.5"},
    ],
)
def test_what_perhaps_nobody_saw_is_kept_with_a_doubt(header: dict[str, str]) -> None:
    request = calls.get("source=02079460958", **header)
    assert not is_human(request)
    assert calls.must_read(request, POP).doubt


def test_head_is_doubtful() -> None:
    request = replace(calls.get("source=02079460958"), method="HEAD")
    assert calls.must_read(request, POP).doubt


@pytest.mark.parametrize(
    "agent",
    [
        *("", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "asterisk"),
        "Mozilla/5.0 (Linux; Android 11; CUBOT X30) AppleWebKit/537.36 Chrome/120.0 Mobile Safari",
        "Mozilla/5.0 (Linux; U; Android 4.4.2; CUBOT) AppleWebKit/534.30 Mobile Safari/534.30",
        "Mozilla/5.0 (Linux; Android 9; Barcode Scanner DT50) AppleWebKit/537.36 Chrome/90.0",
    ],
)
def test_browsers_and_exchanges_are_served(agent: str) -> None:
    assert is_human(calls.get("source=1", User_Agent=agent))


PLACEHOLDERS = [
    *("{CallerId}", "{{calling_phone_number}}", "[CallerID]", "[CALLERNUMBER]", "%CID%", "%PFANI%"),
    *("$caller$", "$RemoteParty", "$callerid", "${CALLERID(num)}", "<caller>", "<m>", "#ANI#"),
    "\ufffdllerNumber%",  # %CallerNumber%, whose %Ca was taken for an escape
]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_known(text: str) -> None:
    assert placeholder(f" {text} ")
    assert calls.read(calls.get({"source": text, "destination": "02079460100"}), POP) is None


@pytest.mark.parametrize(
    "text",
    ["02079460958", "+1 (202) 555-0123", "anonymous", "Sam", "", "5%",
     "<sip:+442079460958@pbx.example.com;user=phone>", "<02079460958>", "[020 7946 0958]"],
)  # fmt: skip
def test_a_value_is_no_placeholder(text: str) -> None:
    assert not placeholder(text)


def test_a_placeholder_beside_the_caller_counts_as_missing() -> None:
    request = calls.get({"source": "02079460958", "destination": "[DID]", "callername": "%NAME%"})
    submission = calls.read(request, POP)
    assert submission is not None
    lead = calls.lead_of(submission, POP)
    assert lead.call is not None
    assert (lead.call.called, lead.full_name, lead.extra) == (None, None, {})


@pytest.mark.parametrize("query", ["source=", "source=null", "source=google"])
def test_without_a_caller_there_is_no_lead(query: str) -> None:
    assert calls.read(calls.get(query), POP) is None


@pytest.mark.parametrize("query", ["", "Destination=100", "anruf=02079460958"])
def test_a_url_that_names_no_caller_is_refused_with_what_to_do(query: str) -> None:
    with pytest.raises(Rejected, match=r"^400 No caller") as refused:
        calls.read(calls.get(query), POP)
    assert "call.caller" in refused.value.detail


@pytest.mark.parametrize("text", ["", "-", "Tamanoir", "Numéro masqué", "O"])
def test_whatever_stands_for_the_caller_of_a_call_it_is_one(text: str) -> None:
    request = calls.get({"source": text, "destination": "02079460100", "callername": "Privé"})
    submission = calls.read(request, POP)
    assert submission is not None
    lead = calls.lead_of(submission, POP)
    assert lead.call is not None
    assert (lead.call.hidden, lead.call.caller, lead.phone, lead.full_name) == (
        *(True, None, None, None),
    )
    assert lead.extra == ({"caller_as_given": text} if text == "Tamanoir" else {})


NESTED = {"call_id": "c7", "from": {"number": "442079460958"}, "to": {"number": "442079460100"}}


@pytest.mark.parametrize("name", ["screen_pop", "asterisk", "3cx", "invoca"])
@pytest.mark.parametrize("as_field", [True, False])
def test_json_of_an_exchange_s_own_is_read_by_the_last_parts_of_its_paths(
    name: str,
    as_field: bool,  # noqa: FBT001  # of a table of one column
) -> None:
    request = calls.post({"data": NESTED})
    if as_field:  # Mango Office's `json` (github.com/mango-office)
        body = urlencode({"sign": "x", "json": json.dumps(NESTED)}).encode()
        headers = Headers([("content-type", "application/x-www-form-urlencoded")])
        request = replace(request, body=body, headers=headers)
    source = calls.SOURCES[name]
    call = calls.lead_of(calls.must_read(request, source), source).call
    assert call is not None
    assert (call.caller, call.called) == ("+442079460958", "+442079460100")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("callLength=61&inboundCallId=RGB1", {"duration": 61, "id": "RGB1"}),  # Ringba
        ("call_duration_seconds=61", {"duration": 61}),  # WhatConverts
        ("member_call_id=m1&call_state=pickup", {"id": "m1"}),  # Kazoo's queues
        ("user=Bob&status=ANSWERED", {"agent": "Bob", "state": "completed"}),
        (
            "call_start_at=2026-11-20T14:59:56Z",
            {"started_at": datetime(2026, 11, 20, 14, 59, 56, tzinfo=UTC)},
        ),
    ],
)
def test_what_else_is_told_of_a_call_is_known_by_its_name(
    query: str, told: dict[str, object]
) -> None:
    request = calls.get(f"caller_id=02079460958&{query}")
    call = calls.lead_of(calls.must_read(request, POP), POP).call
    assert call is not None
    assert {name: getattr(call, name) for name in told} == told


def test_a_source_can_say_what_its_exchange_calls_the_caller_the_called_and_the_call() -> None:
    fields = {"caller": "rufnr", "called": "Ziel", "id": "vorgang"}
    source = POP.model_copy(update={"call_fields": fields})
    query = {"RUFNR": "02079460958", "ziel": "02079460100", "vorgang": "17", "source": "google"}
    call = calls.lead_of(calls.must_read(calls.get(query), source), source).call
    assert call is not None
    assert (call.caller, call.called, call.id) == ("+442079460958", "+442079460100", "17")


@pytest.mark.parametrize(
    ("zone", "stamp", "hour"),
    [
        ("America/New_York", "2026-11-28 14:50:00", 19),
        ("Europe/Berlin", "28.11.2026 14:50", 13),
        ("Europe/Berlin", "2026-07-28 14:50:00", 12),
        ("Europe/Berlin", "2026-11-28T14:50:00Z", 14),  # which says it itself
        (None, "2026-11-28 14:50:00", None),
        ("Europe/Berlin", "03/04/2026 14:50", None),  # March or April
    ],
)
def test_a_source_can_say_what_its_exchange_s_times_are_in(
    zone: str | None, stamp: str, hour: int | None
) -> None:
    source = POP.model_copy(update={"time_zone": zone})
    query = {"source": "02079460958", "destination": "02079460100", "starttime": stamp}
    lead = calls.lead_of(calls.must_read(calls.get(query), source), source)
    assert lead.call is not None
    if hour is None:
        assert lead.call.started_at is None
        assert stamp in {**lead.extra, **lead.technical}.values()
    else:
        assert lead.call.started_at is not None
        assert lead.call.started_at.astimezone(UTC).hour == hour


@pytest.mark.parametrize("extension", ["10", "204", "123456"])
def test_an_extension_is_no_lead(extension: str) -> None:
    assert calls.read(calls.get({"source": extension, "destination": "02079460100"}), POP) is None


def test_a_hidden_caller_is_a_call_all_the_same() -> None:
    call = calls.call(calls.get("source=anonymous&destination=02079460100"), "screen_pop")
    assert (call.caller, call.hidden, call.called) == (None, True, "+442079460100")
