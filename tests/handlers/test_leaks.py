"""A marked person and marked secrets go every way through the functions, good and bad: what those
log, measure, queue, answer or raise holds none of it."""

import base64
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import pytest

from functions.receive_call import app as receive_call
from functions.receive_file import app as receive_file
from functions.receive_form import app as receive_form
from functions.receive_resume import app as receive_resume
from functions.replay import app as replay
from functions.sweep import app as sweep
from leadrelay.aws.files import Files
from leadrelay.aws.reporting import Reporting
from leadrelay.crms import CRMS
from leadrelay.fetch.complete import Completer
from leadrelay.intake.files.of_lead import Attacher
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay_sandbox import simulators
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator, serve
from tests.crm.terms import TERMS
from tests.handlers.applying import s3_event, uploads
from tests.handlers.aws import Queue, aws, proxy_event
from tests.handlers.conftest import Ledger
from tests.handlers.leaks import (
    ECHO,
    FILE_TEXT,
    FILENAME,
    MARKS,
    PASSWORD,
    PERSON,
    TOKEN,
    WRONG_TOKEN,
    leaks,
)
from tests.handlers.marked import (
    SENT,
    SOURCES,
    Stack,
    application,
    composed,
    form,
    fresh,
    put_secret,
)
from tests.senders.documents import pdf

FAULTS: tuple[dict[str, Any], ...] = (
    {},
    {"status": 503, "body": ECHO},
    {"status": 429, "body": ECHO, "headers": {"Retry-After": "7"}},
    {"status": 500, "body": ECHO, "after_saving": True},
    {"status": 200, "body": ECHO},
    {"status": 200, "body": json.dumps({"error": ECHO}), "content_type": "application/json"},
    {"status": 200, "body": json.dumps([ECHO]), "content_type": "application/json"},
    {"status": 200, "body": f"<html>{ECHO}</html>", "content_type": "text/html"},
    {"status": 302, "headers": {"Location": f"/?{urlencode(PERSON)}"}},
    {"status": 400, "body": ECHO},
    {"status": 401, "body": ECHO, "times": 9},
    {"reset": True},
    {"reset": True, "after_saving": True},
    {"delay": 0.3},
    {"refuse": ECHO},
)
# What a stack has that is taken away.
LOSSES = ("dynamodb", "sqs", "secretsmanager")

# A function as Lambda's runtime has it at DEBUG.
ROOT_LEVEL = "logging.getLogger().setLevel(logging.DEBUG)"
DETAILED = f"""
import json, logging, sys
logging.basicConfig(stream=sys.stdout)
{ROOT_LEVEL}
from functions.receive_form import app
{{then}}
app.intake.receive(json.load(sys.stdin), kind="form")
"""

type Seen = Callable[[], str]


class Stdout(io.TextIOBase):
    """Whatever the standard output is just now."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)


@pytest.fixture
def seen(capsys: pytest.CaptureFixture[str], queues: dict[str, Queue]) -> Iterator[Seen]:
    """All that whoever reads logs, metrics, queues and dead letters could see by now.

    Lambda's own handler writes whatever any library's logger lets through.
    """
    lambdas = logging.StreamHandler(Stdout())
    logging.getLogger().addHandler(lambdas)

    def read() -> str:
        output = capsys.readouterr()
        messages = [f"{queue.bodies()} {queue.attributes()}" for queue in queues.values()]
        return "\n".join([output.out, output.err, *messages])

    yield read
    logging.getLogger().removeHandler(lambdas)


@pytest.fixture(scope="module")
def crms() -> Iterator[dict[str, tuple[Simulator, str]]]:
    servers, made = [], {}
    for crm in CRMS:
        simulator = simulators.simulator(crm)
        servers.append(server := serve(simulator))
        made[crm] = simulator, f"http://127.0.0.1:{server.server_port}"
    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def stack(queues: dict[str, Queue], crms: dict[str, tuple[Simulator, str]]) -> Iterator[Stack]:
    for crm, (simulator, url) in crms.items():
        simulator.reset()
        simulator.switch[TERMS[crm].switch] = PASSWORD
        secret = {**simulators.secret(crm, url), TERMS[crm].password: PASSWORD}
        put_secret(f"crm/{crm}", json.dumps(secret))
    put_secret("sources", json.dumps(dict.fromkeys(SOURCES, TOKEN)))
    made = Stack(
        simulators={crm: simulator for crm, (simulator, _) in crms.items()},
        deliverers={crm: composed(crm) for crm in CRMS},
        queues=queues,
        told=[],
    )
    yield made
    for deliverer in made.deliverers.values():
        assert isinstance(deliverer.complete, Completer)
        deliverer.complete.client.close()


def assert_unmarked(stack: Stack, text: str) -> None:
    assert leaks(text + "\n".join(stack.told)) == []


# ---- the claims --------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: " ".join(fault) or "none")
def test_whatever_a_crm_makes_of_a_lead(stack: Stack, seen: Seen, fault: dict[str, Any]) -> None:
    for send in SENT.values():
        assert send(stack)["statusCode"] == 200
    for crm, simulator in stack.simulators.items():
        if fault:
            simulator.fail_next(**{"times": len(SENT), **fault})
        for _ in range(2):
            stack.deliver(crm)
            stack.queues[crm].wake()
    text = seen()
    assert "lead.accepted" in text
    assert "delivery." in text
    assert_unmarked(stack, text)


@pytest.mark.parametrize("sent", SENT)
def test_a_lead_arrives_marked(stack: Stack, seen: Seen, ledger: Ledger, sent: str) -> None:
    """So that there is something to be found."""
    SENT[sent](stack)
    for crm in CRMS:
        stack.deliver(crm)
    assert {item["state"] for item in ledger.items() if "state" in item} == {"delivered"}
    for simulator in stack.simulators.values():
        assert leaks(json.dumps([one.fields for one in simulator.records], default=str))
    assert leaks(json.dumps(ledger.items(), default=str))


@pytest.mark.parametrize("sent", SENT)
def test_who_has_the_wrong_token(stack: Stack, seen: Seen, sent: str) -> None:
    assert SENT[sent](stack, WRONG_TOKEN)["statusCode"] == 401
    assert_unmarked(stack, seen())


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(PERSON).encode()[:-1],
        json.dumps(PERSON).encode("utf-16"),
        json.dumps([PERSON, [PERSON]]).encode(),
        json.dumps(PERSON).encode() + b" " * 300_000,
        json.dumps({**PERSON, "email": f"{PERSON['email']} {PERSON['email']}"}).encode(),
        json.dumps({name: [value] * 999 for name, value in PERSON.items()}).encode(),
    ],
    ids=["cut", "utf-16", "nested", "oversize", "no address", "repeated"],
)
def test_a_body_that_is_not_as_it_should_be(stack: Stack, seen: Seen, body: bytes) -> None:
    form(stack, body=body)
    application(stack, content=body)
    assert_unmarked(stack, seen())


@pytest.mark.parametrize("lost", LOSSES)
@pytest.mark.parametrize("sent", SENT)
def test_an_aws_service_that_fails(stack: Stack, seen: Seen, lost: str, sent: str) -> None:
    SENT[sent](stack)  # one before and one while it is gone
    if lost == "dynamodb":
        aws("dynamodb").delete_table(TableName=ENVIRONMENT["TABLE_NAME"])
    elif lost == "sqs":
        stack.queues["initiative"].remove()
        del stack.queues["initiative"]
    else:
        for name in ("sources", *(f"crm/{crm}" for crm in CRMS)):
            put_secret(name, f"{PASSWORD} is no JSON {TOKEN}")
    SENT[sent](stack)
    for crm in CRMS.keys() & stack.queues.keys():
        stack.deliver(crm)
    stack.call(sweep.handler, {})
    assert_unmarked(stack, seen())


def test_parked_replayed_and_erased(stack: Stack, seen: Seen, ledger: Ledger) -> None:
    lead = json.loads(form(stack)["body"])["id"]
    for crm, simulator in stack.simulators.items():
        simulator.fail_next(refuse=ECHO, operation=TERMS[crm].write or None)
        stack.deliver(crm)
    stack.call(replay.handler, {"filter": {"email": PERSON["email"]}})
    stack.call(replay.handler, {"filter": {"text": PERSON["last_name"]}, "yes": True})
    stack.call(replay.handler, {"edit": {"email": PERSON["message"], "nonsense": TOKEN}})
    stack.call(replay.handler, {"edit": {"phone": PERSON["phone"]}, "yes": True, "look": True})
    table = Table(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    files = Files(aws("s3"), ENVIRONMENT["FILES_BUCKET"])
    assert Eraser(table=table, files=files, salt="").erase(lead, by="jo")
    for crm in CRMS:
        stack.deliver(crm)
    text = seen()
    assert "delivery.parked" in text
    assert_unmarked(stack, text + json.dumps(ledger.items(), default=str))


def test_a_file_on_its_way_of_its_own(stack: Stack, seen: Seen) -> None:
    intake = fresh(receive_resume)
    scanned = replace(intake.keeper, attacher=Attacher(receive_resume.files, scan=True))
    request = httpx.Request(
        "POST", "http://x", data=PERSON, files={"cv": (FILENAME, pdf(FILE_TEXT))}
    )
    headers = [("Content-Type", request.headers["Content-Type"])]
    sample = Sample("POST", f"/resumes/marked-application?k={TOKEN}", headers, request.read())
    receive = replace(intake, keeper=scanned).receive
    stack.call(lambda event, _: receive(event, kind="resume"), proxy_event(sample))
    arrivals = replace(receive_file.arrivals, sources=SOURCES)
    (key,) = uploads()
    nonsense = f"uploads/marked-application/nobody/1/{quote_plus(FILENAME)}"
    for record in (s3_event(key), s3_event(key), s3_event(nonsense)):
        stack.call(lambda record, _: {"taken_in": arrivals.take_in(record)}, record)
    stack.call(receive_file.handler, {"Records": [{"messageId": "1", "body": f"{ECHO}"}]})
    text = seen()
    assert "file." in text
    assert_unmarked(stack, text)


@pytest.mark.parametrize(
    "handler",
    [receive_form, receive_call, receive_resume, receive_file, replay, sweep],
    ids=lambda app: app.__name__.rpartition("functions")[2],
)
def test_a_function_that_breaks_on_its_event(stack: Stack, seen: Seen, handler: Any) -> None:
    """As it would for a defect: what it raises, and Lambda logs, doesn't quote the event."""
    events: list[Any] = [ECHO, {"body": [ECHO], "path": {ECHO: ECHO}}, {"Records": [{ECHO: 1}]}]
    for event in events:
        stack.call(handler.handler, event)
    assert_unmarked(stack, seen())


def test_what_a_defect_says_stays_inside(stack: Stack, seen: Seen) -> None:
    @receive_form.report.handler
    def broken(event: dict[str, Any], _: Any) -> None:
        raise ValueError(f"can't read {event}")

    stack.call(broken, PERSON)
    assert stack.told[0].endswith("')")
    assert "ValueError at test_leaks.py:" in stack.told[0]
    text = seen()
    assert "function.crashed" in text
    assert_unmarked(stack, text)


def test_an_environment_that_asks_for_every_event(
    stack: Stack, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    stack.call(Reporting("v1").handler(lambda *_: {}), PERSON)
    assert_unmarked(stack, seen())


class Forgetful(BaseHTTPRequestHandler):
    """An AWS that has nothing, and takes nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["X-Amz-Target"].endswith("GetItem")
        body = b"{}" if known else b'{"__type": "AccessDeniedException"}'
        self.send_response(200 if known else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def forgetful() -> Iterator[dict[str, str]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Forgetful) as server:
        Thread(target=server.serve_forever).start()
        yield {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


@pytest.mark.parametrize(("then", "shown"), [("", False), (ROOT_LEVEL, True)])
def test_an_environment_that_asks_for_every_detail(
    forgetful: dict[str, str],
    then: str,
    shown: bool,  # noqa: FBT001  # a parameter
) -> None:
    """As Lambda's runtime begins when its log level is DEBUG; without our say it would tell all."""
    level = dict.fromkeys(("AWS_LAMBDA_LOG_LEVEL", "POWERTOOLS_LOG_LEVEL"), "DEBUG")
    body = json.dumps(PERSON).encode()
    headers = [("Content-Type", "application/json")]
    event = proxy_event(Sample("POST", "/forms/contact-us", headers, body))
    ran = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", DETAILED.format(then=then)],
        env={
            **os.environ,
            **ENVIRONMENT,
            **level,
            **forgetful,
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "intake.unavailable" in ran.stdout
    assert bool(leaks(ran.stdout + ran.stderr)) is shown


# ---- the search can fail -----------------------------------------------------------------------


@pytest.mark.parametrize("mark", MARKS)
def test_the_search_finds_a_mark_however_it_is_written(mark: str) -> None:
    spelled = [
        mark,
        mark.upper() if mark.isascii() else mark.lower(),
        quote_plus(mark),
        json.dumps({"words": mark}),
        json.dumps({"words": json.dumps(mark)}),
        repr({"words": mark}),
        *(base64.b64encode(f"{'x' * n}{mark}yz".encode()).decode() for n in range(3)),
        mark.encode().hex(),
    ]
    for text in spelled:
        assert mark in leaks(f'{{"message": "{text}"}}'), text


@pytest.mark.parametrize("number", ["+442079460987", "020 7946 0987", "0044-20-7946-0987"])
def test_the_search_finds_a_number_however_it_is_written(number: str) -> None:
    assert leaks(f"no {number} here") == [PERSON["phone"]]


def test_the_search_finds_a_mark_in_a_line_of_the_log(stack: Stack, seen: Seen) -> None:
    receive_form.report("delivery.parked", crm="centia", error=PERSON["email"])
    with pytest.raises(AssertionError):
        assert_unmarked(stack, seen())


def test_the_search_finds_a_mark_in_a_message_and_in_an_answer(stack: Stack, seen: Seen) -> None:
    stack.queues["centia-dead"].send(PERSON["last_name"])
    assert leaks(seen()) == [PERSON["last_name"]]
    stack.call(lambda *_: {"errorMessage": TOKEN}, {})
    with pytest.raises(AssertionError):
        assert_unmarked(stack, "")
