"""A stack for the command to work on: its secrets on moto, its CRMs simulated on loopback."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from flask import Flask
from moto import mock_aws
from typer.testing import CliRunner, Result
from werkzeug.serving import make_server

from leadrelay.crms import CRMS
from leadrelay.identity import code_digest, sources_digest
from leadrelay_config import SOURCES_TOML
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.simulator import Simulator, serve
from leadrelay_sandbox.simulators import secret, simulator


@dataclass
class Intake:
    """What `/health` tells: what is here, unless a test says otherwise."""

    code: str | None = None
    sources: str | None = None
    asked_of: Path = SOURCES_TOML

    def told(self) -> dict[str, str]:
        sources = self.sources or sources_digest(self.asked_of)
        return {"status": "ok", "code": self.code or code_digest(), "sources": sources}


@dataclass
class Deployed:
    """`stack` is what the command finds; `crms` are the simulators behind it."""

    stack: Stack
    crms: dict[str, Simulator]
    urls: dict[str, str]
    intake: Intake

    def set_secret(self, name: str, value: dict[str, Any]) -> None:
        self.stack.secrets.put(name, value)

    def secret(self, crm: str) -> dict[str, Any]:
        return secret(crm, self.urls[crm])

    def run(self, *words: str, **how: Any) -> Result:
        return CliRunner().invoke(app, words, obj=lambda _: self.stack, **how)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[dict[str, Simulator], dict[str, str]]]:
    crms = {crm: simulator(crm) for crm in CRMS}
    running = {crm: serve(simulated) for crm, simulated in crms.items()}
    yield crms, {crm: f"http://127.0.0.1:{one.server_port}" for crm, one in running.items()}
    for server in running.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def intake() -> Iterator[tuple[str, Intake]]:
    """Its URL, and what it tells."""
    flask, told = Flask(__name__), Intake()
    flask.get("/health")(told.told)
    server = make_server("127.0.0.1", 0, flask)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", told
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def stack(intake: tuple[str, Intake]) -> Iterator[Stack]:
    """Deployed as the template has it: a parameter for each CRM, and secrets without a value."""
    with mock_aws():
        deploy_stack("leadrelay")
        client = boto3.client("secretsmanager")
        for name in ("sources", *(f"crm/{crm}" for crm in CRMS)):
            client.create_secret(Name=f"leadrelay/leadrelay/{name}")
        yield Stack("leadrelay", intake[0], None, {}, {})


def deploy_stack(name: str, *, without: str = "") -> None:
    parameters = {crm: "no" if crm == without else "yes" for crm in CRMS}
    template = {
        "Parameters": {parameter: {"Type": "String"} for parameter in parameters},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    boto3.client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": parameter, "ParameterValue": value}
            for parameter, value in parameters.items()
        ],
    )


@pytest.fixture
def deployed(
    stack: Stack,
    servers: tuple[dict[str, Simulator], dict[str, str]],
    intake: tuple[str, Intake],
) -> Deployed:
    """The stack with fresh simulators and good secrets."""
    told = intake[1]
    told.code, told.sources, told.asked_of = None, None, SOURCES_TOML
    made = Deployed(stack, *servers, told)
    for crm, simulated in made.crms.items():
        simulated.reset()
        made.set_secret(f"crm/{crm}", made.secret(crm))
    made.set_secret("sources", {})
    return made


@pytest.fixture
def without_stack() -> Callable[..., Result]:
    """Runs the command where it finds no stack: a run that looks for one fails."""

    def find(_: str | None) -> Stack:
        raise AssertionError("looked for a stack")

    return lambda *words: CliRunner().invoke(app, words, obj=find)


@pytest.fixture
def check(deployed: Deployed, tmp_path: Path) -> Callable[[str], Result]:
    """Runs the check over sources.toml with this text, on a stack that has every CRM."""

    def run(text: str) -> Result:
        deployed.intake.asked_of = tmp_path / "sources.toml"
        (tmp_path / "sources.toml").write_text(text, "utf-8")
        return deployed.run("check", "--sources", str(tmp_path / "sources.toml"))

    return run
