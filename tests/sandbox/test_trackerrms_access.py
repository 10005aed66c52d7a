"""Whom the TrackerRMS simulator lets in: credentials, HTTP Basic, OAuth2."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.trackerrms_samples import (
    LOGIN,
    NULL_REFERENCE,
    Caller,
    running,
)

KEY = {"username": "", "password": "", "oauthtoken": "", "apikey": "sandbox-api-key"}
CLIENT = {"client_id": "EvoApi_1.0", "client_secret": "sandbox-client-secret"}
REFRESH = {**CLIENT, "grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token"}
AUTHORIZE = {
    "client_id": "EvoApi_1.0",
    "response_type": "code",
    "scope": "read,write",
    "redirect_uri": "https://example.com/back?x=1",
    "state": "s 1",
}


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with running() as caller:
        yield caller


@pytest.fixture
def call(caller: Caller) -> Caller:
    caller.simulator.reset()
    return caller


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# -- credentials --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "credentials", "headers"),
    [
        ("createLead", LOGIN, None),
        ("createLead", {"oauthtoken": "sandbox-oauth-token", "username": ""}, None),
        ("createLead", None, bearer("sandbox-oauth-token")),
        ("createLead", None, {"Bearer": "sandbox-oauth-token"}),
        ("createResource", KEY, None),
        ("createResourceFromResume", KEY, None),
        ("createResourceFromResume", LOGIN | {"apikey": "sandbox-api-key"}, None),
        ("checkLogon", {"username": "api@example.com", "apikey": "sandbox-api-key"}, None),
    ],
)
def test_each_documented_credential_is_taken(
    call: Caller, operation: str, credentials: dict[str, Any], headers: dict[str, str]
) -> None:
    assert call(operation, None, credentials, headers)["status"] == 0
    assert call.simulator.violations == []


@pytest.mark.parametrize(
    ("operation", "credentials", "headers", "status", "message"),
    [
        ("createLead", LOGIN | {"password": "wrong"}, None, 1, "user not found"),
        ("createLead", {"username": "api@example.com"}, None, 1, "user not found"),
        ("createLead", {}, None, 1, "user not found"),
        ("createLead", None, None, 1, "user not found"),
        ("createLead", {"oauthtoken": "Bearer sandbox-oauth-token"}, None, 1, "user not found"),
        ("createLead", None, bearer("unknown"), 1, "user not found"),
        ("createResource", KEY | {"apikey": "x"}, None, 1, "user or API Key not found"),
        ("createContact", KEY, None, 99, NULL_REFERENCE),
    ],
)
def test_other_credentials_are_told_apart_in_the_body(
    call: Caller,
    operation: str,
    credentials: dict[str, Any],
    headers: dict[str, str],
    status: int,
    message: str,
) -> None:
    answer = call(operation, None, credentials, headers)

    assert (answer["status"], answer["message"], answer["recordId"]) == (status, message, 0)
    assert call.simulator.records == []


@pytest.mark.parametrize(
    ("credentials", "headers"),
    [
        (LOGIN | {"oauthtoken": "sandbox-oauth-token"}, None),
        (LOGIN, bearer("sandbox-oauth-token")),
        (LOGIN | {"apikey": "sandbox-api-key"}, None),
    ],
)
def test_several_credentials_at_once_are_a_violation(
    call: Caller, credentials: dict[str, Any], headers: dict[str, str]
) -> None:
    assert call("createResource", None, credentials, headers)["status"] == 0
    assert len(call.simulator.violations) == 1
    assert "several credentials at once" in call.simulator.violations[0]


def test_http_basic_works_and_is_a_violation_unless_it_is_needed(call: Caller) -> None:
    login = base64.b64encode(b"api@example.com:sandbox-password").decode()
    basic = {"Authorization": f"Basic {login}"}

    assert call("createActivity", None, None, basic)["status"] == 0
    assert call.simulator.violations == ["createActivity: HTTP Basic is not documented"]

    call.simulator.reset()
    call.switch(needs_basic=True)
    assert call("createActivity")["status"] == 1
    assert call("createActivity", None, None, basic)["status"] == 0
    assert call.simulator.violations == []


def test_the_password_can_change_and_the_user_be_deactivated(call: Caller) -> None:
    call.switch(password="new")
    assert call("checkLogon")["status"] == 1
    assert call("checkLogon", None, LOGIN | {"password": "new"})["status"] == 0

    call.switch(active=False)
    answer = call("checkLogon", None, LOGIN | {"password": "new"})
    assert answer == {"status": 2, "message": "user not active", "count": 0}


# -- OAuth2 -------------------------------------------------------------------------------


def test_a_code_buys_a_token_once(call: Caller) -> None:
    sent_to = call.client.get("/oAuth2/Authorize", params=AUTHORIZE).headers["location"]
    back = parse_qs(urlsplit(sent_to).query)
    assert (back["state"], back["x"]) == (["s 1"], ["1"])

    form = {
        **CLIENT,
        "grant_type": "authorization_code",
        "code": back["code"][0],
        "redirect_uri": AUTHORIZE["redirect_uri"],
    }
    granted = call.client.post("/oAuth2/Token", data=form)

    token = granted.json()["access_token"]
    assert call("createLead", None, None, bearer(token))["status"] == 0
    assert call.client.post("/oAuth2/Token", data=form).json()["error"] == "invalid_grant"
    assert call.simulator.logins == 1


@pytest.mark.parametrize("wrong", ["client_id", "response_type", "scope", "redirect_uri", "state"])
def test_an_authorization_asked_otherwise_than_documented_is_refused(
    call: Caller, wrong: str
) -> None:
    answer = call.client.get("/oAuth2/Authorize", params=AUTHORIZE | {wrong: ""})

    assert answer.status_code == 400
    assert wrong in call.simulator.violations[0]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (REFRESH | {"client_secret": "wrong"}, "invalid_client"),
        (REFRESH | {"refresh_token": "wrong"}, "invalid_grant"),
        (REFRESH | {"refresh_token": ""}, "invalid_request"),
        (REFRESH | {"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_token_asked_wrongly_is_refused(call: Caller, form: dict[str, str], error: str) -> None:
    answer = call.client.post("/oAuth2/Token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_the_token_call_wants_a_form(call: Caller) -> None:
    assert call.client.post("/oAuth2/Token", json=REFRESH).status_code == 400


@pytest.mark.parametrize("rotates", [False, True])
def test_a_refresh_token_works_once_or_for_good(call: Caller, *, rotates: bool) -> None:
    call.switch(rotate_refresh_tokens=rotates)
    first = call.client.post("/oAuth2/Token", data=REFRESH).json()

    again = call.client.post("/oAuth2/Token", data=REFRESH)
    renewed = call.client.post(
        "/oAuth2/Token", data=REFRESH | {"refresh_token": first["refresh_token"]}
    )

    assert again.status_code == (400 if rotates else 200)
    assert renewed.status_code == 200


def test_an_expired_token_is_not_found(call: Caller) -> None:
    call.simulator.expire_tokens()

    assert call("checkLogon", None, None, bearer("sandbox-oauth-token"))["status"] == 1
