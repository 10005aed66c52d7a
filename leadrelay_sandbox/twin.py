"""The offline twin: this very template, deployed to MiniStack, with simulated CRMs behind it."""

import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from rich.console import Console

from leadrelay.aws.secrets import Secrets
from leadrelay.crms import CRMS
from leadrelay_sandbox import senders
from leadrelay_sandbox.home import TWIN_FILE, aws, read_outputs
from leadrelay_sandbox.ministack import MiniStackError, ministack
from leadrelay_sandbox.sam import TwinError, sam_deploy
from leadrelay_sandbox.simulator import serve
from leadrelay_sandbox.simulators import secret, simulator
from leadrelay_sandbox.vendors import GRAPH_VERSION, LINKED_IN_VERSION, LeadVendors

STACK = "leadrelay-twin"
SANDBOX = TWIN_FILE.parent
BUILD = SANDBOX / "build"  # what `make build` made for this machine

_console = Console(highlight=False)


class Twin:
    """A running twin. Use it as a context manager: leaving it ends every process."""

    parameters: Sequence[str] = ()
    """More of the template's, "Name=value", for when it starts."""

    def __init__(
        self,
        port: int,
        *,
        sources: Path | None = None,
        secrets: Path | None = None,
        home: Path = SANDBOX,
        backoff_s: float = 1,
        latency_s: float = 0,
    ) -> None:
        """Raises ValueError for secrets that are none, TwinError where nothing was built.

        `home` is where logs and stack.json go; `leadrelay` looks for a twin in SANDBOX.
        `backoff_s` is what its waits begin with: of AWS's 15 s nobody wants to see the end.
        `latency_s` is put on each request for AWS."""
        self.endpoint_url = f"http://127.0.0.1:{port}"
        self.api_url = ""
        self.crm_urls: dict[str, str] = {}
        self.stack_file = home / TWIN_FILE.name
        self.calls_file = home / "calls.jsonl"  # what the functions asked of AWS
        self._home = home
        self.sources_file = home.joinpath(
            "deployed", "ConfigLayer", "python", "leadrelay_config", "sources.toml"
        )
        self._port = port
        self._sources = sources
        self._backoff_s = backoff_s
        self._latency_s = latency_s
        self._secrets = _read_secrets(secrets) if secrets else {}
        self._vendors_url = ""
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        with self._ends:  # whatever fails on the way up ends what was started
            self._start()
            self._ends = self._ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def _start(self) -> None:
        if not BUILD.joinpath("template.yaml").is_file():
            raise TwinError("nothing is built yet: `make build` does that, and `make up` by itself")
        started = time.monotonic()
        # Ended from outside, it shall end what it started, as on Ctrl-C.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        with _step("starting MiniStack and the CRM simulators"):
            self._start_ministack()
            self._start_simulators()
        given = self._sources.read_text("utf-8") if self._sources else senders.sources_text()
        with _step("deploying template.yaml with sam deploy"):
            self.deploy(given, *self.parameters)
        outputs = read_outputs(STACK, self.endpoint_url)
        self.api_url = self.api_url_of(outputs)
        with _step("putting in the secrets and waking the functions"):
            self._put_secrets()
            self._wait(lambda: httpx.get(f"{self.api_url}/health", timeout=120).is_success)
        self._write_stack_file(outputs)
        _console.print(f"  twin up in {time.monotonic() - started:.1f} s")

    def api_url_of(self, outputs: Mapping[str, str]) -> str:
        """Where MiniStack serves the API of a stack with these outputs."""
        return f"{self.endpoint_url}/_aws/execute-api/{outputs['ApiId']}"

    def _start_ministack(self) -> None:
        try:
            running = ministack(
                self._port, self._home, calls=self.calls_file, latency_s=self._latency_s
            )
            self._ends.enter_context(running)
        except MiniStackError as error:
            raise TwinError(str(error)) from error

    def _start_simulators(self) -> None:
        for name in CRMS:
            server = serve(simulator(name))
            self._ends.callback(server.shutdown)
            self.crm_urls[name] = f"http://127.0.0.1:{server.server_port}"
        vendors = serve(LeadVendors())
        self._ends.callback(vendors.shutdown)
        self._vendors_url = f"http://127.0.0.1:{vendors.server_port}"

    def deploy(
        self, sources: str, *parameters: str, version: str | None = None, stack: str = STACK
    ) -> None:
        """What `make build` made, with these sources; with `version`, as if that had been built.
        May be done again, as `sam deploy` may, and for a second stack. Raises TwinError."""
        deployed = self._home / "deployed"  # a copy, as the sources go into it
        shutil.copytree(BUILD, deployed, dirs_exist_ok=True)
        self.sources_file.write_text(sources, "utf-8")
        if version:
            module = deployed / "CoreLayer" / "python" / "leadrelay" / "__init__.py"
            module.write_text(f'__version__ = "{version}"\n', "utf-8")
            Path(cache_from_source(str(module))).unlink()  # the build's, which nobody would check
        sam_deploy(
            f"--stack-name={stack}",
            "--parameter-overrides",
            f"BackoffBaseSeconds={self._backoff_s:g}",
            f"GraphUrl={self._vendors_url}/{GRAPH_VERSION}",
            f"LinkedInUrl={self._vendors_url}/rest/{LINKED_IN_VERSION}",
            "Dashboard=yes",
            "DeliverMemory=1024",  # for the samples' files of 20 MB
            *parameters,
            f"--template-file={deployed / 'template.yaml'}",
            endpoint_url=self.endpoint_url,
            logs=self._home,
        )
        self._mend_scaling()

    def delete(self, stack: str) -> None:
        """As `sam delete` has CloudFormation do it: what the template retains stays. SAM itself
        would look only every 30 s whether it is done."""
        formation = aws("cloudformation", self.endpoint_url)
        formation.delete_stack(StackName=stack)
        gone = formation.get_waiter("stack_delete_complete")
        gone.wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 300})

    def _mend_scaling(self) -> None:
        """MiniStack 1.5.33 keeps a parameter's number as text here, and then its poller fails."""
        functions = aws("lambda", self.endpoint_url)
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            limit = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
            if limit is not None:
                functions.update_event_source_mapping(
                    UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(limit)}
                )

    def _put_secrets(self) -> None:
        sandbox = {f"crm/{name}": secret(name, url) for name, url in self.crm_urls.items()}
        client = aws("secretsmanager", self.endpoint_url)
        secrets = Secrets(client, f"leadrelay/{STACK}/")
        for name, value in {"sources": senders.secrets(), **sandbox, **self._secrets}.items():
            secrets.put(name, value)

    def _write_stack_file(self, outputs: dict[str, str]) -> None:
        self.stack_file.write_text(
            json.dumps(
                {
                    "api_url": self.api_url,
                    "crm": {name: {"url": url} for name, url in self.crm_urls.items()},
                    "stack_name": STACK,
                    "endpoint_url": self.endpoint_url,
                    "outputs": outputs,
                    "sources": str(self.sources_file),
                },
                indent=2,
            )
        )
        self._ends.callback(self.stack_file.unlink, missing_ok=True)

    def _wait(self, ready: Callable[[], bool], seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if ready():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TwinError(f"MiniStack doesn't answer; see {self._home / 'ministack.log'}")


def _read_secrets(file: Path) -> dict[str, Any]:
    secrets = json.loads(file.read_text("utf-8"))
    if not isinstance(secrets, dict):
        raise ValueError(f"it is {type(secrets).__name__}")  # noqa: TRY004  # as of what is no JSON
    return secrets


@contextmanager
def _step(what: str) -> Iterator[None]:
    """Say what is going on, and how long it took."""
    started = time.monotonic()
    with _console.status(f"{what} …"):
        if not _console.is_terminal:
            _console.print(f"  {what} …")
        yield
    _console.print(f"  {what}: {time.monotonic() - started:.1f} s")
