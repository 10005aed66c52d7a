"""A CRM that takes nothing is paused: leads wait untouched, and go on by themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.deliver import app
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause, Streak
from leadrelay.ledger.table import Table
from leadrelay_sandbox import simulators
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Context, Queue, aws
from tests.handlers.conftest import Crm, Ledger, Printed, Worker

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def pauses(table: Table) -> Pauses:
    return Pauses(table)


@dataclass
class Ten:
    """Ten leads that wait to be delivered: one batch."""

    ledger: Ledger
    queue: Queue

    def __post_init__(self) -> None:
        self.leads = [self.ledger.accept(number) for number in range(10)]
        for lead in self.leads:
            self.queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))

    def deliver(self, worker: Worker) -> int:
        """Hand the batch to a function; how many of its messages stay."""
        self.queue.wake()
        return len(self.queue.deliver_to(worker))

    @property
    def states(self) -> set[tuple[str, int]]:
        """The deliveries' states and attempts."""
        deliveries = [self.ledger.delivery(lead) for lead in self.leads]
        return {(delivery["state"], int(delivery["attempts"])) for delivery in deliveries}


@pytest.fixture
def ten(ledger: Ledger, queue: Queue) -> Ten:
    return Ten(ledger, queue)


@pytest.fixture(autouse=True)
def unproven() -> Iterator[None]:
    """A function that has just started, and leaves no secret behind for the next test."""
    vars(app.deliverer.gate)["_proven_at"] = float("-inf")
    yield
    app.secrets._kept.clear()


def put_secret(crm: Crm, password: str) -> None:
    secret = {**simulators.secret("trackerrms", crm[1]), "password": password}
    aws("secretsmanager").put_secret_value(
        SecretId="leadrelay/leadrelay/crm/trackerrms", SecretString=json.dumps(secret)
    )


def paused(pauses: Pauses) -> Pause:
    pause = pauses.read("trackerrms")
    assert pause
    assert pause.is_on
    return pause


def probe(at: datetime) -> bool:
    return app.pausing.probe(app.deliverer.crm.check, at)


def lines(printed: Printed) -> list[dict[str, Any]]:
    return [line for line in printed() if "message" in line]


# -- misconfigured ---------------------------------------------------------------------------


def test_a_wrong_password_costs_the_login_of_one_lead_and_all_others_wait_untouched(
    trackerrms: Simulator,
    dead: Queue,
    ten: Ten,
    worker: Worker,
    printed: Printed,
) -> None:
    trackerrms.switch["password"] = "changed"
    assert ten.deliver(worker) == 10
    # Once more with the secret read again, and each time its login is what is asked about.
    assert trackerrms.calls == {"createLead": 2, "checkLogon": 2}
    assert ten.states == {("queued", 0)}
    assert all(0 < wait <= 30 for wait in ten.queue.waits())
    first, second = lines(printed)
    assert (first["message"], second["message"]) == ("delivery.misconfigured", "crm.paused")
    assert (second["crm"], second["kind"]) == ("trackerrms", "misconfigured")
    assert (second["error"], second["level"]) == ("Misconfigured", "WARNING")
    assert ten.deliver(worker.later(HOUR)) == 10
    assert trackerrms.requests == 4
    assert (dead.bodies(), printed()) == ([], [])


def test_a_pause_says_since_when_why_and_when_it_is_probed(
    trackerrms: Simulator, ten: Ten, worker: Worker, pauses: Pauses
) -> None:
    trackerrms.switch["password"] = "changed"
    ten.deliver(worker)
    pause = paused(pauses)
    assert pause.kind == "misconfigured"
    assert "does not know this user" in pause.reason
    assert pause.since == pytest.approx(worker.now, abs=SECOND)
    assert pause.next_probe_at == pytest.approx(worker.now + MINUTE, abs=SECOND)


def test_a_rotated_secret_is_enough(
    trackerrms: Simulator,
    ten: Ten,
    worker: Worker,
    crm: Crm,
    printed: Printed,
) -> None:
    trackerrms.switch["password"] = "changed"
    ten.deliver(worker)
    printed()
    put_secret(crm, "changed")
    assert probe(worker.now + SECOND)
    (resumed,) = lines(printed)
    assert (resumed["message"], resumed["crm"]) == ("crm.resumed", "trackerrms")
    assert ten.deliver(worker.later(MINUTE)) == 0
    assert ten.states == {("delivered", 1)}
    assert len(trackerrms.records) == 10


def test_without_a_new_secret_a_probe_waits_for_its_time_and_they_grow_rarer(
    trackerrms: Simulator, ten: Ten, worker: Worker, pauses: Pauses
) -> None:
    trackerrms.switch["password"] = "changed"
    ten.deliver(worker)
    probed = []
    for minute in range(40):
        before = trackerrms.calls["checkLogon"]
        assert not probe(worker.now + minute * MINUTE + SECOND)
        if trackerrms.calls["checkLogon"] > before:
            probed.append(minute)
    assert probed == [1, 3, 7, 15, 30]
    assert paused(pauses).probes == 5


def test_a_user_who_is_let_in_again_without_a_new_secret_is_found_by_a_probe(
    trackerrms: Simulator, ten: Ten, worker: Worker
) -> None:
    trackerrms.switch["active"] = False
    ten.deliver(worker)
    trackerrms.switch["active"] = True
    assert not probe(worker.now + 59 * SECOND)
    assert probe(worker.now + 61 * SECOND)
    assert not probe(worker.now + 62 * SECOND)


def test_a_secret_without_a_value_pauses_until_there_is_one(
    trackerrms: Simulator, ten: Ten, crm: Crm, worker: Worker
) -> None:
    aws("secretsmanager").delete_secret(
        SecretId="leadrelay/leadrelay/crm/trackerrms", ForceDeleteWithoutRecovery=True
    )
    app.secrets._kept.clear()
    ten.deliver(worker)
    assert not probe(worker.now + 61 * SECOND)
    aws("secretsmanager").create_secret(
        Name="leadrelay/leadrelay/crm/trackerrms",
        SecretString=json.dumps(simulators.secret("trackerrms", crm[1])),
    )
    assert probe(worker.now + 4 * MINUTE)
    assert ten.states == {("queued", 0)}


def test_the_sweep_has_the_deliver_function_probe(
    trackerrms: Simulator, pauses: Pauses, worker: Worker
) -> None:
    overdue = worker.now - HOUR
    pauses.begin(
        Pause(crm="trackerrms", kind="down", since=overdue, reason="", next_probe_at=overdue)
    )
    assert app.handler({"probe": "trackerrms"}, Context()) == {"resumed": True}
    assert app.handler({"probe": "trackerrms"}, Context()) == {"resumed": False}
    assert trackerrms.calls == {"checkLogon": 1}


# -- down ------------------------------------------------------------------------------------


def test_an_outage_burns_one_attempt_a_lead_and_is_waited_out(
    trackerrms: Simulator,
    dead: Queue,
    ten: Ten,
    worker: Worker,
    pauses: Pauses,
) -> None:
    trackerrms.fail_next(503, times=1000)
    ten.deliver(worker)
    assert paused(pauses).kind == "down"
    assert "HTTP 503" in paused(pauses).reason
    for hours in range(1, 48, 8):  # a weekend
        assert ten.deliver(worker.later(hours * HOUR)) == 10
        assert not probe(worker.now + hours * HOUR)
    assert ten.states == {("unknown", 1)}
    trackerrms.faults.clear()
    assert probe(worker.now + 48 * HOUR)
    assert ten.deliver(worker.later(48 * HOUR)) == 0
    assert ten.states == {("delivered", 2)}
    assert (len(trackerrms.records), dead.bodies()) == (10, [])


def test_refusals_are_no_outage(
    trackerrms: Simulator, ten: Ten, worker: Worker, pauses: Pauses
) -> None:
    trackerrms.fail_next(refuse="leads are closed on Sundays", times=10)
    ten.deliver(worker)
    assert pauses.read("trackerrms") is None


def test_a_probe_that_finds_another_trouble_says_so(
    trackerrms: Simulator, ten: Ten, worker: Worker, pauses: Pauses
) -> None:
    trackerrms.fail_next(503, times=11)  # of the last, a login
    ten.deliver(worker)
    trackerrms.switch["password"] = "changed"
    assert not probe(worker.now + 2 * MINUTE)
    assert paused(pauses).kind == "misconfigured"
    assert "does not know this user" in paused(pauses).reason


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": True, "after_saving": True}])
def test_the_time_of_a_pause_does_not_count_towards_giving_up(
    trackerrms: Simulator,
    ledger: Ledger,
    queue: Queue,
    worker: Worker,
    pauses: Pauses,
    fault: dict[str, Any],
) -> None:
    lead = ledger.accept()
    queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))
    trackerrms.fail_next(**fault)
    queue.deliver_to(worker)
    pauses.begin(Pause(crm="trackerrms", kind="by hand", since=worker.now, reason=""))
    pauses.lift(paused(pauses), at=worker.now + 200 * HOUR)
    trackerrms.fail_next(503, operation="createLead")
    trackerrms.fail_next(503, operation="getRecords")
    queue.wake()
    assert len(queue.deliver_to(worker.later(201 * HOUR))) == 1
    assert ledger.delivery(lead)["state"] in {"queued", "unknown"}
    trackerrms.faults.clear()
    queue.wake()
    assert queue.deliver_to(worker.later(203 * HOUR)) == []
    assert ledger.delivery(lead)["state"] == "delivered"
    assert len(trackerrms.records) == 1


def test_attempts_are_counted_by_the_minute_and_kept_for_two(pauses: Pauses) -> None:
    minute = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    for late, good, bad in ((0, 0, 3), (20, 1, 2), (60, 2, 0), (50, 0, 1), (120, 4, 4), (0, 9, 9)):
        at = minute + late * SECOND
        pauses.count(pauses.standing("trackerrms"), good=good, bad=bad, at=at)
    standing = pauses.standing("trackerrms")
    assert standing.minutes == {minute + MINUTE: (2, 0), minute + 2 * MINUTE: (4, 4)}
    assert standing.lately(minute + 121 * SECOND) == (6, 4)
    assert standing.lately(minute + 121 * SECOND, since=minute + 70 * SECOND) == (4, 4)
    assert standing.pause is None


def test_a_streak_lasts_until_something_works(pauses: Pauses) -> None:
    began = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    for minutes in range(3):
        known = pauses.standing("trackerrms")
        pauses.count(known, good=0, bad=2, at=began + minutes * MINUTE)
    assert pauses.standing("trackerrms").streak == Streak(began, 6)
    known = pauses.standing("trackerrms")
    assert pauses.count(known, good=1, bad=1, at=began + 3 * MINUTE).streak is None


# -- the ledger's word -----------------------------------------------------------------------


def test_a_probe_is_made_by_one_of_two_who_come_at_once(pauses: Pauses, worker: Worker) -> None:
    pauses.begin(
        Pause(crm="trackerrms", kind="down", since=worker.now, reason="", next_probe_at=worker.now)
    )
    seen = paused(pauses)
    later = worker.now + MINUTE
    taken = [pauses.take_probe(seen, version="2", next_at=later) for _ in range(2)]
    assert taken == [True, False]
    assert (paused(pauses).probes, paused(pauses).secret_version) == (1, "2")


def test_a_person_s_pause_takes_the_place_of_ours_and_not_the_other_way_round(
    pauses: Pauses, worker: Worker
) -> None:
    ours = Pause(
        crm="trackerrms", kind="down", since=worker.now, reason="", next_probe_at=worker.now
    )
    theirs = Pause(crm="trackerrms", kind="by hand", since=worker.now + SECOND, reason="moving")
    assert [pauses.begin(pause) for pause in (ours, ours, theirs, theirs, ours)] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert not pauses.lift(ours, at=worker.now + MINUTE)
    assert (paused(pauses).kind, paused(pauses).next_probe_at) == ("by hand", None)
    assert not probe(worker.now + HOUR)


def test_a_probe_that_worked_does_not_end_a_pause_that_began_meanwhile(
    trackerrms: Simulator, pauses: Pauses, worker: Worker
) -> None:
    pauses.begin(
        Pause(crm="trackerrms", kind="down", since=worker.now, reason="", next_probe_at=worker.now)
    )

    def check() -> str:
        by_hand = Pause(crm="trackerrms", kind="by hand", since=worker.now + SECOND, reason="")
        pauses.begin(by_hand)
        return "works"

    assert not app.pausing.probe(check, worker.now + MINUTE)
    assert paused(pauses).kind == "by hand"
