"""A sender that can't sign proves itself by a secret, in one place and whole."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.proofs.token import check_body_token, check_token
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source

SECRETS = ("new-secret", "old-secret")


def source(token: str | None) -> Source:
    known: dict[str, Any] = {"name": "pbx", "kind": "call", "sender": "json"}
    return Source(**known, deliver=("trackerrms",), token=token)


def request(query: str | None = None, **headers: str) -> Request:
    pairs = () if query is None else (("k", query),)
    return Request("POST", "/calls/pbx", Headers(headers.items()), pairs, "", b"")


def is_let_in(
    token: str | None,
    given_request: Request,
    secrets: tuple[str, ...] = SECRETS,
    **fields: str,
) -> bool:
    try:
        check_token(source(token), given_request, secrets)
        check_body_token(source(token), (Submission(tuple(fields.items())),), secrets)
    except Rejected:
        return False
    return True


def basic(user_and_password: str) -> str:
    return "Basic " + base64.b64encode(user_and_password.encode()).decode()


@pytest.mark.parametrize("secret", SECRETS)
def test_any_of_the_source_s_secrets_opens(secret: str) -> None:
    assert is_let_in("query:k", request(secret))
    assert is_let_in("header:X-Token", request(**{"x-token": secret}))
    assert is_let_in("header:Authorization", request(authorization=f"Bearer {secret}"))
    assert is_let_in("body:secret", request(), secret=secret)
    assert is_let_in("basic", request(authorization=basic(f"anybody:{secret}")))


@pytest.mark.parametrize(
    "wrong", ["", "new-secre", "new-secret ", "NEW-SECRET", "new-secretx", "ü"]
)
def test_anything_else_does_not(wrong: str) -> None:
    assert not is_let_in("query:k", request(wrong))
    assert not is_let_in("body:secret", request(), secret=wrong)
    assert not is_let_in("basic", request(authorization=basic(f"anybody:{wrong}")))


@pytest.mark.parametrize("token", ["query:k", "header:X-Token", "body:secret", "basic"])
def test_no_secret_given_is_a_wrong_one(token: str) -> None:
    assert not is_let_in(token, request())


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_where_there_is_no_secret_nobody_gets_in(secrets: tuple[str, ...]) -> None:
    assert not is_let_in("query:k", request(""), secrets)
    assert not is_let_in("query:k", request("x"), secrets)


def test_the_secret_counts_in_its_place_only() -> None:
    everywhere = request("new-secret", **{"x-token": "new-secret"})
    assert not is_let_in("header:X-Other", everywhere, other="new-secret")
    assert not is_let_in("query:other", everywhere)


def test_the_answer_says_where_the_secret_belongs_and_not_what_it_is() -> None:
    with pytest.raises(Rejected) as caught:
        check_token(source("query:k"), request("wrong"), SECRETS)
    assert caught.value.status == 401
    assert caught.value.detail == "Send this source's secret as query k."


def test_a_source_without_a_token_is_open() -> None:
    assert is_let_in(None, request(), ())


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", "Basic ünï", "Basic YQ", basic("no-colon"), "Basic /w==", "Bearer x"],
)
def test_a_broken_authorization_is_a_wrong_one(header: str) -> None:
    assert not is_let_in("basic", request(authorization=header))


def test_a_password_may_hold_a_colon() -> None:
    assert is_let_in("basic", request(authorization=basic("u:a:b")), ("a:b",))


@given(st.text(st.characters()), st.sampled_from(["query:k", "header:X", "body:f", "basic"]))
def test_no_text_opens_by_breaking_something(text: str, token: str) -> None:
    assert not is_let_in(token, request(text, x=text, authorization=text), f=text)
    assert not is_let_in("query:k", request("\ud800" + text))
