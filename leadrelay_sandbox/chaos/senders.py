"""Those who send forms, calls and applications: they try again without an answer, or don't."""

import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

import httpx

from leadrelay.lead import Kind
from leadrelay_sandbox.chaos.cast import person
from leadrelay_sandbox.chaos.faults import Tally
from leadrelay_sandbox.chaos.functions import Died, Function
from leadrelay_sandbox.gateway import proxy_event

TOKEN = "chaos-token"  # noqa: S105  # the sandbox's passwords are no secrets

_TWICE, _GIVES_UP, _SHUFFLED = 0.1, 0.3, 0.3
_TRIES, _AGAIN_S = 20, 0.2


@dataclass(slots=True)
class Sent:
    """What became of the forms: number → the ids that were answered with 200."""

    accepted: dict[int, set[str]] = field(default_factory=dict)
    given_up: set[int] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)  # answers that should never be


_SOURCES = ("contact", "enquiry", "person", "candidate", "opportunity", "phone", "careers")
_KINDS: Mapping[str, Kind] = {"phone": "call", "careers": "resume"}
_CALLED = "+442079460999"
_STATES = (("ringing", 0), ("in progress", 0), ("answered", 75))  # the sender's words, seconds


def message(number: int) -> str:
    """How a form is known again."""
    return f"Please ring me about flat {number}"


def source(number: int) -> str:
    """Each has options of its own; see sources.toml."""
    return _SOURCES[number % len(_SOURCES)]


def kind(number: int) -> Kind:
    return _KINDS.get(source(number), "form")


def requests(number: int) -> list[dict[str, Any]]:
    """A form, every other one with an id of its own; or what happens to a call."""
    if kind(number) == "call":
        return [_event(number, json.dumps(event).encode()) for event in _call(number)]
    if kind(number) == "resume":
        return [_application(number)]
    headers = {"Idempotency-Key": f"chaos-form-{number}"} if number % 2 else {}
    body = {**asdict(person(number)), "company": "Acme Harbour", "message": message(number)}
    return [_event(number, json.dumps(body).encode(), headers)]


def _application(number: int) -> dict[str, Any]:
    """A résumé and a letter, whose files have the same name."""
    body = {**asdict(person(number)), "message": message(number)}
    parts = [(part, f"%PDF-1.7 {part} {number}".encode()) for part in ("resume", "letter")]
    files = [(part, ("document.pdf", content, "application/pdf")) for part, content in parts]
    request = httpx.Request("POST", "http://x", data=body, files=files)
    return _event(number, request.read(), {"Content-Type": request.headers["Content-Type"]})


def _call(number: int) -> Iterator[dict[str, Any]]:
    """Every other caller is told by name."""
    who = person(number)
    name = f"{who.first_name} {who.last_name}" if number // len(_SOURCES) % 2 else ""
    for status, seconds in _STATES:
        yield {
            "sid": f"CA-{number}",
            "status": status,
            "direction": "inbound",
            "caller_number": who.phone,
            "tracking_number": _CALLED,
            "name": name,
            "duration": seconds,
            "talk_time": seconds,
        }


def _event(number: int, body: bytes, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    given = {"Content-Type": "application/json", "X-Token": TOKEN, **(headers or {})}
    path = f"/{kind(number)}s/{source(number)}"
    return proxy_event("POST", path, given.items(), body, request_id=f"chaos-{number}")


type Receivers = Mapping[Kind, Function]


class Senders:
    """Send forms, calls and applications 1, 2, 3 …, by a thread for each set of functions."""

    def __init__(self, seed: str, functions: list[Receivers], tally: Tally) -> None:
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

    def _run(self, functions: Receivers) -> None:
        while not self._stopped.is_set():
            try:
                number = self._waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            self._send_all(number, functions[kind(number)])
            self._waiting.task_done()
        for function in functions.values():
            function.end()

    def _send_all(self, number: int, function: Function) -> None:
        """What happens to a call comes in any order now and then."""
        events = requests(number)
        with self._lock:
            if self._random.random() < _SHUFFLED:
                self._random.shuffle(events)
        for event in events:
            if not self._send(number, event, function):
                return

    def _send(self, number: int, event: dict[str, Any], function: Function) -> bool:
        """False when the sender gave up."""
        for _ in range(_TRIES):
            try:
                answer = function.invoke(event)
            except Died:  # API Gateway answers with a 502
                if self._gives_up(number):
                    return False
                continue
            if answer["statusCode"] == 200:
                with self._lock:
                    lead_id = json.loads(answer["body"])["id"]
                    self.sent.accepted.setdefault(number, set()).add(lead_id)
                return True
            if answer["statusCode"] != 503:
                with self._lock:
                    self.sent.odd.append(f"form {number}: HTTP {answer['statusCode']}")
                return True
            time.sleep(_AGAIN_S)
        with self._lock:
            self.sent.odd.append(f"form {number}: never taken")
        return True

    def _gives_up(self, number: int) -> bool:
        with self._lock:
            if self._random.random() >= _GIVES_UP:
                return False
            self.sent.given_up.add(number)
        self._tally("sender gave up without an answer", "sender")
        return True
