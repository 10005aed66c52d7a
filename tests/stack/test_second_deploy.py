"""A stack that serves is deployed again: sources, parameters and code all arrive."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from leadrelay.ledger.search import read
from leadrelay.signing import proved
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay_ops.send import send
from leadrelay_ops.stack import Stack, read_twin
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.ministack import free_port
from leadrelay_sandbox.twin import Twin
from tests.stack.web import web

type Eventually = Callable[[Callable[[], bool]], None]

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


def post(stack: Stack, source: str) -> httpx.Response:
    form = {"last_name": uuid4().hex, "email": f"{uuid4().hex}@example.com"}
    return web.post(f"{stack.api_url}/forms/{source}", data=form)


def call(stack: Stack) -> httpx.Response:
    """Twilio tells of a call, and signs the URL of a domain that the stack may not know yet."""
    source = Source(name="line", kind="call", sender="twilio", deliver=("trackerrms",))
    sample = replace(read_sample(ROOT / "events" / "twilio-1-incoming.http"), path=source.path)
    return send(stack.api_url, proved(sample, source, TOKEN, PUBLIC_URL, datetime.now(UTC)))


def health(stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = web.get(f"{stack.api_url}/health").json()
    return told


def test_a_second_deploy_reaches_everything(tmp_path: Path, eventually: Eventually) -> None:
    sources, secrets = tmp_path / "sources.toml", tmp_path / "secrets.json"
    sources.write_text(FIRST, "utf-8")
    secrets.write_text(json.dumps({"sources": {"line": TOKEN}}), "utf-8")
    with Twin(free_port(), sources=sources, secrets=secrets, home=tmp_path, backoff_s=0.2) as twin:
        stack = read_twin(twin.stack_file)
        assert post(stack, "web").status_code == 200
        assert post(stack, "landing-page").status_code == 404
        assert call(stack).status_code == 401
        before = health(stack)

        twin.deploy(SECOND, f"PublicUrl={PUBLIC_URL}", version="99.0.0")

        eventually(lambda: health(stack)["version"] == "99.0.0")
        after = health(stack)
        assert after["code"] != before["code"]
        assert after["sources"] != before["sources"]
        assert post(stack, "landing-page").status_code == 200
        assert call(stack).status_code == 200
        lead = post(stack, "web").json()["id"]

        def is_in_both() -> bool:
            found = read(stack.table, lead)
            states = {crm: one.state for crm, one in found.deliveries.items()} if found else {}
            return states == {"trackerrms": "delivered", "collect": "delivered"}

        eventually(is_in_both)
