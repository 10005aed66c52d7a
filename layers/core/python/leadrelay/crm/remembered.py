"""What a CRM seldom changes, such as its picklists, asked for once and then known for a while."""

import threading
import time
from collections.abc import Callable

_LASTS_S = 600.0  # then what an administrator has added is seen


class Remembered[V]:
    """The answers of `ask` by what was asked. Threads share them; what `ask` raises isn't kept."""

    def __init__(self, ask: Callable[[str], V]) -> None:
        self._ask = ask
        self._known: dict[str, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def __call__(self, asked: str) -> V:
        with self._lock:
            until, known = self._known.get(asked, (0.0, None))
            if known is None or time.monotonic() >= until:
                known = self._ask(asked)
                self._known[asked] = time.monotonic() + _LASTS_S, known
            return known
