"""The peers' processor time for each accepted and delivered lead."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.document import table
from bench.receiver import Receiver, receiver
from bench.senders import post_all, wait_until_up
from bench.systems import SYSTEMS, NotHere, System, kill
from leadrelay_sandbox.ministack import free_port

LEADS, WARM = 500, 100
_PATIENCE_S = 60
_TICKS = os.sysconf("SC_CLK_TCK")


def section() -> Iterator[str]:
    yield (
        f"{LEADS} leads each, to one receiver that answers at once; the whole process tree of each,"
        " its HTTP server and its storage with it. Leadrelay's are AWS's and are in no figure of"
        " ours, so this says what a lead costs where one runs it, and not who is faster.\n"
    )
    yield table(
        ("", "ms a lead", "memory, MB", "arrived once, of those answered 200", "keeps", "promises"),
        (_row(system) for system in SYSTEMS),
    )


def _row(system: System) -> tuple[str, ...]:
    try:
        ms, mb, arrived = _measure(system)
    except NotHere as why:
        return system.name, str(why), "", "", system.keeps, system.promises
    return system.name, f"{ms:.1f}", f"{mb:.0f}", arrived, system.keeps, system.promises


def _measure(system: System) -> tuple[float, float, str]:
    with TemporaryDirectory() as home, receiver() as crm:
        port = free_port()
        url = f"http://127.0.0.1:{port}{system.path}"
        process = system.start(Path(home), port, crm.url)
        try:
            wait_until_up(url)
            wait_for(crm, post_all(url, range(900_000, 900_000 + WARM)), _PATIENCE_S)
            before = _processor_s(process.pid)
            accepted = post_all(url, range(1, LEADS + 1))
            wait_for(crm, accepted, _PATIENCE_S)
            time.sleep(1)  # what it still writes
            used = _processor_s(process.pid) - before
            once = sum(crm.got[lead] == 1 for lead in accepted)
            return 1000 * used / LEADS, _memory_mb(process.pid), f"{once} of {len(accepted)}"
        finally:
            kill(process)


def wait_for(crm: Receiver, leads: list[str], patience_s: float) -> None:
    """Until all of them are there, or no longer."""
    end = time.monotonic() + patience_s
    while not all(crm.got[lead] for lead in leads) and time.monotonic() < end:
        time.sleep(0.1)


def _tree(root: int) -> Iterator[tuple[Path, list[str]]]:
    """(folder in /proc, fields of its stat from the third on) of a process and its descendants."""
    children: dict[int, list[tuple[int, Path, list[str]]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        own = int(folder.name), folder, fields
        if own[0] == root:
            yield own[1:]
        children.setdefault(int(fields[1]), []).append(own)
    todo = [root]
    while todo:
        for pid, folder, fields in children.get(todo.pop(), ()):
            yield folder, fields
            todo.append(pid)


def _processor_s(root: int) -> float:
    """User and system, of those that live and of their children that have ended."""
    return sum(sum(map(int, fields[11:15])) for _, fields in _tree(root)) / _TICKS


def _memory_mb(root: int) -> float:
    pages = sum(int(fields[21]) for _, fields in _tree(root))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
