"""The conductor: it sends, hands out messages and sweeps while all breaks, and then verifies."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from leadrelay.crms import CRMS
from leadrelay.lead import Kind
from leadrelay.ledger.life import WAITING
from leadrelay_sandbox.chaos.cast import Colleagues
from leadrelay_sandbox.chaos.clock import Clock, real
from leadrelay_sandbox.chaos.crms import Troubles
from leadrelay_sandbox.chaos.faults import (
    CRM_DRAWN,
    DELIVER,
    KINDS,
    QUEUE,
    RECEIVE,
    SWEEP,
    Dice,
    Fault,
    Tally,
)
from leadrelay_sandbox.chaos.functions import Died, Function, Weather
from leadrelay_sandbox.chaos.place import Place, place
from leadrelay_sandbox.chaos.queue import Queue, Record
from leadrelay_sandbox.chaos.report import Report
from leadrelay_sandbox.chaos.senders import Receivers, Senders, Sent
from leadrelay_sandbox.chaos.verify import verify
from leadrelay_sandbox.chaos.worker import Mutation, Spec

_KINDS: tuple[Kind, ...] = ("form", "call", "resume")
_SENDERS = 3  # forms at once
_FUNCTIONS = 2  # of each CRM at once
_LONGEST_S = 120.0  # ours; how long after the last form the queues may take, and for each 100 leads
_SWEEP_S = 50.0  # ours: what it has to do is MiniStack's work, which isn't any faster
_MORE = 5  # leads at a time
_LEAP_S = 70 * 60.0  # longer than any wait but the last
_ROUNDS = 30
_TOLD_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    leads: int
    seed: int
    mutation: Mutation | None
    home: Path  # for logs


def run(plan: Plan) -> Report:
    """Break, mend, verify. Raises MiniStackError."""
    started = time.monotonic()
    tally = Tally()

    def make_queue(sqs: Any, url: str, crm: str) -> Queue:
        return Queue(sqs, url, crm, dice(plan, "queue", QUEUE, 0.15, crm), tally)

    with place(plan.home, make_queue) as stage:
        conductor = Conductor(plan, stage, tally)
        sent = conductor.storm()
        conductor.calm()
        findings = verify(
            stage.ledger(),
            {crm: simulator.records for crm, simulator in stage.simulators.items()},
            sent,
        )
        return Report(
            seed=plan.seed,
            mutation=plan.mutation,
            findings=findings,
            tally=tally,
            crashes=[*_crashes(plan.home)],
            odd=sent.odd,
            seconds=time.monotonic() - started,
        )


def dice[Kind](
    plan: Plan, what: str, kinds: tuple[Kind, ...], chance: float, crm: str = ""
) -> Dice[Kind]:
    turn = [*CRMS].index(crm) / len(CRMS) if crm else 0.0
    return Dice(f"{plan.seed}{what}/{crm}", kinds, chance, turn)


class Conductor:
    """Calls the functions, as API Gateway, SQS and the schedule do."""

    def __init__(self, plan: Plan, stage: Place, tally: Tally) -> None:
        self._plan = plan
        self._stage = stage
        self._tally = tally
        self._weather = Weather()
        self._clock = Clock(time.time())
        self._skews = Random(f"{plan.seed}skews")  # noqa: S311  # repeatable, as nothing secret is
        kinds = [
            [(kind, one) for one in self._make(f"receive_{kind}", RECEIVE, 0.2, _SENDERS)]
            for kind in _KINDS
        ]
        self._receivers: list[Receivers] = [dict(one) for one in zip(*kinds, strict=True)]
        self._deliverers = [
            (crm, function)
            for crm in CRMS
            for function in self._make("deliver", DELIVER, 0.5, _FUNCTIONS, crm)
        ]
        (self._sweeper,) = self._make("sweep", SWEEP, 1.0, 1)

    def storm(self) -> Sent:
        """Send and deliver while faults fall, until each kind has struck and little is left."""
        plan, tally, stage = self._plan, self._tally, self._stage
        colleagues = Colleagues(stage.simulators, plan.leads, f"{plan.seed}colleagues", tally)
        senders = Senders(f"{plan.seed}senders", self._receivers, tally)
        troubles = [
            Troubles(crm, simulator, dice(plan, "crm", CRM_DRAWN, 0.8, crm), tally)
            for crm, simulator in stage.simulators.items()
        ]
        for queue in stage.queues.values():
            queue.start()
        colleagues.start()
        stop = Event()
        workers = [
            *(Thread(target=self._work, args=(*one, stop)) for one in self._deliverers),
            Thread(target=self._sweep_often, args=(stop,)),
            Thread(target=self._tell, args=(senders, stop)),
        ]
        for worker in workers:
            worker.start()
        self._send(senders)
        sent = senders.stop()
        stop.set()
        colleagues.stop()
        for trouble in troubles:
            trouble.stop()
        for queue in stage.queues.values():
            queue.stop()
        for worker in workers:
            worker.join()
        return sent

    def calm(self) -> None:
        """No more faults: deliver what is left, waiting in leaps."""
        self._weather.calm = True
        time.sleep(real(60))  # a CRM may still be at work on what nobody waits for
        sweeps = self._plan.mutation != "sweep"
        for _ in range(_ROUNDS):
            if not self._has_work(sweeps=sweeps):
                break
            self._weather.leap += _LEAP_S
            if sweeps:
                self._sweep()
            else:
                time.sleep(1)  # for the messages that are hidden
            workers = [Thread(target=self._work_off, args=one) for one in self._deliverers]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        for _, function in self._deliverers:
            function.end()
        self._sweeper.end()

    def _make(
        self, function: str, faults: tuple[Fault, ...], chance: float, number: int, crm: str = ""
    ) -> list[Function]:
        falls = dice(self._plan, function, faults, chance, crm)
        spec = Spec(
            function=function,
            crm=crm,
            clock=self._clock,
            time_limit=_SWEEP_S if function == "sweep" else real(self._stage.time_limit),
            log=self._plan.home / f"{function}{crm and '-'}{crm}.log",
            mutation=self._plan.mutation,
        )
        return [
            Function(spec, self._weather, falls, self._tally, self._skews) for _ in range(number)
        ]

    def _send(self, senders: Senders) -> None:
        """All leads, others for those whose sender gave up, and some more while a kind of fault
        hasn't struck."""
        leads = self._plan.leads
        senders.send(leads)
        senders.send(len(senders.sent.given_up))
        deadline = time.monotonic() + _LONGEST_S * max(1, leads / 100)
        while time.monotonic() < deadline:
            time.sleep(0.5)
            if any(queue.length(hidden=False) for queue in self._stage.queues.values()):
                continue
            if self._plan.mutation or not self._tally.missing():
                return
            self._weather.wanted = frozenset(self._tally.missing())
            senders.send(_MORE)

    def _tell(self, senders: Senders, stop: Event) -> None:
        while not stop.wait(_TOLD_S):
            met = len(KINDS) - len(self._tally.missing())
            waiting = sum(queue.length(hidden=True) for queue in self._stage.queues.values())
            print(
                f"{len(senders.sent.accepted)} of {senders.asked} forms accepted,"
                f" {waiting} messages wait, {self._tally.struck.total()} faults"
                f" of {met} kinds out of {len(KINDS)}",
                file=sys.stderr,
            )

    def _work(self, crm: str, function: Function, stop: Event) -> None:
        queue = self._stage.queues[crm]
        while not stop.is_set():
            self._probe(crm, function)
            if batch := queue.next():
                _hand(function, queue, batch)
        function.end()

    def _work_off(self, crm: str, function: Function) -> None:
        queue = self._stage.queues[crm]
        self._probe(crm, function)
        while batch := queue.receive():
            _hand(function, queue, batch)

    def _probe(self, crm: str, function: Function) -> None:
        """What the sweep has started a deliver function for."""
        while (event := self._stage.lambda_api.take(f"deliver-{crm}")) is not None:
            _invoke(function, event)

    def _sweep_often(self, stop: Event) -> None:
        """Each minute, and when it is started."""
        due = time.monotonic()
        while not stop.wait(0.05):
            asked = self._stage.lambda_api.take("sweep") is not None
            if self._plan.mutation != "sweep" and (asked or time.monotonic() >= due):
                due = time.monotonic() + real(60)
                self._sweep()
        self._sweeper.end()

    def _sweep(self) -> None:
        _invoke(self._sweeper, {})

    def _has_work(self, *, sweeps: bool) -> bool:
        if not sweeps:  # then what has no message has no future
            return any(queue.length(hidden=True) for queue in self._stage.queues.values())
        return any(
            item["sk"].startswith("crm#") and item["state"] in WAITING
            for item in self._stage.ledger()
        )


def _hand(function: Function, queue: Queue, batch: list[Record]) -> None:
    """As Lambda's event source does: what isn't named as failed is deleted."""
    answer = _invoke(function, {"Records": batch})
    if answer is not None:
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        queue.delete([record for record in batch if record["messageId"] not in failed])


def _invoke(function: Function, event: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return function.invoke(event)
    except Died:
        return None


def _crashes(home: Path) -> Iterable[str]:
    """What the functions logged that nobody expected."""
    for log in sorted(home.glob("*.log")):
        if log.stem != "ministack":
            for line in log.read_text("utf-8", "replace").splitlines():
                if "delivery.crashed" in line or line.startswith("Traceback"):
                    yield f"{log.name}: {line[:200]}"
