"""A fresh AWS for every test, a TrackerRMS on a loopback port, and a lead's way through both."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from moto import mock_aws

from functions.deliver import app as deliver
from leadrelay.claim import Claim
from leadrelay.crm.trackerrms.settings import source_list
from leadrelay.crms import CRMS
from leadrelay.delivery.batch import deliver_batch
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger import items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.table import Table
from leadrelay.sources import Source
from leadrelay_sandbox import simulators
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator, serve
from tests.handlers.aws import Queue, aws, table_definition

SOURCE = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms",))


class Stdout(io.TextIOBase):
    """Whatever the standard output is just now: the log's handler keeps the one it began with,
    but each test is captured by one of its own."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)


for handler in logging.getLogger(deliver.report.logger.name).handlers:
    vars(handler)["stream"] = Stdout()

type Crm = tuple[Simulator, str]


@pytest.fixture(scope="session")
def crm() -> Iterator[Crm]:
    """TrackerRMS and its URL: one for all tests, as the function remembers its secret."""
    simulator = simulators.simulator("trackerrms")
    server = serve(simulator)
    yield simulator, f"http://127.0.0.1:{server.server_port}"
    vars(deliver.deliverer.crm.api)["_client"].close()  # else its connections outlive the tests
    server.shutdown()
    server.server_close()


@pytest.fixture
def trackerrms(crm: Crm, queues: dict[str, Queue]) -> Iterator[Simulator]:
    simulator, _ = crm
    api: Any = deliver.deliverer.crm.api
    api.settings(source_list("lead"))  # is remembered: a fault shall strike what a lead asks for
    simulator.reset()
    yield simulator
    assert simulator.violations == []


@pytest.fixture(autouse=True)
def queues(crm: Crm) -> Iterator[dict[str, Queue]]:
    """All that a deployed stack has; the queues by their names."""
    with mock_aws():
        aws("dynamodb").create_table(TableName=ENVIRONMENT["TABLE_NAME"], **table_definition())
        aws("s3").create_bucket(
            Bucket=ENVIRONMENT["FILES_BUCKET"],
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        )
        secrets = {"sources": {}, "crm/trackerrms": simulators.secret("trackerrms", crm[1])}
        for name, secret in secrets.items():
            aws("secretsmanager").create_secret(
                Name=f"leadrelay/leadrelay/{name}", SecretString=json.dumps(secret)
            )
        names = [*CRMS, *(f"{name}-dead" for name in CRMS)]
        yield {name: Queue(name) for name in names}


@pytest.fixture
def queue(queues: dict[str, Queue]) -> Queue:
    return queues["trackerrms"]


@pytest.fixture
def dead(queues: dict[str, Queue]) -> Queue:
    return queues["trackerrms-dead"]


@pytest.fixture
def table() -> Table:
    return Table(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])


@dataclass
class Ledger:
    """What stands in the table, and a way to put leads there."""

    table: Table

    def accept(
        self, number: int = 1, *, at: datetime | None = None, source: Source = SOURCE
    ) -> str:
        """Keep a lead, as `receive_form` does; its id."""
        own_id = lead_id(source.name, str(number))
        lead = Lead(
            id=own_id,
            ref=lead_ref(own_id),
            source=source.name,
            received_at=at or datetime.now(UTC),
            first_name="Jane",
            last_name=f"Doe-{number}",
            email=f"jane{number}@example.com",
        )
        accept(self.table, lead, source, guard=Guard(key=own_id, window=None))
        return own_id

    def delivery(self, lead: str, crm: str = "trackerrms") -> dict[str, Any]:
        return self.table.get(items.delivery_key(lead, crm)) or {}

    def settle(self, lead: str, state: End) -> None:
        """Bring a delivery into a state, as if it had been worked on."""
        now = datetime.now(UTC)
        deliveries = Deliveries(self.table)
        claim = deliveries.claim(lead, "trackerrms", now=now, until=now)
        assert isinstance(claim, Claim)
        deliveries.settle(claim, Outcome(state=state, steps={}, attempts=1), now=now)

    def items(self, sk: str | None = None) -> list[dict[str, Any]]:
        """All items there are, or those of one kind."""
        found = aws("dynamodb").scan(TableName=ENVIRONMENT["TABLE_NAME"])["Items"]
        return [item for item in map(items.plain, found) if sk in {None, item["sk"]}]

    def erase(self, lead: str, *, whole: bool = True) -> None:
        """A lead's own item, or with `whole` its deliveries too."""
        for item in self.items(None if whole else "lead"):
            if item["pk"] == f"lead#{lead}":
                self._delete(item)

    def forget_guards(self) -> None:
        """As DynamoDB does when they have expired."""
        for item in self.items("key"):
            self._delete(item)

    def _delete(self, item: dict[str, Any]) -> None:
        key = items.wire({"pk": item["pk"], "sk": item["sk"]})
        aws("dynamodb").delete_item(TableName=ENVIRONMENT["TABLE_NAME"], Key=key)


@pytest.fixture
def ledger(table: Table) -> Ledger:
    return Ledger(table)


@dataclass
class Worker:
    """functions/deliver, with a clock that tests can move and parts they can exchange."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    deliverer: Deliverer = field(default_factory=lambda: deliver.deliverer)

    def __call__(self, event: dict[str, Any], _context: object) -> dict[str, Any]:
        with self.deliverer.gate.batch(lambda: self.now):
            return deliver_batch(
                event["Records"],
                deliver=replace(self.deliverer, now=lambda: self.now).deliver,
                canary=self.deliverer.see_canary,
                put_back=partial(deliver.queues.put_back, "trackerrms"),
                report=deliver.report,
                in_flight=10,
            )

    def but(self, **parts: Any) -> "Worker":
        """The same at the same time, with other parts of its `Deliverer`."""
        if crm := parts.get("crm"):
            parts["gate"] = Gate(deliver.pausing, lambda: str(crm.check()))
        return Worker(self.now, replace(self.deliverer, **parts))

    def later(self, wait: timedelta) -> "Worker":
        return Worker(self.now + wait, self.deliverer)


@pytest.fixture
def worker() -> Worker:
    return Worker()


type Printed = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    """Log lines and metrics since last asked, each JSON in a line of its own."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def lead(ledger: Ledger, queue: Queue) -> str:
    """A lead in the ledger, and the message that asks for its delivery."""
    lead = ledger.accept()
    queue.nudge(lead)
    return lead
