"""One lead that a CRM, or something before it, always breaks on: the others don't wait for it."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from functions.deliver import app
from leadrelay.compose.delivery import compose_pausing
from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.table import Table
from leadrelay.settings import DeliverSettings
from leadrelay.sources import Source
from leadrelay_sandbox import simulators
from leadrelay_sandbox.simulator import Simulator, serve
from tests.crm.terms import TERMS
from tests.handlers.aws import Queue
from tests.handlers.conftest import Ledger

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POISON = re.compile(rb"Doe-3\b")
BLOCKED = "Request blocked by example.com's firewall"


class Firewall(httpx.HTTPTransport):
    """Stands before a CRM, and answers itself what has the poison in it; with `always`, all."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__()
        self.answer = answer
        self.always = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.always or POISON.search(str(request.url).encode() + request.read()):
            return httpx.Response(**self.answer)
        return super().handle_request(request)


@dataclass
class Office:
    """One CRM's ten leads, its function, and a clock of their own."""

    crm: str
    simulator: Simulator
    ledger: Ledger
    deliverer: Deliverer
    firewall: Firewall
    dead: Queue
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        source = Source(name="contact-us", kind="form", sender="html", deliver=(self.crm,))
        self.leads = [self.ledger.accept(number, source=source) for number in range(10)]
        self.due = dict.fromkeys(self.leads, self.now)

    def work(self, time: timedelta) -> None:
        """Deliver what is due, batch by batch, for so long."""
        end = self.now + time
        while self.due and (first := min(self.due.values())) <= end:
            self.now = max(self.now, first)
            deliverer = replace(self.deliverer, now=lambda: self.now)
            with deliverer.gate.batch(lambda: self.now):
                for lead in [lead for lead, due in self.due.items() if due <= self.now]:
                    wait = deliverer.deliver(lead)
                    del self.due[lead]
                    self.due |= {} if wait is None else {lead: self.now + wait}
        self.now = end

    def delivery(self, number: int) -> dict[str, Any]:
        return self.ledger.delivery(self.leads[number], self.crm)

    @property
    def delivered(self) -> list[int]:
        return [number for number in range(10) if self.delivery(number)["state"] == "delivered"]

    @property
    def pause(self) -> str | None:
        found = Pauses(self.ledger.table).read(self.crm)
        return found.kind if found else None


@pytest.fixture(scope="module", params=CRMS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Simulator, str]]:
    simulator = simulators.simulator(request.param)
    server = serve(simulator)
    yield request.param, simulator, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[403, 404, 500])
def status(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture
def office(
    served: tuple[str, Simulator, str], status: int, table: Table, queues: dict[str, Queue]
) -> Iterator[Office]:
    name, simulator, url = served
    simulator.reset()
    firewall = Firewall({"status_code": status, "text": BLOCKED if status != 500 else ""})
    with httpx.Client(transport=firewall) as client:
        secret = simulators.secret(name, url)
        crm = adapter(name)(client, lambda _: secret, lambda _: None)
        settings = DeliverSettings.from_env({**os.environ, "CRM": name})
        pausing = compose_pausing(settings, table, app.secrets, app.report)
        options = crm.Options()
        deliverer = replace(
            app.deliverer,
            name=name,
            crm=crm,
            options=lambda _: options,
            gate=Gate(pausing, crm.check),
        )
        dead = queues[f"{name}-dead"]
        yield Office(name, simulator, Ledger(table), deliverer, firewall, dead)
    assert set(simulator.violations) <= TERMS[name].lets_pass


def test_the_others_get_through_at_once_and_the_one_is_parked_with_words(
    office: Office, status: int
) -> None:
    office.work(MINUTE)
    assert office.delivered == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    office.work(6 * HOUR)
    parked = office.delivery(3)
    assert (parked["state"], office.pause) == ("parked", None)
    assert str(status) in parked["reason"]
    assert status == 500 or BLOCKED in parked["reason"]
    assert len(office.dead.bodies()) == 1
    assert len({record.id for record in office.simulator.records}) == 9


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_everybody_is_answered_is_the_account_s(office: Office) -> None:
    office.firewall.always = True
    office.work(MINUTE)
    assert (office.pause, office.delivered, office.dead.bodies()) == ("misconfigured", [], [])
    assert {office.delivery(number)["state"] for number in range(10)} == {"queued"}


def test_a_wrong_password_is_the_account_s(office: Office) -> None:
    office.simulator.switch[TERMS[office.crm].switch] = "changed"
    office.work(MINUTE)
    assert (office.pause, office.delivered, office.dead.bodies()) == ("misconfigured", [], [])
    assert {office.delivery(number)["attempts"] for number in range(10)} == {0}
