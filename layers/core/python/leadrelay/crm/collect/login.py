"""Logging in to Collect!, and what an answer's status means."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.errors import DeliveryError, Misconfigured, Refused

SECRET_KEYS = (frozenset({"base_url", "op_id", "op_password"}),)


@dataclass(frozen=True, slots=True)
class Session:
    """A login, good until Collect! refuses its token; how long that is, no page says."""

    url: str
    headers: Mapping[str, str]
    operator: Mapping[str, Any]
    """The `nx_operator` record: op_rowid, op_id, op_name, op_level, op_function, …"""


class Login:
    """The one session that all threads share."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._secret = secret
        self._lock = threading.Lock()
        self._current: Session | None = None

    def current(self) -> Session:
        """The session there is, else a new one."""
        with self._lock:
            if self._current is None:
                self._current = self._log_in()
            return self._current

    def renew(self, stale: Session | None = None) -> Session:
        """A new session for all threads, unless another thread has already replaced `stale`.

        Raises Misconfigured when the login is refused with the credentials as they are now,
        Retryable when Collect! can't be asked.
        """
        with self._lock:
            if stale is None or self._current in (None, stale):
                self._current = None  # a refused login must not leave the old session behind
                self._current = self._log_in()
            return self._current

    def _log_in(self) -> Session:
        secret = self._secret(False)
        try:
            return _authorize(self._client, secret)
        except (Refused, Misconfigured) as refusal:
            fresh = self._secret(True)
            if fresh == secret:  # the same password again could lock the operator out
                raise _refused_login(refusal) from refusal
        try:
            return _authorize(self._client, fresh)
        except (Refused, Misconfigured) as refusal:
            raise _refused_login(refusal) from refusal


def url_of(secret: Secret) -> str:
    """The API's address: the secret's `base_url` with /api/v1, which may already be there."""
    base = needed(secret, "base_url").rstrip("/")
    return base if base.endswith("/api/v1") else f"{base}/api/v1"


def needed(secret: Secret, name: str) -> str:
    """A member of the secret that has to be there. Raises Misconfigured."""
    value = secret.get(name)
    if not value:
        raise Misconfigured(f"the secret has no {name}")
    return str(value)


def failure(response: httpx.Response, *, writes: bool) -> DeliveryError | None:
    """What the answer's own `status` says: "200 is good. Everything else is a failure."
    ("How To Use The Rest API"). Answers with records print none; there HTTP's status counts."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    status = body.get("status") if isinstance(body, dict) else None
    if status is None or str(status) == "200":
        return None
    code = int(status) if re.fullmatch(r"[45]\d\d", str(status)) else 400
    return http.judge(httpx.Response(code, text=response.text), writes=writes)


def _authorize(client: httpx.Client, secret: Secret) -> Session:
    url = url_of(secret)
    database = secret.get("database")
    headers = {"x-collect-database": str(database)} if database else {}
    credentials = {name: needed(secret, name) for name in ("op_id", "op_password")}
    response = http.send(
        client, "POST", f"{url}/auth/login", writes=False, headers=headers, json=credentials
    )
    if error := failure(response, writes=False):
        raise error
    result = http.json_object(response, writes=False).get("result")
    token = result.get("access_token") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or not token:
        raise Misconfigured("the answer holds no access_token")
    headers["Authorization"] = f"Bearer {token}"
    return Session(url, headers, result.get("nx_operator") or {})


def _refused_login(refusal: DeliveryError) -> Misconfigured:
    look = "look at base_url, op_id, op_password and database in the secret"
    return Misconfigured(f"login refused ({refusal}): {look}", words=refusal.words, login=True)
