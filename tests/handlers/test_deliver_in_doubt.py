"""An attempt whose outcome nobody knows: the next one looks before it writes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from functions.deliver import app
from leadrelay.claim import STEP_OF_OLD, Claim
from leadrelay.crm.base import adapter
from leadrelay.ledger import items
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.table import Table
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Queue
from tests.handlers.conftest import Ledger, Worker

HOUR = timedelta(hours=1)
SHORT = timedelta(seconds=2)


@pytest.mark.parametrize("fault", [{"reset": True}, {"status": 504}, {"status": 500}])
def test_a_lost_answer_is_looked_into_and_the_record_adopted(
    trackerrms: Simulator,
    ledger: Ledger,
    queue: Queue,
    lead: str,
    worker: Worker,
    fault: dict[str, Any],
) -> None:
    trackerrms.fail_next(**fault, after_saving=True)
    queue.deliver_to(worker)
    assert ledger.delivery(lead)["state"] == "unknown"
    queue.wake()
    assert queue.deliver_to(worker.later(HOUR)) == []
    (record,) = trackerrms.records
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["record_id"]) == ("delivered", record.id)


def test_a_stalled_answer_is_a_lost_one(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    trackerrms.fail_next(delay=2, after_saving=True, operation="createLead")
    with httpx.Client(timeout=0.8) as impatient:
        crm = adapter("trackerrms")(
            impatient, lambda _: app.secrets.get("crm/trackerrms"), lambda _: None
        )
        queue.deliver_to(worker.but(crm=crm))
    assert ledger.delivery(lead)["state"] == "unknown"
    queue.wake()
    queue.deliver_to(worker.later(HOUR))
    assert ledger.delivery(lead)["state"] == "delivered"
    assert len(trackerrms.records) == 1


def test_in_doubt_stays_in_doubt_until_somebody_could_look(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    trackerrms.fail_next(reset=True, after_saving=True)
    queue.deliver_to(worker)
    trackerrms.fail_next(503, operation="getRecords")
    queue.wake()
    queue.deliver_to(worker.later(HOUR))
    assert ledger.delivery(lead)["state"] == "unknown"
    queue.wake()
    queue.deliver_to(worker.later(2 * HOUR))
    assert ledger.delivery(lead)["state"] == "delivered"
    assert len(trackerrms.records) == 1


class Killed(Exception):
    """The function ended here."""


class DyingLedger(Deliveries):
    def settle(self, *_: object, **__: object) -> Any:
        raise Killed


def test_a_function_killed_between_create_and_settle_makes_no_second_record(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker, table: Table
) -> None:
    assert len(queue.deliver_to(worker.but(ledger=DyingLedger(table)))) == 1
    assert len(trackerrms.records) == 1
    queue.wake()
    # while the lease lasts nobody touches it
    assert len(queue.deliver_to(worker.later(timedelta(seconds=60)))) == 1
    assert queue.waits() == [pytest.approx(30, abs=5)]
    assert ledger.delivery(lead)["state"] == "sending"
    queue.wake()
    assert queue.deliver_to(worker.later(timedelta(seconds=91))) == []
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["record_id"]) == ("delivered", trackerrms.records[0].id)
    assert len(trackerrms.records) == 1


def test_a_lead_that_kills_its_function_each_time_is_parked_in_the_end(
    trackerrms: Simulator, queue: Queue, dead: Queue, lead: str, worker: Worker, table: Table
) -> None:
    queue.deliver_to(worker.but(ledger=DyingLedger(table)))
    queue.wake()
    assert queue.deliver_to(worker.later(timedelta(hours=98))) == []
    delivery = table.get(items.delivery_key(lead, "trackerrms"))
    assert delivery
    assert delivery["state"] == "parked"
    assert dead.attributes() == [{"reason": "Unknown"}]


@pytest.mark.parametrize("at_the_end", [{"in_doubt": True}, {}], ids=["ended", "killed"])
def test_what_an_earlier_version_left_is_in_doubt_until_it_is_settled(
    ledger: Ledger, lead: str, worker: Worker, table: Table, at_the_end: dict[str, bool]
) -> None:
    """It wrote down no step before it went out, and a flag for all of them at the end."""
    deliveries, key = Deliveries(table), items.delivery_key(lead, "trackerrms")
    deliveries.claim(lead, "trackerrms", now=worker.now, until=worker.now + SHORT)
    table.update(key, {"unnamed": None, **at_the_end}, condition="attribute_exists(lease)")
    for begun in (2 * SHORT, 4 * SHORT):  # the second finds that the first came to no end
        now = worker.now + begun
        claim = deliveries.claim(lead, "trackerrms", now=now, until=now + SHORT)
        assert isinstance(claim, Claim)
        assert STEP_OF_OLD in claim.doubt
        if begun > 2 * SHORT:
            looked = Outcome(state="queued", steps={}, attempts=1, until=now)
            assert deliveries.settle(claim, looked, now=now) == "settled"
    assert items.read_doubt(ledger.delivery(lead)) == set()


@pytest.mark.parametrize("state", ["queued", "unknown", "parked"])
def test_the_steps_in_doubt_are_kept_by_their_names(
    ledger: Ledger, lead: str, worker: Worker, table: Table, state: End
) -> None:
    deliveries, now = Deliveries(table), worker.now
    claim = deliveries.claim(lead, "trackerrms", now=now, until=now + SHORT)
    assert isinstance(claim, Claim)
    ended = Outcome(state=state, steps={}, attempts=1, doubt={"lead", "file"}, until=now)
    assert deliveries.settle(claim, ended, now=now) == "settled"
    assert items.read_doubt(ledger.delivery(lead)) == {"lead", "file"}
