"""The proof as a process of its own: it kills what it starts, and changes its environment."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

type Chaos = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chaos() -> Chaos:
    """`python -m leadrelay_sandbox.chaos` with these arguments."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        paths = [ROOT, ROOT / "layers/core/python", ROOT / "layers/config/python"]
        return subprocess.run(  # noqa: S603  # our own module
            [sys.executable, "-m", "leadrelay_sandbox.chaos", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
