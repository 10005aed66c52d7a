"""What telephony senders are told: instructions for a call, challenges, and nothing harmful."""

import hmac
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer
from leadrelay.intake.calls.voice import check_answer, ncco, plivo_xml, twiml
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import SENDERS, sender
from leadrelay.sources import Source
from tests.senders import call_samples as calls


def source(name: str, answer: str | None = None) -> Source:
    return Source(name="x", kind="call", sender=name, deliver=("trackerrms",), answer=answer)


def answer(name: str, told: str | None = None, request: Request | None = None) -> Answer:
    give = sender(name).answer
    assert give is not None
    return give(request or calls.get(""), source(name, told), [])


@pytest.mark.parametrize("name", ["twilio", "plivo", "telnyx"])
def test_a_voice_url_gets_an_empty_document(name: str) -> None:
    given = answer(name)
    assert given.status == 200
    assert given.headers["Content-Type"].startswith("text/xml")
    assert [*ET.fromstring(given.body)] == []  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("name", "path"), [("twilio", "Dial"), ("telnyx", "Dial"), ("plivo", "Dial/Number")]
)
def test_a_call_is_forwarded_in_xml(name: str, path: str) -> None:
    document = ET.fromstring(answer(name, "forward:+442079460100").body)  # noqa: S314 - our own
    assert document.tag == "Response"
    assert document.findtext(path) == "+442079460100"


@pytest.mark.parametrize("voice", [twiml, plivo_xml])
def test_xml_is_escaped(voice: object) -> None:
    assert callable(voice)
    assert "<Hangup" not in voice("<Hangup/>").body


def test_vonage_gets_an_ncco() -> None:
    assert json.loads(answer("vonage").body) == []
    (action,) = json.loads(answer("vonage", "forward:+442079460100").body)
    assert action["action"] == "connect"
    assert action["endpoint"] == [{"type": "phone", "number": "442079460100"}]
    assert ncco("").headers["Content-Type"] == "application/json"


def test_46elks_exotel_and_3cx_are_answered_in_their_own_way() -> None:
    forwarded = answer("46elks", "forward:+46700000000")
    assert json.loads(forwarded.body) == {"connect": "+46700000000"}
    assert answer("46elks").status in range(200, 205)
    assert answer("exotel", "forward:+918047100001").body == "+918047100001"
    assert json.loads(answer("3cx").body) == {}


def test_telnyx_gets_json_for_json() -> None:
    given = answer("telnyx", "forward:+442079460100", calls.post({}))
    assert given.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("twilio", None),
        ("twilio", "twiml"),
        ("twilio", "forward:+442079460100"),
        ("telnyx", "texml"),
        ("plivo", "plivo_xml"),
        ("vonage", "ncco"),
        ("46elks", "forward:+46700000000"),
        ("exotel", "forward:+918047100001"),
        ("screen_pop", None),
    ],
)
def test_a_right_answer_is_right(name: str, told: str | None) -> None:
    assert check_answer(source(name, told)) is None


@pytest.mark.parametrize(
    ("name", "told", "says"),
    [
        ("twilio", "ncco", '"twiml" or "forward:'),
        ("twilio", "forward:02079460100", "forward:+44"),
        ("twilio", "forward:+44 20 7946 0100", "forward:+44"),
        ("twilio", "forward:+442079460100<Say/>", "forward:+44"),
        ("46elks", "twiml", "forward:"),
        ("screen_pop", "twiml", "leave `answer` out"),
        ("html", "forward:+442079460100", "leave `answer` out"),
    ],
)
def test_a_wrong_answer_is_told(name: str, told: str, says: str) -> None:
    assert says in (check_answer(source(name, told)) or "")


def test_no_forwarding_number_reaches_a_document_unchecked() -> None:
    assert "Say" not in str(answer("twilio", "forward:+442079460100<Say/>").body)


# -- challenges -----------------------------------------------------------------------------


def challenge(name: str, request: Request, *secrets: str) -> Answer | None:
    ask = sender(name).challenge
    assert ask is not None
    return ask(request, secrets)


def test_zooms_challenge_is_answered_with_its_hmac() -> None:
    """developers.zoom.us/docs/api/webhooks, "Validate your webhook endpoint"."""
    event = {"payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}, "event_ts": 1654503849680}
    asked = calls.post({**event, "event": "endpoint.url_validation"})
    given = challenge("zoom_phone", asked, "secret", "old")
    assert given is not None
    encrypted = hmac.new(b"secret", b"qgg8vlvZRS6UYooatFL8Aw", "sha256").hexdigest()
    assert json.loads(given.body) == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": encrypted,
    }
    assert given.status == 200


@pytest.mark.parametrize(
    "document",
    [
        {"event": "phone.callee_missed", "payload": {"note": "endpoint.url_validation"}},
        {"event": "endpoint.url_validation"},
        {"event": "endpoint.url_validation", "payload": {"plainToken": {}}},
    ],
)
def test_what_only_looks_like_zooms_challenge_is_none(document: object) -> None:
    assert challenge("zoom_phone", calls.post(document), "secret") is None


@pytest.mark.parametrize("token", ['v0:1654503849:{"event":"phone.callee_missed"}', "", "a" * 101])
def test_nothing_that_could_be_a_notification_is_signed_for_who_asks_as_zoom(token: str) -> None:
    """A notification's signature is the HMAC of "v0:<time>:<body>", with the same secret."""
    asked = calls.post({"event": "endpoint.url_validation", "payload": {"plainToken": token}})
    with pytest.raises(Rejected, match=r"^400"):
        challenge("zoom_phone", asked, "secret")


def test_ringcentral_gets_its_validation_token_back() -> None:
    headers = Headers([("Validation-Token", "8a1b2c3d-token")])
    asked = replace(calls.post({}), headers=headers, body=b"")
    given = challenge("ringcentral", asked)
    assert given is not None
    assert given.headers["Validation-Token"] == "8a1b2c3d-token"
    assert given.headers["Content-Type"] == "application/json"
    assert (given.status, len(given.body) <= 1024) == (200, True)


@pytest.mark.parametrize("token", ["", "a\r\nSet-Cookie: b=c", "é", "a" * 256])
def test_ringcentral_gets_no_token_back_that_could_break_a_header(token: str) -> None:
    asked = replace(calls.post({}), headers=Headers([("Validation-Token", token)]), body=b"")
    assert challenge("ringcentral", asked) is None


def test_a_notification_of_ringcentral_is_no_challenge() -> None:
    headers = Headers([("Validation-Token", "shared"), ("Content-Type", "application/json")])
    notified = replace(calls.request(calls.load("ringcentral-1-setup")), headers=headers)
    assert challenge("ringcentral", notified, "shared") is None


@pytest.mark.parametrize("name", calls.SOURCES)
def test_a_source_is_set_up_in_two_lines_with_its_url(name: str) -> None:
    assert name in SENDERS
    lines = sender(name).setup.replace("{url}", "https://x/calls/y").splitlines()
    assert len(lines) == 2
    assert "https://x/calls/y" in lines[0]


@pytest.mark.parametrize("name", calls.SOURCES)
def test_a_source_of_the_sandbox_is_right(name: str) -> None:
    assert check_answer(calls.SOURCES[name]) is None
    assert (sender(name).verify is None) == (calls.SOURCES[name].token is not None)
    assert name in calls.SECRETS
