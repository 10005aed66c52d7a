"""A CRM that is down where few leads come: it is told, it is paused, and it goes on; by the real
deliverer, gate and sweep on a simulated clock, and the alarm as template.yaml has it."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from functions.deliver import app as deliver
from leadrelay.crm.base import Receipt
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.delivery.pausing import Pausing
from leadrelay.delivery.sweep import Sweep, follow
from leadrelay.errors import DeliveryError, Retryable, Unknown
from leadrelay.lead import Guard, Lead
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.erasure import mark
from leadrelay.ledger.items import lead_key
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.table import Table
from tests.handlers.conftest import SOURCE, Ledger
from tests.template.watching import alarms

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CRM = "trackerrms"


class Vendor:
    """A CRM that takes nothing while `error` is set; with `login`, not even a login."""

    def __init__(self, error: DeliveryError, *, login: bool) -> None:
        self.error: DeliveryError | None = error
        self.login = login
        self.has: list[str] = []

    def create(self, lead: Any, *_: Any) -> Receipt:
        if self.error:
            raise self.error
        self.has.append(lead.id)
        return Receipt(record_id="1")

    def check(self) -> str:
        if self.error and not self.login:
            raise self.error
        return "logged in"


@dataclass
class Agency:
    """One CRM's part of a stack. `at` is the clock; `switch` and `start` are Lambda's."""

    vendor: Vendor
    table: Table
    seed: int = 1
    at: datetime = NOW
    reads: bool = True
    queue: list[tuple[datetime, str]] = field(default_factory=list)  # when to hand out what
    told: list[tuple[datetime, str, Mapping[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311  # a dice that falls the same each time
        self.pausing = Pausing(
            crm=CRM,
            pauses=Pauses(self.table),
            secret_version=lambda: "1",
            start_sweep=lambda: None,
            report=self.report,
        )
        self.deliverer: Deliverer = replace(
            deliver.deliverer,
            crm=self.vendor,  # type: ignore[arg-type]  # as much of one as is asked for here
            gate=Gate(self.pausing, self.vendor.check),
            ledger=Deliveries(self.table),
            report=self.report,
            backoff=Backoff(jitter=self.random.uniform),
            now=lambda: self.at,
        )

    def report(self, outcome: str, **facts: Any) -> None:
        self.told.append((self.at, outcome, facts))

    def switch(self, _crm: str, *, on: bool) -> None:
        self.reads = on

    def start(self, _name: str, _event: Any) -> None:
        self.pausing.probe(self.vendor.check, self.at)

    def sweep(self) -> None:
        runs = partial(
            follow,
            pauses=self.pausing.pauses,
            mappings=self,  # type: ignore[arg-type]  # see `switch`
            functions=self,  # type: ignore[arg-type]  # see `start`
            report=self.report,
            now=self.at,
        )
        Sweep(
            ledger=self.deliverer.ledger,
            runs=runs,
            queue=lambda lead, _: heapq.heappush(self.queue, (self.at, lead)),
            report=self.report,
            now=self.at,
        ).run([CRM])

    def work(self) -> None:
        """Lambda hands out what is due."""
        while self.reads and self.queue and self.queue[0][0] <= self.at:
            due, lead = heapq.heappop(self.queue)
            with self.deliverer.gate.batch(lambda: self.at):
                wait = self.deliverer.deliver(lead)
            if wait:
                heapq.heappush(self.queue, (due + wait, lead))

    def minutes(self, number: int, arriving: Callable[[], Iterable[str]] = list) -> None:
        for _ in range(number):
            for lead in arriving():
                heapq.heappush(self.queue, (self.at, lead))
            self.work()
            self.sweep()
            self.at += MINUTE

    def when(self, outcome: str) -> datetime:
        return next(at for at, name, _ in self.told if name == outcome)

    def rings_at(self) -> datetime:
        """When the alarm that watches the oldest wait has as many figures as it wants."""
        alarm = alarms()["TrackerRmsLateAlarm"]
        late = [
            at
            for at, name, facts in self.told
            if f"{name}.ms" == alarm["MetricName"] and facts["ms"] > alarm["Threshold"]
        ]
        window = alarm["EvaluationPeriods"] * timedelta(seconds=alarm["Period"])
        needed = alarm["DatapointsToAlarm"]
        pairs = zip(late, late[needed - 1 :], strict=False)
        return next(last for first, last in pairs if last - first < window) + MINUTE


@pytest.mark.parametrize(
    ("per_day", "error"),
    [(5, Unknown("no answer")), (20, Retryable("HTTP 503")), (100, Unknown("no answer"))],
)
def test_a_crm_that_is_down_is_told_and_paused_within_75_minutes_and_goes_on(
    per_day: int, error: DeliveryError, ledger: Ledger, table: Table
) -> None:
    agency = Agency(Vendor(error, login=False), table, per_day)
    leads = [ledger.accept(0, at=NOW)]
    agency.queue.append((NOW, leads[0]))

    def arriving() -> Iterator[str]:
        while agency.random.random() < per_day / (24 * 60):
            leads.append(ledger.accept(len(leads), at=agency.at))
            yield leads[-1]

    agency.minutes(76, arriving)
    assert agency.rings_at() - NOW <= timedelta(minutes=75)
    assert agency.when("crm.paused") - NOW <= timedelta(minutes=75)
    assert not agency.vendor.has

    agency.vendor.error = None
    agency.minutes(17, arriving)  # the next probe is at most a quarter of an hour off
    assert agency.when("crm.resumed") - NOW <= timedelta(minutes=76 + 17)
    for _ in range(61):  # no wait between two attempts is longer than an hour
        agency.work()
        agency.at += MINUTE
    assert sorted(agency.vendor.has) == sorted(leads)
    assert agency.pausing.read().streak is None


def test_a_lead_that_fails_over_and_over_pauses_no_crm_that_can_be_logged_in_to(
    ledger: Ledger, table: Table
) -> None:
    agency = Agency(Vendor(Retryable("HTTP 500"), login=True), table)
    agency.queue.append((NOW, ledger.accept(0, at=NOW)))
    agency.minutes(76)
    names = [name for _, name, _ in agency.told]
    assert "crm.paused" not in names
    assert names.count("crm.proved") == 1  # and no login a minute
    assert agency.rings_at() - NOW <= timedelta(minutes=75)  # but somebody is told


def test_where_one_attempt_works_now_and_then_nothing_is_doubtful(table: Table) -> None:
    agency = Agency(Vendor(Retryable("HTTP 500"), login=False), table)
    pausing, gate = agency.pausing, agency.deliverer.gate
    for number in range(8):
        with gate.batch(lambda: NOW + number * 20 * MINUTE):  # noqa: B023  # called at once
            if number % 2:
                gate.worked()
            else:
                gate.failed(Retryable("HTTP 500"))
        pausing.probe(lambda: "logged in", NOW + number * 20 * MINUTE)
    standing = pausing.read()
    assert (standing.pause, standing.streak) == (None, None)


def test_a_lead_that_is_held_for_its_file_does_not_wait_for_the_crm(table: Table) -> None:
    lead = Lead(id="L1", ref="LR-L1", source="careers", received_at=NOW, kind="resume")
    accept(table, lead, SOURCE, guard=Guard(key="L1", window=None), held_for=2 * HOUR)
    assert Deliveries(table).waiting_since(CRM) == NOW + 2 * HOUR


def test_a_lead_that_is_being_erased_does_not_wait_for_the_crm(table: Table) -> None:
    lead = Lead(id="L1", ref="LR-L1", source="careers", received_at=NOW, kind="resume")
    accept(table, lead, SOURCE, guard=Guard(key="L1", window=None))
    table.update(lead_key("L1"), mark(NOW), condition="attribute_exists(pk)")
    assert Deliveries(table).waiting_since(CRM) is None
