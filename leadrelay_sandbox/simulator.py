"""What every CRM simulator shares: records to look at, faults to inject, a real port to talk to.

A simulator is a Flask application. The shared part adds, under `/_sandbox/`,

    GET  /_sandbox/records      {"records": [{"id": …, "operation": …, "fields": {…}}, …]}
    GET  /_sandbox/stats        {"requests": n, "connections": n, "logins": n,
                                 "calls": {operation: n}}
    GET  /_sandbox/violations   {"violations": ["operation: what the documentation forbids", …]}
    GET  /_sandbox/fault        {"faults": [{"status": 503, "times": 5, …}, …]}: those to come
    POST /_sandbox/fault        {"status": 503, "times": 5, …}, a `Fault`, adds one; {} clears all
    DELETE /_sandbox/fault      clears all
    POST /_sandbox/switch       {"name": value, …}: settings of this simulator, see its module
    POST /_sandbox/reset        forgets records, stats, violations, faults and sessions
"""

import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest
from werkzeug.serving import BaseWSGIServer, make_server

from leadrelay_sandbox.fault import Fault, read_fault
from leadrelay_sandbox.keep_alive import KeepAliveHandler


@dataclass
class Record:
    id: str
    operation: str
    fields: dict[str, Any]


class Simulator:
    """State shared by a simulator's routes; `app` is the Flask application to add them to.

    A subclass sets `switches` (names and defaults of its settings), names the operation of a
    request in `operation()`, answers `refusal()` the way its vendor refuses a record, and calls
    `save` for each record made and `violation` for whatever a request does against the
    documentation, whether or not the real server would let it pass.
    """

    name = "simulator"
    switches: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.app = Flask(self.name)
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self.app.add_url_rule("/_sandbox/records", view_func=self._records)
        self.app.add_url_rule("/_sandbox/stats", view_func=self._stats)
        self.app.add_url_rule("/_sandbox/violations", view_func=self._violations)
        self.app.add_url_rule(
            "/_sandbox/fault", view_func=self._fault, methods=["GET", "POST", "DELETE"]
        )
        self.app.add_url_rule("/_sandbox/switch", view_func=self._set_switch, methods=["POST"])
        self.app.add_url_rule("/_sandbox/reset", view_func=self._reset, methods=["POST"])
        self.reset()

    def reset(self) -> None:
        """Back to how a fresh simulator is. Subclasses extend this."""
        with self.lock:
            self.records: list[Record] = []
            self.violations: list[str] = []
            self.faults: list[Fault] = []
            self.calls: Counter[str] = Counter()
            self.requests = 0
            self.logins = 0
            self.connections: set[int] = set()
            self.switch = dict(self.switches)

    # -- for subclasses -------------------------------------------------------------------

    def operation(self) -> str:
        """The name of the operation that the current request asks for."""
        return request.path

    def refusal(self, words: str) -> Response:
        """The answer with which the vendor refuses a record."""
        raise NotImplementedError

    def save(self, record_id: str, operation: str, values: dict[str, Any]) -> Record:
        """Keep a record that was made, in the order they came."""
        record = Record(record_id, operation, values)
        with self.lock:
            self.records.append(record)
        return record

    def violation(self, text: str) -> None:
        """Note what the current request does against the documentation. No values in `text`."""
        with self.lock:
            self.violations.append(f"{self.operation()}: {text}")

    # -- faults ---------------------------------------------------------------------------

    def fail_next(self, status: int | None = None, **fault: Any) -> None:
        """Inject a `Fault` from a test."""
        with self.lock:
            self.faults.append(Fault(status=status, **fault))

    def _before(self) -> Response | None:
        if request.path.startswith("/_sandbox/"):
            return None
        operation = self.operation()
        with self.lock:
            self.requests += 1
            self.calls[operation] += 1
            if connection := request.environ.get("leadrelay_sandbox.connection"):
                self.connections.add(connection.number)
            fault = next((one for one in self.faults if one.strikes(operation, request)), None)
            if fault:
                fault.times -= 1
        request.environ["leadrelay_sandbox.fault"] = fault
        if fault is None or fault.after_saving:
            return None
        return self._strike(fault, None)

    def _after(self, response: Response) -> Response:
        fault: Fault | None = request.environ.get("leadrelay_sandbox.fault")
        if fault is None or not fault.after_saving:
            return response
        return self._strike(fault, response) or response

    def _strike(self, fault: Fault, answer: Response | None) -> Response | None:
        if fault.delay:
            time.sleep(fault.delay)
        if fault.reset:
            request.environ["leadrelay_sandbox.connection"].cut = True
            return Response()
        if fault.refuse is not None:
            return self.refusal(fault.refuse)
        return fault.answer or answer

    # -- /_sandbox/ -----------------------------------------------------------------------

    def _records(self) -> Response:
        with self.lock:
            return jsonify(records=[asdict(record) for record in self.records])

    def _stats(self) -> Response:
        with self.lock:
            return jsonify(
                requests=self.requests,
                connections=len(self.connections),
                logins=self.logins,
                calls=self.calls,
            )

    def _violations(self) -> Response:
        with self.lock:
            return jsonify(violations=self.violations)

    def _fault(self) -> tuple[Response, int]:
        """Whatever the Content-Type says, as `curl -d` says something else."""
        sent = request.get_data()
        clears = request.method == "DELETE" or not sent.strip(b" {}")
        try:
            wanted = None if clears else read_fault(sent)
        except ValueError as error:
            return jsonify(error=str(error)), 400
        with self.lock:
            if wanted:
                self.faults.append(wanted)
            elif request.method != "GET":
                self.faults.clear()
            left = [asdict(fault) for fault in self.faults if fault.times > 0]
            return jsonify(faults=left), 200

    def _set_switch(self) -> Response:
        wanted = request.get_json()
        if unknown := wanted.keys() - self.switches.keys():
            raise BadRequest(f"unknown: {', '.join(unknown)}; there are {', '.join(self.switches)}")
        with self.lock:
            self.switch |= wanted
            return jsonify(self.switch)

    def _reset(self) -> Response:
        self.reset()
        return jsonify(reset=True)


def serve(simulator: Simulator, port: int = 0) -> BaseWSGIServer:
    """Serve on 127.0.0.1 from a background thread; `.shutdown()` ends it. Port 0 picks one."""
    server = make_server(
        "127.0.0.1", port, simulator.app, threaded=True, request_handler=KeepAliveHandler
    )
    server.daemon_threads = True  # type: ignore[attr-defined]  # a ThreadingMixIn's attribute
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
