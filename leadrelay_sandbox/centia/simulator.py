"""centiaCRM's API v1: one POST address for each module, a JSON body that names the method.

Switches, for what the page leaves open:

    url_template    where a module answers; "{module}" is its name in lower case
    error_style     "200": an error is HTTP 200 with success=false; "4xx": 401, 403, 404, 422 …
    empty_response  the `response` of an error: [], {} or null
    not_found       GetContact and its kin without a match: "error", or "empty" (a success)
    response_form   "object", or "list": a success's `response` is a list that holds the object
    hidden          what no record of an answer shows, such as ["skype"]; [] for all that it has
    empty           the lists that this account has nothing in, such as ["Tickets.GetCases"]
    token_words     the error text when the token is missing or dead
    token_calls     a token dies after so many calls; 0: never
    expire_now      true: every token issued so far is dead
    password        what Login takes
    active          false: the user may not log in
"""

from collections.abc import Container, Mapping
from typing import Any, ClassVar, NoReturn

from flask import Response, jsonify, request

from leadrelay_sandbox.centia.creating import objections
from leadrelay_sandbox.centia.fixtures import EMAIL, LISTS, PROFILE_ID, STATES, USER, Row
from leadrelay_sandbox.centia.store import Store
from leadrelay_sandbox.centia.table import METHODS, MODULES, Method, faults
from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.tokens import Tokens

_SEARCHES = {
    "Companies.GetCompany": "companies",
    "Contacts.GetContact": "contacts",
    "Opportunities.GetOpportunity": "opportunities",
}
_PAGED = {
    "Companies.GetCompanies": "companies",
    "Contacts.GetContacts": "contacts",
    "Opportunities.GetOpportunities": "opportunities",
}
_CREATES = {
    "Companies.CreateCompany": "companies",
    "Contacts.CreateContact": "contacts",
    "Products.CreateProduct": "products",
    "Opportunities.CreateOpportunity": "opportunities",
    "Tickets.CreateTicket": "tickets",
}

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class _Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class CentiaSimulator(Simulator):
    name = "centia"
    switches: ClassVar[dict[str, Any]] = {
        "url_template": "{base}/api/v1/{module}",
        "error_style": "200",
        "empty_response": [],
        "not_found": "error",
        "response_form": "object",
        "hidden": [],
        "empty": [],
        "token_words": "Unauthenticated.",
        "token_calls": 0,
        "expire_now": False,
        "password": "sandbox-password",
        "active": True,
    }

    def __init__(self) -> None:
        super().__init__()
        self.app.add_url_rule("/<path:_>", view_func=self._receive, methods=_VERBS)

    def reset(self) -> None:
        with self.lock:
            super().reset()
            self.store = Store()
            self.tokens = Tokens()

    def operation(self) -> str:
        """ "Contacts.CreateContact", or the path when it is no module's address."""
        body = request.get_json(force=True, silent=True)
        method = body.get("method") if isinstance(body, dict) else None
        module = self._module()
        return f"{module}.{method}" if module else request.path

    def refusal(self, words: str) -> Response:
        return self._error(422, words)

    def _module(self) -> str | None:
        """The module whose address, made from `url_template`, is this request's path."""
        template = self.switch["url_template"].removeprefix("{base}")
        addresses = {template.replace("{module}", name): MODULES[name] for name in MODULES}
        return addresses.get(request.path)

    def _error(self, status: int, words: str) -> Response:
        answer = jsonify(success=False, response=self.switch["empty_response"], error=words)
        answer.status_code = 200 if self.switch["error_style"] == "200" else status
        return answer

    # -- a request ------------------------------------------------------------------------

    def _receive(self, _: str) -> Response:
        if self._module() is None:
            self.violation("no module has this address")
            return Response("<h1>404 Not Found</h1>", 404, content_type="text/html")
        if request.method != "POST":
            self.violation("the verb must be POST")
            return Response("<h1>405 Method Not Allowed</h1>", 405, content_type="text/html")
        try:
            with self.lock:
                answer = _without(self._answer(self.operation()), self.switch["hidden"])
                shown = [answer] if self.switch["response_form"] == "list" else answer
                return jsonify(success=True, response=shown)
        except _Refused as refused:
            return self._error(refused.status, refused.words)

    def _answer(self, operation: str) -> Row:
        method = self._method(operation)
        if operation != "Auth.Login":
            self._authorize()
        given = self._parameters(method)
        if operation == "Auth.Login":
            return self._login(given)
        if given.get("profile_id", PROFILE_ID) != PROFILE_ID:
            raise _Refused(403, "The user has no access to this profile.")
        if operation in LISTS:
            listed = [] if operation in self.switch["empty"] else LISTS[operation]
            return {method.response[-1]: listed}
        if operation in _CREATES or operation == "Products.EditProduct":
            return self._write(operation, given)
        return self._read(operation, given)

    def _method(self, operation: str) -> Method:
        if request.mimetype != "application/json":
            self._breach(415, "the content type must be application/json")
        if not isinstance(request.get_json(silent=True), dict):
            self._breach(400, "the body must be a JSON object")
        if operation not in METHODS:
            self._breach(404, "this module has no such method")
        return METHODS[operation]

    def _authorize(self) -> None:
        if self.switch["expire_now"]:
            self.switch["expire_now"] = False
            self.tokens.expire()
        header = request.headers.get("Authorization")
        if not (header or "").startswith("Bearer "):
            self.violation("no bearer token")
        if not self.tokens.use(header, self.switch["token_calls"]):
            raise _Refused(401, self.switch["token_words"])

    def _parameters(self, method: Method) -> Mapping[str, Any]:
        body = request.get_json()
        expected = {"method"} if method.parameters is None else {"method", "parameters"}
        if body.keys() != expected:
            self._breach(400, f"the body must have the members {sorted(expected)} and no other")
        given: dict[str, Any] = body.get("parameters", {})
        if not isinstance(given, dict):
            self._breach(400, "parameters must be an object")
        for fault in faults(method.parameters or {}, given):
            self._breach(422, fault)
        for name in ("page", "pagination"):
            if given.get(name, 1) < 1:
                self._breach(422, f"{name} must be at least 1")
        return given

    def _breach(self, status: int, text: str) -> NoReturn:
        """Refuse what the page rules out."""
        self.violation(text)
        raise _Refused(status, text)

    # -- the methods ----------------------------------------------------------------------

    def _login(self, given: Mapping[str, Any]) -> Row:
        self.logins += 1
        if given["email"] != EMAIL or given["password"] != self.switch["password"]:
            raise _Refused(401, "These credentials do not match our records.")
        if not self.switch["active"]:
            raise _Refused(403, "The user is not active.")
        return {"token": self.tokens.issue(), "user": USER}

    def _read(self, operation: str, given: Mapping[str, Any]) -> Row:
        if operation == "Profiles.GetStates":
            if given["country"] not in STATES:
                raise _Refused(422, "The selected country is invalid.")
            return {"country": given["country"], "states": STATES[given["country"]]}
        if operation in _PAGED:
            return self.store.page(_PAGED[operation], given)
        if operation in _SEARCHES:
            return self._search(operation, given)
        kind = METHODS[operation].response[-1]  # GetProducts, GetTickets: all of them
        return {kind: self.store.show(self.store.rows[kind].values(), given)}

    def _search(self, operation: str, given: Mapping[str, Any]) -> Row:
        kind, name = _SEARCHES[operation], METHODS[operation].response[-1]
        row = self.store.first(kind, given)
        if row is None and self.switch["not_found"] == "empty":
            return {name: self.switch["empty_response"]}
        if row is None:
            raise _Refused(404, f"The {name} was not found.")
        return {name: self.store.show([row], given)[0] if kind == "opportunities" else row}

    def _write(self, operation: str, given: Mapping[str, Any]) -> Row:
        if objection := next(objections(operation, given, self.store), None):
            raise _Refused(422, objection)
        values = {key: value for key, value in given.items() if key != "product_id"}
        if operation == "Products.EditProduct":
            row = self.store.rows["products"][given["product_id"]]
            row |= values
        else:
            row = self.store.add(_CREATES[operation], values)
        self.save(str(row["id"]), operation, dict(given))
        return {METHODS[operation].response[-1]: row}


def _without(value: Any, hidden: Container[str]) -> Any:
    """The value, and all that is in it, without those members."""
    if isinstance(value, list):
        return [_without(one, hidden) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, hidden) for key, one in value.items() if key not in hidden}
    return value
