"""The stack a command works on: the twin that is up, or one on AWS, by its name."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError

from leadrelay.aws.queues import Queues
from leadrelay.aws.secrets import Secrets
from leadrelay.ledger.table import Table
from leadrelay_config import SOURCES_TOML
from leadrelay_sandbox.home import TWIN_FILE, read_outputs, session


class NoTwin(Exception):
    """No stack was named, and no twin is up; the message says what to do."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack; `endpoint_url` is None on AWS."""

    name: str
    api_url: str
    endpoint_url: str | None
    outputs: dict[str, str]
    crms: dict[str, str]  # the twin's simulators: name → URL; empty on AWS
    sources: Path = SOURCES_TOML  # the file that it was deployed with

    @property
    def is_twin(self) -> bool:
        return self.endpoint_url is not None

    def client(self, service: str) -> Any:
        return session(self.endpoint_url).client(  # type: ignore[call-overload]
            service, endpoint_url=self.endpoint_url
        )

    @cached_property
    def table(self) -> Table:
        return Table(self.client("dynamodb"), self.outputs["TableName"])

    @cached_property
    def queues(self) -> Queues:
        return Queues(self.client("sqs"), self.outputs["QueueUrlPrefix"])

    @cached_property
    def secrets(self) -> Secrets:
        prefix = f"leadrelay/{self.outputs['StageName']}/"
        return Secrets(self.client("secretsmanager"), prefix)


def find_stack(name: str | None) -> Stack:
    """The named stack on AWS; without a name the twin. Raises NoTwin when none is up."""
    if name is None:
        if not TWIN_FILE.exists():
            raise NoTwin(
                "No twin is up. Start one with `make up`, or name a stack on AWS with --stack."
            )
        return read_twin(TWIN_FILE)
    outputs = stack_outputs(name, None)
    return Stack(name, outputs["ApiUrl"], None, outputs, {})


def read_twin(file: Path) -> Stack:
    """The twin that wrote this file."""
    twin = json.loads(file.read_text("utf-8"))
    return Stack(
        name=twin["stack_name"],
        api_url=twin["api_url"],
        endpoint_url=twin["endpoint_url"],
        outputs=stack_outputs(twin["stack_name"], twin["endpoint_url"]),
        crms={crm: entry["url"] for crm, entry in twin["crm"].items()},
        sources=Path(twin["sources"]),
    )


def stack_outputs(name: str, endpoint_url: str | None) -> dict[str, str]:
    """A stack's outputs. Ends the command when there is no such stack."""
    try:
        return read_outputs(name, endpoint_url)
    except (ClientError, BotoCoreError) as error:
        if endpoint_url:
            fail(f"The twin at {endpoint_url} doesn't answer. Is `make up` still running?")
        fail(f"No stack {name!r} can be read: {error}")


def fail(message: str) -> NoReturn:
    """Say what is wrong and end the command with 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
