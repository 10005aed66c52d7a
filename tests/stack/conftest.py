"""One twin for all tests of the deployed stack, on a port of its own."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadrelay.crms import CRMS
from leadrelay.intake.senders import BY_KIND
from leadrelay_ops.stack import Stack, read_twin
from leadrelay_sandbox import senders
from leadrelay_sandbox.twin import Twin
from tests.stack.web import PATIENCE_S, web


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """Needs what `make build` makes."""
    home = tmp_path_factory.mktemp("twin")
    sources, own = home / "sources.toml", Path(__file__).with_name("sources.toml")
    sources.write_text(f"{senders.sources_text()}\n{own.read_text('utf-8')}", "utf-8")
    fetched = {f"fetched-by-{crm}": senders.secrets()["meta"] for crm in CRMS}
    secrets = home / "secrets.json"
    fuzzed = {f"fuzzed-{kind}": "render:fuzzed" for kind in BY_KIND}
    signing = dict.fromkeys(("signs-urls", "signs-urls-too"), "sandbox-secret")
    known = senders.secrets() | fetched | fuzzed | signing
    secrets.write_text(json.dumps({"sources": known}), "utf-8")
    # No fault of these tests has a CRM still at work when the next attempt looks.
    running = Twin(free_port(), sources=sources, secrets=secrets, home=home, backoff_s=0.2)
    running.parameters = ("CanarySource=everywhere", "CanaryEveryMinutes=60")
    with running:
        for kind in BY_KIND:  # what is cold takes longer than senders wait, on a busy machine
            web.get(f"{running.api_url}/{kind}s/nobody")
        yield running


@pytest.fixture(scope="session")
def stack(twin: Twin) -> Stack:
    return read_twin(twin.stack_file)


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Asks again until it is so."""

    def wait(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, "it never came to be so"
            time.sleep(0.1)

    return wait
