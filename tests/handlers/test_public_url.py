"""Who signs the URL signs the one it calls, which is not always the one that a function sees."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from functions.receive_form import app
from leadrelay.compose.intake import compose_intake
from leadrelay.settings import ReceiveSettings
from leadrelay.signing import signer
from leadrelay.signing.samples import Sample, with_headers
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import aws, proxy_event, sample
from tests.handlers.conftest import Ledger, Printed

KINDS = {"twilio": "call", "plivo": "call", "hubspot": "form"}
SAMPLES = {"twilio": "twilio-7-completed", "plivo": "plivo-2-hangup", "hubspot": "hubspot"}
SECRET = "sandbox-secret"
API = "abc123.execute-api.eu-west-1.amazonaws.com"
SENDERS = pytest.mark.parametrize("sender", KINDS)


class Deployed:
    """What API Gateway and the receiving function do with a request, wherever it was called."""

    def __init__(self, sender: str, *, public_url: str = "", more: str = "") -> None:
        self.sender, self.kind = sender, KINDS[sender]
        self.route = f"/{self.kind}s/web"
        settings = ReceiveSettings.from_env({**ENVIRONMENT, "PUBLIC_URL": public_url})
        table = f'[web]\nkind="{self.kind}"\nsender="{sender}"\ndeliver=["trackerrms"]\n{more}'
        intake = compose_intake(settings, app.report)
        self.intake = replace(intake, sources=read_sources(table))

    def post(self, signed_url: str, *, host: str, base: str = "", query: str = "") -> int:
        """The answer's status. The sender signs one URL; API Gateway sees a host, and a path with
        its base path, if any."""
        sent = replace(sample(SAMPLES[self.sender]), path=base + self.route + query)
        event = proxy_event(with_headers(self._signed(sent, signed_url + query), {"Host": host}))
        answer: dict[str, Any] = self.intake.receive(event, kind=self.kind)
        return int(answer["statusCode"])

    def _signed(self, sent: Sample, url: str) -> Sample:
        sign = signer(self.sender)
        assert sign
        return sign(sent, SECRET, url, datetime.now(UTC))


@pytest.fixture(autouse=True)
def _secret() -> None:
    put_secrets({"web": SECRET})


def put_secrets(secrets: Mapping[str, Any]) -> None:
    aws("secretsmanager").put_secret_value(
        SecretId="leadrelay/leadrelay/sources", SecretString=json.dumps(secrets)
    )


# -- without any setting ----------------------------------------------------------------------


@SENDERS
def test_the_api_s_own_url_does_as_it_is(sender: str, ledger: Ledger) -> None:
    web = Deployed(sender)
    assert web.post(f"https://{API}{web.route}", host=API) == 200
    assert len(ledger.items("lead")) == 1


@SENDERS
@pytest.mark.parametrize("query", ["?a=1&b=2&a=3", "?a=1&a=3&b=2", "?b=&a&b=2&b="])
def test_names_that_come_again_among_others_keep_their_places(sender: str, query: str) -> None:
    web = Deployed(sender)
    assert web.post(f"https://{API}{web.route}", host=API, query=query) == 200


@SENDERS
def test_a_custom_domain_of_api_gateway_is_seen_by_itself(sender: str) -> None:
    web = Deployed(sender)
    url = f"https://hooks.example.com/leads{web.route}"  # a base path mapping
    assert web.post(url, host="hooks.example.com", base="/leads") == 200


@SENDERS
@pytest.mark.parametrize(("signed", "seen"), [(":443", ""), ("", ":443"), (":8443", ":8443")])
def test_the_scheme_s_own_port_may_be_written_or_not(sender: str, signed: str, seen: str) -> None:
    web = Deployed(sender)
    url = f"https://hooks.example.com{signed}{web.route}"
    assert web.post(url, host=f"hooks.example.com{seen}") == 200


QUERIES = {
    "percent": f"?site=caf{quote('é')}&note={quote('a b+c/d', safe='')}&none=",
    "plus": f"?site=caf{quote('é')}&note={quote_plus('a b+c/d')}",
    "as typed": "?page=https://www.example.com/a:b",
    "repeated": "?tag=one&tag=two",
}


@SENDERS
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_is_signed_in_the_sender_s_spelling(sender: str, query: str) -> None:
    web = Deployed(sender, public_url="https://hooks.example.com")
    assert web.post(f"https://hooks.example.com{web.route}", host=API, query=query) == 200


# -- behind what API Gateway doesn't know of --------------------------------------------------

BASES = ["https://hooks.example.com", "https://www.example.com/leads", "https://example.com:8443"]


@SENDERS
@pytest.mark.parametrize("base", BASES)
def test_behind_a_proxy_the_template_says_what_urls_begin_with(sender: str, base: str) -> None:
    web = Deployed(sender, public_url=base)
    assert web.post(base + web.route, host=API) == 200


@SENDERS
def test_a_source_s_own_url_comes_first(sender: str) -> None:
    own = "https://calls.example.com/hook"
    web = Deployed(sender, public_url=BASES[0], more=f'public_url = "{own}"')
    assert web.post(own, host=API, query="?a=b%20c") == 200
    assert web.post(BASES[0] + web.route, host=API) == 401


@SENDERS
def test_a_signature_of_another_url_is_refused(sender: str, ledger: Ledger) -> None:
    web = Deployed(sender, public_url=BASES[0])
    assert web.post(f"https://{API}{web.route}", host=API) == 401
    assert web.post(f"{BASES[0]}{web.route}-other", host=API) == 401
    assert ledger.items("lead") == []


# -- without a secret -------------------------------------------------------------------------


@SENDERS
@pytest.mark.parametrize("secret", ["", [], [""], " ", None, {}], ids=repr)
def test_without_a_secret_nothing_is_taken_and_the_sender_comes_again(
    sender: str, secret: object, ledger: Ledger, printed: Printed
) -> None:
    put_secrets({"web": secret})
    web = Deployed(sender)
    url = f"https://{API}{web.route}"
    assert web.post(url, host=API) == 503
    assert ledger.items("lead") == []
    told = [(one["message"], one["source"]) for one in printed() if "message" in one]
    assert told == [("source.unverifiable", "web"), ("refused.new", "web")]
    put_secrets({"web": SECRET})
    assert Deployed(sender).post(url, host=API) == 200


def test_unverified_takes_what_nobody_signed() -> None:
    put_secrets({})
    web = Deployed("twilio", more="unverified = true")
    assert web.post("https://elsewhere.example.com", host=API) == 200
