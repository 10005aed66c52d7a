"""Who we are at TrackerRMS: the secret as one way to log in, and how a user lets us in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from leadrelay.crm.base import Secret
from leadrelay.crm.trackerrms.hosts import host
from leadrelay.crm.trackerrms.tokens import Tokens, request_token
from leadrelay.errors import Misconfigured

SECRET_KEYS = (  # any one of these ways to log in
    frozenset({"base_url", "username", "password"}),
    frozenset({"base_url", "oauth_token"}),
    frozenset({"base_url", "client_id", "client_secret", "refresh_token"}),
    frozenset({"base_url", "api_key"}),
)
CLIENT_ID = "EvoApi_1.0"  # the same for everybody: Widget API v1.11, p. 1


# Lesson 358, newer than the others, asks for user name, password and API key together.
_WANTS_KEY_TOO = frozenset({"createResourceFromResume"})


@dataclass(frozen=True, slots=True)
class Account:
    """Where to call and as whom; `credentials` is what stands under that name in a request, and
    `api_key` what may stand beside a user's there."""

    base_url: str
    user: str
    credentials: Mapping[str, str] = field(repr=False)
    api_key: str = field(default="", repr=False)

    def shown_to(self, operation: str) -> Mapping[str, str]:
        """The credentials as an operation wants them."""
        wants_key = self.api_key and operation in _WANTS_KEY_TOO
        return {**self.credentials, **({"apikey": self.api_key} if wants_key else {})}


def authorization_url(base_url: object, redirect_uri: str, state: str) -> str:
    """Where a user logs in and lets us in; they come back to `redirect_uri` with a `code`."""
    query = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "scope": "read,write",
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{host(base_url)}/oAuth2/Authorize?{urlencode(query)}"


def authorized(client: httpx.Client, secret: Secret, code: str, redirect_uri: str) -> Secret:
    """The secret with the tokens that a user's `code` is exchanged for.

    Raises Misconfigured, Retryable.
    """
    if not secret.get("client_secret"):
        raise Misconfigured("the secret has no client_secret: ask TrackerRMS for one")
    known = {"client_id": CLIENT_ID} | dict(secret)
    token = request_token(
        client,
        str(known.get("base_url")),
        grant_type="authorization_code",
        client_id=str(known["client_id"]),
        client_secret=str(known["client_secret"]),
        code=code,
        redirect_uri=redirect_uri,
    )
    if not token.refresh:
        raise Misconfigured("TrackerRMS gave an access token, and none to refresh it with")
    return token.into(known)


class Login:
    """The account of the secret, shared by all threads: they get by with one token."""

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
    ) -> None:
        self._secret = secret
        self._tokens = Tokens(client, secret, remember)

    def account(self, *, refresh: bool = True) -> Account:
        """As whom to call now; without `refresh` an OAuth token has to be at hand.

        Raises Misconfigured, and Retryable for want of a token.
        """
        return self._account(self._secret(False), refresh=refresh)

    def renewed(self, refused: Account) -> Account:
        """As whom to call after TrackerRMS refused `refused`."""
        current = self.account()
        if current != refused:  # another thread has been here already
            return current
        self._tokens.drop(refused.credentials.get("oauthtoken", ""))
        return self._account(self._secret(True), refresh=True)

    def _account(self, secret: Secret, *, refresh: bool) -> Account:
        """The vendor wants exactly one way of authentication (Widget API v1.11, p. 4).

        A token goes into the body: that form is in every sample of the vendor's, while the
        header's name is given once as "Bearer" and once as "oAuth Header Authorization".
        """
        given = {key: str(value) for key, value in secret.items() if value}
        base_url = host(given.get("base_url"))
        if {"client_id", "client_secret", "refresh_token"} <= given.keys():
            token = self._tokens.access(secret, refresh=refresh)
            return Account(base_url, "an OAuth user", {"oauthtoken": token})
        if "oauth_token" in given:
            return Account(base_url, "an OAuth user", {"oauthtoken": given["oauth_token"]})
        if {"username", "password"} <= given.keys():
            credentials = {key: given[key] for key in ("username", "password")}
            return Account(base_url, given["username"], credentials, given.get("api_key", ""))
        if "api_key" in given:
            return Account(base_url, "an API key", {"apikey": given["api_key"]})
        raise Misconfigured(
            "the secret needs username + password, oauth_token, "
            "client_id + client_secret + refresh_token, or api_key"
        )
