"""How long to wait before a delivery is tried again, and when to give up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import uniform

from leadrelay.errors import DeliveryError, Retryable


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential with full jitter between `base` and `cap`; gives up after `give_up_after`.

    Full jitter spreads the retries of a whole outage evenly, instead of bringing all of them
    back to a recovering CRM at once.
    """

    base: timedelta = timedelta(seconds=15)
    cap: timedelta = timedelta(hours=1)
    give_up_after: timedelta = timedelta(days=4)
    jitter: Callable[[float, float], float] = uniform

    def wait(self, attempts: int, error: DeliveryError) -> timedelta:
        """The wait after `attempts` tries (1 after the first), never below what the CRM asked
        for with Retry-After, and never above the cap."""
        cap = self.cap.total_seconds()
        # 2 ** 30 is beyond any cap; without the limit a long outage would overflow a float.
        ceiling = min(cap, self.base.total_seconds() * 2 ** min(attempts - 1, 30))
        asked = (error.after or 0.0) if isinstance(error, Retryable) else 0.0
        return timedelta(seconds=max(1.0, min(asked, cap), self.jitter(0.0, ceiling)))
