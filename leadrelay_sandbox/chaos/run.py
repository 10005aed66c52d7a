"""One run: break, mend, verify."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadrelay.sources_file import read_sources
from leadrelay_sandbox.chaos.conductor import Conductor
from leadrelay_sandbox.chaos.faults import QUEUE, Tally
from leadrelay_sandbox.chaos.place import place
from leadrelay_sandbox.chaos.plan import Plan
from leadrelay_sandbox.chaos.posts import SOURCES_TOML
from leadrelay_sandbox.chaos.queue import Queue
from leadrelay_sandbox.chaos.report import Report
from leadrelay_sandbox.chaos.traces import kinds, struck
from leadrelay_sandbox.chaos.verify import verify


class TooSlow(Exception):
    """The run didn't end in its time; the message says how far it was."""


def run(plan: Plan) -> Report:
    """Raises MiniStackError, TooSlow."""
    started, tally = time.monotonic(), Tally(plan.kinds)
    sources = read_sources(SOURCES_TOML.read_text("utf-8"))

    def make_queue(sqs: Any, url: str, crm: str) -> Queue:
        return Queue(sqs, url, crm, plan.dice("queue", QUEUE, 0.15, crm), tally)

    with place(plan.home, make_queue) as stage:
        conductor = Conductor(plan, stage, tally, sources)
        with _ended_after(plan.longest, conductor):
            sent = conductor.storm()
            conductor.calm()
        records = stage.records()
        return Report(
            seed=plan.seed,
            mutation=plan.mutation,
            findings=verify(stage.ledger(), records, sent, stage.files()),
            tally=tally,
            kinds=kinds(sources),
            made=Counter(struck(records, sources)),
            crashes=[*_crashes(plan.home)],
            odd=sent.odd,
            seconds=time.monotonic() - started,
        )


@contextmanager
def _ended_after(seconds: float, conductor: Conductor) -> Iterator[None]:
    def end(*_: object) -> None:
        raise TooSlow(f"not at its end after {seconds:.0f} s: {conductor.progress()}")

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _crashes(home: Path) -> Iterator[str]:
    """What the functions logged that nobody expected."""
    for log in sorted(home.glob("*.log")):
        if log.stem != "ministack":
            for line in log.read_text("utf-8", "replace").splitlines():
                if "delivery.crashed" in line or line.startswith("Traceback"):
                    yield f"{log.name}: {line[:200]}"
