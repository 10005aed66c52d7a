"""Who asks whether a URL is ours gets the right answer, and no more than that."""

import hmac
import json
from base64 import b64encode
from contextlib import suppress

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import SENDERS, sender

META = ["app secret", "verify:a word of ours", "page:token"]
CODE = "890e4665-4dfe-4ab1-b689-ed553bceeed0"


def ask(name: str, secrets: list[str], method: str = "GET", **query: str) -> Answer | None:
    challenge = sender(name).challenge
    assert challenge is not None
    pairs = tuple((key.replace("hub_", "hub."), value) for key, value in query.items())
    return challenge(Request(method, "/forms/x", Headers(), pairs, "", b""), secrets)


def test_metas_challenge_is_echoed_as_plain_text() -> None:
    answer = ask(
        "meta",
        META,
        hub_mode="subscribe",
        hub_verify_token="a word of ours",
        hub_challenge="1158201444",
    )
    assert answer
    assert (answer.status, answer.body) == (200, "1158201444")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("token", ["", "app secret", "verify:a word of ours", "token"])
def test_only_the_verify_token_opens_metas_challenge(token: str) -> None:
    with pytest.raises(Rejected, match=r"^401"):
        ask("meta", META, hub_mode="subscribe", hub_verify_token=token, hub_challenge="1")


def test_linkedins_challenge_is_signed() -> None:
    # HMAC-SHA256 of the code, computed with openssl dgst -sha256 -hmac "client secret"
    answer = ask("linkedin", ["client secret"], challengeCode=CODE, applicationId="1")
    assert answer
    assert json.loads(answer.body) == {
        "challengeCode": CODE,
        "challengeResponse": "d732d61fa94eff2186a613f208b5be3f7e90a5d8b907be374e61d8e9cc56daee",
    }


@pytest.mark.parametrize("code", ["", 'hmacsha256={"leadAction":"CREATED"}', CODE + "x"])
def test_nothing_but_a_uuid_is_signed(code: str) -> None:
    with pytest.raises(Rejected, match=r"^400"):
        ask("linkedin", ["client secret"], challengeCode=code)


def test_a_challenge_without_a_secret_is_refused() -> None:
    with pytest.raises(Rejected, match=r"^401"):
        ask("linkedin", [], challengeCode=CODE)


SECRETS = ["s", "verify:word"]
SIGNED = [  # what notifications sign, as senders write it
    'v0:1654503849:{"event":"phone.callee_missed"}',
    'hmacsha256={"leadAction":"CREATED"}',
    '{"leadAction":"CREATED"}',
    '1654503849:{"a":1}',
    'msg_1.1654503849.{"a":1}',
    "POSThttps://api.example.com/forms/x{}1654503849",
    "https://api.example.com/calls/xCallSidCA1",
]


@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize("name", [name for name in SENDERS if sender(name).challenge])
def test_no_challenge_signs_what_could_be_a_notification(name: str, signed: str) -> None:
    """Whoever asks gets no more than what no sender would ever sign."""
    challenge = sender(name).challenge
    assert challenge
    query = {"challengeCode": signed, "hub.mode": "subscribe", "hub.verify_token": "word"}
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": signed}}
    headers = Headers([("Validation-Token", signed)])
    for method, body in (("GET", b""), ("POST", b""), ("POST", json.dumps(event).encode())):
        pairs = (*query.items(), ("hub.challenge", signed))
        told = ""
        with suppress(Rejected):
            answer = challenge(Request(method, "/x", headers, pairs, "", body), SECRETS)
            told = str(answer)
        for digest in ("sha1", "sha256", "sha512"):
            ours = hmac.digest(b"s", signed.encode(), digest)
            assert ours.hex() not in told
            assert b64encode(ours).decode() not in told


@pytest.mark.parametrize("name", ["meta", "linkedin"])
def test_any_other_request_is_no_challenge(name: str) -> None:
    assert ask(name, META) is None
    assert ask(name, META, "POST", challengeCode=CODE, hub_mode="subscribe") is None
