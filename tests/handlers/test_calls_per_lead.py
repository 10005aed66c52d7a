"""What a lead costs, in requests to AWS: nothing that a good day doesn't need."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from functions.deliver import app as deliver
from functions.receive_form import app as receive
from leadrelay.aws.queues import Queues
from leadrelay.crm.base import Receipt
from leadrelay.crms import CRMS
from leadrelay.delivery.batch import deliver_batch
from leadrelay.delivery.gate import Gate
from leadrelay.delivery.pausing import Pausing
from leadrelay.intake.receive import Intake
from leadrelay.lead import Lead
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.counters import count
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.table import Table
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import Counting, aws, proxy_event, sample

SOURCES = read_sources(f"""
[contact-us]
kind = "form"
sender = "html"
deliver = ["trackerrms"]

[everywhere]
kind = "form"
sender = "html"
deliver = {list(CRMS)}
""")


class Vendor:
    """A CRM that takes everything in one step."""

    def create(self, lead: Lead, _options: Any, steps: Any, _read_file: Any) -> Receipt:
        return Receipt(steps.once("record", lambda: lead.ref, lambda: None))

    def check(self) -> str:
        return "logged in"


@pytest.fixture
def dynamodb() -> Counting:
    return Counting("dynamodb")


@pytest.fixture
def sqs() -> Counting:
    return Counting("sqs")


@pytest.fixture
def intake(dynamodb: Counting, sqs: Counting) -> Intake:
    table = Table(dynamodb, ENVIRONMENT["TABLE_NAME"])
    queues = Queues(sqs, ENVIRONMENT["QUEUE_URL_PREFIX"])
    keeper = replace(receive.intake.keeper, accept=partial(accept, table), queue=queues.send)
    return replace(receive.intake, sources=SOURCES, keeper=keeper, count=partial(count, table))


def send(intake: Intake, source: str, number: int = 1) -> str:
    """A form; the lead's id."""
    form = sample("form-html")
    body = f"name=Jane+Doe&email=jane{number}%40example.com&message=Hello".encode()
    sent = replace(form, path=f"/forms/{source}", body=body)
    before = leads()
    assert intake.receive(proxy_event(sent), kind="form")["statusCode"] in {200, 303}
    (lead,) = leads() - before
    return lead


def leads() -> set[str]:
    found = aws("dynamodb").scan(TableName=ENVIRONMENT["TABLE_NAME"])["Items"]
    return {item["pk"]["S"].removeprefix("lead#") for item in found if item["sk"]["S"] == "lead"}


@pytest.fixture
def work(dynamodb: Counting) -> Callable[..., None]:
    """Has one CRM's function deliver a batch of these leads."""
    table = Table(dynamodb, ENVIRONMENT["TABLE_NAME"])

    def deliver_to(crm: str, *leads: str) -> None:
        pausing: Pausing = replace(deliver.pausing, crm=crm, pauses=Pauses(table))
        deliverer = replace(
            deliver.deliverer,
            name=crm,
            crm=Vendor(),  # type: ignore[arg-type]  # as much of one as is asked for here
            gate=Gate(pausing, Vendor().check),
            options=lambda _: None,
            ledger=Deliveries(table),
        )
        records = [
            {"messageId": lead, "receiptHandle": "", "body": f'{{"lead_id": "{lead}"}}'}
            for lead in leads
        ]
        with deliverer.gate.batch():
            done = deliver_batch(
                records,
                deliver=deliverer.deliver,
                canary=deliverer.see_canary,
                put_back=lambda *_: None,
                report=deliver.report,
                in_flight=10,
            )
        assert done == {"batchItemFailures": []}

    return deliver_to


def test_one_crm_costs_two_and_four(
    intake: Intake, dynamodb: Counting, sqs: Counting, work: Callable[..., None]
) -> None:
    lead = send(intake, "contact-us")
    assert (dynamodb.calls, sqs.calls) == ({"transact_write_items": 1}, {"send_message": 1})
    dynamodb.calls.clear()
    work("trackerrms", lead)
    # the pause; the lead's own item; the claim and how it ended
    assert dynamodb.calls == {"get_item": 2, "update_item": 2}


def test_four_crms_cost_five_and_four_each(
    intake: Intake, dynamodb: Counting, sqs: Counting, work: Callable[..., None]
) -> None:
    lead = send(intake, "everywhere")
    assert (dynamodb.calls, sqs.calls) == ({"transact_write_items": 1}, {"send_message": 4})
    dynamodb.calls.clear()
    for crm in CRMS:
        work(crm, lead)
    assert dynamodb.calls == {"get_item": 4 * 2, "update_item": 4 * 2}


def test_ten_in_one_batch_cost_thirty_one(
    intake: Intake, dynamodb: Counting, work: Callable[..., None]
) -> None:
    ten = [send(intake, "contact-us", number) for number in range(10)]
    dynamodb.calls.clear()
    work("trackerrms", *ten)
    assert dynamodb.calls == {"get_item": 1 + 10, "update_item": 2 * 10}
