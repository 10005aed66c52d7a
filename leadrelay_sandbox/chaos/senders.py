"""Those who send the forms: they try again when nobody answers, or they don't."""

import json
import queue
import threading
import time
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from leadrelay_sandbox.chaos.cast import person
from leadrelay_sandbox.chaos.faults import Tally
from leadrelay_sandbox.chaos.functions import Died, Function

TOKEN = "chaos-token"  # noqa: S105  # the sandbox's passwords are no secrets

_TWICE, _GIVES_UP = 0.1, 0.3
_TRIES, _AGAIN_S = 20, 0.2


@dataclass(slots=True)
class Sent:
    """What became of the forms: number → the ids that were answered with 200."""

    accepted: dict[int, set[str]] = field(default_factory=dict)
    given_up: set[int] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)  # answers that should never be


_SOURCES = ("contact", "enquiry", "person", "candidate", "opportunity")


def message(number: int) -> str:
    """How a form is known again."""
    return f"Please ring me about flat {number}"


def source(number: int) -> str:
    """Each has options of its own; see sources.toml."""
    return _SOURCES[number % len(_SOURCES)]


def form(number: int) -> dict[str, Any]:
    """The event of a form, as API Gateway has it. Every other one has an id of its own."""
    headers = {"Content-Type": "application/json", "X-Token": TOKEN}
    if number % 2:
        headers["Idempotency-Key"] = f"chaos-form-{number}"
    name = source(number)
    body = {**asdict(person(number)), "company": "Acme Harbour", "message": message(number)}
    return {
        "httpMethod": "POST",
        "path": f"/forms/{name}",
        "multiValueHeaders": {key: [value] for key, value in headers.items()},
        "multiValueQueryStringParameters": None,
        "body": json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {
            "path": f"/v1/forms/{name}",
            "requestId": f"chaos-{number}",
            "identity": {"sourceIp": "192.0.2.7"},
        },
    }


class Senders:
    """Send forms 1, 2, 3 …, each function by a thread of its own."""

    def __init__(self, seed: str, functions: list[Function], tally: Tally) -> None:
        self.sent = Sent()
        self.asked = 0  # how many forms
        self._tally = tally
        self._random = Random(seed)  # noqa: S311  # repeatable, as nothing secret is
        self._waiting: queue.Queue[int] = queue.Queue()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(one,), daemon=True) for one in functions
        ]
        for thread in self._threads:
            thread.start()

    def send(self, leads: int) -> None:
        """So many more; returns when all are answered, or given up."""
        for _ in range(leads):
            self.asked += 1
            self._waiting.put(self.asked)
            if self._random.random() < _TWICE:
                self._waiting.put(self.asked)
                self._tally("form sent twice at once", "sender")
        self._waiting.join()

    def stop(self) -> Sent:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        return self.sent

    def _run(self, function: Function) -> None:
        while not self._stopped.is_set():
            try:
                number = self._waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            self._send(number, function)
            self._waiting.task_done()
        function.end()

    def _send(self, number: int, function: Function) -> None:
        for _ in range(_TRIES):
            try:
                answer = function.invoke(form(number))
            except Died:  # API Gateway answers with a 502
                if self._gives_up(number):
                    return
                continue
            if answer["statusCode"] == 200:
                with self._lock:
                    lead_id = json.loads(answer["body"])["id"]
                    self.sent.accepted.setdefault(number, set()).add(lead_id)
                return
            if answer["statusCode"] != 503:
                with self._lock:
                    self.sent.odd.append(f"form {number}: HTTP {answer['statusCode']}")
                return
            time.sleep(_AGAIN_S)
        with self._lock:
            self.sent.odd.append(f"form {number}: never taken")

    def _gives_up(self, number: int) -> bool:
        with self._lock:
            if self._random.random() >= _GIVES_UP:
                return False
            self.sent.given_up.add(number)
        self._tally("sender gave up without an answer", "sender")
        return True
