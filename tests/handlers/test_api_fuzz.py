"""The API under what schemathesis makes of docs/openapi.json: always an answer that is in it, never
a 5xx; what was said to be kept is kept, and nothing that was sent is said again.

Seeded, so that each run is the same. Which source is called follows from what is sent: each sender
of the route's kind reads it unsigned, and some sources ask for a token.
"""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from functions.receive_call import app as call_app
from functions.receive_form import app as form_app
from functions.receive_resume import app as resume_app
from leadrelay.intake.receive import Intake
from leadrelay.intake.senders import BY_KIND, sender
from leadrelay.lead import Kind
from leadrelay.ledger.search import read
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay_ops.openapi import document
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import ROOT, aws
from tests.handlers.gateway import Gateway, with_health

LEDGER = Table(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
SECRET = "open-sesame-4711"
ORIGIN = "https://www.example.com"
# token → query and headers that open
OPENING: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "query:k": ({"k": SECRET}, {}),
    "header:X-Token": ({}, {"X-Token": SECRET}),
    "body:email": ({}, {}),
    "basic": ({}, {"Authorization": "Basic eDpvcGVuLXNlc2FtZS00NzEx"}),
}
PLAIN: dict[Kind, str] = {"form": "json", "call": "asterisk", "resume": "json_resume"}

# Not judged: whether all is refused that the document doesn't foresee, and all else taken. Names
# are free here, and who may send is for sources.toml to say.
JUDGED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def sources(kind: Kind) -> Iterator[Source]:
    """One for each sender, and one for each place of a token."""

    def source(name: str, by: str, **more: Any) -> Source:
        known: dict[str, Any] = {"name": name, "kind": kind, "sender": by, **more}
        return Source(**known, deliver=("trackerrms",))

    for name in BY_KIND[kind]:
        yield source(name, name, unverified=sender(name).verify is not None)
    for number, token in enumerate(OPENING):
        yield source(f"token-{number}", PLAIN[kind], token=token)
    yield source("pages", PLAIN[kind], origins=(ORIGIN,), min_fill="2s", honeypot="email")
    yield source("nobody", PLAIN[kind])


SOURCES = {f"{kind}s": {one.name: one for one in sources(kind)} for kind in BY_KIND}


def intake(app: Any, kind: str) -> Intake:
    """A function's own, with sources of the tests and nobody to ask who calls."""
    known = {name: one for name, one in SOURCES[kind].items() if name != "nobody"}
    own: Intake = app.intake
    pops = own.pops and replace(own.pops, look_up=lambda *_: None)
    secrets = lambda _: (SECRET, f"render:{SECRET}")  # noqa: E731
    return replace(own, sources=known, secrets=secrets, pops=pops)


FORMS, CALLS = intake(form_app, "forms"), intake(call_app, "calls")
RESUMES = intake(resume_app, "resumes")
DOCUMENT = document()
schema = schemathesis.openapi.from_dict(
    DOCUMENT,
    config=SchemathesisConfig.from_dict(
        {"seed": 4711, "generation": {"deterministic": True, "max-examples": 30}}
    ),
)
schema.app = Gateway(
    {
        "functions/receive_form": with_health(lambda event: FORMS.receive(event, "form")),
        "functions/receive_call": lambda event: CALLS.receive(event, "call"),
        "functions/receive_resume": lambda event: RESUMES.receive(event, "resume"),
    }
)


@pytest.mark.long
@schema.parametrize()
def test_every_request_gets_an_answer_of_the_document(case: schemathesis.Case[Any]) -> None:
    query, headers = aim(case)
    answer = case.call(params=query, headers=headers)
    if case.method.lower() not in DOCUMENT["paths"][case.path]:
        # the gateway answers preflights by itself, and knows no other route
        assert answer.status_code == (204 if case.method.upper() == "OPTIONS" else 404)
        return
    case.validate_response(answer, checks=JUDGED)
    for lead_id in re.findall(r'"id": "(\w{26})"', answer.text):
        assert read(LEDGER, lead_id)
    said = [value for name, value in answer.headers.items() if name != "content-type"]
    told = f"{answer.text}{said}"
    assert [value for value in leaves(case.body) if len(value) > 7 and value in told] == []


def aim(case: schemathesis.Case[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Choose the source that is called, by chance, but the same each time; its own format, half
    of the time, with what was made up put in somewhere. The query and headers beside it."""
    found = SOURCES.get(case.path.split("/")[1])
    if found is None:
        return {}, {}
    chance = crc32(repr((case.body, case.query, case.headers)).encode("utf-8", "replace"))
    takers = [one for one in found.values() if case.method in sender(one.sender).methods]
    among = takers if takers and chance % 7 else list(found.values())
    source = among[chance % len(among)]
    case.path_parameters = {"source": source.name}
    if chance % 2 and case.media_type == "application/json" and isinstance(case.body, dict):
        case.body = grafted(documents(source.sender), case.body, chance)
    if chance % 4 == 0:
        return {}, {}
    query, headers = OPENING.get(source.token or "", ({}, {}))
    origin = {"Origin": ORIGIN} if chance % 3 else {}
    page = {"Accept": "text/html"} if chance % 5 == 0 else {}
    return query, headers | origin | page


@cache
def documents(name: str) -> list[Any]:
    """The JSON that this sender sends in events/."""
    samples = [read_sample(file) for file in sorted((ROOT / "events").glob(f"{name}[-.]*http"))]
    return [json.loads(one.body) for one in samples if one.body.startswith(b"{")]


def grafted(known: list[Any], made_up: dict[str, Any], chance: int) -> Any:
    """One of the documents, a member of which, however deep, is another now."""
    if not known:
        return made_up
    document = copy.deepcopy(known[chance % len(known)])
    at, values = document, [*made_up.values(), made_up]
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = keys[chance % len(keys)]
        chance //= 3
        if not isinstance(at[key], dict | list) or not at[key] or chance % 5 == 0:
            at[key] = values[chance % len(values)]
            return document
        at = at[key]


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from leaves(member)
    elif isinstance(value, str):
        yield value
