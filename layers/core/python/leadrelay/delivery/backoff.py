"""How long to wait before a delivery is tried again, and when to give up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import uniform

from leadrelay.errors import DeliveryError, Retryable, Unknown

# A CRM may still be at work on a request whose answer we no longer wait for. Looked for too soon,
# its record isn't there yet, and would be made once more: five minutes with a base of 15 s.
_STILL_AT_WORK = 20


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential with full jitter between `base` and `cap`; gives up after `give_up_after`.

    Full jitter spreads the retries of a whole outage evenly, instead of bringing all of them
    back to a recovering CRM at once.
    """

    base: timedelta = timedelta(seconds=15)
    cap: timedelta = timedelta(hours=1)
    give_up_after: timedelta = timedelta(days=4)
    enough: int = 8  # attempts that failed, where others got through: it is this lead's fault
    jitter: Callable[[float, float], float] = uniform

    def wait(self, attempts: int, error: DeliveryError) -> timedelta:
        """The wait after `attempts` tries (1 after the first), never below what the CRM asked
        for with Retry-After, nor `_STILL_AT_WORK` bases after one whose outcome is unknown, and
        never above the cap."""
        base, cap = self.base.total_seconds(), self.cap.total_seconds()
        # 2 ** 30 is beyond any cap; without the limit a long outage would overflow a float.
        ceiling = min(cap, base * 2 ** min(attempts - 1, 30))
        asked = (error.after or 0.0) if isinstance(error, Retryable) else 0.0
        at_work = base * _STILL_AT_WORK if isinstance(error, Unknown) else 0.0
        least = min(max(1.0, asked, at_work), cap)
        return timedelta(seconds=max(least, self.jitter(0.0, ceiling)))
