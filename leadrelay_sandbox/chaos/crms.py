"""The four CRMs, and what goes wrong there."""

import threading
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from leadrelay.crm.http import READ_S
from leadrelay_sandbox.chaos.clock import real
from leadrelay_sandbox.chaos.faults import Dice, Tally
from leadrelay_sandbox.chaos.wire import REFUSAL, WIRE
from leadrelay_sandbox.fault import Fault
from leadrelay_sandbox.simulator import Simulator

# How long an answer takes, of the time that the adapter waits for it.
_HUNG_UP = 1.25  # by then it has given up
_AT_WORK = 3.0  # and the busy CRM goes on for a minute longer
_SLOW = 0.5
_PAUSE_S = 30.0  # of the functions': so long a password is wrong, and a CRM down
_SEVERAL = 10  # times that a fault is met
_CALLS = (2, 6)  # writes between two faults
_PATIENCE = 12  # writes that a fault waits for its own

# After these a CRM is paused for a while, and meets nothing else meanwhile.
_PASSWORDS = frozenset({"CRM: password changed", "CRM: secret changed"})
_PAUSING = frozenset({"CRM: down for minutes", *_PASSWORDS})
_PAUSING_AGAIN = 0.2


_ANSWERS: Mapping[str, dict[str, Any]] = {
    "CRM: 500 before saving": {"status": 500},
    "CRM: 500 after saving": {"status": 500, "after_saving": True},
    "CRM: 429": {"status": 429, "headers": {"Retry-After": "20"}},
    "CRM: 503": {"status": 503},
    "CRM: time-out before saving": {"takes": _HUNG_UP, "status": 500},
    "CRM: time-out after saving": {"takes": _HUNG_UP, "after_saving": True},
    "CRM: saved after the time-out": {"takes": _AT_WORK},
    "CRM: reset before saving": {"reset": True},
    "CRM: reset after saving": {"reset": True, "after_saving": True},
    "CRM: HTML instead of JSON": {
        "status": 200,
        "body": "<html><body>Please stand by</body></html>",
        "content_type": "text/html",
        "after_saving": True,
    },
    "CRM: slow answer": {"takes": _SLOW},
    "CRM: refusal": {"refuse": REFUSAL, "times": 3},
    "CRM: down for minutes": {"status": 503, "times": 25, "operation": None},
}


class Troubles:
    """Has one CRM fail, one fault after the other, until stopped: a thread of its own."""

    def __init__(
        self,
        name: str,
        simulator: Simulator,
        dice: Dice[str],
        tally: Tally,
        store: Callable[[str, Mapping[str, Any]], None],
    ) -> None:
        """`store` puts what changed of the CRM's secret into it, as an operator does."""
        self._name = name
        self._store = store
        self._simulator = simulator
        self._wire = WIRE[name]
        self._dice = dice
        self._tally = tally
        self._random = Random(dice.seed)  # noqa: S311  # repeatable, as nothing secret is
        self._stopped = threading.Event()
        self._met: set[str] = set()
        self._password = str(simulator.switches[self._wire.password])  # that of the secret
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The CRM is well from now on."""
        self._stopped.set()
        self._thread.join()
        self._simulator.faults.clear()
        self._simulator.switch |= {self._wire.password: self._password}

    def _run(self) -> None:
        while not self._stopped.is_set():
            kind = self._dice.draw()
            if kind is None or not self._suits(kind):
                self._wait_for_writes(1)
                continue
            if kind == "CRM: session expired" and self._wire.expire:
                struck = self._expire(self._wire.expire)
            elif kind in _PASSWORDS:
                struck = self._change_password(told=kind == "CRM: secret changed")
            else:
                struck = self._fail(**_ANSWERS[kind])
            if struck:
                self._met.add(kind)
                self._tally(kind, self._name)
            else:
                self._dice.give_back(kind)
            self._wait_for_writes(self._random.randint(*_CALLS))

    def _suits(self, kind: str) -> bool:
        if kind == "CRM: session expired":
            return self._wire.expire is not None
        again = kind in _PAUSING and kind in self._met
        return not again or self._random.random() < _PAUSING_AGAIN

    def _wait_for_writes(self, number: int) -> None:
        until = self._writes() + number
        self._wait(lambda: self._writes() >= until)

    def _writes(self) -> int:
        return sum(self._simulator.calls[operation] for operation in self._wire.writes)

    def _wait(self, is_so: Callable[[], bool]) -> bool:
        while not is_so():
            if self._stopped.wait(0.03):
                return is_so()
        return True

    def _fail(self, **fault: Any) -> bool:
        """True when it was met: each kind of write as often as it comes, and the rare ones are
        not waited for."""
        often = [1 + self._simulator.calls[operation] for operation in self._wire.writes]
        operation = self._random.choices(self._wire.writes, often)[0]
        delay = real(READ_S) * fault.pop("takes", 0.0)
        wanted = Fault(**{"operation": operation, "delay": delay, **fault})
        times = wanted.times
        with self._simulator.lock:
            self._simulator.faults.append(wanted)
        enough = self._writes() + _PATIENCE
        self._wait(lambda: wanted.times < times or self._writes() >= enough)
        if times > _SEVERAL:  # down, until it is up again
            self._stopped.wait(real(_PAUSE_S))
        else:
            self._wait(lambda: not wanted.times or self._writes() >= enough)
        with self._simulator.lock:
            self._simulator.faults.remove(wanted)
        return wanted.times < times

    def _expire(self, expire: Callable[[Any], object]) -> bool:
        logins = self._simulator.logins
        expire(self._simulator)
        return self._wait(lambda: self._simulator.logins > logins)

    def _change_password(self, *, told: bool) -> bool:
        """True when somebody came with the old one. Later an operator is told of the new one, or
        it is the old one again."""
        requests, new = self._simulator.requests, f"changed-{self._random.randrange(10**6)}"
        self._simulator.switch |= {self._wire.password: new}
        if self._wire.expire:
            self._wire.expire(self._simulator)
        met = self._wait(lambda: self._simulator.requests > requests)
        self._stopped.wait(real(_PAUSE_S))
        if told:
            self._store(self._name, {self._wire.secret: new})
            self._password = new
        else:
            self._simulator.switch |= {self._wire.password: self._password}
        return met
