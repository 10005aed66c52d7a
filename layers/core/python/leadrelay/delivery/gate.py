"""Whether a function's deliveries may go to their CRM just now, and what they tell about it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

from leadrelay.delivery.pausing import Pausing
from leadrelay.errors import DeliveryError, Misconfigured, Retryable, Unavailable, Unknown
from leadrelay.ledger.pauses import Pause

# For how long a message is hidden that comes although its CRM is paused: longer than the sweep
# takes to stop its queue, and not much longer than somebody likes to wait once it goes on.
PUT_BACK = timedelta(seconds=30)

_MINUTE = timedelta(minutes=1)
_ENOUGH, _SHARE = 10, 0.8  # of so many attempts within two minutes, so many failed: it is down

_PROVEN_S = 10.0  # nobody has to go first for so long after a success
_FIRST_S = 5.0  # a refused login is told sooner; a CRM that hangs holds the others up no longer


class Gate:
    """Lets one function's deliveries through, or not. Safe to use from several threads.

    A login that is refused too often locks the account. So one delivery goes first where none
    has got through just now, and the first that finds us misconfigured shuts the gate for all.
    """

    def __init__(self, pausing: Pausing) -> None:
        self._pausing = pausing
        self._lock = threading.Lock()
        self._last: Pause | None = None
        self._shut = False
        self._first: threading.Event | None = None
        self._proven_at = float("-inf")
        self._good = self._bad = 0
        self._error: DeliveryError | None = None

    @property
    def lifted_at(self) -> datetime | None:
        """When the last pause ended."""
        return self._last.lifted_at if self._last else None

    @contextmanager
    def batch(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[None]:
        """Around the deliveries of one batch: what the ledger says holds for all of them, and
        how they went is counted together."""
        with suppress(Unavailable):  # each delivery will meet the same, and come again
            self._last = self._pausing.read()
        self._shut = self._last is not None and self._last.is_on
        self._first = self._error = None
        self._good = self._bad = 0
        yield
        try:
            self._judge(now())
        except Unavailable as error:  # the next batch comes to the same
            self._pausing.report("crm.unpaused", crm=self._pausing.crm, error=str(error))

    @contextmanager
    def passage(self) -> Iterator[bool]:
        """Around one delivery: whether it may be tried."""
        with self._lock:
            first = self._first
            if first is None and monotonic() - self._proven_at > _PROVEN_S:
                self._first = threading.Event()
        if first:
            first.wait(_FIRST_S)
        try:
            yield not self._shut
        finally:
            if self._first:
                self._first.set()

    def worked(self) -> None:
        """The CRM answered, be it to refuse a lead."""
        with self._lock:
            self._good += 1
            self._proven_at = monotonic()

    def failed(self, error: Misconfigured | Retryable | Unknown) -> None:
        """The CRM couldn't be used. One that is only busy is neither down nor proven to be up."""
        with self._lock:
            if isinstance(error, Misconfigured):
                self._shut = True
                self._error = error
            elif isinstance(error, Unknown) or not error.throttled:
                self._bad += 1
                self._error = self._error if self._shut else error

    def _judge(self, now: datetime) -> None:
        """Pause the CRM when we are misconfigured, or hardly anything gets through to it."""
        if isinstance(self._error, Misconfigured):
            self._pausing.begin("misconfigured", self._error, now, last=self._last)
        elif (self._good or self._bad) and self._is_down(now) and self._error:
            self._pausing.begin("down", self._error, now, last=self._last)

    def _is_down(self, now: datetime) -> bool:
        """Count this batch, and judge by it and all others of this minute and the last."""
        pauses, crm = self._pausing.pauses, self._pausing.crm
        minute = now.replace(second=0, microsecond=0)
        good, bad = pauses.tally(crm, minute, good=self._good, bad=self._bad)
        before = minute - _MINUTE
        # What failed before the last pause was another outage.
        if self._bad and (self.lifted_at is None or self.lifted_at <= before):
            was_good, was_bad = pauses.pulse(crm, before)
            good, bad = good + was_good, bad + was_bad
        return bad > 0 and good + bad >= _ENOUGH and bad >= _SHARE * (good + bad)
