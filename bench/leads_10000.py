"""`leadrelay leads` over 1,000 and 10,000 leads on the twin: its first page and all of them.

Elapsed and processor time of the whole command, and the most memory that it had. The first page is
to cost the same however many there are, and the memory to stay flat. `make build` is needed for it.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from leadrelay_ops.stack import read_twin
from leadrelay_sandbox.ledger import copy_lead
from leadrelay_sandbox.twin import Twin

PORT, SIZES = 4789, (1_000, 10_000)
CLI = """
import sys
from pathlib import Path
from leadrelay_ops.cli import app
from leadrelay_ops.stack import read_twin
app(sys.argv[2:], obj=lambda _: read_twin(Path(sys.argv[1])))
"""


class Cost(NamedTuple):
    elapsed_s: float
    processor_s: float
    memory_mb: float


def main() -> None:
    with TemporaryDirectory() as name, Twin(PORT, home=Path(name)) as twin:
        stack = read_twin(twin.stack_file)
        form = {"name": "Jane Doe", "email": "jane@example.com", "message": "Hello"}
        original = httpx.post(f"{stack.api_url}/forms/website-json", json=form, timeout=60).json()
        there = 1
        for size in SIZES:
            for _ in copy_lead(
                stack.client("dynamodb"), stack.outputs["TableName"], original["id"], size - there
            ):
                there += 1
            show(twin.stack_file, size)


def show(file: Path, size: int) -> None:
    for words in (["leads"], ["leads", "--all"], ["leads", "--json", "--all"]):
        cost = run(file, *words)
        print(
            f"{size:>6} leads: {' '.join(words):<20} {cost.elapsed_s:5.1f} s,"
            f" {cost.processor_s:5.1f} s of the processor, {cost.memory_mb:4.0f} MB",
            flush=True,
        )


def run(file: Path, *words: str) -> Cost:
    """What one command costs; its output goes nowhere."""
    started = time.monotonic()
    command = [sys.executable, "-c", CLI, str(file), *words]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # our own module
    _, child.returncode, used = os.wait4(child.pid, 0)
    assert child.returncode == 0, words
    return Cost(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
