"""Who we are at TrackerRMS: the secret as one way to log in, and the OAuth tokens it stands for."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from leadrelay.crm.base import Secret
from leadrelay.crm.http import json_object, send
from leadrelay.errors import Misconfigured, Refused

REGIONS: Mapping[str, str] = {  # academy.tracker-rms.com/Home/Lesson/355
    "us": "https://evoapius.tracker-rms.com",
    "ca": "https://evoapica.tracker-rms.com",
    "global": "https://evoapi.tracker-rms.com",
}
SECRET_KEYS = (  # any one of these ways to log in
    frozenset({"base_url", "username", "password"}),
    frozenset({"base_url", "oauth_token"}),
    frozenset({"base_url", "client_id", "client_secret", "refresh_token"}),
    frozenset({"base_url", "api_key"}),
)
CLIENT_ID = "EvoApi_1.0"  # the same for everybody: Widget API v1.11, p. 1
_EARLY_S = 60.0  # a token is renewed this long before it ends


def host(base_url: object) -> str:
    """A region's name or a URL → the URL without a slash at its end. Raises Misconfigured."""
    url = REGIONS.get(str(base_url), str(base_url)).rstrip("/")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Misconfigured(f"base_url in the secret must be a URL or one of {', '.join(REGIONS)}")
    return url


@dataclass(frozen=True, slots=True)
class Account:
    """Where to call and as whom; `credentials` is what stands under that name in a request."""

    base_url: str
    user: str
    credentials: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """An OAuth token. `expires` is in seconds of `time.monotonic`."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: float


def authorization_url(base_url: str, redirect_uri: str, state: str) -> str:
    """Where a user logs in and lets us in; they come back to `redirect_uri` with a `code`."""
    query = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "scope": "read,write",
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{host(base_url)}/oAuth2/Authorize?{urlencode(query)}"


def request_token(client: httpx.Client, base_url: str, **form: str) -> Token:
    """POST /oAuth2/Token: grant_type, client_id, client_secret, and code + redirect_uri for
    "authorization_code", or refresh_token for "refresh_token".

    What a refusal looks like is not documented: any answer without a token counts as one.
    Raises Misconfigured, Retryable.
    """
    refused = "TrackerRMS gave no OAuth token: check client_id, client_secret and refresh_token"
    try:
        answer = send(client, "POST", f"{host(base_url)}/oAuth2/Token", writes=False, data=form)
    except Refused as error:
        raise Misconfigured(refused, words=error.words) from error
    body = json_object(answer, writes=False)
    if not body.get("access_token"):
        raise Misconfigured(refused, words=str(body.get("error") or ""))
    return Token(
        access=str(body["access_token"]),
        refresh=str(body.get("refresh_token") or form.get("refresh_token", "")),
        expires=time.monotonic() + _lifetime(body.get("expires_in")) - _EARLY_S,
    )


def _lifetime(expires_in: Any) -> float:
    """Seconds; without end where the answer doesn't say (it isn't documented to)."""
    try:
        return float(expires_in)
    except (TypeError, ValueError):
        return math.inf


class Login:
    """The account of the secret, shared by all threads: they get by with one token."""

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

    def account(self) -> Account:
        """As whom to call now. Raises Misconfigured, and Retryable for want of a token."""
        return self._account(self._secret(False))

    def renewed(self, refused: Account) -> Account:
        """As whom to call after TrackerRMS refused `refused`."""
        current = self.account()
        if current != refused:  # another thread has been here already
            return current
        with self._lock:
            if self._token and self._token.access == refused.credentials.get("oauthtoken"):
                self._token = None
        return self._account(self._secret(True))

    def _account(self, secret: Secret) -> Account:
        """The vendor wants exactly one way of authentication (Widget API v1.11, p. 4).

        A token goes into the body: that form is in every sample of the vendor's, while the
        header's name is given once as "Bearer" and once as "oAuth Header Authorization".
        """
        given = {key: str(value) for key, value in secret.items() if value}
        base_url = host(given.get("base_url"))
        if {"client_id", "client_secret", "refresh_token"} <= given.keys():
            token = self._access_token(secret)
            return Account(base_url, "an OAuth user", {"oauthtoken": token})
        if "oauth_token" in given:
            return Account(base_url, "an OAuth user", {"oauthtoken": given["oauth_token"]})
        if {"username", "password"} <= given.keys():
            credentials = {key: given[key] for key in ("username", "password")}
            return Account(base_url, given["username"], credentials)
        if "api_key" in given:
            return Account(base_url, "an API key", {"apikey": given["api_key"]})
        raise Misconfigured(
            "the secret needs username + password, oauth_token, "
            "client_id + client_secret + refresh_token, or api_key"
        )

    def _access_token(self, secret: Secret) -> str:
        with self._lock:
            if self._token is None or self._token.expires <= time.monotonic():
                self._token = self._refreshed(secret)
            return self._token.access

    def _refreshed(self, secret: Secret) -> Token:
        try:
            token = self._refresh(secret)
        except Misconfigured:
            fresh = self._secret(True)
            if fresh == secret:
                raise
            secret = fresh  # somebody else used up the refresh token and stored its successor
            token = self._refresh(secret)
        if token.refresh != secret["refresh_token"]:
            self._remember({**secret, "refresh_token": token.refresh})
        return token

    def _refresh(self, secret: Secret) -> Token:
        form = {key: str(secret[key]) for key in ("client_id", "client_secret", "refresh_token")}
        return request_token(
            self._client, str(secret["base_url"]), grant_type="refresh_token", **form
        )
