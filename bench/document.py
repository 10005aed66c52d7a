"""docs/performance.md, part by part: what can't be measured here is said, and nothing made up.

Each part has its own date and commit. What a run doesn't measure stays in the page as it was.
"""

import os
import platform
import re
import subprocess
import textwrap
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from leadrelay_sandbox.home import ROOT

PAGE = ROOT / "docs/performance.md"


@dataclass(frozen=True)
class Part:
    """`name` is what a command calls it by; `measure` yields its paragraphs."""

    name: str
    title: str
    measure: Callable[[], Iterator[str]]


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = [*titles]
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(page: Path, titles: Sequence[str], parts: Iterable[Part]) -> None:
    """Each part as soon as it's there, in the order of `titles`: a run that is ended has what it
    had. What others measured meanwhile stays."""
    for part in parts:
        print(f"  {part.name} …", flush=True)
        began = time.monotonic()
        measured = _measured(part)
        print(f"  {part.name}: {time.monotonic() - began:.0f} s", flush=True)
        known = _parts_of(page.read_text("utf-8")) if page.exists() else {}
        known[part.title] = measured
        found = (f"\n## {title}\n\n{known[title]}" for title in titles if title in known)
        page.write_text(_head() + "".join(found), "utf-8")


def _measured(part: Part) -> str:
    stamp, began = _stamp(), time.monotonic()
    try:
        found = "\n".join(map(_wrapped, part.measure()))
    except Exception as error:  # noqa: BLE001  # whatever stops it, the others are measured
        traceback.print_exc()
        return f"Not measured: the run {stamp}, couldn't ({type(error).__name__}).\n"
    return f"Measured {stamp}, in {time.monotonic() - began:.0f} s.\n\n{found}"


def _wrapped(paragraph: str) -> str:
    """A paragraph that is one long line; tables and blocks are as they are."""
    if "\n" in paragraph.rstrip():
        return paragraph
    return f"{textwrap.fill(paragraph, 100, break_long_words=False, break_on_hyphens=False)}\n"


def _parts_of(text: str) -> dict[str, str]:
    """Title → what is below it."""
    _, *found = re.split(r"^## (.+)\n\n", text, flags=re.MULTILINE)
    return {
        title: f"{part.rstrip()}\n" for title, part in zip(found[::2], found[1::2], strict=True)
    }


def _stamp() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    load = os.getloadavg()[0]
    when = f"{datetime.now(UTC):%Y-%m-%d at %H:%M UTC}"
    return f"on {when}, of commit `{commit or 'unknown'}`, from a load average of {load:.1f}"


def _head() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# Performance

Written by `make bench`, on {_processor()}: {os.cpu_count()} processors, {memory:.0f} GB,
{platform.system()}, Python {platform.python_version()}. Don't edit it: run it, whole, or a part of
it (`make bench PART=time`), or at large scale (`make bench SCALE=100000`). Each part says when it
was measured, and of which commit; the others stay as they were.

**How it is measured.** Processor time, user and system, of the process or the whole process tree
that does the work; never the senders', the receiver's or the storage's that AWS would run. Elapsed
times are given where they are the question, and depend on who else was busy. What is compared in a
table ran in one run; a ratio below 1.3 means nothing. Every lead has a number in its message, by
which it is looked for at the receiver.
"""


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
