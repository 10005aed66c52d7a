"""The messages of a batch are delivered side by side, each on its own."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from leadrelay.delivery.batch import deliver_batch
from leadrelay.errors import Unavailable

MINUTE = timedelta(minutes=1)


def record(number: int, body: str | None = None) -> dict[str, Any]:
    lead = json.dumps({"lead_id": f"lead-{number}", "crm": "trackerrms"})
    return {"messageId": f"m{number}", "receiptHandle": f"r{number}", "body": body or lead}


class Queue:
    """What was put back, and what was reported."""

    def __init__(self) -> None:
        self.put_back: list[tuple[str, timedelta]] = []
        self.canaries: list[str] = []
        self.reports: list[tuple[str, dict[str, object]]] = []

    def hide(self, receipt_handle: str, wait: timedelta) -> None:
        self.put_back.append((receipt_handle, wait))

    def report(self, outcome: str, **facts: object) -> None:
        self.reports.append((outcome, facts))

    def run(
        self,
        records: list[dict[str, Any]],
        deliver: Callable[[str], timedelta | None],
        *,
        in_flight: int = 10,
    ) -> list[str]:
        answer = deliver_batch(
            records,
            deliver=deliver,
            canary=self.canaries.append,
            put_back=self.hide,
            report=self.report,
            in_flight=in_flight,
        )
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def queue() -> Queue:
    return Queue()


def test_what_is_done_with_is_let_go(queue: Queue) -> None:
    assert queue.run([record(1), record(2)], lambda _: None) == []
    assert queue.put_back == []


def test_a_canary_is_told_apart_and_let_go(queue: Queue) -> None:
    delivered: list[str] = []
    canary = {**record(1), "body": '{"canary": "c1", "crm": "trackerrms"}'}
    assert queue.run([canary, record(2)], delivered.append) == []
    assert (queue.canaries, delivered) == (["c1"], ["lead-2"])


def test_what_is_wanted_again_is_put_back_for_as_long_as_it_waits(queue: Queue) -> None:
    waits = {"lead-1": MINUTE, "lead-2": None}
    assert queue.run([record(1), record(2)], waits.__getitem__) == ["m1"]
    assert queue.put_back == [("r1", MINUTE)]


@pytest.mark.parametrize(
    "error", [Unavailable("ledger: Throttled"), ZeroDivisionError("jane@example.com")]
)
def test_one_record_s_failure_touches_no_other(queue: Queue, error: Exception) -> None:
    def deliver(lead_id: str) -> None:
        if lead_id == "lead-4":
            raise error

    assert queue.run([record(number) for number in range(10)], deliver) == ["m4"]
    assert len(queue.reports) == 1
    assert "jane" not in str(queue.reports)


def test_a_crash_is_reported_by_its_kind_and_place(queue: Queue) -> None:
    def deliver(_lead_id: str) -> None:
        raise KeyError("jane@example.com")

    queue.run([record(1)], deliver)
    ((outcome, facts),) = queue.reports
    assert (outcome, facts["error"]) == ("delivery.crashed", "KeyError")
    assert str(facts["where"]).startswith("test_batch.py:")


@pytest.mark.parametrize("body", ["", "not json", "[]", "{}", '{"crm": "trackerrms"}', "null"])
def test_a_message_of_another_shape_stays_and_harms_nobody(queue: Queue, body: str) -> None:
    delivered: list[str] = []
    broken = {**record(1), "body": body}
    assert queue.run([broken, record(2)], delivered.append) == ["m1"]
    assert delivered == ["lead-2"]


def test_a_message_that_can_not_be_put_back_stays(queue: Queue) -> None:
    def lose(_receipt_handle: str, _wait: timedelta) -> None:
        raise Unavailable("queue of trackerrms: ReceiptHandleIsInvalid")

    answer = deliver_batch(
        [record(1)],
        deliver=lambda _: MINUTE,
        canary=queue.canaries.append,
        put_back=lose,
        report=queue.report,
        in_flight=1,
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert queue.reports[0][0] == "delivery.unavailable"


def test_records_go_side_by_side(queue: Queue) -> None:
    all_there = threading.Barrier(5, timeout=5)
    assert queue.run([record(number) for number in range(5)], lambda _: _wait(all_there)) == []


def test_no_more_are_in_flight_than_the_crm_takes(queue: Queue) -> None:
    lock, seen = threading.Lock(), {"now": 0, "most": 0}
    three = threading.Semaphore(0)

    def deliver(_lead_id: str) -> None:
        with lock:
            seen["now"] += 1
            seen["most"] = max(seen["most"], seen["now"])
            if seen["now"] == 3:
                three.release(12)  # all three places are taken
        three.acquire(timeout=5)
        with lock:
            seen["now"] -= 1

    assert queue.run([record(number) for number in range(12)], deliver, in_flight=3) == []
    assert seen["most"] == 3


def test_an_empty_batch_is_no_trouble(queue: Queue) -> None:
    assert queue.run([], lambda _: None) == []


def _wait(barrier: threading.Barrier) -> None:
    barrier.wait()
