"""Time that runs fast, leaps, and isn't the same in every process."""

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Self

_FASTEST, _SLOWEST = 20, 4
_PROBE_S = 0.3  # of processor time
_RATE = "LEADRELAY_CHAOS_RATE"


def suit_machine() -> None:
    """Have time run slower where others are at work too, so that what takes milliseconds on an
    idle machine doesn't take minutes on the clocks. What is started from now on knows of it."""
    began, used = time.monotonic(), time.process_time()
    while time.process_time() - used < _PROBE_S:
        pass
    share = _PROBE_S / (time.monotonic() - began)
    os.environ[_RATE] = str(max(_SLOWEST, min(_FASTEST, round(1.5 * share * _FASTEST))))


def rate() -> int:
    """Seconds that pass on the functions' clocks for each one of ours."""
    return int(os.environ.get(_RATE, _FASTEST))


def real(seconds: float) -> float:
    """How long we wait for so many seconds of the functions'."""
    return seconds / rate()


@dataclass(slots=True)
class Clock:
    """What a process takes for the time: right but for `skew`. Seconds."""

    started: float
    skew: float = 0.0
    leap: float = 0.0

    def now(self) -> datetime:
        passed = (time.time() - self.started) * rate()
        return datetime.fromtimestamp(self.started + passed + self.leap + self.skew, UTC)

    def install(self) -> None:
        """Have all of Leadrelay in this process look at this clock."""
        clock = self

        class Ours(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                moment = clock.now().astimezone(tz)
                return cls.fromtimestamp(moment.timestamp(), tz)

        for name, module in list(sys.modules.items()):
            ours = name.startswith(("leadrelay.", "functions."))
            if ours and vars(module).get("datetime") is datetime:
                vars(module)["datetime"] = Ours
