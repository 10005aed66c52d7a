"""The conductor's side of the functions: their processes, which die and are started anew."""

import multiprocessing
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from random import Random
from typing import Any

from leadrelay_sandbox.chaos.faults import Dice, Fault, Tally
from leadrelay_sandbox.chaos.generations import Generation
from leadrelay_sandbox.chaos.worker import Invocation, Spec, serve

_SKEW = 120.0  # s
_LIFE = 25  # invocations after which a process is replaced, so that there are cold starts
_ARMED = 3  # faults that wait in one process at most


class Died(Exception):
    """The function's process ended in the middle of an invocation."""


@dataclass
class Weather:
    """What the processes share: how far the clocks have leapt, whether faults fall, and which
    version of the code is deployed."""

    leap: float = 0.0
    calm: bool = False
    deployed: Generation = "this"
    wanted: frozenset[str] = frozenset()  # kinds that never struck: every process waits for them


class Function:
    """One instance of a function: one invocation at a time, in a process that may not live long.

    Not to be shared by threads.
    """

    def __init__(
        self,
        spec: Spec,
        weather: Weather,
        dice: Dice[Fault],
        tally: Tally,
        skews: Random,
    ) -> None:
        self._spec = spec
        self._weather = weather
        self._dice = dice
        self._tally = tally
        self._skews = skews
        self._process: ForkServerProcess | None = None

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """The handler's answer. Raises Died."""
        if self._process is None or self._served >= _LIFE or self._is_outdated():
            self._start()
        faults = self._draw()
        self._served += 1
        try:
            self._connection.send(Invocation(event, faults, self._weather.leap))
            while isinstance(answer := self._connection.recv(), Fault):
                self._armed.remove(answer)
                self._tally(answer.kind, self._spec.place)
        except (EOFError, OSError) as error:
            self.end()
            raise Died from error
        ended: dict[str, Any] = answer
        return ended

    def end(self) -> None:
        """End the process. What didn't strike will strike another."""
        for fault in self._armed if self._process else ():
            self._dice.give_back(fault)
        if self._process is not None:
            self._connection.close()
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None

    def _start(self) -> None:
        self.end()
        skew = 0.0 if self._weather.calm else self._skews.choice((-_SKEW, 0.0, _SKEW))
        if skew:
            kind = "clock two minutes slow" if skew < 0 else "clock two minutes fast"
            self._tally(kind, self._spec.place)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["leadrelay_sandbox.chaos.nursery"])
        self._connection, theirs = context.Pipe()
        clock = replace(self._spec.clock, skew=skew)
        self._generation = self._weather.deployed
        spec = replace(self._spec, clock=clock, generation=self._generation)
        self._process = context.Process(target=serve, args=(theirs, spec), daemon=True)
        self._process.start()
        theirs.close()
        self._served = 0
        self._armed: list[Fault] = []

    def _draw(self) -> list[Fault]:
        if self._weather.calm or len(self._armed) >= _ARMED:
            return []
        drawn = self._dice.draw()
        faults = [
            fault
            for fault in self._dice.kinds
            if (fault is drawn or self._is_wanted(fault)) and fault not in self._armed
        ]
        if self._served and any(fault.cold for fault in faults):
            self._start()
        self._armed += faults
        return faults

    def _is_outdated(self) -> bool:
        """A deploy ends no invocation, but all that begin after it are of the new version."""
        return self._generation != self._weather.deployed

    def _is_wanted(self, fault: Fault) -> bool:
        """Until it has struck somewhere: else nothing would get through."""
        return fault.kind in self._weather.wanted and not self._tally.has(fault.kind)
