"""A function's process: the real handler, faults in its way, a clock of its own, a time limit."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from leadrelay.claim import Busy, Claim
from leadrelay.crm.centia import find as find_in_centia
from leadrelay.crm.centia.api import Api as CentiaApi
from leadrelay.crm.collect import find as find_in_collect
from leadrelay.crm.collect.api import Api as CollectApi
from leadrelay.crm.collect.options import Options as CollectOptions
from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.deliveries import Deliveries
from leadrelay_sandbox.chaos.clock import Clock
from leadrelay_sandbox.chaos.faults import Fault
from leadrelay_sandbox.chaos.strikes import Strikes

type Mutation = Literal["look", "lease", "sweep", "reference"]


@dataclass(frozen=True, slots=True)
class Spec:
    """One process. `time_limit` is in our seconds."""

    function: str  # its folder
    crm: str
    clock: Clock
    time_limit: float
    log: Path
    mutation: Mutation | None = None


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


class Blind(Deliveries):
    """The engine without its look before a create: no attempt ever knows of a doubt."""

    def claim(
        self, lead_id: str, crm: str, *, now: datetime, until: datetime
    ) -> Claim | Busy | None:
        claim = super().claim(lead_id, crm, now=now, until=until)
        return replace(claim, doubt=frozenset()) if isinstance(claim, Claim) else claim


class Lawless(Deliveries):
    """The engine without its lease: whoever comes may work on a delivery, and doesn't learn that
    somebody else does."""

    def claim(
        self, lead_id: str, crm: str, *, now: datetime, until: datetime
    ) -> Claim | Busy | None:
        found = self._table.get(items.delivery_key(lead_id, crm))
        claim = super().claim(lead_id, crm, now=now + timedelta(days=365), until=until)
        if not isinstance(claim, Claim) or found is None:
            return claim
        leased = found["state"] == "sending" and found["due_at"] >= timestamp(now)
        return replace(claim, doubt=frozenset()) if leased else claim


def _adopt() -> None:
    """The adapters without the reference: whoever has the lead's address is our own write."""

    def debtor(api: CollectApi, lead: Lead, options: CollectOptions) -> str | None:
        return find_in_collect.known(api, lead, options) or None

    def contact(api: CentiaApi, lead: Lead) -> str | None:
        found = api.contact_by_email(lead.email or "")
        return str(found["id"]) if found else None

    vars(find_in_collect)["ours"] = debtor
    vars(find_in_centia)["contact"] = contact


_MUTANTS: dict[str, type[Deliveries]] = {"look": Blind, "lease": Lawless}


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
        context = Context(time.monotonic() + spec.time_limit, spec.function)
        answer = handler(invocation.event, context)
        signal.setitimer(signal.ITIMER_REAL, 0)
        say(answer)


def _handler(spec: Spec) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    os.environ["CRM"] = spec.crm
    app = import_module(f"functions.{spec.function}.app")
    spec.clock.install()
    if spec.mutation in _MUTANTS and spec.function == "deliver":
        _mutate(app, _MUTANTS[spec.mutation])
    if spec.mutation == "reference":
        _adopt()
    handler: Callable[[dict[str, Any], object], dict[str, Any]] = app.handler
    return handler


def _mutate(app: ModuleType, mutant: type[Deliveries]) -> None:
    vars(app)["deliverer"] = replace(app.deliverer, ledger=mutant(app.table))
