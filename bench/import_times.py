"""What a cold start loads: the processor's time in ms to import each function, in a fresh process,
and how many times that is what boto3 takes with its clients of the services that all functions use.

The shortest of seven rounds in turns, as the machine may be busy; the interpreter's own start is
taken off. httpx imports its command where a developer has that; it is hidden, as no function does.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

from bench.document import table
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.home import ROOT

ROUNDS = 7
_SERVICES = ("dynamodb", "sqs", "secretsmanager")
_HIDDEN = "import sys; sys.modules.update(rich=None, click=None, pygments=None); "
CODES = {
    "the interpreter": "pass",
    "boto3 and its clients": f"import boto3; [boto3.client(one) for one in {_SERVICES}]",
    **{
        app.parent.name: f"{_HIDDEN}import functions.{app.parent.name}.app"
        for app in sorted((ROOT / "functions").glob("*/app.py"))
    },
}


def once(code: str) -> float:
    folders = ROOT, ROOT / "layers/core/python", ROOT / "layers/config/python"
    path = os.pathsep.join(map(str, folders))
    process = subprocess.Popen(  # noqa: S603  # our own code and interpreter
        [sys.executable, "-c", code],
        env={**ENVIRONMENT, "CRM": "trackerrms", "PYTHONPATH": path},
        cwd="/",
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{code} failed")
    return 1000 * (used.ru_utime + used.ru_stime)


def section() -> Iterator[str]:
    yield (
        f"Processor time to import a function in a fresh process, the least of {ROUNDS} rounds in"
        " turns, less the interpreter's own; and how many times that is what boto3 takes with the"
        " clients that all functions have. Nothing is looked through for garbage meanwhile, as all"
        " of it stays: a seventh of the time. What only some requests need, such as"
        " the metadata of telephone numbers, is loaded by the first of them, and isn't in here.\n"
    )
    rounds = [{name: once(code) for name, code in CODES.items()} for _ in range(ROUNDS + 1)]
    best = {name: min(one[name] for one in rounds[1:]) for name in CODES}  # the first fills caches
    own = best.pop("the interpreter")
    peer = best["boto3 and its clients"] - own
    yield table(
        ("", "ms", "times boto3"),
        ((name, f"{took - own:.0f}", f"{(took - own) / peer:.2f}") for name, took in best.items()),
    )


if __name__ == "__main__":
    print("\n".join(section()))
