"""The peers: how each is installed into .sandbox/bench, started, and what it promises.

n8n isn't installed by itself, as it takes 1.4 GB and a compiler. Where .sandbox/bench/n8n has it,
or is a link to a folder that has it, it is measured too. With Node's headers in /usr/include/node:

    echo '{"private": true, "overrides": {"xlsx": "0.18.5",
      "@langchain/langgraph-checkpoint": "1.0.0"}}' > package.json
    npm install --ignore-scripts --legacy-peer-deps n8n@1.123
    cd node_modules/sqlite3 && npm_config_nodedir=/usr npx node-gyp rebuild
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from leadrelay_sandbox.home import ROOT

HOME = ROOT / ".sandbox" / "bench"
PYTHON = HOME / "venv" / "bin" / "python"
NODE_RED = HOME / "node-red" / "node_modules" / "node-red" / "red.js"
N8N = HOME / "n8n" / "node_modules" / "n8n" / "bin" / "n8n"
_PACKAGES = ("hookrelay[fastapi,sqlite]==0.4.0", "fastapi==0.*", "uvicorn==0.*", "httpx==0.28.*")


class NotHere(Exception):
    """This peer can't be had on this machine, or doesn't start; the message says which."""


def install() -> None:
    """What isn't there yet, from the registries that pip and npm are set up for."""
    if not PYTHON.exists():
        _run(ROOT / ".venv-uv/bin/uv", "venv", "--quiet", HOME / "venv")
        _run(ROOT / ".venv-uv/bin/uv", "pip", "install", "--quiet", "--python", PYTHON, *_PACKAGES)
    if not NODE_RED.exists():
        NODE_RED.parents[2].mkdir(parents=True, exist_ok=True)
        quiet = "--silent", "--no-audit", "--no-fund"
        _run("npm", "install", *quiet, "node-red@4", cwd=NODE_RED.parents[2])


def _run(*words: str | Path, cwd: Path = ROOT) -> None:
    try:
        subprocess.run(words, cwd=cwd, check=True, timeout=300)  # noqa: S603  # the client's own
    except (OSError, subprocess.SubprocessError) as error:
        print(f"  not installed: {error}")


@dataclass(frozen=True)
class System:
    """`command` is made of its folder, its port and the receiver's URL."""

    name: str
    keeps: str
    promises: str
    there: Path
    path: str
    command: Callable[[Path, int, str], tuple[list[str], Mapping[str, str]]]

    def start(self, folder: Path, port: int, receiver: str) -> subprocess.Popen[bytes]:
        """Raises NotHere."""
        if not self.there.exists():
            raise NotHere("not installed here")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            words, variables = self.command(folder, port, receiver)
        except subprocess.SubprocessError as error:
            raise NotHere("doesn't start here") from error
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # see install
                words,
                env={**os.environ, **variables},
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )


def kill(process: subprocess.Popen[bytes]) -> None:
    """At once, with all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _uvicorn(app: str) -> Callable[[Path, int, str], tuple[list[str], Mapping[str, str]]]:
    def command(folder: Path, port: int, receiver: str) -> tuple[list[str], Mapping[str, str]]:
        quiet = ["--no-access-log", "--log-level", "warning"]
        words = [
            str(PYTHON),
            "-m",
            "uvicorn",
            f"bench.peers.{app}:app",
            "--port",
            str(port),
            *quiet,
        ]
        return words, {"RECEIVER": receiver, "STORE": str(folder / "store")}

    return command


def _node_red(folder: Path, port: int, receiver: str) -> tuple[list[str], Mapping[str, str]]:
    def node(name: str, kind: str, *after: str, **more: object) -> dict[str, object]:
        return {"id": name, "type": kind, "z": "tab", "wires": [[*after]], **more}

    flow = [
        {"id": "tab", "type": "tab", "label": "leads"},
        node("in", "http in", "to", url="/leads", method="post"),
        node("to", "http request", "out", method="POST", url=receiver, ret="obj", persist=True),
        node("out", "http response", statusCode=""),
    ]
    (folder / "flows.json").write_text(json.dumps(flow), "utf-8")
    settings = {
        "uiPort": port,
        "uiHost": "127.0.0.1",
        "flowFile": "flows.json",
        "userDir": str(folder),
        "disableEditor": True,
        "httpAdminRoot": False,
        "logging": {"console": {"level": "warn"}},
    }
    (folder / "settings.js").write_text(f"module.exports = {json.dumps(settings)}", "utf-8")
    return ["node", str(NODE_RED), "-s", str(folder / "settings.js")], {}


def _n8n(folder: Path, port: int, receiver: str) -> tuple[list[str], Mapping[str, str]]:
    hook = {"httpMethod": "POST", "path": "leads", "responseMode": "onReceived"}
    post = {
        "method": "POST",
        "url": receiver,
        "sendBody": True,
        "specifyBody": "json",
        "jsonBody": "={{ JSON.stringify($json.body) }}",
    }
    retried = {"retryOnFail": True, "maxTries": 5}
    workflow = {
        "id": "leads",
        "name": "leads",
        "active": True,
        "settings": {"executionOrder": "v1"},
        "nodes": [
            _node("Webhook", "webhook", 2, hook) | {"webhookId": "leads"},
            _node("Send", "httpRequest", 4.2, post) | retried,
        ],
        "connections": {"Webhook": {"main": [[{"node": "Send", "type": "main", "index": 0}]]}},
    }
    variables = {
        "N8N_USER_FOLDER": str(folder),
        "N8N_PORT": str(port),
        "N8N_LISTEN_ADDRESS": "127.0.0.1",
        "N8N_DIAGNOSTICS_ENABLED": "false",
        "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
        "N8N_RUNNERS_ENABLED": "false",
        "N8N_TEMPLATES_ENABLED": "false",
        "N8N_EXPRESSION_ENGINE": "legacy",  # its other one wants Node 22
    }
    if not (folder / "workflow.json").exists():
        (folder / "workflow.json").write_text(json.dumps(workflow), "utf-8")
        for words in (
            f"import:workflow --input={folder}/workflow.json",
            "update:workflow --all --active=true",
        ):
            subprocess.run(  # noqa: S603  # see install
                ["node", N8N, *words.split()],  # noqa: S607
                env={**os.environ, **variables},
                check=True,
                capture_output=True,
            )
    return ["node", str(N8N), "start"], variables


def _node(name: str, kind: str, version: float, parameters: object) -> dict[str, object]:
    return {
        "id": name,
        "name": name,
        "position": [0, 0],
        "parameters": parameters,
        "type": f"n8n-nodes-base.{kind}",
        "typeVersion": version,
    }


SYSTEMS = (
    System(
        name="100 lines of FastAPI, SQLite and httpx",
        keeps="SQLite, each commit synced, before the answer",
        promises="at least once; twenty tries",
        there=PYTHON,
        path="/leads",
        command=_uvicorn("baseline"),
    ),
    System(
        name="hookrelay 0.4",
        keeps="SQLite, before the answer",
        promises="at least once; five tries by default, then its dead letters",
        there=PYTHON,
        path="/leads/",
        command=_uvicorn("with_hookrelay"),
    ),
    System(
        name="Node-RED 4",
        keeps="nothing",
        promises="nothing; answers when the receiver has",
        there=NODE_RED,
        path="/leads",
        command=_node_red,
    ),
    System(
        name="n8n",
        keeps="SQLite, the execution",
        promises="five tries of a node, in memory; what was cut off is shown as crashed",
        there=N8N,
        path="/webhook/leads",
        command=_n8n,
    ),
)
