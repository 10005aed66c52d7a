"""What commands may import: the time that an operator waits is mostly that."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from leadrelay_ops.cli import COMMANDS, app
from leadrelay_sandbox.home import ROOT

HEAVY = {"boto3", "pydantic", "flask", "httpx", "rich.console", "yaml", "phonenumbers"}
HEAVY |= {"websockets", "cryptography", "email_validator", "moto"}
EVERY = {"boto3", "pydantic"}  # the ledger, and what is in it
HTTP = {"replay", "check", "secrets", "fault", "send", "crm", "canary"}  # ask a CRM, or an API

_PLACES = {name: place for group in COMMANDS.values() for name, (place, _) in group.items()}


def imported(code: str) -> set[str]:
    told = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(told.stdout.split()) & HEAVY


def test_help_imports_nothing_heavy() -> None:
    called = "from typer.testing import CliRunner\nfrom leadrelay_ops.cli import app\n"
    assert imported(f'{called}assert CliRunner().invoke(app, ["--help"]).exit_code == 0') == set()


@pytest.mark.parametrize("name", sorted(_PLACES.keys() - {"up", "demo"}))
def test_a_command_imports_no_more_than_it_needs(name: str) -> None:
    also = {"httpx"} if name in HTTP else set[str]()
    allowed = EVERY | also | ({"yaml"} if name in {"check", "cost"} else set())
    module = _PLACES[name].partition(":")[0]
    assert imported(f"import leadrelay_ops.cli, leadrelay_ops.{module}") <= allowed


def test_every_command_is_told_by_the_first_line_of_its_own_words() -> None:
    for group in COMMANDS.values():
        for place, summary in group.values():
            module, _, function = place.partition(":")
            made = getattr(__import__(f"leadrelay_ops.{module}", fromlist=[function]), function)
            assert (made.__doc__ or "").splitlines()[0] == summary


def test_a_mistyped_command_is_told_which_was_meant() -> None:
    ran = CliRunner().invoke(app, ["leeds"])
    assert ran.exit_code == 2
    assert "there is no command 'leeds'; did you mean leads?" in ran.stderr


def test_every_command_has_its_row_in_the_docs() -> None:
    section = (ROOT / "docs/operating.md").read_text("utf-8").split("\n## Commands\n")[1]
    rows = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("|")]
    named = set(
        re.findall(r"`(?:leadrelay )?([a-z]+)", " ".join(row.split("|")[1] for row in rows))
    )
    assert _PLACES.keys() <= named
