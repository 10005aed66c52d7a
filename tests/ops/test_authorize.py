"""`leadrelay crm trackerrms authorize`: from a user's consent to a secret that logs in."""

import socket
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from leadrelay.errors import Misconfigured
from leadrelay_ops.authorize import authorize
from leadrelay_ops.failures import Told
from tests.ops.conftest import Deployed


@pytest.fixture
def waiting(deployed: Deployed) -> Deployed:
    """A stack whose secret lacks a refresh token only."""
    url = deployed.urls["trackerrms"]
    known = {"base_url": url, "client_secret": "sandbox-client-secret"}
    deployed.set_secret("crm/trackerrms", known)
    return deployed


def browser(visit: Callable[[str], Any]) -> tuple[Callable[[str], None], Callable[[], Any]]:
    """What opens a URL, and what came of it."""
    seen: SimpleQueue[Any] = SimpleQueue()

    def show(url: str) -> None:
        threading.Thread(target=lambda: seen.put(visit(url)), daemon=True).start()

    return show, partial(seen.get, timeout=10)


def come_back(url: str, **changed: str) -> httpx.Response:
    """Follow the page's redirect, with some of what it brings changed; "" leaves it out."""
    back = urlsplit(httpx.get(url).headers["location"])
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | changed
    brought = {name: value for name, value in query.items() if value}
    return httpx.get(f"http://{back.netloc}{back.path}", params=brought)


def test_a_user_s_consent_becomes_a_secret_that_logs_in(
    waiting: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    show, seen = browser(lambda url: httpx.get(url, follow_redirects=True))
    authorize(waiting.stack, "trackerrms", show=show, port=0)
    secret = waiting.stack.secrets.get("crm/trackerrms", fresh=True)
    assert secret["client_id"] == "EvoApi_1.0"
    assert secret["refresh_token"]
    assert "let in" in seen().text
    out = capsys.readouterr()
    assert "as an OAuth user" in out.out
    assert not [told for told in secret.values() if str(told) in out.out and told]
    assert waiting.crms["trackerrms"].violations == []


def test_a_connection_that_a_browser_opens_to_spare_holds_nobody_up(waiting: Deployed) -> None:
    def visit(url: str) -> int:
        back = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0])
        with socket.create_connection((back.hostname, back.port)):
            return come_back(url).status_code

    show, seen = browser(visit)
    authorize(waiting.stack, "trackerrms", show=show, port=0, wait=10)
    assert seen() == 200


def test_whoever_does_not_know_the_state_brings_nothing(waiting: Deployed) -> None:
    show, seen = browser(lambda url: [come_back(url, state="guessed"), come_back(url)])
    authorize(waiting.stack, "trackerrms", show=show, port=0)
    assert [answer.status_code for answer in seen()] == [400, 200]


def test_a_user_who_refuses_changes_nothing(waiting: Deployed) -> None:
    show, seen = browser(lambda url: come_back(url, code="", error="access_denied<b>"))
    before = waiting.stack.secrets.get("crm/trackerrms", fresh=True)
    with pytest.raises(Misconfigured, match="not let in"):
        authorize(waiting.stack, "trackerrms", show=show, port=0)
    assert "access_denied&lt;b&gt;" in seen().text
    assert waiting.stack.secrets.get("crm/trackerrms", fresh=True) == before


def test_nobody_is_waited_for_for_ever(waiting: Deployed) -> None:
    with pytest.raises(Misconfigured, match="nobody came back"):
        authorize(waiting.stack, "trackerrms", show=lambda _: None, port=0, wait=0.01)


def test_other_crms_have_nothing_to_authorize(deployed: Deployed) -> None:
    with pytest.raises(Told, match="centia has nothing to authorize"):
        authorize(deployed.stack, "centia", show=lambda _: None)
    ran = deployed.run("crm", "collect", "authorize")
    assert ran.exit_code != 0
    assert "collect has nothing to authorize" in ran.output
