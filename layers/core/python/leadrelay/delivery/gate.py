"""Whether a function's deliveries may go to their CRM just now, and what they tell about it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

from leadrelay.delivery.pausing import Pausing
from leadrelay.errors import DeliveryError, Misconfigured, Retryable, Unavailable, Unknown
from leadrelay.ledger.standing import Pause, PauseKind, Standing

# For how long a message is hidden that comes although its CRM is paused: longer than the sweep
# takes to stop its queue, and not much longer than somebody likes to wait once it goes on.
PUT_BACK = timedelta(seconds=30)

_ENOUGH, _SHARE = 10, 0.8  # of so many attempts within two minutes, so many failed: it is down

_PROVEN_S = 10.0  # nobody has to go first for so long after a success
_FIRST_S = 5.0  # a refused login is told sooner; a CRM that hangs holds the others up no longer


class Gate:
    """Lets one function's deliveries through, or not. Safe to use from several threads.

    A login that is refused too often locks the account. So one delivery goes first where none
    has got through just now, and the first that finds us misconfigured shuts the gate for all.

    What becomes of one lead proves nothing about the account. So before a CRM is paused it is
    asked by `check`, a login, once a batch: if that works, it is the leads that don't get through.
    """

    def __init__(self, pausing: Pausing, check: Callable[[], str]) -> None:
        self._pausing = pausing
        self._check = check
        self._checking = threading.Lock()
        self._checked: tuple[DeliveryError | None] | None = None
        self._lock = threading.Lock()
        self._standing = Standing(crm=pausing.crm)
        self._shut = False
        self._first: threading.Event | None = None
        self._proven_at = float("-inf")
        self._good = self._bad = 0
        self._error: DeliveryError | None = None

    @property
    def lifted_at(self) -> datetime | None:
        """When the last pause ended."""
        return self._last.lifted_at if self._last else None

    @property
    def is_shut(self) -> bool:
        """Whether the CRM is paused."""
        return self._shut

    @property
    def _last(self) -> Pause | None:
        return self._standing.pause

    @contextmanager
    def batch(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[None]:
        """Around the deliveries of one batch: what the ledger says holds for all of them, and
        how they went is counted together."""
        with suppress(Unavailable):  # each delivery will meet the same, and come again
            self._standing = self._pausing.read()
        self._shut = self._last is not None and self._last.is_on
        self._first = self._error = self._checked = None
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

    def failed(self, error: Misconfigured | Retryable | Unknown) -> DeliveryError:
        """The CRM couldn't be used; what that means for the lead: Misconfigured only where nobody
        gets in. One that is only busy is neither down nor proven to be up."""
        if isinstance(error, Misconfigured):
            refused = error if error.login else self.refusal()
            if isinstance(refused, Misconfigured):
                with self._lock:
                    self._shut, self._error = True, refused
                return refused
            if refused is None:
                return Retryable(f"{error}, although the login works", words=error.words)
            error = Retryable(str(refused), words=refused.words)
        if isinstance(error, Unknown) or not error.throttled:
            with self._lock:
                self._bad += 1
        return error

    def refusal(self) -> DeliveryError | None:
        """Why the CRM lets us in no more; None if it does."""
        with self._checking:
            if self._checked is None:
                self._checked = (self._ask(),)
            return self._checked[0]

    def _ask(self) -> DeliveryError | None:
        try:
            self._check()
        except DeliveryError as error:
            return error
        self._proven_at = monotonic()
        return None

    def _judge(self, now: datetime) -> None:
        """Pause the CRM when it lets us in no more: so one login was told, or hardly anything gets
        through to it."""
        error = self._error
        if error is None and self._is_down(now):
            error = self.refusal()
        if error:
            kind: PauseKind = "misconfigured" if isinstance(error, Misconfigured) else "down"
            self._pausing.begin(kind, error, now, last=self._last)

    def _is_down(self, now: datetime) -> bool:
        """Count this batch, where anything failed lately, and judge by it and all others of this
        minute and the last. What failed before the last pause was another outage."""
        known = self._standing
        failed_lately = known.streak or known.lately(now)[1]
        if not (self._bad or (self._good and failed_lately)):
            return False
        counted = self._pausing.pauses.count(known, good=self._good, bad=self._bad, at=now)
        good, bad = counted.lately(now, since=self.lifted_at)
        return self._bad > 0 and good + bad >= _ENOUGH and bad >= _SHARE * (good + bad)
