"""What deploys do: two stacks in one account and region; what is switched off and on, or deleted
and made anew; and a stack that serves, deployed again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from leadrelay.lead import timestamp
from leadrelay.ledger import items
from leadrelay.ledger.search import read
from leadrelay.signing import proved
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay_ops.send import send
from leadrelay_ops.stack import Stack, read_twin
from leadrelay_sandbox.home import ROOT, read_outputs
from leadrelay_sandbox.ministack import free_port
from leadrelay_sandbox.twin import Twin
from tests.stack.exercise import physical_id
from tests.stack.web import web

type Eventually = Callable[[Callable[[], bool]], None]

OTHER = "leadrelay-other"
FIRST = """
[web]
kind = "form"
sender = "html"
deliver = ["trackerrms"]

[line]
kind = "call"
sender = "twilio"
deliver = ["trackerrms"]
"""
SECOND = f"""
{FIRST.replace('["trackerrms"]', '["trackerrms", "collect"]', 1)}
[landing-page]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
"""
TOKEN, PUBLIC_URL = "open-sesame-4711", "https://hooks.example.com"


def sources(name: str) -> str:
    return f'[{name}]\nkind = "form"\nsender = "html"\ndeliver = ["trackerrms", "collect"]\n'


def other_of(twin: Twin) -> Stack:
    """The second stack as it is deployed just now."""
    outputs = read_outputs(OTHER, twin.endpoint_url)
    first = read_twin(twin.stack_file)
    return replace(first, name=OTHER, api_url=twin.api_url_of(outputs), outputs=outputs)


def deploy_other(twin: Twin) -> Stack:
    twin.deploy(sources("theirs"), stack=OTHER)
    return other_of(twin)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    home = tmp_path_factory.mktemp("stacks")
    ours, secrets = home / "sources.toml", home / "secrets.json"
    ours.write_text(sources("ours") + FIRST, "utf-8")
    secrets.write_text(json.dumps({"sources": {"line": TOKEN}}), "utf-8")
    port = free_port()
    with Twin(port, sources=ours, secrets=secrets, home=home, backoff_s=0.2) as running:
        stack = deploy_other(running)
        for crm in ("trackerrms", "collect"):
            stack.secrets.put(f"crm/{crm}", read_twin(running.stack_file).secrets.get(f"crm/{crm}"))
        yield running


@pytest.fixture
def first(twin: Twin) -> Stack:
    return read_twin(twin.stack_file)


@pytest.fixture
def other(twin: Twin) -> Stack:
    return other_of(twin)


def asked(stack: Stack, source: str) -> httpx.Response:
    form = {"last_name": uuid4().hex, "email": f"{uuid4().hex}@example.com"}
    return web.post(f"{stack.api_url}/forms/{source}", data=form)


def post(stack: Stack, source: str) -> str:
    answer = asked(stack, source)
    assert answer.status_code == 200, answer.text
    lead: str = answer.json()["id"]
    return lead


def call(stack: Stack) -> httpx.Response:
    """Twilio tells of a call, and signs the URL of a domain that the stack may not know yet."""
    source = Source(name="line", kind="call", sender="twilio", deliver=("trackerrms",))
    sample = replace(read_sample(ROOT / "events" / "twilio-1-incoming.http"), path=source.path)
    return send(stack.api_url, proved(sample, source, TOKEN, PUBLIC_URL, datetime.now(UTC)))


def health(stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = web.get(f"{stack.api_url}/health").json()
    return told


def age(stack: Stack, lead: str, crm: str) -> None:
    """As if it had been due for minutes: the sweep leaves alone what is just due."""
    past = timestamp(datetime.now(UTC) - timedelta(minutes=5))
    key = items.delivery_key(lead, crm)
    stack.table.update(key, {"due_at": past}, condition="attribute_exists(pk)")


def states(stack: Stack, lead: str) -> dict[str, str]:
    found = read(stack.table, lead)
    return {crm: one.state for crm, one in found.deliveries.items()} if found else {}


DELIVERED = {"trackerrms": "delivered", "collect": "delivered"}


def test_two_stacks_side_by_side_share_nothing(
    first: Stack, other: Stack, eventually: Eventually
) -> None:
    own = [post(first, "ours"), post(other, "theirs")]
    for stack, lead, foreign, name in (
        (first, own[0], own[1], "theirs"),
        (other, own[1], own[0], "ours"),
    ):
        eventually(lambda stack=stack, lead=lead: states(stack, lead) == DELIVERED)  # type: ignore[misc]
        assert read(stack.table, foreign) is None
        assert web.post(f"{stack.api_url}/forms/{name}", data={"a": "b"}).status_code == 404
    shared = {"AlarmTopicArn", "FilesBucket", "QueueUrlPrefix", "TableName", "ApiId"}
    assert all(first.outputs[name] != other.outputs[name] for name in shared)
    other.secrets.put("sources", {"theirs": "hush"})
    assert "theirs" not in first.secrets.get("sources", fresh=True)


def test_a_crm_that_is_switched_off_and_on_again_finds_its_secret_and_its_leads(
    twin: Twin, first: Stack, eventually: Eventually
) -> None:
    login = first.secrets.get("crm/collect", fresh=True)
    twin.deploy(sources("ours") + FIRST, "Collect=no")
    lead = post(first, "ours")
    eventually(lambda: states(first, lead)["trackerrms"] == "delivered")
    assert states(first, lead)["collect"] == "queued"
    twin.deploy(sources("ours") + FIRST, "Collect=yes")  # a parameter keeps what it was given
    assert first.secrets.get("crm/collect", fresh=True) == login
    age(first, lead, "collect")
    first.client("lambda").invoke(FunctionName=physical_id(first, "Sweep"))
    eventually(lambda: states(first, lead) == DELIVERED)


def test_a_stack_that_was_deleted_is_deployed_anew_and_finds_its_secrets(
    twin: Twin, other: Stack, eventually: Eventually
) -> None:
    login, lead = other.secrets.get("crm/collect", fresh=True), post(other, "theirs")
    eventually(lambda: states(other, lead) == DELIVERED)
    twin.delete(OTHER)
    assert read(other.table, lead), "the ledger outlives its stack"
    anew = deploy_other(twin)
    assert anew.secrets.get("crm/collect", fresh=True) == login
    again = post(anew, "theirs")
    eventually(lambda: states(anew, again) == DELIVERED)


def test_a_second_deploy_reaches_everything(
    twin: Twin, first: Stack, eventually: Eventually
) -> None:
    """Sources, parameters and code."""
    assert asked(first, "web").status_code == 200
    assert asked(first, "landing-page").status_code == 404
    assert call(first).status_code == 401
    before = health(first)

    twin.deploy(SECOND, f"PublicUrl={PUBLIC_URL}", version="99.0.0")

    eventually(lambda: health(first)["version"] == "99.0.0")
    after = health(first)
    assert after["code"] != before["code"]
    assert after["sources"] != before["sources"]
    assert asked(first, "landing-page").status_code == 200
    assert call(first).status_code == 200
    lead = post(first, "web")
    eventually(lambda: states(first, lead) == DELIVERED)
