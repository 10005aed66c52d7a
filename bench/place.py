"""Where the functions run for a bench: what AWS gives, on MiniStack, and the CRMs' simulators, each
in a process of its own, so that a function's processor time is its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from botocore.config import Config

from leadrelay.aws.clients import session
from leadrelay.crms import CRMS
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.ledger import create_ledger
from leadrelay_sandbox.ministack import clean_environment, free_port, ministack
from leadrelay_sandbox.simulator import serve
from leadrelay_sandbox.simulators import secret, simulator

SOURCES = """
[one]
kind = "form"
sender = "html"
deliver = ["collect"]

[four]
kind = "form"
sender = "html"
deliver = ["trackerrms", "initiative", "centia", "collect"]
"""


@dataclass(frozen=True)
class Place:
    """`crms` are the simulators' URLs."""

    environment: Mapping[str, str]
    crms: Mapping[str, str]

    def start(
        self, *words: str, module: str = "bench.worker", **variables: str
    ) -> subprocess.Popen[str]:
        """A process; what it tells is JSON on its standard output."""
        return subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-m", module, *words],
            env={**clean_environment(), **self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, *words: str, module: str = "bench.worker", **variables: str) -> dict[str, float]:
        process = self.start(*words, module=module, **variables)
        out, error = process.communicate(timeout=3600)
        assert process.returncode == 0, error[-800:]
        told: dict[str, float] = json.loads(out)
        return told


@contextmanager
def place(home: Path, script: Path | None = None) -> Iterator[Place]:
    """`script` is one that starts MiniStack."""
    config = home / "config" / "leadrelay_config"
    config.mkdir(parents=True)
    own = ROOT / "layers/config/python/leadrelay_config/__init__.py"
    (config / "__init__.py").write_text(own.read_text("utf-8"), "utf-8")
    (config / "sources.toml").write_text(SOURCES, "utf-8")
    simulators = subprocess.Popen(
        [sys.executable, "-m", "bench.place"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    try:
        with ministack(free_port(), home, script=script) as endpoint:
            assert simulators.stdout
            crms = json.loads(simulators.stdout.readline())
            environment = {
                **ENVIRONMENT,
                "AWS_ENDPOINT_URL": endpoint,
                "QUEUE_URL_PREFIX": f"{endpoint}/000000000000/leadrelay-",
                "PYTHONPATH": os.pathsep.join(
                    map(str, (config.parent, ROOT, ROOT / "layers/core/python"))
                ),
            }
            _furnish(endpoint, crms)
            yield Place(environment, crms)
    finally:
        simulators.terminate()
        simulators.wait(20)


def fault(url: str, **given: object) -> None:
    """Strike a simulator, see `leadrelay_sandbox.simulator`; nothing given ends it."""
    httpx.post(f"{url}/_sandbox/fault", json=given).raise_for_status()


def aws(service: str, endpoint: str) -> Any:
    """A client of the bench's own."""
    return session().create_client(
        service,
        endpoint_url=endpoint,
        region_name=ENVIRONMENT["AWS_DEFAULT_REGION"],
        aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        config=Config(read_timeout=60),
    )


def _furnish(endpoint: str, crms: Mapping[str, str]) -> None:
    create_ledger(aws("dynamodb", endpoint), ENVIRONMENT["TABLE_NAME"])
    secrets = {f"crm/{crm}": secret(crm, url) for crm, url in crms.items()} | {"sources": {}}
    for name, value in secrets.items():
        aws("secretsmanager", endpoint).create_secret(
            Name=f"leadrelay/{ENVIRONMENT['STACK_NAME']}/{name}", SecretString=json.dumps(value)
        )
    for crm in CRMS:
        aws("sqs", endpoint).create_queue(QueueName=f"leadrelay-{crm}")
        aws("sqs", endpoint).create_queue(QueueName=f"leadrelay-{crm}-dead")
    aws("s3", endpoint).create_bucket(
        Bucket=ENVIRONMENT["FILES_BUCKET"],
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )


if __name__ == "__main__":
    ports = {crm: serve(simulator(crm)).server_port for crm in CRMS}
    print(json.dumps({crm: f"http://127.0.0.1:{port}" for crm, port in ports.items()}), flush=True)
    time.sleep(3600)
