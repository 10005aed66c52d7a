"""OAuth tokens: asked for, kept, and shared through the secret with whoever runs elsewhere.

A refresh token may be good once only, so its successor is never dropped: what can't be stored just
now is kept here and stored later. The access token is stored with it and with its end, so that one
refresh does for everybody who starts meanwhile, and the secret is written about once in its life.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from leadrelay.crm.base import Secret
from leadrelay.crm.http import json_object, send
from leadrelay.crm.trackerrms.hosts import host
from leadrelay.errors import LeadrelayError, Misconfigured, Refused, Retryable

_EARLY_S = 60.0  # a token is renewed this long before it ends
_WORTH_SHARING_S = 600.0  # AWS advises against writing a secret more often than this
_SAVE_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, the refresh token that follows, and when the first one ends, in seconds of
    `time.time`; None where TrackerRMS doesn't say, which isn't documented."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: float | None

    @classmethod
    def stored(cls, secret: Secret) -> "Token | None":
        """What the secret holds of an earlier refresh."""
        access, ends = secret.get("access_token"), _number(secret.get("access_token_ends"))
        return cls(str(access), str(secret["refresh_token"]), ends) if access and ends else None

    def lasts(self, seconds: float = _EARLY_S) -> bool:
        return self.ends is None or self.ends - seconds > time.time()

    def into(self, secret: Secret) -> dict[str, Any]:
        """The secret with this token."""
        told = {key: value for key, value in secret.items() if not key.startswith("access_token")}
        shared = {"access_token": self.access, "access_token_ends": self.ends}
        return told | {"refresh_token": self.refresh} | (shared if self.ends else {})


def request_token(client: httpx.Client, base_url: str, **form: str) -> Token:
    """POST /oAuth2/Token: grant_type, client_id, client_secret, and code + redirect_uri for
    "authorization_code", or refresh_token for "refresh_token".

    What a refusal looks like is not documented: any answer without a token counts as one.
    Raises Misconfigured, Retryable.
    """
    refused = "TrackerRMS gave no OAuth token: check client_id, client_secret and refresh_token"
    try:
        answer = send(client, "POST", f"{host(base_url)}/oAuth2/Token", writes=False, data=form)
    except (Refused, Misconfigured) as error:
        raise Misconfigured(refused, words=error.words, login=True) from error
    body = json_object(answer, writes=False)
    if not body.get("access_token"):
        raise Misconfigured(refused, words=str(body.get("error") or ""), login=True)
    lasts = _number(body.get("expires_in"))
    return Token(
        access=str(body["access_token"]),
        refresh=str(body.get("refresh_token") or form.get("refresh_token", "")),
        ends=None if lasts is None else time.time() + lasts,
    )


class Tokens:
    """The token of one account, shared by all threads."""

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
    ) -> None:
        self._client = client
        self._secret = secret
        self._remember = remember
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._refused = ""
        self._unsaved: tuple[str, Secret] | None = None  # what follows this stored token
        self._save_at = 0.0  # by time.monotonic

    def access(self, secret: Secret, *, refresh: bool) -> str:
        """An access token. Without `refresh` one that is at hand: whoever may be frozen between
        TrackerRMS's answer and our storing it must not use up a refresh token.

        Raises Misconfigured, and Retryable for want of a token.
        """
        with self._lock:
            self._save()
            at_hand = self._token, Token.stored(self._newest(secret))
            token = next((one for one in at_hand if one and self._is_good(one)), None)
            if token is None and not refresh:
                raise Retryable("no OAuth token is at hand; the next delivery gets one")
            self._token = token or self._renewed(secret)
            return self._token.access

    def drop(self, access: str) -> None:
        """TrackerRMS has refused this one."""
        with self._lock:
            self._refused = access

    def _is_good(self, token: Token) -> bool:
        return token.lasts() and token.access != self._refused

    def _renewed(self, secret: Secret) -> Token:
        """Somebody else may have renewed it, and stored what followed: looked at first where ours
        has ended, and after a refusal."""
        if self._token:
            secret = self._secret(True)
        secret = self._newest(secret)
        shared = Token.stored(secret)
        if shared and self._is_good(shared):
            return shared
        try:
            return self._refreshed(secret)
        except Misconfigured:
            fresh = self._newest(self._secret(True))
            if fresh == secret:
                raise
        return self._refreshed(fresh)

    def _refreshed(self, secret: Secret) -> Token:
        form = {key: str(secret[key]) for key in ("client_id", "client_secret", "refresh_token")}
        base_url = str(secret["base_url"])
        token = request_token(self._client, base_url, grant_type="refresh_token", **form)
        worth_it = token.ends is not None and token.lasts(_WORTH_SHARING_S)
        if worth_it or token.refresh != form["refresh_token"]:
            stored = self._unsaved[0] if self._unsaved and secret is self._unsaved[1] else ""
            self._unsaved = stored or form["refresh_token"], token.into(secret)
            self._save_at = 0.0
            self._token = token
            self._save()
        return token

    def _newest(self, secret: Secret) -> Secret:
        """The secret, with what couldn't be stored yet: unless somebody changed it since."""
        if self._unsaved and self._unsaved[0] == secret.get("refresh_token"):
            return self._unsaved[1]
        return secret

    def _save(self) -> None:
        if self._unsaved is None or time.monotonic() < self._save_at:
            return
        try:
            self._remember(self._unsaved[1])
        except LeadrelayError:  # kept, and tried again
            self._save_at = time.monotonic() + _SAVE_AGAIN_S
        else:
            self._unsaved = None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
