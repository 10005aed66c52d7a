"""Deliveries that wait for a person, and having them worked on again."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.deliver import app as deliver
from leadrelay.claim import Claim
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import End, Outcome
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import copy_lead
from tests.handlers.aws import Queue, aws
from tests.handlers.conftest import Ledger


@dataclass
class Parking:
    """Brings leads where a person has to see to them, as `deliver` does."""

    ledger: Ledger
    dead: Queue

    def __call__(self, reason_class: str = "Refused", **outcome: Any) -> str:
        """Park a new lead; its id."""
        lead = self.ledger.accept(len(self.ledger.items("lead")))
        self.settle(lead, "parked", reason_class=reason_class, **outcome)
        deliver.queues.send_dead(lead, "trackerrms", reason_class)
        return lead

    def settle(self, lead: str, state: End, **outcome: Any) -> None:
        now, deliveries = datetime.now(UTC), Deliveries(self.ledger.table)
        claim = deliveries.claim(lead, "trackerrms", now=now, until=now)
        assert isinstance(claim, Claim)
        reason = f"{outcome.get('reason_class')}: no such department"
        ended = Outcome(state=state, steps={}, attempts=1, reason=reason, **outcome)
        deliveries.settle(claim, ended, now=now)

    def many(self, count: int, reason_class: str) -> None:
        """Park many at once."""
        lead = self(reason_class)
        table = ENVIRONMENT["TABLE_NAME"]
        for copy in copy_lead(aws("dynamodb"), table, lead, count - 1):
            deliver.queues.send_dead(copy, "trackerrms", reason_class)

    def by_sqs(self, state: End = "queued") -> str:
        """Accept a lead whose message SQS gives up on; its id."""
        lead = self.ledger.accept(len(self.ledger.items("lead")))
        if state != "queued":
            self.settle(lead, state)
        self.dead.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))
        return lead


def delivered(queue: Queue) -> None:
    """Have the queue worked through; of two messages for one delivery, one has to wait."""
    for _ in range(10):
        if queue.bodies():
            queue.deliver_to(deliver.handler)
            queue.wake()
    assert queue.bodies() == []


def states(ledger: Ledger) -> Counter[str]:
    return Counter(item["state"] for item in ledger.items("crm#trackerrms"))
