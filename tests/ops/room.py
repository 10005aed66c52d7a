"""A stack on moto with leads in every state, for what the command shows of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from moto import mock_aws
from typer.testing import CliRunner, Result

from leadrelay.claim import Claim
from leadrelay.crms import CRMS
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.sources import Source
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import create_ledger
from tests.ops.conftest import deploy_stack

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
MORNING = YESTERDAY.replace(hour=9, minute=30, second=0, microsecond=0)


@dataclass
class Room:
    stack: Stack

    def accept(self, number: int, *crms: str, at: datetime = MORNING, **fields: Any) -> Lead:
        own_id = lead_id("contact-us", str(number))
        fields = {"full_name": "Jane Doe", **fields}
        lead = Lead(id=own_id, ref=lead_ref(own_id), source="contact-us", received_at=at, **fields)
        deliver = crms or tuple(CRMS)
        source = Source(name="contact-us", kind="form", sender="html", deliver=deliver)
        accept(self.stack.table, lead, source, guard=Guard(key=own_id, window=None))
        return lead

    def settle(self, lead: Lead, crm: str, state: End = "delivered", **outcome: Any) -> None:
        deliveries, at = Deliveries(self.stack.table), lead.received_at + timedelta(seconds=2)
        claim = deliveries.claim(lead.id, crm, now=at, until=at)
        assert isinstance(claim, Claim)
        ended = Outcome(state=state, steps={}, attempts=1, **outcome)
        deliveries.settle(claim, ended, now=at)

    def pause(self, crm: str, reason: str = "they move house") -> None:
        since = MORNING + timedelta(hours=5, minutes=2)
        Pauses(self.stack.table).begin(Pause(crm=crm, kind="by hand", since=since, reason=reason))

    def run(self, *words: str, columns: int | None = None) -> Result:
        """In a terminal of so many columns; without any, into a pipe."""
        runner = CliRunner(env={"COLUMNS": str(columns) if columns else None})
        return runner.invoke(app, words, obj=lambda _: self.stack)

    def told(self, *words: str, columns: int | None = None) -> str:
        ran = self.run(*words, columns=columns)
        assert ran.exit_code == 0, ran.output
        return ran.stdout


@contextmanager
def open_room() -> Iterator[Room]:
    with mock_aws():
        deploy_stack("leadrelay")
        create_ledger(boto3.client("dynamodb"), "ledger")
        for crm in CRMS:
            for name in (crm, f"{crm}-dead"):
                boto3.client("sqs").create_queue(QueueName=f"leadrelay-{name}")
        outputs = {"TableName": "ledger", "FilesBucket": "files"}
        outputs["QueueUrlPrefix"] = ENVIRONMENT["QUEUE_URL_PREFIX"]
        yield Room(Stack("leadrelay", "", None, outputs, {}))
