"""Time that runs fast, leaps, and isn't the same in every process."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Self

RATE = 20
"""Seconds that pass on the functions' clocks for each one of ours."""


def real(seconds: float) -> float:
    """How long we wait for so many seconds of the functions'."""
    return seconds / RATE


@dataclass(slots=True)
class Clock:
    """What a process takes for the time: right but for `skew`. Seconds."""

    started: float
    skew: float = 0.0
    leap: float = 0.0

    def now(self) -> datetime:
        passed = (time.time() - self.started) * RATE
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
