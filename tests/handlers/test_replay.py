"""What is parked, or was put aside by SQS, goes on its way again: each once, whatever happens."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from functions.deliver import app as deliver
from functions.replay import app
from functions.sweep import app as sweep
from leadrelay.claim import Claim
from leadrelay.delivery.order import Order
from leadrelay.delivery.replay import Replayer
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.parked import BY_SQS, Parked
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Queue
from tests.handlers.conftest import Ledger
from tests.handlers.parking import Parking, delivered, states

WHO = "jane"
HOUR = timedelta(hours=1)
ALL = Order(rate=1000)
REFUSED = Order(filter=Filter.model_validate({"class": "Refused"}), rate=1000)


@pytest.fixture
def replayer() -> Replayer:
    return replace(app.replayer, sleep=lambda _: None)


@pytest.fixture
def park(ledger: Ledger, dead: Queue) -> Parking:
    return Parking(ledger, dead)


# -- many, of two reasons -----------------------------------------------------------------


@pytest.mark.long
def test_many_are_counted_by_reason_and_one_reason_is_replayed(
    park: Parking, ledger: Ledger, queue: Queue, dead: Queue, replayer: Replayer
) -> None:
    park.many(36, "Refused")
    park.many(24, "Retryable")
    found = Counter(one.reason_class for one in replayer.find(Filter()))
    assert found == {"Refused": 36, "Retryable": 24}
    assert len([*replayer.replay(REFUSED, WHO)]) == 36
    assert states(ledger) == {"queued": 36, "parked": 24}
    assert len(queue.bodies()) == 36
    assert Counter(one["reason"] for one in dead.attributes()) == {"Retryable": 24}


def test_letters_that_stay_can_be_read_again_at_once(
    park: Parking, dead: Queue, replayer: Replayer
) -> None:
    park.many(25, "Retryable")
    assert len([*replayer.find(Filter())]) == 25
    assert [*replayer.replay(REFUSED, WHO)] == []
    assert len(dead.waits()) == 25
    assert max(dead.waits()) <= 0


class Killed(BaseException):
    """Nothing of ours catches it."""


def closed(replayer: Replayer, after: int) -> None:
    """Whoever asked for it goes away."""
    run = replayer.replay(ALL, WHO)
    for _ in range(after):
        next(run)
    run.close()  # type: ignore[attr-defined]  # a generator


def killed(after: int, *, queued: bool) -> Callable[[Replayer, int], None]:
    """Dies before or after a message is sent; the ledger is written by then."""

    def run(replayer: Replayer, _: int) -> None:
        sent = 0

        def send(lead: str, crm: str) -> None:
            nonlocal sent
            sent += 1
            if sent <= after - (not queued):
                replayer.queue(lead, crm)
            if sent == after:
                raise Killed

        with pytest.raises(Killed):
            [*replace(replayer, queue=send).replay(ALL, WHO)]

    return run


@pytest.mark.parametrize(
    "interrupted",
    [closed, killed(5, queued=True), killed(5, queued=False)],
    ids=["closed", "killed after sending", "killed before sending"],
)
def test_a_replay_that_was_cut_off_is_run_again_and_each_lead_arrives_once(
    trackerrms: Simulator,
    park: Parking,
    queue: Queue,
    replayer: Replayer,
    interrupted: Callable[[Replayer, int], None],
) -> None:
    leads = [park() for _ in range(12)]
    interrupted(replayer, 5)
    assert states(park.ledger) == {"queued": 5, "parked": 7}
    queue.deliver_to(deliver.handler)  # the workers don't wait for us
    assert len([*replayer.replay(ALL, WHO)]) == 7
    soon = datetime.now(UTC) + HOUR
    for overdue in sweep.ledger.overdue("trackerrms", before=soon):
        queue.send(json.dumps({"lead_id": overdue.lead_id, "crm": "trackerrms"}))
    delivered(queue)
    assert states(park.ledger) == {"delivered": 12}
    assert len(trackerrms.records) == 12
    assert park.dead.bodies() == []
    assert all(len(park.ledger.delivery(lead)["replays"]) == 1 for lead in leads)


def test_two_replays_at_once_replay_each_once(
    park: Parking, queue: Queue, replayer: Replayer
) -> None:
    for _ in range(5):
        park()
    one, other = replayer.replay(ALL, WHO), replayer.replay(ALL, "joe")
    both: list[Iterator[Parked]] = [one, other] * 5
    count = sum(next(run, None) is not None for run in both)
    assert (count, len(queue.bodies())) == (5, 5)


@pytest.mark.long
def test_what_is_parked_again_at_once_is_not_replayed_by_the_same_run(
    park: Parking, dead: Queue, replayer: Replayer
) -> None:
    park.many(55, "Refused")  # more than are read from the ledger at once

    def refused_at_once(lead: str, crm: str) -> None:
        park.settle(lead, "parked", reason_class="Refused")
        deliver.queues.send_dead(lead, crm, "Refused")

    run = replace(replayer, queue=refused_at_once).replay(ALL, WHO)
    assert len([*islice(run, 100)]) == 55
    assert [len(one.replays) for one in replayer.find(Filter())] == [1] * 55
    assert len(dead.bodies()) == 55  # somebody has to hear of each of them again


# -- what is replayed -----------------------------------------------------------------------


def test_what_is_done_stays_done_and_giving_up_counts_anew(
    park: Parking, ledger: Ledger, replayer: Replayer
) -> None:
    lead = park("Retryable")
    before, started = ledger.delivery(lead), datetime.now(UTC)
    [*replayer.replay(replace_order(reason="it is up again"), WHO)]
    after = ledger.delivery(lead)
    assert after["state"] == "queued"
    assert after["steps"] == before["steps"]
    assert after["since"] > before["since"]
    (audit,) = after["replays"]
    assert (audit["who"], audit["why"], audit["after"]) == (WHO, "it is up again", "Retryable")
    assert datetime.fromisoformat(audit["at"]) >= started - timedelta(milliseconds=1)


def test_a_lead_that_was_about_to_be_forgotten_is_kept_for_its_new_delivery(
    park: Parking, ledger: Ledger, replayer: Replayer
) -> None:
    lead = park()
    tomorrow = int((datetime.now(UTC) + 24 * HOUR).timestamp())
    for item in ledger.items():
        key = {"pk": item["pk"], "sk": item["sk"]}
        ledger.table.update(key, {"expires_at": tomorrow}, condition="attribute_exists(pk)")
    [*replayer.replay(ALL, WHO)]
    assert ledger.delivery(lead)["expires_at"] > tomorrow + 360 * 24 * 3600
    assert all(item["expires_at"] > tomorrow for item in ledger.items("lead"))


def replace_order(**changes: Any) -> Order:
    return Order(rate=1000, **changes)


def test_an_unknown_outcome_is_looked_up_before_anything_is_written(
    trackerrms: Simulator, park: Parking, ledger: Ledger, queue: Queue, replayer: Replayer
) -> None:
    lead = ledger.accept()
    queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))
    trackerrms.fail_next(reset=True, after_saving=True, operation="createLead")
    assert len(queue.deliver_to(deliver.handler)) == 1
    queue.purge()
    assert len(trackerrms.records) == 1
    table = Deliveries(ledger.table)
    later = datetime.now(UTC) + HOUR
    claim = table.claim(lead, "trackerrms", now=later, until=later)
    assert isinstance(claim, Claim)
    unknown = Outcome(state="parked", steps={}, attempts=9, reason_class="Unknown", doubt=["lead"])
    table.settle(claim, unknown, now=datetime.now(UTC))
    [*replayer.replay(ALL, WHO)]
    delivered(queue)
    assert ledger.delivery(lead)["state"] == "delivered"
    assert len(trackerrms.records) == 1


def test_what_can_not_be_decided_waits_for_somebody_to_look(
    trackerrms: Simulator, park: Parking, ledger: Ledger, queue: Queue, replayer: Replayer
) -> None:
    lead = park("Undecidable", doubt=["lead"], undecided="lead")
    assert [*replayer.replay(ALL, WHO)] == []
    assert ledger.delivery(lead)["state"] == "parked"
    assert len([*replayer.replay(replace_order(redo=True), WHO)]) == 1
    assert ledger.delivery(lead)["state"] == "queued"
    delivered(queue)
    assert len(trackerrms.records) == 1


def test_a_field_is_corrected_before_and_the_lead_found_by_it(
    trackerrms: Simulator, park: Parking, ledger: Ledger, queue: Queue, replayer: Replayer
) -> None:
    lead = park()
    order = replace_order(edit={"email": "Jane.Doe@example.com"})
    [*replayer.replay(order, WHO)]
    delivered(queue)
    (record,) = trackerrms.records
    assert "Jane.Doe@example.com" in json.dumps(record.fields)
    (audit,) = ledger.delivery(lead)["replays"]
    assert audit["edited"] == ["email"]
    assert audit["was"] == {"email": "jane0@example.com"}
    assert [item["email"] for item in ledger.items("lead")] == ["jane.doe@example.com"]


@pytest.mark.parametrize("name", ["email", "ref"])
def test_one_person_is_found_without_reading_all(
    park: Parking, ledger: Ledger, replayer: Replayer, name: str
) -> None:
    _, lead, _ = park(), park(), park("Retryable")
    (item,) = [one for one in ledger.items("lead") if one["pk"] == f"lead#{lead}"]
    wanted = Filter.model_validate({name: item[name].swapcase()})
    assert [one.lead.id for one in replayer.find(wanted)] == [lead]


def test_a_time_is_when_it_was_parked(park: Parking, replayer: Replayer) -> None:
    start = datetime.now(UTC) - timedelta(seconds=1)
    park()
    end = datetime.now(UTC) + timedelta(seconds=1)
    assert len([*replayer.find(Filter(since=start, until=end))]) == 1
    assert [*replayer.find(Filter(since=end))] == []
    assert [*replayer.find(Filter(until=start))] == []


# -- what SQS put aside -------------------------------------------------------------------


@pytest.mark.parametrize("state", ["queued", "unknown"])
def test_what_sqs_gave_up_on_is_told_and_replayed(
    trackerrms: Simulator, park: Parking, queue: Queue, replayer: Replayer, state: End
) -> None:
    lead, dead = park.by_sqs(state), park.dead
    dead.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))  # the sweep's nudge too
    (one,) = replayer.find(Filter.model_validate({"class": BY_SQS}))
    assert (one.lead.id, one.state, one.reason_class) == (lead, state, BY_SQS)
    assert len([*replayer.replay(ALL, WHO)]) == 1
    assert park.ledger.delivery(lead)["state"] == state
    assert [*replayer.replay(REFUSED, WHO)] == []
    assert dead.bodies() == []
    delivered(queue)
    assert len(trackerrms.records) == 1


def test_what_is_being_worked_on_is_left_alone(
    park: Parking, ledger: Ledger, dead: Queue, replayer: Replayer
) -> None:
    lead, now = park.by_sqs(), datetime.now(UTC)
    claim = Deliveries(ledger.table).claim(lead, "trackerrms", now=now, until=now + HOUR)
    assert isinstance(claim, Claim)
    assert [*replayer.replay(ALL, WHO)] == []
    assert ledger.delivery(lead)["lease"] == claim.lease
    assert len(dead.bodies()) == 1


def test_letters_that_nobody_needs_are_deleted_and_those_of_others_are_not(
    park: Parking, ledger: Ledger, dead: Queue, replayer: Replayer
) -> None:
    park.by_sqs("delivered")
    ledger.erase(park())
    dead.send("not ours")
    dead.send('["nor this"]')
    assert [*replayer.find(Filter())] == []
    assert len(dead.bodies()) == 4
    assert [*replayer.replay(ALL, WHO)] == []
    assert dead.bodies() == ["not ours", '["nor this"]']
