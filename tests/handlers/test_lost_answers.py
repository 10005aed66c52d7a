"""What DynamoDB refuses for a moment, and what it did although its answer was lost."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from leadrelay.claim import ANY_STEP, Claim
from leadrelay.errors import Unavailable
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import aws
from tests.handlers.conftest import SOURCE, Ledger

LEASE = timedelta(minutes=6)


class Faulty:
    """DynamoDB that does what real networks do."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(aws("dynamodb"), name)

    def update_item(self, **request: Any) -> Any:
        match self.faults.pop(0) if self.faults else "":
            case "conflict":  # a transaction holds the item
                error = {"Error": {"Code": "TransactionConflictException", "Message": ""}}
                raise ClientError(error, "UpdateItem")  # type: ignore[arg-type]  # as boto3 does
            case "lost":  # done, and boto3 sends it again
                aws("dynamodb").update_item(**request)
        return aws("dynamodb").update_item(**request)


@pytest.fixture
def faulty() -> Faulty:
    return Faulty()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def deliveries(faulty: Faulty, waits: list[float]) -> Deliveries:
    return Deliveries(Table(faulty, ENVIRONMENT["TABLE_NAME"], sleep=waits.append))


def claimed(deliveries: Deliveries, lead: str) -> Claim:
    now = datetime.now(UTC)
    claim = deliveries.claim(lead, "trackerrms", now=now, until=now + LEASE)
    assert isinstance(claim, Claim)
    return claim


DELIVERED = Outcome(state="delivered", steps={"lead": "7"}, attempts=1, record_id="7")


def test_an_update_waits_for_a_transaction_to_end(
    ledger: Ledger, deliveries: Deliveries, faulty: Faulty, waits: list[float]
) -> None:
    claim = claimed(deliveries, lead := ledger.accept())
    faulty.faults = ["conflict"] * 3
    assert deliveries.settle(claim, DELIVERED, now=datetime.now(UTC)) == "settled"
    assert ledger.delivery(lead)["state"] == "delivered"
    assert len(waits) == 3
    assert max(waits) <= 0.1


def test_an_item_that_is_never_free_is_told(
    ledger: Ledger, deliveries: Deliveries, faulty: Faulty, waits: list[float]
) -> None:
    claim = claimed(deliveries, ledger.accept())
    faulty.faults = ["conflict"] * 99
    with pytest.raises(Unavailable, match="too many transactions"):
        deliveries.settle(claim, DELIVERED, now=datetime.now(UTC))
    assert len(waits) == 10


def test_a_claim_whose_answer_was_lost_is_ours(
    ledger: Ledger, deliveries: Deliveries, faulty: Faulty
) -> None:
    lead = ledger.accept()
    faulty.faults = ["lost"]
    claim = claimed(deliveries, lead)
    assert (claim.attempts, claim.lease) == (1, ledger.delivery(lead)["lease"])
    assert claim.doubt == {ANY_STEP}  # what it was before isn't known: one look is the price


def test_an_end_whose_answer_was_lost_is_settled_and_the_lead_kept_as_long_as_it_should(
    ledger: Ledger, deliveries: Deliveries, faulty: Faulty
) -> None:
    claim, now = claimed(deliveries, lead := ledger.accept()), datetime.now(UTC)
    faulty.faults = ["lost"]
    assert deliveries.settle(claim, DELIVERED, now=now) == "settled"
    kept = datetime.fromtimestamp(int(ledger.delivery(lead)["expires_at"]), UTC) - now
    assert abs(kept - SOURCE.retention) < timedelta(seconds=2)


def test_somebody_else_s_update_is_not_taken_for_ours(ledger: Ledger, table: Table) -> None:
    lead = ledger.accept()
    key = {"pk": f"lead#{lead}", "sk": "crm#trackerrms"}
    table.update(key, {"attempts": 3}, condition="attempts = :none", given={"none": 0})
    with pytest.raises(ConditionFailed) as failed:
        table.update(key, {"attempts": 3}, condition="attempts = :none", given={"none": 0})
    assert failed.value.item
    assert failed.value.item["attempts"] == 3


def test_a_repeat_of_a_known_key_needs_no_transaction(
    ledger: Ledger, faulty: Faulty, table: Table
) -> None:
    again = Ledger(Table(faulty, ENVIRONMENT["TABLE_NAME"]))
    assert ledger.accept(1) == again.accept(1)
    assert faulty.calls["transact_write_items"] == 0
    again.accept(2)
    assert faulty.calls["transact_write_items"] == 1
