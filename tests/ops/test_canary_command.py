"""`leadrelay canary`, over HTTP to the real intake: what it says of each part, and how it ends."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from leadrelay.crms import CRMS
from leadrelay.ledger.canaries import Broken, Canaries
from leadrelay.signing.samples import Sample
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from tests.handlers.aviary import API, Aviary
from tests.handlers.aws import Queue, aws
from tests.ops.room import Room, open_room

SOURCES = f"""
[website]
kind = "form"
sender = "html"
deliver = {[*CRMS]}

[signed]
kind = "form"
sender = "typeform"
deliver = {[*CRMS]}
"""


class Api(ThreadingHTTPServer):
    """The intake behind HTTP; what it queues is read at once, by who runs."""

    aviary: Aviary


class _Handler(BaseHTTPRequestHandler):
    server: Api

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sample = Sample(self.command, self.path, list(self.headers.items()), body)
        answer = self.server.aviary.send(API + self.path, sample)
        self.server.aviary.work()
        self.send_response(answer.status)
        kind = "problem+json" if answer.is_problem else "json"
        self.send_header("Content-Type", f"application/{kind}")
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = _answer  # noqa: N815  # as the base class calls them

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        yield opened


@pytest.fixture
def aviary(room: Room) -> Aviary:
    aws("s3").create_bucket(
        Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return Aviary(room.stack.table, {crm: Queue(crm) for crm in CRMS})


@pytest.fixture
def stack(room: Room, aviary: Aviary, tmp_path: Path) -> Iterator[Stack]:
    file = tmp_path / "sources.toml"
    file.write_text(SOURCES, "utf-8")
    room.stack.secrets.put("sources", {"signed": "one"})
    server = Api(("127.0.0.1", 0), _Handler)
    server.aviary = aviary
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield replace(room.stack, api_url=f"http://127.0.0.1:{server.server_port}", sources=file)
    server.shutdown()
    server.server_close()
    thread.join()


def run(stack: Stack, *words: str) -> Result:
    return CliRunner().invoke(app, ["canary", *words], obj=lambda _: stack)


@pytest.mark.parametrize("name", ["website", "signed"])
def test_a_line_for_each_part_that_works(stack: Stack, name: str) -> None:
    done = run(stack, name)
    assert done.exit_code == 0, done.output
    parts = [line.split()[1].rstrip(":") for line in done.stdout.splitlines()]
    assert sorted(parts) == sorted(["ledger", "secret", "API", "intake", *CRMS])
    assert {line[0] for line in done.stdout.splitlines()} == {"✓"}


def test_a_part_that_is_broken_is_named_last_and_ends_it_with_1(
    stack: Stack, aviary: Aviary
) -> None:
    aviary.theirs = {"signed": "another"}
    done = run(stack, "signed")
    assert done.exit_code == 1
    last = done.stdout.splitlines()[-1]
    assert last == "✗ secret: the intake refuses what it signs: 401 Wrong signature"


def test_a_paused_crm_is_told_and_is_no_failure(room: Room, stack: Stack) -> None:
    room.pause("collect")
    done = run(stack, "website")
    assert done.exit_code == 0
    (paused,) = (line for line in done.stdout.splitlines() if line.startswith("!"))
    assert paused.startswith("! collect: is paused since ")


def test_an_api_that_is_not_there_is_named(stack: Stack) -> None:
    done = run(replace(stack, api_url="http://127.0.0.1:9"), "website")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1].startswith("✗ API: 127.0.0.1:9 doesn't answer: ")


def test_a_source_that_there_is_not(stack: Stack) -> None:
    done = run(stack, "webiste")
    assert done.exit_code == 1
    assert "did you mean website?" in done.output


def test_as_json(stack: Stack) -> None:
    told = [json.loads(line) for line in run(stack, "website", "--json").stdout.splitlines()]
    assert {one["state"] for one in told} == {"works"}
    assert told[0]["part"] == "ledger"


def test_status_says_since_when_none_has_got_through(room: Room) -> None:
    assert "canary" not in room.told("status")
    broken = Broken(datetime(2026, 3, 4, 10, 0, tzinfo=UTC), "API")
    assert Canaries(room.stack.table).begin(broken)
    assert "it stopped at API: `leadrelay canary SOURCE`" in room.told("status")
    (told,) = (
        json.loads(one) for one in room.told("status", "--json").splitlines() if "API" in one
    )
    assert told == {"canary": "API", "since": "2026-03-04T10:00:00.000Z"}
