"""Who may talk: challenge tokens, logins and sessions, as vtiger 6.0 keeps them."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from leadrelay_sandbox.initiative.errors import WebServiceError

USERNAME = "demo/api"
USER_ID = 1


@dataclass
class Session:
    name: str
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    """PHP locks a session's file: calls that share a session come one after the other."""


class Sessions:
    """One user, `demo/api`: its one token, and its open sessions.

    Every getchallenge deletes the user's token before, and a token serves for any number of logins
    until it expires (vtiger 6.0 source, AuthToken.php and Login.php). `note` takes violations.
    """

    def __init__(self, switch: Mapping[str, Any], note: Callable[[str], None]) -> None:
        self._switch = switch
        self._note = note
        self._lock = threading.Lock()
        self._open: dict[str, Session] = {}
        self._token: tuple[str, float] | None = None

    def challenge(self, username: str) -> dict[str, Any]:
        """A token. Unknown users get one too: it is for nobody."""
        now = time.time()
        token, expires = _uniqid(now), now + self._switch["token_seconds"]
        if username.lower() == USERNAME:
            with self._lock:
                self._token = (token, expires)
        return {"token": token, "serverTime": int(now), "expireTime": int(expires)}

    def login(self, username: str, access_key: str) -> Session:
        """Open a session; raises what login answers, in the order of Login.php."""
        with self._lock:
            token = self._token if username.lower() == USERNAME else None
        if token is None or token[1] <= time.time():
            raise WebServiceError("INVALID_AUTH_TOKEN", "Specified token is invalid or expired")
        if not self._switch["access_key"]:
            raise WebServiceError("ACCESSKEY_UNDEFINED", "Access key for the user is undefined")
        salted = (token[0] + self._switch["access_key"]).encode()
        expected = hashlib.md5(salted, usedforsecurity=False).hexdigest()
        if access_key != expected:
            if access_key.lower() == expected:
                self._note("accessKey in upper case")
            raise WebServiceError("INVALID_USER_CREDENTIALS", "Invalid username or password")
        if not self._switch["active"]:
            raise WebServiceError("AUTHENTICATION_REQUIRED", "Given user is inactive")
        prefix = USERNAME.partition("/")[0]
        session = Session(f"{prefix}-{secrets.randbelow(2**31):x}{_uniqid(time.time())}")
        with self._lock:
            self._open[session.name] = session
        return session

    def enter(self, name: str) -> Session:
        """The open session of this name, one call older."""
        if not name:
            raise WebServiceError("AUTHENTICATION_REQUIRED", "Authencation required")
        with self._lock:
            session = self._open.get(name)
            limit = self._switch["session_calls"]
            if session and limit and session.calls >= limit:
                del self._open[name]
                session = None
            if session is None:
                raise WebServiceError("INVALID_SESSIONID", "Session Identifier provided is Invalid")
            session.calls += 1
            return session

    def holding(self, name: str) -> AbstractContextManager[Any]:
        """Make others who use this session wait, if there is such a session."""
        with self._lock:
            session = self._open.get(name)
        return session.lock if session else nullcontext()

    def close(self, name: str) -> None:
        with self._lock:
            self._open.pop(name, None)

    def expire(self) -> int:
        """End all sessions, as PHP's collection of old session files does; how many there were."""
        with self._lock:
            count = len(self._open)
            self._open.clear()
            return count


def _uniqid(now: float) -> str:
    """PHP's uniqid(): 13 hexadecimal digits, seconds and microseconds."""
    return f"{int(now):08x}{int(now % 1 * 1_000_000):05x}"
