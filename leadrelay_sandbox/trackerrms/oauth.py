"""OAuth2 as the Widget API has it: `GET /oAuth2/Authorize` and `POST /oAuth2/Token`.

Parameters as in help page 355. The bodies of refusals are undocumented; they follow RFC 6749.
"""

import time
import uuid
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Response, jsonify, request

from leadrelay_sandbox.simulator import Simulator

ACCESS_TOKEN = "sandbox-oauth-token"  # noqa: S105  # the sandbox's passwords are no secrets
REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105  # the same
CLIENT_ID = "EvoApi_1.0"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105  # the same
FORM = "application/x-www-form-urlencoded"
GRANTS = {
    "authorization_code": {"grant_type", "client_id", "client_secret", "redirect_uri", "code"},
    # A refresh works with and without redirect_uri.
    "refresh_token": {"grant_type", "client_id", "client_secret", "refresh_token"},
}


class OAuth:
    """The codes and tokens handed out so far; `ACCESS_TOKEN` is one that never ends."""

    switches: ClassVar[dict[str, Any]] = {
        "rotate_refresh_tokens": False,  # True: each refresh token works once
        "token_lifetime": 3600,  # s
    }

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.reset()

    def reset(self) -> None:
        self._ends: dict[str, float] = {ACCESS_TOKEN: float("inf")}
        self._refresh_tokens = {REFRESH_TOKEN}
        self._codes: dict[str, str] = {}

    def accepts(self, token: str) -> bool:
        """Whether an access token is known and still good."""
        return self._ends.get(token, 0.0) > time.time()

    def expire(self) -> None:
        """Make every access token handed out so far useless."""
        self._ends.clear()

    def authorize(self) -> Response:
        """Send the browser back with a code: the sandbox's user agrees at once."""
        asked = request.args
        wanted = {"client_id": CLIENT_ID, "response_type": "code", "scope": "read,write"}
        wrong = [name for name, value in wanted.items() if asked.get(name) != value]
        wrong += [name for name in ("redirect_uri", "state") if not asked.get(name)]
        if wrong:
            return self._refuse("invalid_request", f"not as documented: {', '.join(wrong)}")
        code = uuid.uuid4().hex
        self._codes[code] = target = asked["redirect_uri"]
        query = urlencode({"code": code, "state": asked["state"]})
        return Response(
            status=302, headers={"Location": f"{target}{'&' if '?' in target else '?'}{query}"}
        )

    def token(self) -> Response:
        """Trade a code or a refresh token for an access token."""
        if request.mimetype != FORM:
            return self._refuse("invalid_request", f"the body is not {FORM}")
        sent = request.form
        grant = sent.get("grant_type", "")
        needed = GRANTS.get(grant)
        if needed is None:
            return self._refuse("unsupported_grant_type", "grant_type is not as documented")
        if missing := [name for name in sorted(needed) if not sent.get(name)]:
            return self._refuse("invalid_request", f"missing: {', '.join(missing)}")
        for name in sent.keys() - needed - {"redirect_uri"}:
            self._simulator.violation(f"{name} is not documented for grant_type {grant}")
        if (sent["client_id"], sent["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return self._refuse("invalid_client", "client_id or client_secret is wrong")
        return self._by_code() if grant == "authorization_code" else self._by_refresh_token()

    def _by_code(self) -> Response:
        # pop: a code works once
        if self._codes.pop(request.form["code"], None) != request.form["redirect_uri"]:
            return self._refuse("invalid_grant", "code or redirect_uri is wrong")
        return self._grant(self._new_refresh_token())

    def _by_refresh_token(self) -> Response:
        refresh_token = request.form["refresh_token"]
        if refresh_token not in self._refresh_tokens:
            return self._refuse("invalid_grant", "refresh_token is wrong")
        if self._simulator.switch["rotate_refresh_tokens"]:
            self._refresh_tokens.remove(refresh_token)
            refresh_token = self._new_refresh_token()
        return self._grant(refresh_token)

    def _new_refresh_token(self) -> str:
        refresh_token = uuid.uuid4().hex
        self._refresh_tokens.add(refresh_token)
        return refresh_token

    def _grant(self, refresh_token: str) -> Response:
        token = uuid.uuid4().hex  # tokens seen in the wild are 32 hex digits
        lifetime = self._simulator.switch["token_lifetime"]
        self._ends[token] = time.time() + lifetime
        self._simulator.logins += 1
        return jsonify(
            access_token=token,
            token_type="bearer",  # noqa: S106  # RFC 6749's word, no secret
            expires_in=lifetime,
            refresh_token=refresh_token,
        )

    def _refuse(self, error: str, description: str) -> Response:
        self._simulator.violation(description)
        answer = jsonify(error=error, error_description=description)
        answer.status_code = 400
        return answer
