"""The simulator of Initiative CRM's webservice: transport, envelope, sessions and switches.

Written from Initiative's "Documentation API REST" 1.1 and from what vtiger 6.0.0, its base, does.
User `demo/api`, access key `sandboxAccessKey`; owners 19x1, 19x12 and the group 20x2.

Records are listed as `create:Leads`, `update:Leads`, `revise:Leads`, `delete:Leads` and so on, each
with the fields as they are stored then; a document with a file also has its `name` (as it was
sent), `size`, `sha256`, and `related_to`. `logins` counts those that succeeded. Besides the shared
routes, `POST /_sandbox/expire` ends all sessions.

Switches:

    access_key               the user's key; "" for a user without one
    active                   False: an inactive user
    admin                    False: a user who may not assign to unknown owners, nor see Users
    session_calls            a session dies after so many calls; 0: never
    token_seconds            how long a challenge's token lives
    latency                  seconds each call takes, while its session is locked
    id_prefixes              {module: prefix}, where they differ from this installation's
    hidden_modules           modules that the user may not see
    undocumented_operations  False: no revise, delete, logout, extendsession
    documented_login         True: login answers `VtigerVersion`, as printed; False: `vtigerVersion`
    update_keeps             True: update keeps what is left out (vtiger 8.2)
    utf8mb3                  False: a database that keeps four-byte characters; in that of a stock
                             installation (6.0 and 8.2) they become "????"
    hours_ahead              of UTC that the database's clock is
    initiative_attachments   False: `filename_attachment` and its kin are ignored (stock vtiger)
    related_label_required   False: retrieve_related does without relatedLabel, as documented
    post_max_size            bytes of a body that PHP takes
"""

import json
import time
from typing import Any, ClassVar

from flask import Response, g, jsonify, request

from leadrelay_sandbox.fault import Fault
from leadrelay_sandbox.initiative.call import Call, read
from leadrelay_sandbox.initiative.errors import WebServiceError
from leadrelay_sandbox.initiative.operations import OPERATIONS, Operation
from leadrelay_sandbox.initiative.sessions import Sessions
from leadrelay_sandbox.initiative.store import Store
from leadrelay_sandbox.simulator import Simulator

_EVERYWHERE = frozenset({"operation", "sessionName"})
_HEADERS = {"Cache-Control": "no-store, no-cache, must-revalidate, post-check=0, pre-check=0"}


class InitiativeSimulator(Simulator):
    """`/wstiger.php` of one tenant, `demo`."""

    name = "initiative"
    switches: ClassVar[dict[str, Any]] = {
        "access_key": "sandboxAccessKey",
        "active": True,
        "admin": True,
        "session_calls": 0,
        "token_seconds": 300,
        "latency": 0.0,
        "id_prefixes": {},
        "hidden_modules": [],
        "undocumented_operations": True,
        "documented_login": True,
        "update_keeps": False,
        "utf8mb3": True,
        "hours_ahead": 0,
        "initiative_attachments": True,
        "related_label_required": True,
        "post_max_size": 40 * 1024 * 1024,
    }

    def __init__(self) -> None:
        super().__init__()
        self.app.config["MAX_FORM_MEMORY_SIZE"] = None
        self.app.add_url_rule(
            "/wstiger.php",
            view_func=self._answer,
            methods=["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE"],
        )
        self.app.add_url_rule("/_sandbox/expire", view_func=self._expire, methods=["POST"])

    def reset(self) -> None:
        super().reset()
        self.store = Store(self.switch, self.violation)
        self.sessions = Sessions(self.switch, self.violation)

    def operation(self) -> str:
        return self._call().operation

    def refusal(self, words: str) -> Response:
        return _failure("ACCESS_DENIED", words)

    def _call(self) -> Call:
        if "call" not in g:
            g.call = read(request, self.switch["post_max_size"])
        call: Call = g.call
        return call

    def _strike(self, fault: Fault, answer: Response | None) -> Response | None:
        """A slow answer keeps the session's other calls waiting too."""
        with self.sessions.holding(self._call().session):
            return super()._strike(fault, answer)

    def _expire(self) -> Response:
        return jsonify(expired=self.sessions.expire())

    def _answer(self) -> Response:
        call = self._call()
        operation = OPERATIONS.get(call.operation)
        for text in call.faults:
            self.violation(text)
        if operation is None or call.verb not in {"GET", "POST"} or not self._offers(operation):
            if call.operation:
                self.violation("no such operation")
            return _nothing()
        self._note_misuse(operation, call)
        try:
            return _json({"success": True, "result": self._run(operation, call)})
        except WebServiceError as error:
            return _failure(error.code, error.message)

    def _offers(self, operation: Operation) -> bool:
        return operation.documented or bool(self.switch["undocumented_operations"])

    def _run(self, operation: Operation, call: Call) -> Any:
        given = call.get if operation.verb == "GET" else call.post
        if operation.before_login:
            time.sleep(self.switch["latency"])
            return operation.run(self, call, given)
        with self.sessions.holding(call.session):
            self.sessions.enter(call.session)
            time.sleep(self.switch["latency"])
            return operation.run(self, call, given)

    def _note_misuse(self, operation: Operation, call: Call) -> None:
        """Parameters that the server overlooks, for their place or for their name."""
        if call.verb != operation.verb:
            self.violation(f"sent by {call.verb}, and is for {operation.verb}")
        right, wrong = call.get, call.post
        if operation.verb == "POST":
            right, wrong = wrong, right
        known = operation.parameters | _EVERYWHERE
        for name in right.keys() - known:
            self.violation(f"unknown parameter {name}")
        for name in wrong.keys() - _EVERYWHERE:
            self.violation(f"{name} is where a {operation.verb} operation doesn't look")
        if operation.before_login and "sessionName" in {**call.get, **call.post}:
            self.violation("sessionName before login")


def _failure(code: str, message: str) -> Response:
    return _json({"success": False, "error": {"code": code, "message": message}})


def _json(envelope: dict[str, Any]) -> Response:
    """As PHP's json_encode writes it: ASCII, and slashes escaped."""
    text = json.dumps(envelope, separators=(",", ":")).replace("/", "\\/")
    return Response(text, 200, _HEADERS, content_type="application/json")


def _nothing() -> Response:
    """How PHP dies before it can answer: unknown operation, JSON body, too long a body."""
    return Response(b"", 500, _HEADERS, content_type="text/html; charset=UTF-8")
