"""What a CRM seldom changes, such as its picklists, asked for once and then known for a while."""

import math
import threading
import time
from collections.abc import Callable

_LASTS_S = 600.0  # then what an administrator has added is seen
_UNTOLD_S = 60.0


class Remembered[V]:
    """The answers of `ask` by what was asked. Threads share them; what `ask` raises isn't kept.

    It gives None where the CRM doesn't tell. That may be of the moment (a firewall's answer), so it
    is believed for a minute only.
    """

    def __init__(
        self, ask: Callable[[str], V | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._known: dict[str, tuple[float, V | None]] = {}
        self._lock = threading.Lock()

    def __call__(self, asked: str) -> V | None:
        with self._lock:
            until, known = self._known.get(asked, (-math.inf, None))
            if self._clock() >= until:
                known = self._ask(asked)
                lasts = _UNTOLD_S if known is None else _LASTS_S
                self._known[asked] = self._clock() + lasts, known
            return known

    def forget_untold(self) -> None:
        """Ask anew for what the CRM didn't tell."""
        with self._lock:
            self._known = {
                asked: (until, known)
                for asked, (until, known) in self._known.items()
                if known is not None
            }
