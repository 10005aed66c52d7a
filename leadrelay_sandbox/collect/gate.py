"""What stands before every endpoint: the database, the token, and how a refusal is said.

Switches, for what the help leaves open:

    databases            those there are; with several, x-collect-database must name one
    password             what login takes
    login_http           HTTP status of a refused login; its body says 401 in any case
    token_calls          a token dies after so many calls; 0: never
    expire_now           true: every token issued so far is dead
    error_body           "json" or "text"
    data_form            "list", or "object": a list read of one row answers with that object
    other_operators      true: filters may also use like, eq, ne, gt, ge, lt, le
    too_long             a value too long for its column: "refuse" or "cut"
    notes_column         false: debtors have no column de_noteblob
    prompt_names_socket  whether a prompt carries the websocket-id, as one of two examples does
    job_per_prompt       whether each prompt has a job id of its own
    strangers            whether prompts for other sockets come along too
    prompt_seconds       how long an answer is waited for
"""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Response, jsonify, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from leadrelay_sandbox.collect.refused import Refused, breach
from leadrelay_sandbox.collect.store import OP_ID, Store
from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.tokens import Tokens


class Gate(Simulator):
    """Subclasses add endpoints with `route`."""

    name = "collect"
    switches: ClassVar[dict[str, Any]] = {
        "databases": ["cv_masterdb"],
        "password": "sandbox-password",
        "login_http": 401,
        "token_calls": 0,
        "expire_now": False,
        "error_body": "json",
        "data_form": "list",
        "other_operators": False,
        "too_long": "refuse",
        "notes_column": True,
        "prompt_names_socket": True,
        "job_per_prompt": False,
        "strangers": True,
        "prompt_seconds": 10,
    }

    def __init__(self) -> None:
        super().__init__()
        self.route("/api/v1/auth/login", "POST", "login", self._login, opens=True)
        self.app.register_error_handler(404, self._no_endpoint)
        self.app.register_error_handler(405, self._no_endpoint)

    def reset(self) -> None:
        with self.lock:
            super().reset()
            self.store = Store()
            self.tokens = Tokens()

    def operation(self) -> str:
        """ "create:debtor", "runplan", …, or the path when it is no endpoint."""
        if not request.endpoint:
            return request.path
        record = (request.view_args or {}).get("record")
        return f"{request.endpoint}:{record}" if record else request.endpoint

    def refusal(self, words: str) -> Response:
        return self._error(400, words)

    def route(
        self, rule: str, verb: str, name: str, view: Callable[..., Response], *, opens: bool = False
    ) -> None:
        """Add an endpoint; `opens` is one that needs no token."""

        def guarded(**path: str) -> Response:
            try:
                self._check_database()
                if not opens:
                    self._authorize()
                return view(**path)
            except Refused as refused:
                if refused.breach:
                    self.violation(refused.words)
                return self._error(refused.status, refused.words)

        self.app.add_url_rule(rule, name, guarded, methods=[verb])

    def _error(self, status: int, words: str) -> Response:
        if self.switch["error_body"] == "text":
            return Response(words, status, content_type="text/plain; charset=utf-8")
        answer = jsonify(status=status, message=words)
        answer.status_code = status
        return answer

    def _no_endpoint(self, error: NotFound | MethodNotAllowed) -> Response:
        self.violation(f"no such endpoint: {request.method}")
        return self._error(error.code, error.name)

    def _check_database(self) -> None:
        there = self.switch["databases"]
        default = there[0] if len(there) == 1 else ""
        if request.headers.get("x-collect-database", default) not in there:
            raise Refused(401, "Not authorized.")

    def _authorize(self) -> None:
        with self.lock:
            if self.switch["expire_now"]:
                self.switch["expire_now"] = False
                self.tokens.expire()
            header = request.headers.get("Authorization")
            if not (header or "").startswith("Bearer "):
                self.violation("no bearer token")
            if not self.tokens.use(header, self.switch["token_calls"]):
                raise Refused(401, "Not authorized.")

    def body(self, *members: str, optional: bool = False) -> dict[str, Any]:
        """The JSON object sent, with these members and, unless some are optional, all of them."""
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise breach("the body must be a JSON object, sent as application/json")
        if not optional and body.keys() != set(members):
            raise breach(f"the body must have {' and '.join(members)}, and no other member")
        return body

    def _login(self) -> Response:
        body = self.body("op_id", "op_password")
        with self.lock:
            self.logins += 1
            if (body["op_id"], body["op_password"]) != (OP_ID, self.switch["password"]):
                answer = jsonify(status=401)
                answer.status_code = self.switch["login_http"]
                return answer
            operator: dict[str, Any] = dict(self.store.rows["nx_operator"]["2"])
            for number in ("op_level", "op_function"):
                operator[number] = int(operator[number])
            tokens = {"access_token": self.tokens.issue(), "refresh_token": Tokens().issue()}
            return jsonify(status=200, result={"nx_operator": operator, **tokens})
