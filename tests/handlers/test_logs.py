"""What a person writes into a form, and what opens a door, is in no log, metric or message."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.deliver import app as deliver
from functions.receive_form import app as receive
from leadrelay.aws.files import Files
from leadrelay.crm import http
from leadrelay.crm.base import Receipt, adapter
from leadrelay.delivery.sweep import Sweep
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.history import read_history
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Queue, aws, proxy_event
from tests.handlers.conftest import Ledger, Worker

MARKS = {
    "name": "Quillfeather",
    "email": "quillfeather@example.com",
    "phone": "+12025550173",
    "message": "Zanzibarium",
    "budget": "Xylophonic",
    "secret": "open-sesame-4711",
    "wrong_secret": "open-barley-4712",
    "password": "sandbox-password",
}
PERSONAL = {name: MARKS[name] for name in ("name", "email", "phone", "message", "budget")}
ECHO = f"no: {MARKS['email']} {MARKS['phone']} {MARKS['password']}"  # CRMs repeat what they refuse
SECOND = timedelta(seconds=1)
SOURCES = """
[marked]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "query:k"
"""

type Seen = Callable[[], str]


@pytest.fixture
def seen(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    queues: dict[str, Queue],
) -> Seen:
    """All that whoever reads logs, metrics, queues and dead letters could see by now."""
    caplog.set_level(logging.INFO)

    def read() -> str:
        output = capsys.readouterr()
        records = [repr(vars(record)) for record in caplog.records]
        messages = [f"{queue.bodies()} {queue.attributes()}" for queue in queues.values()]
        return "\n".join([output.out, output.err, caplog.text, *records, *messages])

    return read


def post(secret: str, body: dict[str, str] | bytes) -> dict[str, Any]:
    """Send a form to a source with a secret, through the function's own intake."""
    aws("secretsmanager").put_secret_value(
        SecretId="leadrelay/leadrelay/sources", SecretString=json.dumps({"marked": MARKS["secret"]})
    )
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = [("Content-Type", "application/json")]
    event = proxy_event(Sample("POST", f"/forms/marked?k={secret}", headers, raw))
    return replace(receive.intake, sources=read_sources(SOURCES)).receive(event, kind="form")


def accepted() -> str:
    answer = post(MARKS["secret"], PERSONAL)
    assert answer["statusCode"] == 200
    lead_id: str = json.loads(answer["body"])["id"]
    return lead_id


def assert_unmarked(text: str) -> None:
    assert {name: mark for name, mark in MARKS.items() if mark.lower() in text.lower()} == {}


class Crashing:
    """An adapter with a defect, whose text quotes what it worked on."""

    def create(self, lead: Any, *_: object) -> Receipt:
        raise ValueError(f"can't do {lead.email}")


def test_a_lead_that_is_delivered(
    trackerrms: Simulator, queue: Queue, seen: Seen, ledger: Ledger
) -> None:
    lead = accepted()
    assert lead in queue.bodies()[0]
    queue.deliver_to(deliver.handler)
    assert ledger.delivery(lead)["state"] == "delivered"
    (record,) = trackerrms.records
    assert all(mark in str(record.fields) for mark in PERSONAL.values())
    text = seen()
    assert "lead.accepted" in text
    assert "delivery.done" in text
    assert_unmarked(text)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 503, "body": ECHO}, "delivery.retry"),
        ({"status": 429, "body": ECHO}, "delivery.retry"),
        ({"status": 500, "body": ECHO, "after_saving": True}, "delivery.retry"),
        ({"status": 200, "body": ECHO, "after_saving": True}, "delivery.retry"),
        ({"reset": True, "after_saving": True}, "delivery.retry"),
        ({"status": 401, "body": ECHO, "times": 9}, "delivery.misconfigured"),
        ({"status": 400, "body": ECHO}, "delivery.parked"),
        ({"refuse": ECHO}, "delivery.parked"),
    ],
)
def test_a_lead_that_is_not(
    trackerrms: Simulator, queue: Queue, seen: Seen, fault: dict[str, Any], outcome: str
) -> None:
    accepted()
    trackerrms.fail_next(**fault)
    queue.deliver_to(deliver.handler)
    text = seen()
    assert outcome in text
    assert_unmarked(text)


def test_the_crm_s_words_are_in_the_ledger_where_they_belong(
    trackerrms: Simulator, queue: Queue, ledger: Ledger
) -> None:
    lead = accepted()
    trackerrms.fail_next(refuse=ECHO)
    queue.deliver_to(deliver.handler)
    assert ECHO in ledger.delivery(lead)["reason"]


def test_a_crash(queue: Queue, seen: Seen, worker: Worker) -> None:
    accepted()
    assert len(queue.deliver_to(worker.later(SECOND).but(crm=Crashing()))) == 1
    text = seen()
    assert "delivery.crashed" in text
    assert "ValueError" in text
    assert_unmarked(text)


def test_a_ledger_that_is_gone(queue: Queue, seen: Seen) -> None:
    accepted()
    aws("dynamodb").delete_table(TableName=receive.settings.table_name)
    queue.deliver_to(deliver.handler)
    assert post(MARKS["secret"], PERSONAL)["statusCode"] == 503
    text = seen()
    assert "delivery.unavailable" in text
    assert "intake.unavailable" in text
    assert_unmarked(text)


def test_a_story_that_was_told_in_the_ledger(
    trackerrms: Simulator, queue: Queue, seen: Seen, ledger: Ledger, worker: Worker
) -> None:
    accepted()
    accepted()  # and once more, as a double click does
    trackerrms.fail_next(refuse=ECHO)
    queue.purge()
    later = worker.later(timedelta(hours=1))
    swept = Sweep(
        ledger=worker.deliverer.ledger,
        runs=lambda _: True,
        queue=deliver.queues.send,
        report=deliver.report,
        now=later.now,
    ).run(["trackerrms"])
    assert swept == 1
    queue.deliver_to(later)
    told = [event for item in ledger.items() for event in read_history(item)]
    assert [event.name for event in told if event.crm is None] == ["received", "duplicate"]
    *before, parked = (event for event in told if event.crm)
    assert ECHO in parked.facts.values()  # the CRM's own words, erased with the lead
    assert_unmarked(str([event.as_json() for event in told if event is not parked]))
    assert [event.name for event in before] == ["queued", "requeued", "started"]
    text = seen()
    assert "lead.duplicate" in text
    assert "delivery.requeued" in text
    assert_unmarked(text)


def test_a_lead_that_is_erased(
    trackerrms: Simulator, queue: Queue, seen: Seen, ledger: Ledger, table: Table
) -> None:
    lead = accepted()
    queue.deliver_to(deliver.handler)
    files = Files(aws("s3"), ENVIRONMENT["FILES_BUCKET"])
    assert Eraser(table=table, files=files, salt="").erase(lead, by="jo")
    assert_unmarked(str(ledger.items()) + seen())


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        (MARKS["wrong_secret"], PERSONAL, 401),
        (MARKS["secret"], json.dumps(PERSONAL).encode()[:-1], 400),
        (MARKS["secret"], b'{"email": "' + MARKS["email"].encode() + b" " * 300_000 + b'"}', 413),
    ],
)
def test_a_request_that_is_turned_away(
    seen: Seen, secret: str, body: dict[str, str] | bytes, status: int
) -> None:
    answer = post(secret, body)
    assert answer["statusCode"] == status
    text = seen() + json.dumps(answer)
    assert "lead.rejected" in text
    assert_unmarked(text)


@pytest.mark.parametrize("secret", [json.dumps([MARKS["password"]]), MARKS["password"]])
def test_a_secret_that_is_no_json_object(
    trackerrms: Simulator, queue: Queue, seen: Seen, worker: Worker, secret: str
) -> None:
    accepted()
    aws("secretsmanager").put_secret_value(
        SecretId="leadrelay/leadrelay/crm/trackerrms", SecretString=secret
    )
    unread = adapter("trackerrms")(
        http.client(1), lambda _: deliver.secrets.get("crm/trackerrms", fresh=True), print
    )
    queue.deliver_to(worker.later(SECOND).but(crm=unread))
    text = seen()
    assert "delivery.misconfigured" in text
    assert_unmarked(text)
