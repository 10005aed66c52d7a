"""Who calls: the credentials of a Widget API request, in its body or its headers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request

from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.trackerrms.answers import NULL_REFERENCE, Refusal
from leadrelay_sandbox.trackerrms.kinds import text
from leadrelay_sandbox.trackerrms.oauth import OAuth
from leadrelay_sandbox.trackerrms.shapes import SHAPES

USERNAME = "api@example.com"
ADMIN = "admin@example.com"  # an API key acts as the system admin
API_KEY = "sandbox-api-key"

# Public code sends these with HTTP Basic; whether the body's credentials are enough is unsettled.
BASIC_OPERATIONS = {"createActivity", "resourceApplication", "getSettingsData"}
# Else one kind is to be used alone. Help page 358 asks for user name, password and key together;
# the texts of 355 and 363 speak of the key and the user name.
TOGETHER_WITH_KEY = {
    "createResourceFromResume": {"username", "password"},
    "checkLogon": {"username"},
    "checkPerson": {"username"},
}


class Access:
    """Decides who calls, by what the request and the switches say."""

    switches: ClassVar[dict[str, Any]] = {
        "password": "sandbox-password",
        "active": True,  # False: status 2 for everybody
        "api_key_everywhere": False,  # True: the key is also good where no page shows it
        "resume_needs_key": False,  # True: a résumé wants user name, password and key together
        "needs_basic": False,  # True: BASIC_OPERATIONS want an HTTP Basic header
        "oauth_reads_settings": True,  # False: getSettingsData refuses OAuth tokens
    }

    def __init__(self, simulator: Simulator, oauth: OAuth) -> None:
        self._simulator = simulator
        self._oauth = oauth

    def user(self, operation: str, credentials: Mapping[str, Any]) -> str:
        """The user that the current request acts as. Raises Refusal with status 1, 2 or 99.

        Of several credentials the first counts: bearer header, basic header, token, key, login.
        The documentation leaves the order open. A blank one counts as absent.
        """
        sent = {key: value for key in credentials if (value := text(credentials[key]))}
        sent |= self._headers()
        self._judge(operation, set(sent))
        if operation in BASIC_OPERATIONS and self._wants_basic() and "basic" not in sent:
            raise Refusal(1, "user not found")
        is_alone = "password" in sent and "apikey" not in sent
        if is_alone and self._resume_wants_key(operation):
            raise Refusal(1, "user or API Key not found")
        match sent:
            case {"bearer": token}:
                user = self._by_token(operation, token)
            case {"basic": login}:
                user = self._by_login(*login.split(":", 1))
            case {"oauthtoken": token}:
                user = self._by_token(operation, token)
            case {"apikey": key}:
                user = self._by_key(operation, key, sent)
            case _:
                user = self._by_login(sent.get("username", ""), sent.get("password", ""))
        if not self._simulator.switch["active"]:
            raise Refusal(2, "user not active")
        return user

    def _headers(self) -> dict[str, str]:
        login = request.authorization
        if login and login.type == "basic":
            return {"basic": f"{login.username}:{login.password}"}
        # "Pass a Bearer header" is read as Authorization: Bearer; it may mean a header named so.
        token = login.token if login and login.type == "bearer" else request.headers.get("Bearer")
        return {"bearer": token} if token else {}

    def _resume_wants_key(self, operation: str) -> bool:
        wants = bool(self._simulator.switch["resume_needs_key"])
        return wants and operation == "createResourceFromResume"

    def _wants_basic(self) -> bool:
        return bool(self._simulator.switch["needs_basic"])

    def _judge(self, operation: str, sent: set[str]) -> None:
        if "apikey" in sent and not SHAPES[operation].apikey:
            self._simulator.violation("credentials.apikey is not documented for this operation")
        if "basic" in sent:
            if self._wants_basic() and operation in BASIC_OPERATIONS:
                return
            self._simulator.violation("HTTP Basic is not documented")
        if "apikey" in sent:
            sent = sent - TOGETHER_WITH_KEY.get(operation, set())
        if len({"login" if name in {"username", "password"} else name for name in sent}) > 1:
            self._simulator.violation(f"several credentials at once: {', '.join(sorted(sent))}")

    def _by_login(self, username: str, password: str) -> str:
        if username != USERNAME or password != self._simulator.switch["password"]:
            raise Refusal(1, "user not found")
        return USERNAME

    def _by_token(self, operation: str, token: str) -> str:
        usable = operation != "getSettingsData" or self._simulator.switch["oauth_reads_settings"]
        if not usable or not self._oauth.accepts(token):
            raise Refusal(1, "user not found")
        return USERNAME

    def _by_key(self, operation: str, key: str, sent: Mapping[str, str]) -> str:
        if not SHAPES[operation].apikey and not self._simulator.switch["api_key_everywhere"]:
            raise Refusal(99, NULL_REFERENCE)  # observed for createContact
        if key != API_KEY:
            raise Refusal(1, "user or API Key not found")
        if "password" in sent:
            return self._by_login(sent.get("username", ""), sent["password"])
        return ADMIN
