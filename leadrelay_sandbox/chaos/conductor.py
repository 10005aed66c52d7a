"""The conductor: it sends, deploys and sweeps while all breaks, until all is over."""

import sys
import time
from collections.abc import Mapping
from threading import Event, Thread

from leadrelay.ledger.life import WAITING
from leadrelay.sources import Source
from leadrelay_sandbox.chaos.arrivals import Arrivals
from leadrelay_sandbox.chaos.cast import Colleagues
from leadrelay_sandbox.chaos.clock import Clock, real
from leadrelay_sandbox.chaos.crew import Crew
from leadrelay_sandbox.chaos.crms import Troubles
from leadrelay_sandbox.chaos.deliverers import Deliverers, invoke, start
from leadrelay_sandbox.chaos.faults import ARRIVE, ERASE, REPLAY, SWEEP, Tally
from leadrelay_sandbox.chaos.generations import Generation
from leadrelay_sandbox.chaos.operators import Operators, Room
from leadrelay_sandbox.chaos.place import Place
from leadrelay_sandbox.chaos.plan import Plan
from leadrelay_sandbox.chaos.queue import Queue
from leadrelay_sandbox.chaos.senders import Senders, Sent
from leadrelay_sandbox.chaos.traces import kinds, struck

_MORE = 6  # leads at a time
_LEAP_S = 70 * 60.0  # longer than any wait but the last
_ROUNDS = 30
_TOLD_S = 10.0
_FEW = 5  # kinds that are named


class Conductor:
    """Calls the functions, as API Gateway, SQS, S3's events and the schedule do."""

    def __init__(
        self, plan: Plan, stage: Place, tally: Tally, sources: Mapping[str, Source]
    ) -> None:
        self._plan = plan
        self._stage = stage
        self._tally = tally
        self._sources = sources
        self._clock = Clock(time.time())
        self._crew = Crew(plan=plan, stage=stage, tally=tally, clock=self._clock)
        self._weather = self._crew.weather
        self._deliverers = Deliverers(stage, self._crew.deliverers())
        self._sweeper = self._crew.one("sweep", SWEEP, 1.0)
        receiver = self._crew.one("receive_file", ARRIVE, 0.3)
        self._arrivals = Arrivals(stage, receiver, f"{plan.seed}arrivals", tally, plan.moments)
        self._senders = Senders(
            f"{plan.seed}senders", self._crew.receivers(), tally, stage.put_file, plan.sources
        )

    def storm(self) -> Sent:
        """Send and deliver while faults fall, until each kind has struck and little is left."""
        plan, tally, stage, stop = self._plan, self._tally, self._stage, Event()
        colleagues = Colleagues(stage.simulators, plan.leads, f"{plan.seed}colleagues", tally)
        operators = Operators(self._room(), f"{plan.seed}operators")
        troubles = [
            Troubles(
                crm, simulator, plan.dice("crm", plan.at_crms, 0.8, crm), tally, stage.change_secret
            )
            for crm, simulator in stage.simulators.items()
        ]
        workers = [
            *self._deliverers.threads(stop),
            Thread(target=self._sweep_often, args=(stop,)),
            Thread(target=self._tell, args=(stop,)),
        ]
        beside: list[Colleagues | Queue] = [colleagues, *stage.queues.values()]
        for one in beside:
            one.start()
        self._arrivals.start()
        operators.start()
        start(workers)
        self._send()
        sent = self._senders.stop()
        operators.stop()
        stop.set()
        for trouble in troubles:
            trouble.stop()
        for one in beside:
            one.stop()
        for worker in workers:
            worker.join()
        return sent

    def calm(self) -> None:
        """No more faults: deliver what is left, waiting in leaps."""
        self._weather.calm = True
        self._arrivals.stop()
        time.sleep(real(60))  # a CRM may still be at work on what nobody waits for
        sweeps = self._plan.mutation != "sweep"
        for _ in range(_ROUNDS):
            if not self._has_work(sweeps=sweeps):
                break
            self._weather.leap += _LEAP_S
            if sweeps:
                invoke(self._sweeper, {})
            else:
                time.sleep(1)  # for the messages that are hidden
            self._deliverers.work_off()
        self._deliverers.end()
        self._sweeper.end()

    def progress(self) -> str:
        """How far it is, in a line."""
        known, missing = self._tally.kinds, self._tally.missing()
        missing = missing or [f"{kind} at {crm}" for crm, kind in self._unseen()]
        waiting = sum(queue.length(hidden=True) for queue in self._stage.queues.values())
        return (
            f"{len(self._senders.sent.accepted)} of {self._senders.asked} leads accepted,"
            f" {waiting} messages wait, {self._tally.struck.total()} faults"
            f" of {len(known) - len(self._tally.missing())} kinds out of {len(known)}"
            + (f"; not yet: {', '.join(missing)}" if 0 < len(missing) <= _FEW else "")
        )

    def _room(self) -> Room:
        return Room(
            stage=self._stage,
            senders=self._senders,
            erase=self._crew.one("erase", ERASE, 1.0),
            replay=self._crew.one("replay", REPLAY, 0.3),
            clock=self._clock,
            tally=self._tally,
        )

    def _send(self) -> None:
        """All leads, over three deploys; others for those whose sender gave up, and some more
        while a kind of fault, of record or of option hasn't struck."""
        third = self._plan.leads // 3
        self._weather.deployed = "earlier"
        self._senders.send(third)
        self._deploy("this", "deploy over an earlier version")
        self._senders.send(third)
        self._deploy("later", "deploy of a later version")
        self._senders.send(self._plan.leads - 2 * third)
        self._deploy("this", "deploy taken back")
        self._senders.send(len(self._senders.sent.given_up))
        while True:
            time.sleep(1)
            if any(queue.length(hidden=False) for queue in self._stage.queues.values()):
                continue
            if self._plan.mutation and not self._arrivals.is_idle:
                continue
            if self._plan.mutation or not (self._tally.missing() or self._unseen()):
                return
            self._weather.wanted = frozenset(self._tally.missing())
            self._senders.send(_MORE)

    def _deploy(self, version: Generation, kind: str) -> None:
        self._weather.deployed = version
        self._tally(kind, "all functions")

    def _unseen(self) -> list[tuple[str, str]]:
        """The kinds of records and options that no record has shown."""
        seen = {*struck(self._stage.records(), self._sources)}
        return [kind for kind in kinds(self._sources) if kind not in seen]

    def _tell(self, stop: Event) -> None:
        while not stop.wait(_TOLD_S):
            print(self.progress(), file=sys.stderr)

    def _sweep_often(self, stop: Event) -> None:
        """Each minute, and when it is started."""
        due = time.monotonic()
        while not stop.wait(0.05):
            asked = self._stage.lambda_api.take("sweep") is not None
            if self._plan.mutation != "sweep" and (asked or time.monotonic() >= due):
                due = time.monotonic() + real(60)
                invoke(self._sweeper, {})
        self._sweeper.end()

    def _has_work(self, *, sweeps: bool) -> bool:
        if not sweeps:  # then what has no message has no future
            return any(queue.length(hidden=True) for queue in self._stage.queues.values())
        return any(
            item["sk"].startswith("crm#") and item["state"] in WAITING
            for item in self._stage.ledger()
        )
