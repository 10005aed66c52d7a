"""A small pool of login sessions: the server serialises the calls that share one."""

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from leadrelay.crm.initiative.operations import SessionLost
from leadrelay.errors import DeliveryError, LeadrelayError


@dataclass(frozen=True, slots=True)
class Session:
    """A login at `url`. `name` is a secret; its form and length vary."""

    url: str
    name: str
    user_id: str


class Sessions:
    """Lends each session to one call at a time, and logs in when calls would have to wait.

    There are never more sessions than calls under way. Logins happen one at a time, because a
    user has one challenge token, which each new challenge replaces (observed on vtiger 6.0). A
    call that finds every session busy first waits as long as a login would take; often one comes
    back by then, so that a hundred sessions lost at once are not a hundred logins.
    """

    def __init__(self, login: Callable[[], Session]) -> None:
        self._login = login
        self._changed = threading.Condition()
        self._idle: list[Session] = []
        self._busy = 0
        self._logging_in = False
        self._login_took = 0.0  # seconds
        self._login_ended = 0.0  # by time.monotonic
        self._failures = 0
        self._failure: LeadrelayError | None = None

    def run[T](self, act: Callable[[Session], T]) -> T:
        """Call `act` with a session, again with another if that one turns out to be lost.

        Repeating is safe even for a write, see SessionLost. It ends with the first session that
        was made for this very call. Raises what `act` and the login raise.
        """
        while True:
            session, fresh = self._take()
            usable = True
            try:
                return act(session)
            except SessionLost:
                usable = False
                if fresh:
                    raise
            except DeliveryError as error:
                # The server goes on with a call that we gave up waiting for, and holds the
                # session meanwhile: whoever took it next would wait as well.
                usable = not isinstance(error.__cause__, httpx.ReadTimeout)
                raise
            finally:
                self._give_back(session if usable else None)

    def forget(self) -> None:
        """Drop every idle session."""
        with self._changed:
            self._idle.clear()

    def _take(self) -> tuple[Session, bool]:
        """A session, and whether it was made just now."""
        asked = time.monotonic()
        with self._changed:
            failures = self._failures
            while not self._idle:
                if self._failure and self._failures != failures:
                    raise copy.copy(self._failure)  # the login that we waited for failed
                patience = self._patience(asked)
                if not self._logging_in and patience <= 0:
                    self._logging_in = True
                    break
                self._changed.wait(None if self._logging_in else patience)
            else:
                self._busy += 1
                return self._idle.pop(), False
        return self._log_in(), True

    def _patience(self, asked: float) -> float:
        """Seconds for which waiting for a busy session still beats a login."""
        if not self._busy:
            return 0.0
        return max(asked, self._login_ended) + self._login_took - time.monotonic()

    def _log_in(self) -> Session:
        began = time.monotonic()
        try:
            session = self._login()
        except LeadrelayError as error:
            with self._changed:
                self._failures += 1
                self._failure = error
            raise
        else:
            with self._changed:
                self._busy += 1
                self._login_ended = time.monotonic()
                self._login_took = self._login_ended - began
            return session
        finally:
            with self._changed:
                self._logging_in = False
                self._changed.notify_all()

    def _give_back(self, session: Session | None) -> None:
        with self._changed:
            self._busy -= 1
            if session:
                self._idle.append(session)
            self._changed.notify_all()
