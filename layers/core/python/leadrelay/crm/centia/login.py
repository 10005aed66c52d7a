"""The token that all threads share at centiaCRM, and how to tell whether it is alive."""

import threading
from collections.abc import Callable

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.centia.operations import OPERATIONS
from leadrelay.crm.centia.wire import send, text
from leadrelay.errors import Misconfigured, Refused

SECRET_KEYS = (
    frozenset({"base_url", "email", "password", "profile_id", "company_id", "origin_id"}),
)
LOGIN = OPERATIONS["Auth.Login"]
_PROFILES = OPERATIONS["Profiles.GetProfiles"]


class Login:
    """The one token of an account."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        self._client = client
        self._secret = secret
        self._lock = threading.Lock()
        self._token: str | None = None

    def token(self) -> str:
        """The token there is, else a new one. Raises Misconfigured or Retryable."""
        return self._token or self.renewed(None)

    def again(self) -> None:
        """Log in anew, whether or not there is a token."""
        self.renewed(self._token)

    def renewed(self, refused: str | None) -> str:
        """A token other than `refused`; threads that were refused together log in once."""
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = self._logged_in()
            return self._token

    def accepts(self, token: str) -> bool:
        """Whether centia takes the token."""
        try:
            send(self._client, self._secret(False), _PROFILES, {}, token)
        except (Refused, Misconfigured):
            return False
        return True

    def _logged_in(self) -> str:
        tried = self._secret(False)
        try:
            return self._issued(tried)
        except Misconfigured:
            fresh = self._secret(True)
            if fresh == tried:
                raise
        return self._issued(fresh)

    def _issued(self, secret: Secret) -> str:
        credentials = {name: text(secret, name) for name in ("email", "password")}
        try:
            token = send(self._client, secret, LOGIN, credentials).get("token")
        except (Refused, Misconfigured) as error:
            raise Misconfigured(
                "the login was refused; look at email, password, base_url and url_template in "
                f"the secret ({error})",
                words=error.words,
                login=True,
            ) from error
        if not isinstance(token, str) or not token:
            raise http.lost("the login's answer has no token", writes=False)
        return token
