"""OAuth at TrackerRMS: tokens are asked for seldom, shared, and never lost."""

import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from leadrelay.crm.base import Secret
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.login import Login, authorization_url, authorized
from leadrelay.errors import Misconfigured, Retryable, Unavailable
from tests.crm.trackerrms_vendor import (
    CREATED,
    LOGIN,
    OAUTH,
    SUCCESS,
    Answer,
    Vendor,
    trackerrms,
)

NO_USER = {"status": 1, "message": "user not found", "count": 0}


def api(
    vendor: Callable[[httpx.Request], httpx.Response],
    *secrets: dict[str, Any],
    remember: Callable[[Secret], None] = lambda _: None,
) -> Api:
    """`secrets`: what is cached, and what is read when asked to read again."""
    known = secrets or (LOGIN,)
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    return Api(client, lambda fresh: known[-1] if fresh else known[0], remember)


class Rotating:
    """A vendor whose refresh tokens are good once; `stored` is what our store holds."""

    def __init__(self, lifetime: int = 3600) -> None:
        self.stored: dict[str, Any] = {**OAUTH, "refresh_token": "RT1"}
        self.good, self.lifetime = ["RT1"], lifetime
        self.down = 0  # how many more writes to our store fail
        self.wrote = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/Token"):
            return httpx.Response(200, json={**SUCCESS, "recordTypes": ""})
        sent = parse_qs(request.content.decode())["refresh_token"]
        if sent != self.good[-1:]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.good.append(f"RT{len(self.good) + 1}")
        made = {"access_token": f"AT{len(self.good)}", "refresh_token": self.good[-1]}
        return httpx.Response(200, json=made | {"expires_in": self.lifetime})

    def remember(self, secret: Secret) -> None:
        if self.down:
            self.down -= 1
            raise Unavailable("secret leadrelay/leadrelay/crm/trackerrms: LimitExceededException")
        self.wrote += 1
        self.stored = dict(secret)

    def login(self) -> Login:
        """A process that starts."""
        client = httpx.Client(transport=httpx.MockTransport(self))
        return Login(client, lambda _: dict(self.stored), self.remember)


def test_a_refresh_token_that_could_not_be_stored_is_not_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vendor = Rotating()
    vendor.down = 2
    login, moment = vendor.login(), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    assert login.account().credentials == {"oauthtoken": "AT2"}
    for seconds in (31, 62, 93):
        monkeypatch.setattr(time, "monotonic", lambda later=moment + seconds: later)
        login.account()
    assert (vendor.stored["refresh_token"], vendor.good[-1], vendor.wrote) == ("RT2", "RT2", 1)


def test_what_could_not_be_stored_is_refreshed_from() -> None:
    vendor = Rotating(lifetime=1)
    vendor.down = 99
    login = vendor.login()
    assert [login.account().credentials["oauthtoken"] for _ in range(3)] == ["AT2", "AT3", "AT4"]


def test_one_refresh_does_for_every_process_that_starts_meanwhile() -> None:
    vendor = Rotating()
    accounts = {vendor.login().account().credentials["oauthtoken"] for _ in range(20)}
    assert (accounts, vendor.wrote, len(vendor.good)) == ({"AT2"}, 1, 2)


def test_a_process_whose_token_ended_takes_the_one_that_another_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vendor = Rotating()
    one, other = vendor.login(), vendor.login()
    for login in (one, other):
        login.account()
    hour = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: hour)
    assert one.account() == other.account()
    assert len(vendor.good) == 3


def test_a_secret_that_a_person_replaced_counts_more_than_what_is_unsaved() -> None:
    vendor = Rotating(lifetime=1)
    vendor.down = 99
    login = vendor.login()
    login.account()
    vendor.good.append("RT-new")
    vendor.stored = {**OAUTH, "refresh_token": "RT-new"}
    assert login.account().credentials == {"oauthtoken": "AT4"}


def test_a_screen_pop_fetches_no_token() -> None:
    vendor = Rotating()
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    crm = trackerrms(vendor, lambda _: vendor.stored, vendor.remember)
    with pytest.raises(Retryable, match="no OAuth token"):
        crm.caller("+12025550101")
    assert vendor.good == ["RT1"]
    Login(client, lambda _: vendor.stored, vendor.remember).account()
    assert crm.caller("+12025550101") is None


def test_a_code_becomes_the_secret_that_deliveries_log_in_with() -> None:
    vendor = Vendor(Token=token(1, refresh_token="hush-refresh-9", expires_in=3600))
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    known = {"base_url": "us", "client_secret": "hush-client", "username": "jane"}
    secret = authorized(client, known, "the-code", "http://127.0.0.1:8484/")
    assert vendor.nodes("Token") == [
        {
            "grant_type": "authorization_code",
            "client_id": "EvoApi_1.0",
            "client_secret": "hush-client",
            "code": "the-code",
            "redirect_uri": "http://127.0.0.1:8484/",
        }
    ]
    assert secret.items() >= {**known, "client_id": "EvoApi_1.0"}.items()
    assert (secret["refresh_token"], secret["access_token"]) == ("hush-refresh-9", "access-1")


@pytest.mark.parametrize(
    ("known", "answer", "says"),
    [
        ({"base_url": "us"}, {}, "client_secret"),
        ({"base_url": "us", "client_secret": "x"}, {"access_token": "a"}, "none to refresh"),
        ({"base_url": "us", "client_secret": "x"}, {"error": "invalid_grant"}, "gave no OAuth"),
    ],
)
def test_a_code_that_leads_to_no_refresh_token(
    known: dict[str, str], answer: dict[str, str], says: str
) -> None:
    client = httpx.Client(transport=httpx.MockTransport(Vendor(Token=answer)))
    with pytest.raises(Misconfigured, match=says):
        authorized(client, known, "the-code", "http://127.0.0.1:8484/")


def token(number: int, **more: Any) -> dict[str, Any]:
    return {"access_token": f"access-{number}", "token_type": "bearer", **more}


def test_a_user_is_sent_to_the_authorisation_page_with_the_documented_query() -> None:
    url = urlsplit(authorization_url("ca", "https://www.example.com/back?x=1", "s&1"))
    assert (url.netloc, url.path) == ("evoapica.tracker-rms.com", "/oAuth2/Authorize")
    assert parse_qs(url.query) == {
        "client_id": ["EvoApi_1.0"],
        "response_type": ["code"],
        "scope": ["read,write"],
        "redirect_uri": ["https://www.example.com/back?x=1"],
        "state": ["s&1"],
    }


def test_a_refresh_token_becomes_one_access_token_for_many_calls() -> None:
    vendor = Vendor(Token=token(1, expires_in=3600), checkLogon=SUCCESS)
    client = api(vendor, OAUTH)
    client.call("checkLogon")
    client.call("checkLogon")
    assert vendor.operations == ["Token", "checkLogon", "checkLogon"]
    assert vendor.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert vendor.nodes("Token") == [
        {
            "grant_type": "refresh_token",
            "client_id": "EvoApi_1.0",
            "client_secret": "hush-client",
            "refresh_token": "hush-refresh-1",
        }
    ]
    assert vendor.nodes("checkLogon")[0]["credentials"] == {"oauthtoken": "access-1"}


def test_a_token_that_ended_is_renewed_without_a_refused_call() -> None:
    vendor = Vendor(Token=[token(1, expires_in=1), token(2, expires_in=3600)])
    client = api(vendor, OAUTH)
    client.call("checkLogon")
    client.call("checkLogon")
    assert vendor.operations == ["Token", "checkLogon", "Token", "checkLogon"]


def test_a_refused_token_is_renewed_and_the_call_repeated() -> None:
    vendor = Vendor(Token=[token(1), token(2)], createLead=[NO_USER, CREATED])
    api(vendor, OAUTH).call("createLead", lead={})
    assert vendor.operations == ["Token", "createLead", "Token", "createLead"]


def test_a_rotated_refresh_token_is_remembered() -> None:
    vendor = Vendor(Token=token(1, refresh_token="hush-refresh-2"))
    kept: list[Any] = []
    api(vendor, OAUTH, remember=kept.append).call("checkLogon")
    assert kept == [{**OAUTH, "refresh_token": "hush-refresh-2"}]


def test_a_refresh_token_that_somebody_else_used_up_is_read_again() -> None:
    vendor = Vendor(Token=[httpx.Response(400, json={"error": "invalid_grant"}), token(2)])
    api(vendor, OAUTH, {**OAUTH, "refresh_token": "hush-refresh-2"}).call("checkLogon")
    used = [form["refresh_token"] for form in vendor.nodes("Token")]
    assert used == ["hush-refresh-1", "hush-refresh-2"]


@pytest.mark.parametrize(
    "answer", [httpx.Response(400, json={"error": "invalid_grant"}), {"error": "invalid_grant"}]
)
def test_a_refused_refresh_is_misconfigured(answer: Answer) -> None:
    with pytest.raises(Misconfigured, match="OAuth") as raised:
        api(Vendor(Token=answer), OAUTH).call("checkLogon")
    assert "hush" not in raised.value.reason


def test_threads_share_one_refresh() -> None:
    vendor = Vendor(Token=[token(1), token(2)])
    together = threading.Barrier(8)
    refused = threading.Barrier(8)

    def answer(request: httpx.Request) -> httpx.Response:
        if b"access-1" in request.content:
            refused.wait()  # all of them were sent with the old token
            return httpx.Response(200, json=NO_USER)
        return vendor(request)

    shared = api(answer, OAUTH)

    def work() -> None:
        together.wait()
        shared.call("checkLogon")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert vendor.operations.count("Token") == 2  # one to begin with, one renewal
    assert vendor.operations.count("checkLogon") == 8
