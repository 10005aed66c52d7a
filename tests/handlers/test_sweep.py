"""Once a minute: what was kept and got no further is queued again."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from functions.deliver import app as deliver
from functions.sweep import app
from leadrelay.claim import Claim
from leadrelay.delivery.sweep import LASTS_S, PATIENCE, UNTOUCHED, Sweep
from leadrelay.errors import Unavailable
from leadrelay.ledger.outcome import End
from leadrelay.sources import Source
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Context, Queue
from tests.handlers.conftest import Ledger, Printed, Worker

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def swept(at: datetime) -> int:
    """How many the sweep queued at that time."""
    return Sweep(
        ledger=app.ledger,
        runs=partial(app.runs, now=at),
        queue=app.queues.send,
        report=app.report,
        now=at,
    ).run(app.settings.crms)


def queued(queue: Queue) -> list[str]:
    return [json.loads(body)["lead_id"] for body in queue.bodies()]


def test_a_lead_that_was_kept_and_never_queued_is_delivered_after_all(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, printed: Printed
) -> None:
    lead = ledger.accept(at=datetime.now(UTC) - 2 * MINUTE)
    assert app.handler({}, Context()) == {"requeued": 1}
    (line,) = (line for line in printed() if line.get("message") == "delivery.requeued")
    assert line["lead_id"] == lead
    assert queue.deliver_to(deliver.handler) == []
    assert ledger.delivery(lead)["state"] == "delivered"
    assert app.handler({}, Context()) == {"requeued": 0}


def test_a_fresh_lead_is_left_to_its_own_message(ledger: Ledger, queue: Queue) -> None:
    ledger.accept(at=NOW)
    assert swept(NOW + UNTOUCHED) == 0
    assert swept(NOW + UNTOUCHED + SECOND) == 1
    assert len(queue.bodies()) == 1


def test_a_lead_is_queued_again_once_per_patience(ledger: Ledger, queue: Queue) -> None:
    lead = ledger.accept(at=NOW)
    assert [minute for minute in range(37) if swept(NOW + minute * MINUTE)] == [2, 19, 36]
    assert set(queued(queue)) == {lead}


def test_a_message_lost_during_back_off_is_replaced_when_it_is_due(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, worker: Worker
) -> None:
    lead = ledger.accept(at=worker.now)
    queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))
    trackerrms.fail_next(503, headers={"Retry-After": "600"})
    queue.deliver_to(worker)
    queue.purge()
    assert swept(worker.now + timedelta(seconds=600)) == 0
    # the attempt may have taken a slow machine its while
    assert swept(worker.now + timedelta(seconds=600) + UNTOUCHED + MINUTE) == 1
    queue.deliver_to(worker.later(timedelta(seconds=700)))
    assert ledger.delivery(lead)["state"] == "delivered"


def test_a_delivery_that_is_worked_on_is_left_alone(ledger: Ledger, queue: Queue) -> None:
    lead = ledger.accept(at=NOW)
    lease = NOW + timedelta(seconds=90)
    assert isinstance(app.ledger.claim(lead, "trackerrms", now=NOW, until=lease), Claim)
    assert swept(lease + UNTOUCHED) == 0
    assert queue.bodies() == []


def test_a_lease_that_ran_out_is_queued_once_and_looked_into(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, worker: Worker
) -> None:
    lead = ledger.accept(at=worker.now)
    lease = worker.now + timedelta(seconds=90)
    assert isinstance(app.ledger.claim(lead, "trackerrms", now=worker.now, until=lease), Claim)
    overdue = lease + UNTOUCHED + SECOND
    assert [swept(overdue + number * MINUTE) for number in range(10)] == [1] + [0] * 9
    assert ledger.delivery(lead)["state"] == "unknown"
    assert queue.deliver_to(worker.later(overdue - worker.now)) == []
    assert ledger.delivery(lead)["state"] == "delivered"
    assert trackerrms.calls["getRecords"] >= 1


def test_who_claims_while_the_sweep_is_at_it_is_not_disturbed(ledger: Ledger) -> None:
    lead = ledger.accept(at=NOW)
    later = NOW + 5 * MINUTE
    (seen,) = app.ledger.overdue("trackerrms", before=later)
    claim = app.ledger.claim(lead, "trackerrms", now=later, until=later + MINUTE)
    assert isinstance(claim, Claim)
    app.ledger.nudged(seen, now=later, until=later + PATIENCE)
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["lease"]) == ("sending", claim.lease)


@pytest.mark.parametrize("state", ["delivered", "parked"])
def test_what_is_settled_is_not_queued_again(ledger: Ledger, queue: Queue, state: End) -> None:
    lead = ledger.accept(at=NOW)
    ledger.settle(lead, state)
    assert swept(NOW + timedelta(days=1)) == 0
    assert queue.bodies() == []


def test_one_crm_s_trouble_keeps_no_other_waiting(
    ledger: Ledger, queues: dict[str, Queue], printed: Printed
) -> None:
    both = Source(
        name="contact-us", kind="form", sender="html", deliver=("trackerrms", "initiative")
    )
    lead = ledger.accept(at=NOW, source=both)
    queues["trackerrms"].remove()
    assert swept(NOW + 2 * MINUTE) == 1
    assert queued(queues["initiative"]) == [lead]
    lines = [line for line in printed() if "message" in line]
    assert [(line["message"], line["crm"]) for line in lines] == [
        ("crm.waits", "trackerrms"),
        ("crm.waits", "initiative"),
        ("sweep.unavailable", "trackerrms"),
        ("delivery.requeued", "initiative"),
    ]


class Ended(BaseException):
    """The function's time was over."""


def test_pauses_are_followed_before_any_backlog_is_worked_off(ledger: Ledger) -> None:
    ledger.accept(at=NOW)
    asked = []

    def runs(crm: str) -> bool:
        asked.append(crm)
        return True

    def queue(_lead_id: str, _crm: str) -> None:
        raise Ended

    with pytest.raises(Ended):
        Sweep(
            ledger=app.ledger,
            runs=runs,
            queue=queue,
            report=app.report,
            now=NOW + 2 * MINUTE,
        ).run(app.settings.crms)
    assert asked == [*app.settings.crms]


def test_a_backlog_that_is_too_large_is_taken_by_turns_and_goes_on_in_a_minute(
    ledger: Ledger,
) -> None:
    """Else the function would be killed each minute, and the last CRM wait for all the others."""
    both = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms", "collect"))
    for number in range(3):
        ledger.accept(number, at=NOW, source=both)

    def swept_for(turns: int, at: datetime) -> list[str]:
        queued: list[str] = []
        seconds = iter([0.0] * (turns + 1) + [LASTS_S])
        count = Sweep(
            ledger=app.ledger,
            runs=lambda crm: crm in both.deliver,
            queue=lambda _, crm: queued.append(crm),
            report=app.report,
            now=at,
            clock=lambda: next(seconds),
        ).run(app.settings.crms)
        assert count == len(queued)
        return queued

    assert swept_for(2, NOW + 2 * MINUTE) == ["trackerrms", "collect"]
    assert sorted(swept_for(4, NOW + 3 * MINUTE)) == ["collect"] * 2 + ["trackerrms"] * 2


def test_a_crm_that_can_not_be_queued_for_leaves_the_time_to_the_others(ledger: Ledger) -> None:
    both = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms", "collect"))
    for number in range(3):
        ledger.accept(number, at=NOW, source=both)
    asked: list[str] = []

    def queue(_lead_id: str, crm: str) -> None:
        asked.append(crm)
        if crm == "trackerrms":
            raise Unavailable("queue")

    Sweep(
        ledger=app.ledger,
        runs=lambda _: True,
        queue=queue,
        report=app.report,
        now=NOW + 2 * MINUTE,
    ).run(app.settings.crms)
    assert asked == ["trackerrms", "collect", "collect", "collect"]
