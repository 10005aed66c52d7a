"""A lead on its way from the queue into TrackerRMS: once, whatever happens on the way."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.deliver import app
from leadrelay.claim import ANY_STEP, Claim
from leadrelay.crm.base import adapter
from leadrelay.delivery.options import OptionsBySource
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.table import Table
from leadrelay.sources_file import Sources, judge, read_sources
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Atomic, Queue
from tests.handlers.conftest import Ledger, Printed, Worker

HOUR = timedelta(hours=1)
SHORT = timedelta(seconds=2)


def outcomes(lines: list[dict[str, Any]]) -> list[str]:
    return [line["message"] for line in lines if "message" in line]


# -- as it should be --------------------------------------------------------------------------


def test_a_lead_is_delivered(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, printed: Printed
) -> None:
    assert queue.deliver_to(app.handler) == []
    (record,) = trackerrms.records
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["record_id"]) == ("delivered", record.id)
    assert (delivery["attempts"], "lease" in delivery) == (1, False)
    assert queue.bodies() == []
    done, metrics = printed()
    assert (done["message"], done["lead_id"]) == ("delivery.done", lead)
    assert (done["crm"], done["source"], done["attempt"]) == ("trackerrms", "contact-us", 1)
    assert done["ms"] > 0
    assert metrics["crm"] == "trackerrms"
    assert metrics["delivery.done"] == [1.0]
    assert metrics["delivery.done.ms"] == [done["ms"]]


def test_how_long_a_lead_took_since_its_arrival_is_a_metric(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, worker: Worker, printed: Printed
) -> None:
    """Of all its attempts, and of the waits between them."""
    came = worker.now - timedelta(minutes=5)
    queue.nudge(ledger.accept(at=came))
    trackerrms.fail_next(status=503)
    queue.deliver_to(worker.but())
    queue.wake()
    queue.deliver_to(worker.later(HOUR))
    done, metrics = printed()[-2:]
    took_ms = (HOUR + timedelta(minutes=5)) / timedelta(milliseconds=1)
    assert (done["attempt"], done["since_arrival_ms"]) == (2, took_ms)
    assert metrics["delivery.done.since_arrival_ms"] == [took_ms]


def test_a_lead_that_was_delivered_is_left_alone(
    trackerrms: Simulator, queue: Queue, lead: str, printed: Printed
) -> None:
    queue.deliver_to(app.handler)
    printed()
    queue.nudge(lead)
    assert queue.deliver_to(app.handler) == []
    assert (len(trackerrms.records), printed()) == (1, [])


def test_a_batch_is_delivered_whole(trackerrms: Simulator, ledger: Ledger, queue: Queue) -> None:
    for number in range(10):
        queue.nudge(ledger.accept(number))
    assert queue.deliver_to(app.handler) == []
    assert len(trackerrms.records) == 10
    assert len({record.id for record in trackerrms.records}) == 10


# -- later ------------------------------------------------------------------------------------


def test_an_outage_puts_the_message_back_until_the_lead_is_delivered(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    trackerrms.fail_next(503, times=5)
    for attempt in range(1, 6):
        assert len(queue.deliver_to(worker)) == 1
        delivery = ledger.delivery(lead)
        assert (delivery["state"], delivery["attempts"]) == ("unknown", attempt)
        assert delivery["reason"] == "HTTP 503"
        (hidden,) = queue.waits()
        assert 0 < hidden <= 15 * 2 ** (attempt - 1) + 1
        queue.wake()
        worker = worker.later(HOUR)
    assert queue.deliver_to(worker) == []
    assert ledger.delivery(lead)["state"] == "delivered"
    assert "reason" not in ledger.delivery(lead)
    assert len(trackerrms.records) == 1


def test_a_message_that_comes_before_the_back_off_is_over_is_put_back(
    trackerrms: Simulator, queue: Queue, lead: str, worker: Worker
) -> None:
    trackerrms.fail_next(503, headers={"Retry-After": "600"})
    queue.deliver_to(worker)
    queue.wake()
    assert len(queue.deliver_to(worker.later(timedelta(seconds=100)))) == 1
    assert queue.waits() == [pytest.approx(500, abs=5)]
    assert trackerrms.requests == 1


def test_a_crm_that_is_busy_is_waited_for_and_the_attempt_does_not_count(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    trackerrms.fail_next(429, headers={"Retry-After": "120"})
    queue.deliver_to(worker)
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["attempts"]) == ("queued", 0)
    assert queue.waits()[0] > 115
    queue.wake()
    assert queue.deliver_to(worker.later(timedelta(seconds=121))) == []
    assert ledger.delivery(lead)["attempts"] == 1


def test_a_refused_login_lets_leads_wait_and_does_not_count(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker, dead: Queue
) -> None:
    trackerrms.fail_next(401, times=10)
    queue.deliver_to(worker)
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["attempts"]) == ("queued", 0)
    assert queue.waits() == [pytest.approx(30, abs=5)]
    assert dead.bodies() == []


def test_options_that_are_wrong_let_leads_wait(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker, printed: Printed
) -> None:
    text = """
        [contact-us]
        kind = "form"
        sender = "html"
        deliver = ["trackerrms"]
        trackerrms = {laedname = "x", userid = "y"}
    """
    options = OptionsBySource(adapter("trackerrms"), "trackerrms", read_sources(text))
    queue.deliver_to(worker.but(options=options))
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["attempts"]) == ("queued", 0)
    assert delivery["reason"] == "sources.toml, [contact-us]: userid, laedname can't be used"
    told = printed()
    assert outcomes(told) == ["source.broken", "delivery.misconfigured"]
    (figure,) = (line["_aws"]["CloudWatchMetrics"] for line in told if "source.broken" in line)
    assert figure[0]["Dimensions"] == [["stack"]]  # as SourceBrokenAlarm watches it
    assert trackerrms.requests == 0


def test_a_source_with_a_mistake_lets_its_own_leads_wait(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    sources = Sources(judge('[contact-us]\nkind = "form"\nsender = "html"\ndeliver = "trackerrms"'))
    options = OptionsBySource(adapter("trackerrms"), "trackerrms", sources)
    queue.deliver_to(worker.but(options=options))
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["attempts"]) == ("queued", 0)
    assert delivery["reason"].startswith("sources.toml, [contact-us] has a mistake")
    assert trackerrms.requests == 0


# -- never ------------------------------------------------------------------------------------


def test_a_refused_lead_is_parked_with_the_crm_s_words(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, dead: Queue, lead: str, printed: Printed
) -> None:
    trackerrms.fail_next(refuse="Department not recognised")
    assert queue.deliver_to(app.handler) == []
    delivery = ledger.delivery(lead)
    assert delivery["state"] == "parked"
    assert "Department not recognised" in delivery["reason"]
    assert (queue.bodies(), trackerrms.records) == ([], [])
    assert [json.loads(body) for body in dead.bodies()] == [{"lead_id": lead, "crm": "trackerrms"}]
    assert dead.attributes() == [{"reason": "Refused"}]
    assert outcomes(printed()) == ["delivery.parked"]


def test_what_never_works_is_parked_in_the_end(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, dead: Queue, lead: str, worker: Worker
) -> None:
    trackerrms.fail_next(503, times=10)
    queue.deliver_to(worker.later(timedelta(hours=95)))
    assert ledger.delivery(lead)["state"] == "unknown"
    queue.wake()
    assert queue.deliver_to(worker.later(timedelta(hours=96.5))) == []
    delivery = ledger.delivery(lead)
    assert (delivery["state"], delivery["reason"]) == ("parked", "HTTP 503")
    assert dead.attributes() == [{"reason": "Retryable"}]


def test_however_late_a_message_comes_its_lead_is_tried_once(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    assert queue.deliver_to(worker.later(timedelta(days=10))) == []
    assert ledger.delivery(lead)["state"] == "delivered"


def test_an_erased_lead_s_message_ends_quietly(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, printed: Printed
) -> None:
    ledger.erase(lead)
    assert queue.deliver_to(app.handler) == []
    assert (trackerrms.requests, printed(), queue.bodies()) == (0, [], [])


def test_what_is_left_of_an_erased_lead_is_not_overdue_for_ever(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    ledger.erase(lead, whole=False)
    assert queue.deliver_to(worker) == []
    assert list(worker.deliverer.ledger.overdue("trackerrms", before=worker.now + 9 * HOUR)) == []
    assert trackerrms.requests == 0


def test_a_lead_that_is_erased_while_it_is_refused_does_no_harm(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker, printed: Printed
) -> None:
    def erase_meanwhile(*_ids: str) -> None:
        ledger.erase(lead, whole=False)

    trackerrms.fail_next(refuse="no")
    assert queue.deliver_to(worker.but(dead_letter=erase_meanwhile)) == []
    assert outcomes(printed()) == ["delivery.parked"]


# -- several at once --------------------------------------------------------------------------


def test_a_delivery_somebody_works_on_is_left_to_them(
    trackerrms: Simulator, queue: Queue, lead: str, worker: Worker
) -> None:
    held = worker.deliverer.ledger.claim(
        lead, "trackerrms", now=worker.now, until=worker.now + timedelta(seconds=90)
    )
    assert isinstance(held, Claim)
    assert len(queue.deliver_to(worker)) == 1
    assert queue.waits() == [pytest.approx(90, abs=5)]
    assert trackerrms.requests == 0


def test_two_messages_for_one_delivery_make_one_record(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, lead: str, worker: Worker
) -> None:
    queue.nudge(lead)
    worker = worker.but(ledger=Deliveries(Atomic()))
    queue.deliver_to(worker)
    queue.wake()
    assert queue.deliver_to(worker.later(HOUR)) == []
    assert ledger.delivery(lead)["state"] == "delivered"
    assert (len(trackerrms.records), trackerrms.calls["createLead"]) == (1, 1)


def test_who_lost_the_lease_settles_nothing(
    ledger: Ledger, lead: str, worker: Worker, table: Table
) -> None:
    deliveries = Deliveries(table)
    slow = deliveries.claim(lead, "trackerrms", now=worker.now, until=worker.now + SHORT)
    later = worker.now + 2 * SHORT
    fast = deliveries.claim(lead, "trackerrms", now=later, until=later + HOUR)
    assert isinstance(slow, Claim)
    assert isinstance(fast, Claim)
    assert (slow.doubt, fast.doubt) == (frozenset(), frozenset({ANY_STEP}))
    parked = Outcome(state="parked", steps={}, attempts=1, reason="too late")
    delivered = replace(parked, state="delivered", record_id="7", reason=None)
    assert deliveries.settle(slow, parked, now=later) == "lost"
    assert deliveries.settle(fast, delivered, now=later) == "settled"
    assert ledger.delivery(lead)["state"] == "delivered"


@pytest.mark.parametrize("fault", [{"refuse": "no"}, {"status": 503}, {"status": 500}])
def test_one_failure_in_a_batch_of_ten_touches_no_other(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, fault: dict[str, Any]
) -> None:
    leads = [ledger.accept(number) for number in range(9)]
    for lead in leads:
        queue.nudge(lead)
    queue.send("a message of somebody else's")
    trackerrms.fail_next(**fault)
    queue.deliver_to(app.handler)
    states = sorted(ledger.delivery(lead)["state"] for lead in leads)
    assert states.count("delivered") == 8
    assert len(trackerrms.records) == 8
    assert "a message of somebody else's" in queue.bodies()


def test_a_ledger_that_is_gone_leaves_the_messages_where_they_are(
    trackerrms: Simulator, queue: Queue, lead: str, worker: Worker, printed: Printed, table: Table
) -> None:
    nowhere = Deliveries(Table(table._db, "no-such-table"))
    assert len(queue.deliver_to(worker.but(ledger=nowhere))) == 1
    assert (len(queue.bodies()), trackerrms.requests) == (1, 0)
    assert outcomes(printed()) == ["delivery.unavailable"]
