"""Nobody saw whether the CRM took the lead: it is looked for there before it is tried again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.deliver import app
from leadrelay.crm.base import Receipt, Steps
from leadrelay.errors import Unavailable, Unknown
from leadrelay.lead import Lead
from leadrelay.ledger.changing import change
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.table import Table
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Queue
from tests.handlers.conftest import Ledger, Printed, Worker

HOUR = timedelta(hours=1)
LEASE_OVER = timedelta(seconds=91)


class Killed(BaseException):
    """The function ended here: nothing catches it, nothing is settled."""


@dataclass
class DyingCrm:
    """TrackerRMS, in whose call the function is killed before or after it saved the lead."""

    saves: bool

    def create(self, *given: Any) -> Receipt:
        if self.saves:
            app.deliverer.crm.create(*given)
        raise Killed


@pytest.mark.parametrize("saved", [True, False])
def test_a_function_killed_in_mid_call_makes_one_record(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker, *, saved: bool
) -> None:
    with pytest.raises(Killed):
        queue.deliver_to(worker.but(crm=DyingCrm(saved)))
    assert ledger.delivery(lead)["state"] == "sending"
    queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))  # as SQS hands it out again
    assert queue.deliver_to(worker.later(LEASE_OVER)) == []
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["record_id"]) == ("delivered", trackerrms.records[0].id)
    assert len(trackerrms.records) == 1


def test_a_lead_that_kills_its_function_each_time_is_left_to_a_person_in_the_end(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, dead: Queue, lead: str, worker: Worker
) -> None:
    dying = worker.but(crm=DyingCrm(saves=False))
    for hours in (0, 50, 96.5):
        with pytest.raises(Killed):
            queue.deliver_to(dying.later(hours * HOUR))
        queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))
    assert queue.deliver_to(dying.later(97.5 * HOUR)) == []
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["reason_class"]) == ("parked", "Unknown")
    assert delivery["reason"] == "in 4 d no attempt settled what is in doubt"
    assert dead.attributes() == [{"reason": "Unknown"}]
    assert trackerrms.records == []


class ForgetfulLedger(Deliveries):
    """Can't be reached when the CRM has said yes."""

    def settle(self, *_: object, **__: object) -> Any:
        raise Unavailable("ledger: Throttled")


def test_a_yes_that_could_not_be_written_down_is_found_in_the_crm(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker, table: Table
) -> None:
    assert len(queue.deliver_to(worker.but(ledger=ForgetfulLedger(table)))) == 1
    (record,) = trackerrms.records
    queue.wake()
    assert queue.deliver_to(worker.later(LEASE_OVER)) == []
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["record_id"]) == ("delivered", record.id)
    assert len(trackerrms.records) == 1


class BlindCrm:
    """A CRM whose only write can't be looked for."""

    def create(self, _lead: Lead, _options: object, steps: Steps, *_: object) -> Receipt:
        def act() -> str:
            raise Unknown("no answer")

        return Receipt(steps.once("fax", act))


def test_what_the_crm_can_not_tell_is_left_to_a_person_with_what_to_do(
    ledger: Ledger, queue: Queue, dead: Queue, lead: str, worker: Worker, printed: Printed
) -> None:
    blind = worker.but(crm=BlindCrm())
    assert len(queue.deliver_to(blind)) == 1
    assert ledger.delivery(lead)["state"] == "unknown"
    queue.wake()
    assert queue.deliver_to(blind.later(HOUR)) == []
    delivery: Mapping[str, Any] = ledger.delivery(lead)
    assert (delivery["state"], delivery["reason_class"]) == ("parked", "Undecidable")
    assert "look there by hand" in delivery["reason"]
    assert dead.attributes() == [{"reason": "Undecidable"}]
    last = [line for line in printed() if "message" in line][-1]
    assert (last["message"], last["error"]) == ("delivery.parked", "Undecidable")


class Addresses:
    """A CRM that finds a person by their address alone, and loses its first answer."""

    def __init__(self) -> None:
        self.made: list[str | None] = []

    def create(self, lead: Lead, _options: object, steps: Steps, *_: object) -> Receipt:
        def act() -> str:
            self.made.append(lead.email)
            if len(self.made) == 1:
                raise Unknown("no answer")
            return str(len(self.made))

        def look() -> str | None:
            return "1" if lead.email in self.made else None

        return Receipt(steps.once("contact", act, look))


def test_who_was_corrected_since_is_looked_for_by_what_they_were_before(
    ledger: Ledger, queue: Queue, lead: str, worker: Worker, table: Table
) -> None:
    crm = Addresses()
    asking = worker.but(crm=crm)
    queue.deliver_to(asking)
    change(table, lead, lambda one: one.model_copy(update={"email": "corrected@example.com"}))
    queue.wake()
    assert queue.deliver_to(asking.later(HOUR)) == []
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["record_id"]) == ("delivered", "1")
    assert crm.made == ["jane1@example.com"]
