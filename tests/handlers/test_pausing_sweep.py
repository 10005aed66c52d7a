"""What the sweep makes of a pause: a queue that is not read, a probe, and nobody nudged."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from functions.deliver import app as deliver
from functions.sweep import app
from leadrelay.aws.functions import Functions, Mappings
from leadrelay.delivery.sweep import PATIENCE, Sweep
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from leadrelay_sandbox.ledger import read_template
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Queue, aws
from tests.handlers.conftest import Ledger, Printed, Worker

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def pauses(table: Table) -> Pauses:
    return Pauses(table)


@dataclass
class Lambda:
    """A client for Lambda: moto's mapping, and a note of the functions that were started."""

    uuid: str
    started: list[tuple[str, Any]] = field(default_factory=list)

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803  # boto3's names
        assert InvocationType == "Event"
        self.started.append((FunctionName, json.loads(Payload)))

    @property
    def mapping(self) -> str:
        state: str = aws("lambda").get_event_source_mapping(UUID=self.uuid)["State"]
        return state


@pytest.fixture
def lambda_() -> Lambda:
    """Not over the CRM's own queue: moto would hand each message to the function."""
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="deliver", AssumeRolePolicyDocument="{}")["Role"]
    aws("lambda").create_function(
        FunctionName="leadrelay-deliver-trackerrms",
        Runtime="python3.13",
        Role=role["Arn"],
        Handler="app.handler",
        Code={"ZipFile": b"never run"},
    )
    read = Queue("read-by-lambda")
    arn = aws("sqs").get_queue_attributes(QueueUrl=read.url, AttributeNames=["QueueArn"])
    made = aws("lambda").create_event_source_mapping(
        EventSourceArn=arn["Attributes"]["QueueArn"], FunctionName="leadrelay-deliver-trackerrms"
    )
    return Lambda(made["UUID"])


def swept(lambda_: Lambda, at: datetime) -> int:
    runs = partial(
        app.runs,
        mappings=Mappings(partial(aws, "lambda"), {"trackerrms": lambda_.uuid}),
        functions=Functions(lambda: lambda_, "leadrelay-"),
        now=at,
    )
    return Sweep(
        ledger=app.ledger,
        runs=runs,
        queue=app.queues.send,
        report=app.report,
        now=at,
    ).run(["trackerrms"])


def test_a_paused_crm_s_queue_is_not_read_its_leads_not_nudged_and_it_is_probed(
    ledger: Ledger,
    queue: Queue,
    pauses: Pauses,
    worker: Worker,
    lambda_: Lambda,
    printed: Printed,
) -> None:
    ledger.accept(at=worker.now - HOUR)
    pauses.begin(
        Pause(
            crm="trackerrms",
            kind="misconfigured",
            since=worker.now,
            reason="jane@example.com is unknown",
            next_probe_at=worker.now + MINUTE,
        )
    )
    for minute in range(3):
        assert swept(lambda_, worker.now + minute * MINUTE) == 0
    assert (lambda_.mapping, queue.bodies()) == ("Disabled", [])
    assert lambda_.started == [("leadrelay-deliver-trackerrms", {"probe": "trackerrms"})] * 3
    found = printed()
    assert sum("crm.paused" in line for line in found) == 3  # the metric that its alarm watches
    assert "jane" not in str(found)


def test_a_crm_that_goes_on_is_read_again_and_nudged_once_it_had_its_time(
    ledger: Ledger, queue: Queue, pauses: Pauses, worker: Worker, lambda_: Lambda
) -> None:
    ledger.accept(at=worker.now - HOUR)
    by_hand = Pause(crm="trackerrms", kind="by hand", since=worker.now, reason="")
    pauses.begin(by_hand)
    assert swept(lambda_, worker.now) == 0
    assert lambda_.started == []
    pauses.lift(by_hand, at=worker.now + MINUTE)
    assert swept(lambda_, worker.now + MINUTE) == 0
    assert (lambda_.mapping, queue.bodies()) == ("Enabled", [])
    assert swept(lambda_, worker.now + MINUTE + PATIENCE + SECOND) == 1


def test_a_mapping_that_was_switched_on_by_a_deploy_is_switched_off_again(
    pauses: Pauses, worker: Worker, lambda_: Lambda
) -> None:
    pauses.begin(Pause(crm="trackerrms", kind="by hand", since=worker.now, reason=""))
    swept(lambda_, worker.now)
    aws("lambda").update_event_source_mapping(UUID=lambda_.uuid, Enabled=True)
    swept(lambda_, worker.now + MINUTE)
    assert lambda_.mapping == "Disabled"


def test_a_crm_that_was_never_paused_needs_nothing_of_lambda(
    ledger: Ledger, worker: Worker, lambda_: Lambda
) -> None:
    aws("lambda").delete_event_source_mapping(UUID=lambda_.uuid)
    ledger.accept(at=worker.now - HOUR)
    assert swept(lambda_, worker.now) == 1


def redrive(queue: Queue, dead: Queue) -> None:
    """SQS puts aside what was received too often, as in template.yaml."""
    policy = dict(read_template()["Resources"]["TrackerRmsQueue"]["Properties"]["RedrivePolicy"])
    arn = aws("sqs").get_queue_attributes(QueueUrl=dead.url, AttributeNames=["QueueArn"])
    policy["deadLetterTargetArn"] = arn["Attributes"]["QueueArn"]
    attributes = {"RedrivePolicy": json.dumps(policy)}
    aws("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes=attributes)


@pytest.mark.long
def test_ten_minutes_without_the_crm_park_nothing_and_bring_everything_once(
    trackerrms: Simulator,
    ledger: Ledger,
    queues: dict[str, Queue],
    pauses: Pauses,
    worker: Worker,
    lambda_: Lambda,
) -> None:
    queue, dead = queues["trackerrms"], queues["trackerrms-dead"]
    redrive(queue, dead)
    leads: list[str] = []

    def minute(number: int) -> None:
        """Sweep, probe, and read the queue; all that is hidden comes back, sooner than it would."""
        at = worker.now + number * MINUTE
        swept(lambda_, at)
        while lambda_.started:
            lambda_.started.pop()
            deliver.pausing.probe(deliver.deliverer.crm.check, at)
        queue.wake()
        for _ in range(len(leads) // 10 + 1):
            if lambda_.mapping == "Enabled":
                queue.deliver_to(worker.later(number * MINUTE))

    trackerrms.fail_next(503, times=100_000)
    for number in range(10):
        for _ in range(5):
            leads.append(ledger.accept(len(leads), at=worker.now + number * MINUTE))
            queue.send(json.dumps({"lead_id": leads[-1], "crm": "trackerrms"}))
        minute(number)
    assert trackerrms.records == []
    pause = pauses.read("trackerrms")
    assert pause
    assert (pause.kind, pause.is_on) == ("down", True)

    trackerrms.faults.clear()
    for number in range(10, 30):
        minute(number)
    assert {ledger.delivery(lead)["state"] for lead in leads} == {"delivered"}
    assert len(trackerrms.records) == len(leads) == 50
    assert (queue.bodies(), dead.bodies()) == ([], [])
