"""A small pool of login sessions: the server serialises the calls that share one."""

import copy
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from leadrelay.crm.base import Secret
from leadrelay.crm.initiative.operations import OPERATIONS, SessionLost
from leadrelay.crm.initiative.wire import entry_point, exchange, need
from leadrelay.errors import DeliveryError, LeadrelayError, Misconfigured, Refused

SECRET_KEYS = (frozenset({"base_url", "username", "access_key"}),)


@dataclass(frozen=True, slots=True)
class Session:
    """A login at `url`. `name` is a secret; its form and length vary."""

    url: str
    name: str
    user_id: str


class Login:
    """Lends each session to one call at a time, and logs in when calls would have to wait.

    There are never more sessions than calls under way. Logins happen one at a time, because a
    user has one challenge token, which each new challenge replaces (observed on vtiger 6.0). A
    call that finds every session busy first waits as long as a login would take; often one comes
    back by then, so that a hundred sessions lost at once are not a hundred logins.
    """

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._secret = secret
        self._user_id = ""
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

    @property
    def user_id(self) -> str:
        """The id of the user who is logged in, e.g. 19x1."""
        if not self._user_id:
            self.run(lambda _: None)
        return self._user_id

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
                if self._failure and self._failures != failures and not self._busy:
                    raise copy.copy(self._failure)  # the login that we waited for failed
                failures = self._failures  # others have sessions, so logins do work
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
            session = self._new_session()
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

    def _new_session(self) -> Session:
        """Once more with the secret read afresh: it may have been changed, and a login elsewhere
        may have replaced our challenge."""
        try:
            session = _log_in(self._client, self._secret(False))
        except Misconfigured:
            session = _log_in(self._client, self._secret(True))
        self._user_id = session.user_id
        return session


def _log_in(client: httpx.Client, secret: Secret) -> Session:
    url, username, key = entry_point(secret), need(secret, "username"), need(secret, "access_key")
    try:
        challenge = exchange(client, url, OPERATIONS["getchallenge"], {"username": username})
        digest = hashlib.md5(f"{challenge['token']}{key}".encode(), usedforsecurity=False)
        credentials = {"username": username, "accessKey": digest.hexdigest()}
        login = exchange(client, url, OPERATIONS["login"], credentials)
        return Session(url, login["sessionName"], login["userId"])
    except (SessionLost, Refused, Misconfigured) as error:
        # No lead is at fault yet: a wrong URL, a user unknown or inactive.
        look = "look at base_url, username (with its prefix) and access_key in the secret"
        message = f"login refused ({error}): {look}"
        raise Misconfigured(message, words=error.words, login=True) from error
    except (KeyError, TypeError) as error:
        message = "base_url in the secret leads to something that isn't this CRM"
        raise Misconfigured(message, login=True) from error
