"""docs/openapi.json says what the code does: nothing else, and all of it."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Any

import pytest
import schemathesis
from werkzeug.test import Client, TestResponse

from functions.receive_call import app as call_app
from functions.receive_form import app as form_app
from functions.receive_resume import app as resume_app
from leadrelay.crm.base import Caller
from leadrelay.errors import Unavailable
from leadrelay.intake.pages.script import SCRIPT
from leadrelay.intake.receive import Intake
from leadrelay.lead import Kind
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_ops.openapi import document, render
from leadrelay_ops.send import signed_anew
from leadrelay_sandbox import senders
from tests.handlers.aws import ROOT
from tests.handlers.gateway import Answering, Gateway, with_health

HOST, ORIGIN = "https://api.example.com", "https://www.example.com"
DOCUMENT = document()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)

APPS: dict[Kind, Any] = {"form": form_app, "call": call_app, "resume": resume_app}
# Of each kind a sender that takes anything, and one that signs.
SENDERS: dict[Kind, tuple[str, str]] = {
    "form": ("json", "typeform"),
    "call": ("asterisk", "telnyx"),
    "resume": ("json_resume", "indeed"),
}
ALIKE = f"""
[open]
sender = "PLAIN"
origins = ["{ORIGIN}"]
thanks = "{ORIGIN}/thanks"
[token]
sender = "PLAIN"
token = "query:k"
[down]
sender = "PLAIN"
token = "query:k"
[often]
sender = "PLAIN"
throttle = "1/d"
[timed]
sender = "PLAIN"
min_fill = "2s"
[unset]
sender = "SIGNED"
[unsigned]
sender = "SIGNED"
unverified = true
"""
OWN: dict[Kind, str] = {
    "form": '[meta]\nsender = "meta"\n[linkedin]\nsender = "linkedin"\n',
    "call": '[posted]\nsender = "aircall"\n[pop]\nsender = "screen_pop"\n',
    "resume": "",
}


def of_kind(kind: Kind) -> dict[str, Source]:
    plain, signed = SENDERS[kind]
    text = (ALIKE + OWN[kind]).replace("PLAIN", plain).replace("SIGNED", signed)
    head = f']\nkind = "{kind}"\ndeliver = ["collect"]\nsender'
    return read_sources(text.replace("]\nsender", head))


def secrets(source: str) -> tuple[str, ...]:
    if source == "down":
        raise Unavailable("secrets: gone")
    return () if source == "unset" else ("secret", "render:secret", "verify:secret")


def caller(_crm: str, number: str) -> Caller | None:
    known = number.endswith("65")
    return Caller(name="Sam Testcase", link="https://crm.example.com/1") if known else None


def browser(intakes: dict[Kind, Intake]) -> Client:
    """What sends requests to the API of these."""

    def answering(kind: Kind) -> Answering:
        return lambda event: intakes[kind].receive(event, kind)

    functions = {f"functions/receive_{kind}": answering(kind) for kind in intakes}
    functions["functions/receive_form"] = with_health(functions["functions/receive_form"])
    return Client(Gateway(functions))


@cache
def trying() -> Client:
    """With a source for each thing that can be wrong, or right."""
    own = {
        kind: replace(app.intake, sources=of_kind(kind), secrets=secrets)
        for kind, app in APPS.items()
    }
    pops = call_app.intake.pops
    assert pops
    own["call"] = replace(own["call"], pops=replace(pops, look_up=caller))
    return browser(own)


@dataclass(frozen=True)
class Ask:
    """A request, and what it is a witness for."""

    route: str
    method: str
    status: int
    source: str = "open"
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def send(self) -> TestResponse:
        path = self.route.replace("{source}", self.source) + self.query
        headers = {"Content-Type": "application/json", **self.headers}
        if self.source == "often":  # the second is one too many
            trying().open(path, method=self.method, data=self.body, headers=headers)
        return trying().open(path, method=self.method, data=self.body, headers=headers)


BODY = b'{"email": "sam@example.com", "callid": "1", "source": "+442079460965"}'
OURS = {"Cache-Control", "X-Content-Type-Options"}  # API Gateway's own answers have neither
PAGE = {"Accept": "text/html"}
ELSEWHERE = {"Origin": "https://elsewhere.example.com"}
INDEED = (ROOT / "events/indeed.http").read_bytes().partition(b"\n\n")[2]


def posts(route: str, largest: int) -> Iterator[Ask]:
    """What every route that is posted to answers alike."""
    yield Ask(route, "post", 200, body=BODY)
    yield Ask(route, "post", 200, body=BODY, headers={"Origin": ORIGIN})
    yield Ask(route, "post", 400, body=b"{")
    yield Ask(route, "post", 400, body=b"{", headers=PAGE)
    yield Ask(route, "post", 400, body=b"{", headers={"Origin": ORIGIN})
    yield Ask(route, "post", 401, "token", body=BODY)
    yield Ask(route, "post", 200, body=BODY, headers=ELSEWHERE)
    yield Ask(route, "post", 404, "nobody", body=BODY)
    yield Ask(route, "post", 413, body=b"x" * (largest + 1))
    yield Ask(route, "post", 415, body=b"x", headers={"Content-Type": "image/png"})
    yield Ask(route, "post", 429, "often", body=BODY)
    yield Ask(route, "post", 503, "unset", body=BODY)


def gets(route: str) -> Iterator[Ask]:
    """What every route below a source answers a GET alike."""
    yield Ask(route, "get", 404, "nobody")
    yield Ask(route, "get", 413, body=b"x" * 6_100_000)
    yield Ask(route, "get", 503, "down")


FORMS, CALLS, RESUMES = "/forms/{source}", "/calls/{source}", "/resumes/{source}"
UPLOADS = "/resumes/{source}/uploads"
POP = "?Source=%2B442079460965"
UUID = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
META = "?hub.mode=subscribe&hub.verify_token=secret"
ASKED = [
    *chain(posts(FORMS, 262_144), posts(CALLS, 262_144), posts(RESUMES, 6_000_000)),
    *posts(UPLOADS, 6_000_000),
    *chain.from_iterable(map(gets, (FORMS, CALLS, RESUMES))),
    Ask(FORMS, "post", 303, body=BODY, headers=PAGE),
    Ask(FORMS, "post", 200, "timed", body=BODY, headers=PAGE),
    Ask(FORMS, "get", 200, "timed"),
    Ask(FORMS, "get", 200, "linkedin", f"?challengeCode={UUID}"),
    Ask(FORMS, "get", 200, "meta", f"{META}&hub.challenge=1158201444"),
    Ask(FORMS, "get", 400, "meta", META),
    Ask(FORMS, "get", 401, "meta", "?hub.mode=subscribe"),
    Ask(FORMS, "get", 200, SCRIPT),
    Ask(FORMS, "get", 405),
    Ask(CALLS, "post", 204, "pop", POP, headers={**PAGE, "Purpose": "prefetch"}),
    Ask(CALLS, "post", 303, "pop", POP, headers=PAGE),
    Ask(CALLS, "get", 200, "open", POP),
    Ask(CALLS, "get", 200, "pop", POP.replace("65", "66"), headers=PAGE),
    Ask(CALLS, "get", 204, "pop", POP, headers={**PAGE, "Purpose": "prefetch"}),
    Ask(CALLS, "get", 303, "pop", POP, headers=PAGE),
    Ask(CALLS, "get", 400),
    Ask(CALLS, "get", 401, "token", POP),
    Ask(CALLS, "get", 405, "posted"),
    Ask(CALLS, "get", 415, body=b"x", headers={"Content-Type": "image/png"}),
    Ask(RESUMES, "post", 303, body=BODY, headers=PAGE),
    Ask(RESUMES, "post", 200, "unsigned", body=INDEED),
    Ask(RESUMES, "post", 409, "unsigned", body=INDEED),
    Ask(RESUMES, "post", 422, "unsigned", body=b'{"id": "1", "job": {}, "applicant": "Kim"}'),
    Ask(RESUMES, "get", 200, "timed"),
    Ask(RESUMES, "get", 405),
    Ask("/health", "get", 200),
]


def check(route: str, method: str, answer: TestResponse) -> None:
    """The document has this answer: its status, each header, its type and its shape."""
    documented = resolved(DOCUMENT["paths"][route][method]["responses"][str(answer.status_code)])
    given = set(answer.headers.keys()) - {"Content-Type", "Content-Length"}
    required = {name for name, one in documented["headers"].items() if one.get("required")}
    assert required | OURS <= given <= documented["headers"].keys()
    if content := documented.get("content"):
        assert answer.mimetype in content
    else:
        assert not answer.data
    SCHEMA[route][method].validate_response(answer)


def resolved(response: dict[str, Any]) -> dict[str, Any]:
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["responses"][name] if name else response
    return found


def test_the_file_is_what_the_code_makes() -> None:
    written = (ROOT / "docs" / "openapi.json").read_text("utf-8")
    assert written == render(), "run `make openapi`"


def test_every_answer_in_the_document_is_given_and_every_answer_given_is_in_it() -> None:
    seen: set[str] = set()
    for ask in ASKED:
        answer = ask.send()
        assert answer.status_code == ask.status, (ask, answer.text)
        check(ask.route, ask.method, answer)
        seen |= set(answer.headers.keys())
    documented = {
        (route, method, status)
        for route, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        for status in operation["responses"]
    }
    missing = documented - {(ask.route, ask.method, str(ask.status)) for ask in ASKED}
    assert {status for _, _, status in missing} <= {"429", "5XX"}  # API Gateway's own
    by_samples_only = {"Validation-Token"}
    assert DOCUMENT["components"]["headers"].keys() - seen == by_samples_only


SAMPLES = sorted(file.stem for file in (ROOT / "events").glob("*.http"))


@cache
def sandbox() -> Client:
    """With the sandbox's sources, and its senders' secrets."""
    known = read_sources(senders.sources_text())

    def own_secrets(source: str) -> tuple[str, ...]:
        found = senders.secrets().get(source, ())
        return (found,) if isinstance(found, str) else tuple(found)

    return browser(
        {
            kind: replace(app.intake, sources=known, secrets=own_secrets)
            for kind, app in APPS.items()
        }
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_what_every_sample_is_answered_is_in_the_document(name: str) -> None:
    sample = read_sample(ROOT / "events" / f"{name}.http")
    sent = signed_anew(sample, HOST)
    answer = sandbox().open(
        sent.path, HOST, method=sent.method, data=sent.body, headers=sent.headers
    )
    assert answer.status_code in {200, 204, 303}, answer.text
    if "Validation-Token" in answer.headers:  # RingCentral wants the type of nothing told
        return
    route = sample.path.partition("?")[0].replace(f"/{sample.source}", "/{source}")
    check(route, sample.method.lower(), answer)


def test_every_status_in_the_code_is_in_the_document() -> None:
    intake = ROOT / "layers/core/python/leadrelay/intake"
    written = set(chain.from_iterable(map(statuses, intake.rglob("*.py"))))
    told = {
        status
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
    }
    assert {str(status) for status in written} == told - {"5XX"}


def statuses(file: Any) -> Iterator[int]:
    """The numbers that answers and refusals are made with."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            made = node.func.id in {"Rejected", "Answer"}
            if made and isinstance(first, ast.Constant) and isinstance(first.value, int):
                yield first.value


def test_the_examples_are_the_samples_and_no_secret_is_among_them() -> None:
    text = json.dumps(DOCUMENT, ensure_ascii=False)
    assert "Grace O’Sample" not in text  # names are in two fields there
    assert "grace.osample@example.com" in text
    for known in senders.secrets().values():
        for secret in [known] if isinstance(known, str) else known:
            assert secret not in text
