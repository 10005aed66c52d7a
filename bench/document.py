"""docs/performance.md, part by part: what can't be measured here is said, and nothing made up."""

import os
import platform
import subprocess
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from leadrelay_sandbox.home import ROOT

type Section = Callable[[], Iterator[str]]  # its paragraphs


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = [*titles]
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(page: Path, sections: Iterable[tuple[str, Section]]) -> None:
    """Each section as soon as it's there: a run that is ended has what it had."""
    text = _head()
    for name, section in sections:
        print(f"  {name}", flush=True)
        try:
            found = "\n".join(section())
        except Exception as error:  # noqa: BLE001  # whatever stops it, the others are measured
            traceback.print_exc()
            found = f"## Not measured: {name}\n\nThis run couldn't: {type(error).__name__}.\n"
        text += f"\n{found}"
        page.write_text(text, "utf-8")


def _head() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# Performance

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d at %H:%M UTC}, of commit
`{commit or "unknown"}`, on {_processor()}:
{os.cpu_count()} processors, {memory:.0f} GB, {platform.system()},
Python {platform.python_version()}; load average {os.getloadavg()[0]:.1f} at its beginning.
Don't edit it: run it.

**How it is measured.** Processor time, user and system, of the process or the whole process tree
that does the work; never the senders', the receiver's or the storage's that AWS would run. Elapsed
times are given where they are the question, and depend on who else was busy. All that is compared
ran in this one run; a ratio below 1.3 means nothing. Every lead has a number in its message, by
which it is looked for at the receiver.
"""


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
