"""`leadrelay send` proves a sample to be its sender's, for any URL and secret."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typer.testing import Result

from leadrelay.intake.pages.page import page
from leadrelay.intake.request import Headers
from leadrelay.intake.senders import sender
from leadrelay.intake.soundness import read_sound_sources
from leadrelay.signing import SIGNERS
from leadrelay.signing.samples import Sample, read_sample
from leadrelay_ops.failures import Told
from leadrelay_ops.send import Target, of_stack, prepare, told
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.senders import secrets, sources_text
from tests.ops.conftest import Deployed

API = "https://api.example.com"
EVENTS = sorted((ROOT / "events").glob("*.http"))
SOURCES = """
[web]
kind = "form"
sender = "html"
deliver = ["trackerrms"]

[asked]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "query:k"

[headed]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "header:X-Token"

[bearer]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "header:authorization"

[basic]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "basic"

[inside]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "body:secret"
"""
SAMPLE = Sample("POST", "/forms/web?a=%20b&k=old", [("X-Token", "old"), ("Accept", "*/*")], b"{}")


def target(**own: str) -> Target:
    sources = read_sound_sources(SOURCES)
    return Target(API, API, sources, lambda name: (own[name],) if name in own else ())


def prepared(name: str, *given: str | None, **own: str) -> Sample:
    """With a secret of the caller's, unless another is given, or None."""
    (secret,) = given or ("s3cret&",)
    return prepare(SAMPLE, target(**own), name, secret)


# -- the secret in its place ------------------------------------------------------------------


def test_a_token_in_the_query_takes_the_place_of_the_old_one() -> None:
    assert prepared("asked").path == "/forms/asked?k=s3cret%26&a=%20b"


def test_a_token_in_a_header_takes_the_place_of_the_old_one() -> None:
    assert prepared("headed").headers == [("Accept", "*/*"), ("X-Token", "s3cret&")]


def test_authorization_carries_a_bearer_or_a_password() -> None:
    assert prepared("bearer").headers[-1] == ("authorization", "Bearer s3cret&")
    name, value = prepared("basic").headers[-1]
    encoded = base64.b64encode(b"leadrelay:s3cret&").decode()
    assert (name, value) == ("Authorization", f"Basic {encoded}")


@pytest.mark.parametrize("name", ["web", "inside"])
def test_a_secret_that_has_no_place_is_refused(name: str) -> None:
    with pytest.raises(Told, match=f"no place for a secret in a sample for {name}"):
        prepared(name)
    assert prepared(name, None).path.startswith(f"/forms/{name}?")


def test_without_a_secret_the_source_s_own_is_taken_if_it_has_one() -> None:
    assert prepared("headed", None, headed="own").headers[-1] == ("X-Token", "own")
    assert prepared("headed", None).headers[0] == ("X-Token", "old")


def test_a_sample_of_nobody_goes_as_it_is_but_can_t_be_signed() -> None:
    stray = replace(SAMPLE, path="/forms/stray")
    assert prepare(stray, target(), None, None) == stray
    with pytest.raises(Told, match="there is no source 'stray'; there are web, asked"):
        prepare(stray, target(), None, "secret")
    with pytest.raises(Told, match="there is no source 'fax'"):
        prepared("fax")


def test_an_upload_stays_one_for_another_source() -> None:
    upload = replace(SAMPLE, path="/resumes/careers/uploads")
    assert upload.source == "careers"
    assert prepare(upload, target(), "web", None).path == "/forms/web/uploads"


# -- every sample -----------------------------------------------------------------------------


@pytest.fixture
def twin(deployed: Deployed, tmp_path: Path) -> Stack:
    """Its sources and secrets are the sandbox's; its AWS is moto's."""
    file = tmp_path / "sources.toml"
    file.write_text(sources_text(), "utf-8")
    deployed.set_secret("sources", secrets())
    stack = replace(deployed.stack, api_url=API, sources=file, endpoint_url="http://twin")
    vars(stack)["secrets"] = deployed.stack.secrets
    return stack


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_every_sample_is_proved_to_be_its_sender_s(path: Path, twin: Stack) -> None:
    aim = of_stack(twin, None)
    ready = prepare(read_sample(path), aim, None, None)
    source = aim.sources[ready.source]
    verify = None if source.unverified else sender(source.sender).verify
    assert (verify is not None) is (not source.unverified and source.sender in SIGNERS)
    if verify:
        _, mark, query = ready.path.partition("?")
        url = (source.public_url or API + source.path) + mark + query
        given = secrets()[source.name]
        known = [given] if isinstance(given, str) else given
        verify(Headers(ready.headers), ready.body, url, known, datetime.now(UTC))


# -- the command ------------------------------------------------------------------------------


class Echo(BaseHTTPRequestHandler):
    """Answers with the path and a header of the request; a path that ends in -bad is refused."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400 if "-bad" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        echo = {"path": self.path, "token": self.headers["X-Token"]}
        self.wfile.write(json.dumps(echo).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_command_sends_to_a_url_with_a_secret_from_a_file(
    api: str, without_stack: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    (tmp_path / "sources.toml").write_text(SOURCES)
    (tmp_path / "one.http").write_bytes(b"POST /forms/web HTTP/1.1\nAccept: */*\n\n{}")
    words = ["--source", "headed", "--secret", f"@{tmp_path / 'secret'}"]
    words += ["--url", f"{api}/", "--sources", str(tmp_path / "sources.toml")]
    ran = without_stack("send", str(tmp_path / "one.http"), *words)
    assert ran.exit_code == 0
    echo = '{"path": "/forms/headed", "token": "from a file"}'
    assert ran.stdout == f"one.http: 200 {echo}\n"


def test_that_a_sample_is_unsigned_is_told_with_what_to_do(
    api: str, without_stack: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES)
    (tmp_path / "one.http").write_bytes(b"POST /forms/headed HTTP/1.1\nAccept: */*\n\n{}")
    words = ("--url", api, "--sources", str(tmp_path / "sources.toml"))
    ran = without_stack("send", str(tmp_path / "one.http"), *words)
    assert ran.exit_code == 0
    told = "headed has no secret, so nothing is signed: give it with --secret"
    assert ran.stderr.splitlines()[-1] == told


def test_a_secret_s_file_that_is_not_there_is_told(without_stack: Callable[..., Result]) -> None:
    ran = without_stack("send", str(EVENTS[0]), "--url", API, "--secret", "@/nowhere/secret")
    assert (ran.exit_code, ran.stderr) == (1, "/nowhere/secret can't be read as text\n")


def test_a_refusal_is_told_and_the_next_file_is_sent_all_the_same(
    api: str, deployed: Deployed, tmp_path: Path
) -> None:
    for name in ("a-bad", "fine"):
        (tmp_path / f"{name}.http").write_bytes(f"POST /forms/{name} HTTP/1.1\n\n{{}}".encode())
    deployed.stack = replace(deployed.stack, api_url=api)
    ran = deployed.run("send", *(str(tmp_path / f"{name}.http") for name in ("a-bad", "fine")))
    assert ran.exit_code == 1
    assert [line[:14] for line in ran.stdout.splitlines()] == ["a-bad.http: 40", "fine.http: 200"]


HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (httpx.Response(200, json={"id": "x"}), '200 {"id":"x"}'),
        (httpx.Response(200, headers=HTML, content=page("Tom & Co", ["Hi"]).body), "200 Tom & Co"),
        (httpx.Response(200, headers=HTML, text="<p>Hi</p>"), "200"),
        (httpx.Response(303, headers={"Location": "https://x/y"}), "303 → https://x/y"),
        (httpx.Response(200, text="<?xml?>\n<Response/>\n"), "200 <?xml?> <Response/>"),
        (httpx.Response(204), "204"),
    ],
)
def test_an_answer_is_told_in_a_line(answer: httpx.Response, line: str) -> None:
    assert told(answer) == line
