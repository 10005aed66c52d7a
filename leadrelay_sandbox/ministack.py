"""MiniStack as a process of its own: started on a port, ended with all that it started."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import httpx

from leadrelay_sandbox.home import ROOT, TWIN_REGION

_PATIENCE_S = 300  # a busy machine is slow; what ends at once is told at once
_BIN = ROOT / ".venv-ministack" / "bin"
_RECORDED = Path(__file__).with_name("recorded_ministack.py")

# Requests are checked; the keys that `leadrelay_sandbox.home.session` has are the account's own.
_AUTHORISED = {"AUTH": "true", "AWS_ACCESS_KEY_ID": "twin", "AWS_SECRET_ACCESS_KEY": "twin"}


class MiniStackError(Exception):
    """It can't be started; the message says what to do."""


@contextmanager
def ministack(
    port: int,
    home: Path,
    *,
    calls: Path | None = None,
    latency_s: float = 0,
    script: Path | None = None,
) -> Iterator[str]:
    """A running MiniStack; its URL. `home` is where its log goes. Raises MiniStackError.

    With `calls` it lets every function do only what its role allows, as AWS does, and writes into
    that file what they asked for, and each request takes `latency_s` longer; see
    `leadrelay_sandbox.recorded_ministack`. `script` is another one that starts it.
    """
    if _listens(port):
        raise MiniStackError(
            f"Port {port} is taken. End what listens there, or use another: PORT=4600"
        )
    # It unpacks every function with its layers, 50 MB each, and leaves that behind.
    unpacked = mkdtemp(dir=home)
    with (home / "ministack.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own environment's command
            [_BIN / "python", "-P", *_words(calls, latency_s, script)],
            env={
                **clean_environment(),
                **(_AUTHORISED if calls else {}),
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(port),
                "MINISTACK_HOST": "127.0.0.1",
                "MINISTACK_REGION": TWIN_REGION,
                "TMPDIR": unpacked,
            },
            stdout=log,
            stderr=log,
            start_new_session=True,  # its function processes end with it
        )
        try:
            _wait_for(process, f"http://127.0.0.1:{port}", Path(log.name))
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(process)
            # Half a million files may take a minute, for which nobody should have to wait.
            os.spawnlp(os.P_NOWAIT, "rm", "rm", "-rf", unpacked)  # noqa: S606


def _words(calls: Path | None, latency_s: float, script: Path | None) -> list[str | Path]:
    if calls:
        return [_RECORDED, calls, str(latency_s)]
    return [script or _BIN / "ministack"]


def clean_environment() -> dict[str, str]:
    """Ours, less what would lead to a real AWS account."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/_ministack/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise MiniStackError(f"MiniStack doesn't answer; see {log}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children; ask first, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=5)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
