"""Those who send forms, calls and applications: they try again without an answer, or don't."""

import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from random import Random
from typing import Any
from urllib.parse import quote

from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.clock import real
from leadrelay_sandbox.chaos.faults import Tally
from leadrelay_sandbox.chaos.functions import Died, Function

_TWICE, _GIVES_UP, _SHUFFLED = 0.1, 0.3, 0.3
_TALKS, _TALK_S = 0.5, 30.0
_TRIES, _AGAIN_S = 40, 0.2
_NOT_NOW, _STALE_TOKEN = 503, 401


@dataclass(slots=True)
class Sent:
    """What became of the forms: number → the ids that were answered with 200."""

    accepted: dict[int, set[str]] = field(default_factory=dict)
    given_up: set[int] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)  # answers that should never be


type Receivers = Mapping[str, Function]
"""By their sources' kind; and that of the source whose files are scanned, by its name."""

type PutFile = Callable[[str, bytes, Mapping[str, str]], None]
"""Puts an object with a key, a content and metadata into the bucket, as a browser would."""


class Senders:
    """Send forms, calls and applications 1, 2, 3 …, as far as they are for one of `sources`, by a
    thread for each set of functions.

    `token` is what they send beside their forms; whoever changes it sets it here.
    """

    def __init__(
        self,
        seed: str,
        functions: list[Receivers],
        tally: Tally,
        put_file: PutFile,
        sources: Collection[str] = posts.SOURCES,
    ) -> None:
        self.sent = Sent()
        self._numbers = (number for number in count(1) if posts.source(number) in sources)
        self.asked = 0  # how many forms
        self.token = posts.TOKEN
        self._tally = tally
        self._put_file = put_file
        self._random = Random(seed)  # noqa: S311  # repeatable, as nothing secret is
        self._waiting: queue.Queue[int] = queue.Queue()
        self._open: Counter[int] = Counter()  # number → how often it is still to be sent
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(one,), daemon=True) for one in functions
        ]
        for thread in self._threads:
            thread.start()

    def send(self, leads: int) -> None:
        """So many more; returns when all are answered, or given up."""
        for number in islice(self._numbers, leads):
            self.asked += 1
            times = 2 if self._random.random() < _TWICE else 1
            if times > 1:
                self._tally("form sent twice at once", "sender")
            with self._lock:
                self._open[number] = times
            for _ in range(times):
                self._waiting.put(number)
        self._waiting.join()

    def done_with(self) -> list[str]:
        """The ids of leads that nobody will send again."""
        with self._lock:
            closed = [ids for number, ids in self.sent.accepted.items() if not self._open[number]]
            return sorted(one for ids in closed for one in ids)

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
            scanned = posts.source(number) == posts.SCANNED
            self._send_all(number, functions[posts.SCANNED if scanned else posts.kind(number)])
            with self._lock:
                self._open[number] -= 1
            self._waiting.task_done()
        for function in functions.values():
            function.end()

    def _send_all(self, number: int, function: Function) -> None:
        """What happens to a call comes in any order now and then, and mostly some time later."""
        order = [*range(len(posts.requests(number, self.token)))]
        with self._lock:
            if self._random.random() < _SHUFFLED:
                self._random.shuffle(order)
            talks = self._random.random() < _TALKS
        for nth in order:
            if nth != order[0] and talks:
                time.sleep(real(_TALK_S))
            if not self._send(number, nth, function):
                return

    def _send(self, number: int, nth: int, function: Function) -> bool:
        """False when the sender gave up."""
        for _ in range(_TRIES):
            try:
                answer = function.invoke(posts.requests(number, self.token)[nth])
            except Died:  # API Gateway answers with a 502
                if self._gives_up(number):
                    return False
                continue
            if answer["statusCode"] == 200:
                self._accepted(number, json.loads(answer["body"]))
                return True
            if answer["statusCode"] not in {_NOT_NOW, _STALE_TOKEN}:
                with self._lock:
                    self.sent.odd.append(f"form {number}: HTTP {answer['statusCode']}")
                return True
            time.sleep(_AGAIN_S)
        with self._lock:
            self.sent.odd.append(f"form {number}: never taken")
        return True

    def _accepted(self, number: int, answer: Mapping[str, Any]) -> None:
        if "fields" in answer:
            ((_, content),) = posts.files(number).items()
            name = {"filename": quote("document.pdf")}
            self._put_file(answer["fields"]["key"], content, name)
        with self._lock:
            self.sent.accepted.setdefault(number, set()).add(answer["id"])

    def _gives_up(self, number: int) -> bool:
        with self._lock:
            if self._random.random() >= _GIVES_UP:
                return False
            self.sent.given_up.add(number)
        self._tally("sender gave up without an answer", "sender")
        return True
