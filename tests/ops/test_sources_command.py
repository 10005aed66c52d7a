"""`leadrelay sources` tells each source's URL, and how the other side is set up."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from leadrelay.intake.senders import sender
from leadrelay.intake.soundness import read_sound_sources
from leadrelay_ops.cli import app
from leadrelay_ops.stack import NoTwin, Stack
from leadrelay_sandbox.senders import sources_text
from tests.ops.conftest import Deployed

API = "https://api.example.com"
SOURCES = """
[web]
kind = "form"
sender = "html"
deliver = ["trackerrms"]

[board]
kind = "resume"
sender = "json_resume"
deliver = ["collect"]
token = "header:Authorization"

[phone]
kind = "call"
sender = "twilio"
deliver = ["trackerrms", "collect"]
public_url = "https://hooks.example.com/twilio"

[open]
kind = "form"
sender = "webflow"
deliver = ["trackerrms"]
unverified = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES, "utf-8")
    return path


def entries(ran: Result) -> dict[str, dict[str, Any]]:
    assert ran.exit_code == 0, ran.output
    return {entry["name"]: entry for entry in map(json.loads, ran.stdout.splitlines())}


@pytest.fixture
def listed(without_stack: Callable[..., Result], file: Path) -> dict[str, dict[str, Any]]:
    words = ("sources", "--json", "--url", f"{API}/", "--sources", str(file))
    return entries(without_stack(*words))


def test_each_kind_has_its_own_place_below_the_url(listed: dict[str, dict[str, Any]]) -> None:
    assert {name: entry["url"] for name, entry in listed.items()} == {
        "web": f"{API}/forms/web",
        "board": f"{API}/resumes/board",
        "phone": "https://hooks.example.com/twilio",
        "open": f"{API}/forms/open",
    }


def test_it_is_told_which_secret_goes_where(listed: dict[str, dict[str, Any]]) -> None:
    ours = 'its secret, which is "{}" in leadrelay/STACK/sources'
    assert {name: entry["proof"] for name, entry in listed.items()} == {
        "web": "none, so whoever knows the URL can send",
        "board": f"it sends in the header Authorization {ours.format('board')}",
        "phone": f"it signs with {ours.format('phone')}",
        "open": "none, so whoever knows the URL can send",
    }


def test_one_source_can_be_asked_for(without_stack: Callable[..., Result], file: Path) -> None:
    ran = without_stack("sources", "phone", "--url", API, "--sources", str(file))
    first, second, *_, last = ran.stdout.splitlines()[:-1]
    assert first == "phone: call by twilio → trackerrms, collect"
    assert second == "  https://hooks.example.com/twilio"
    assert last.startswith("  Proof: it signs with its secret")
    wrong = without_stack("sources", "fax", "--url", API, "--sources", str(file))
    assert wrong.exit_code == 1
    assert (
        wrong.stderr.splitlines()[-1]
        == "there is no source 'fax'; there are web, board, phone, open"
    )


def test_a_stack_s_own_sources_are_listed_with_its_own_url(deployed: Deployed, file: Path) -> None:
    deployed.stack = replace(deployed.stack, api_url=API, sources=file)
    listed = entries(deployed.run("sources", "--json"))
    assert listed["web"]["url"] == f"{API}/forms/web"
    assert listed["phone"]["proof"].endswith('"phone" in leadrelay/leadrelay/sources')


def test_before_anything_is_deployed_the_url_is_a_placeholder(file: Path) -> None:
    def find(_: str | None) -> Stack:
        raise NoTwin("No twin is up.")

    words = ("sources", "web", "--json", "--sources", str(file))
    ran = CliRunner().invoke(app, words, obj=find)
    url = "https://API_ID.execute-api.REGION.amazonaws.com/forms/web"
    assert entries(ran)["web"]["url"] == url


def test_a_file_with_mistakes_is_told_line_by_line(
    without_stack: Callable[..., Result], file: Path
) -> None:
    file.write_text('[web]\nkind = "form"\nsender = "twilio"\ndeliver = ["collect"]\n')
    ran = without_stack("sources", "--url", API, "--sources", str(file))
    assert ran.exit_code == 1
    assert ran.stderr.splitlines()[1].startswith(
        "line 3: web.sender: 'twilio' is no sender for kind = \"form\""
    )


def test_every_sender_of_the_sandbox_is_told_in_full(
    without_stack: Callable[..., Result], file: Path
) -> None:
    file.write_text(sources_text(), "utf-8")
    listed = entries(without_stack("sources", "--json", "--url", API, "--sources", str(file)))
    for source in read_sound_sources(sources_text()).values():
        entry = listed[source.name]
        assert len(entry["setup"]) == 2
        assert entry["url"] in entry["setup"][0]
        assert "{url}" not in "".join(entry["setup"])
        signs = sender(source.sender).verify is not None and not source.unverified
        assert entry["proof"].startswith("it signs") is signs
        assert entry["proof"].startswith("it sends") is (source.token is not None)


def test_what_guards_a_source_is_told_as_it_is_written(
    without_stack: Callable[..., Result], tmp_path: Path
) -> None:
    guards = 'min_fill = "90s"\nthrottle = "20/h"\nhoneypot = "website_url"\n'
    (tmp_path / "x.toml").write_text(SOURCES.replace("\n[board]", f"{guards}\n[board]"), "utf-8")
    ran = without_stack("sources", "web", "--url", API, "--sources", str(tmp_path / "x.toml"))
    assert ran.stdout.splitlines()[-2] == (
        "  Guarded by the hidden field website_url, to be left empty;"
        " lr_rendered, not within 90s; at most 20/h from one client"
    )
