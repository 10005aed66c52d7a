"""What the providers are asked, and what their answers mean."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from leadrelay.errors import Unavailable
from leadrelay.intake.guards.captcha import PROVIDERS, captcha_doubt, post_form
from leadrelay.sources import Source

SECRETS = ("shared", "captcha:secret")


def source(captcha: str, **keys: Any) -> Source:
    known = {"name": "x", "kind": "form", "sender": "html", "deliver": ["trackerrms"]}
    return Source.model_validate(known | {"captcha": captcha} | keys)


class Asked:
    """A provider that answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, url: str, form: Mapping[str, str]) -> Any:
        self.asked.append((url, form))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def judge(self, asking: Source, solved: str = "token", secrets: Any = SECRETS) -> str | None:
        fields = {PROVIDERS[asking.captcha or ""].field: solved}
        return captcha_doubt(fields, asking, secrets, "192.0.2.7", self)


@pytest.mark.parametrize("name", PROVIDERS)
def test_each_provider_is_asked_at_its_own_address(name: str) -> None:
    provider = Asked({"success": True})
    assert provider.judge(source(name)) is None
    form = {"secret": "secret", "response": "token", "remoteip": "192.0.2.7"}
    assert provider.asked == [(PROVIDERS[name].url, form)]


def test_a_source_may_name_another_address() -> None:
    provider = Asked({"success": True})
    url = "https://www.recaptcha.net/recaptcha/api/siteverify"
    provider.judge(source("recaptcha", captcha_url=url))
    assert [asked for asked, _ in provider.asked] == [url]


def test_what_the_provider_says_against_it_is_the_reason() -> None:
    refusing = Asked({"success": False, "error-codes": ["timeout-or-duplicate"]})
    reason = refusing.judge(source("turnstile"))
    assert reason == "the CAPTCHA was not passed: timeout-or-duplicate"


@pytest.mark.parametrize("answer", [{}, [], None, "yes", {"success": "true"}, {"success": 1}])
def test_only_a_plain_yes_is_one(answer: Any) -> None:
    assert Asked(answer).judge(source("hcaptcha")) == "the CAPTCHA was not passed: no reason given"


@pytest.mark.parametrize(("score", "passes"), [(0.9, True), (0.5, True), (0.3, False), (0, False)])
def test_a_low_score_speaks_against_it(score: float, *, passes: bool) -> None:
    answer = {"success": True, "score": score, "action": "contact"}
    assert (Asked(answer).judge(source("recaptcha")) is None) is passes


def test_without_a_token_nobody_is_asked() -> None:
    provider = Asked({"success": True})
    assert provider.judge(source("turnstile"), " ") == "no CAPTCHA was solved"
    assert provider.asked == []


def test_what_can_not_be_checked_is_put_aside_and_says_why() -> None:
    unreachable = Asked(Unavailable("challenges.cloudflare.com: TimeoutError"))
    for reason in (
        unreachable.judge(source("turnstile")),
        unreachable.judge(source("turnstile"), secrets=()),
    ):
        assert (reason or "").startswith("the CAPTCHA can't be checked: ")


# -- over the wire ----------------------------------------------------------------------------


class Provider(BaseHTTPRequestHandler):
    """Passes the token "good"; answers garbage to "garbage"."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        (token,) = form["response"]
        answer = json.dumps({"success": token == "good", "error-codes": form["secret"]})
        self.send_response(500 if token == "garbage" else 200)
        self.end_headers()
        self.wfile.write(b"<html>" if token == "garbage" else answer.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Provider) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/siteverify"
        server.shutdown()


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("good", None),
        ("bäd & worse", "the CAPTCHA was not passed: secret"),
        ("garbage", "the CAPTCHA can't be checked: 127.0.0.1: HTTP 500, not JSON"),
    ],
)
def test_a_token_is_verified_over_http(url: str, token: str, reason: str | None) -> None:
    asking = source("turnstile", captcha_url=url)
    fields = {"cf-turnstile-response": token}
    assert captcha_doubt(fields, asking, SECRETS, "192.0.2.7", post_form) == reason


def test_a_provider_that_is_gone_costs_no_lead() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Unavailable, match=r"127\.0\.0\.1: ConnectionRefusedError"):
            post_form(f"http://127.0.0.1:{port}/siteverify", {})
