"""What is lost and doubled when things break: the peers beside Leadrelay."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.beside import wait_for
from bench.document import table
from bench.receiver import Receiver, receiver
from bench.senders import post_all, wait_until_up
from bench.systems import SYSTEMS, NotHere, System, kill
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.ministack import free_port

LEADS = 200
DOWN_S = 600
OUR_LEADS = 100
_PATIENCE_S = {"killed": 150.0, "lost answers": 90.0, "down": 400.0}


type Scenario = Callable[["Running", "subprocess.Popen[bytes]"], list[str]]

_HOW = f"""{LEADS} leads each, posted once. *Killed*: with -9, the whole tree, while leads come and
the receiver takes 50 ms; started again at once on the same files. *Lost answers*: the receiver
writes every tenth lead and closes the connection unanswered. *Down*: the receiver answers 503 for
{DOWN_S // 60} minutes. Lost is what was answered with 200 and isn't at the receiver some minutes
after ({", ".join(f"{what}: {s:.0f} s" for what, s in _PATIENCE_S.items())}); doubled is what is
there more than once.
"""


@cache
def begin() -> list[Future[str]]:
    """Mostly waited for, so it goes on beside what else is measured."""
    pool = ThreadPoolExecutor(len(SYSTEMS) * len(SCENARIOS))
    told = [pool.submit(_told, one, scenario) for one in SYSTEMS for scenario in SCENARIOS]
    pool.shutdown(wait=False)
    return told


def section() -> Iterator[str]:
    ours = _ours()
    yield _HOW
    yield str(ours)
    found = batched((one.result() for one in begin()), len(SCENARIOS), strict=True)
    theirs = ((system.name, *row) for system, row in zip(SYSTEMS, found, strict=True))
    yield table(("", *_PATIENCE_S), (ours.row, *theirs))


@dataclass(frozen=True)
class Running:
    system: System
    folder: Path
    port: int
    crm: Receiver

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.system.path}"

    def start(self) -> "subprocess.Popen[bytes]":
        return self.system.start(self.folder, self.port, self.crm.url)


def _killed(here: Running, process: "subprocess.Popen[bytes]") -> list[str]:
    here.crm.slow_s = 0.05
    accepted: list[str] = []
    sender = threading.Thread(
        target=lambda: accepted.extend(post_all(here.url, range(1, LEADS // 2 + 1)))
    )
    sender.start()
    while len(here.crm.got) < LEADS // 8 and sender.is_alive():
        time.sleep(0.01)
    kill(process)
    sender.join()
    again = here.start()
    try:
        wait_until_up(here.url)
        accepted += post_all(here.url, range(LEADS // 2 + 1, LEADS + 1))
        wait_for(here.crm, accepted, _PATIENCE_S["killed"])
    finally:
        kill(again)
    return accepted


def _lost_answers(here: Running, process: "subprocess.Popen[bytes]") -> list[str]:
    here.crm.loses_every = 10
    try:
        accepted = post_all(here.url, range(1, LEADS + 1))
        time.sleep(_PATIENCE_S["lost answers"])  # what is sent again comes late
    finally:
        kill(process)
    return accepted


def _down(here: Running, process: "subprocess.Popen[bytes]") -> list[str]:
    here.crm.is_down = True
    up_at = time.monotonic() + DOWN_S
    try:
        accepted = post_all(here.url, range(1, LEADS + 1))
        time.sleep(max(0.0, up_at - time.monotonic()))
        here.crm.is_down = False
        wait_for(here.crm, accepted, _PATIENCE_S["down"])
    finally:
        kill(process)
    return accepted


SCENARIOS: tuple[Scenario, ...] = (_killed, _lost_answers, _down)


def _told(system: System, scenario: Scenario) -> str:
    with TemporaryDirectory(ignore_cleanup_errors=True) as home, receiver() as crm:
        here = Running(system, Path(home), free_port(), crm)
        try:
            process = here.start()
        except NotHere as why:
            return str(why)
        wait_until_up(here.url)
        accepted = scenario(here, process)
        lost = sum(not crm.got[lead] for lead in accepted)
        doubled = sum(crm.got[f"{number:06}"] > 1 for number in range(1, LEADS + 1))
        refused = LEADS - len(accepted)
        return f"{lost} lost, {doubled} doubled" + (
            f"; {refused} senders had no 200" if refused else ""
        )


@dataclass(frozen=True)
class Ours:
    """What the proof said, which does all three and more at once, in time that runs faster."""

    ended: str
    report: str

    @property
    def row(self) -> tuple[str, ...]:
        struck = [self._struck(pattern) for pattern in _STRUCK.values()]
        cells = zip(_STRUCK, struck, strict=True)
        return "Leadrelay", *(f"{self.ended}; {what} {times} times" for what, times in cells)

    def _struck(self, pattern: str) -> int:
        lines = re.findall(rf"^(?:{pattern}) +(\d+)  ", self.report, re.MULTILINE)
        return sum(map(int, lines))

    def __str__(self) -> str:
        verdict = "\n".join(self.report.strip().splitlines()[-3:])
        return f"""Leadrelay's figures are of `make chaos LEADS={OUR_LEADS}`, which does all three
and more at once, to its functions, its four CRMs, its queues and its senders, in faster time
(see [proof.md](proof.md)). What it said:

```
{verdict}
```
"""


_STRUCK = {
    "killed": "[a-z_ ]*(?:killed|time limit).*?",
    "answers lost": "(?:all answers? |answers? ).*?|CRM: .*after.*?",
    "a CRM down": "CRM: down for minutes",
}
"""What a peer's column is called in our report: the kinds of faults."""


def _ours() -> Ours:
    words = ["-m", "leadrelay_sandbox.chaos", "--leads", str(OUR_LEADS)]
    ran = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    found = re.search(r"\d+ lost, \d+ doubled", ran.stdout)
    return Ours(found[0] if found else "came to no end here", ran.stdout)
