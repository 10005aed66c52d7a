"""Who asks whether a URL is ours gets the right answer, and no more than that."""

import json

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import sender

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


@pytest.mark.parametrize("name", ["meta", "linkedin"])
def test_any_other_request_is_no_challenge(name: str) -> None:
    assert ask(name, META) is None
    assert ask(name, META, "POST", challengeCode=CODE, hub_mode="subscribe") is None
