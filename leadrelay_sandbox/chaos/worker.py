"""A function's process: the real handler, faults in its way, a clock of its own, a time limit."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from leadrelay_sandbox.chaos.clock import Clock
from leadrelay_sandbox.chaos.faults import Fault
from leadrelay_sandbox.chaos.generations import Generation, become
from leadrelay_sandbox.chaos.mutants import Mutation, mutate
from leadrelay_sandbox.chaos.strikes import Strikes


@dataclass(frozen=True, slots=True)
class Spec:
    """One process. `time_limit` is in our seconds."""

    module: str  # where its handler is
    environment: Mapping[str, str]  # over that of all
    clock: Clock
    time_limit: float
    log: Path
    place: str  # what reports call it
    mutation: Mutation | None = None
    generation: Generation = "this"


@dataclass(frozen=True, slots=True)
class Invocation:
    event: dict[str, Any]
    faults: Sequence[Fault] = ()
    leap: float = 0.0


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda hands a function beside the event."""

    ends_at: float
    function_name: str
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:000000000000:function:chaos"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.ends_at - time.monotonic()) * 1000))


def serve(connection: Connection, spec: Spec) -> None:
    """Answer each `Invocation` with the handler's answer; before that, name the faults (`Fault`)
    that strike. Until killed, or hung up on."""
    with spec.log.open("ab") as log:
        for output in (1, 2):
            os.dup2(log.fileno(), output)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the conductor ends us
    sending = threading.Lock()

    def say(what: object) -> None:
        with sending:
            connection.send(what)

    strikes = Strikes(say)
    strikes.install()
    handler = _handler(spec)
    while True:
        try:
            invocation = connection.recv()
        except EOFError:
            return
        spec.clock.leap = invocation.leap
        for fault in invocation.faults:
            strikes.arm(fault)
        # Nobody handles the signal, so it ends us wherever we are, as Lambda does.
        signal.setitimer(signal.ITIMER_REAL, spec.time_limit)
        context = Context(time.monotonic() + spec.time_limit, spec.place)
        answer = handler(invocation.event, context)
        signal.setitimer(signal.ITIMER_REAL, 0)
        say(answer)


def _handler(spec: Spec) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    os.environ |= spec.environment
    if spec.mutation:
        mutate(spec.mutation)
    become(spec.generation)
    app = import_module(spec.module)
    spec.clock.install()
    handler: Callable[[dict[str, Any], object], dict[str, Any]] = app.handler
    return handler
