"""Which sources.toml a command reads: told, and the same for all of them."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadrelay_config import SOURCES_TOML
from leadrelay_ops.cli import app
from leadrelay_ops.stack import NoTwin, Stack
from leadrelay_ops.which_file import unzipped
from tests.ops.conftest import Deployed

OWN = """
[own]
kind = "form"
sender = "html"
deliver = ["collect"]
"""


@pytest.fixture
def twin(deployed: Deployed, tmp_path: Path) -> Deployed:
    (tmp_path / "deployed.toml").write_text(OWN, "utf-8")
    deployed.stack = replace(
        deployed.stack, endpoint_url="http://127.0.0.1:9", sources=tmp_path / "deployed.toml"
    )
    return deployed


def test_without_a_stack_the_folder_s_is_checked_and_that_is_no_failure() -> None:
    def find(_: str | None) -> Stack:
        raise NoTwin("No twin is up.")

    ran = CliRunner().invoke(app, ["check"], obj=find)
    assert ran.exit_code == 0, ran.output
    assert f"sources: {SOURCES_TOML.relative_to(Path.cwd())}\n" in ran.stderr
    assert "nothing deployed was looked at" in ran.stdout


@pytest.mark.parametrize(
    "words", [("sources",), ("check",), ("preview", "own", "events/form-html.http")], ids=" ".join
)
def test_what_is_deployed_is_what_is_read(twin: Deployed, words: tuple[str, ...]) -> None:
    ran = twin.run(*words)
    assert f"sources: {twin.stack.sources}, with which the twin was deployed" in ran.stderr


def test_a_file_of_one_s_own_comes_first_and_is_told_not_to_run(
    twin: Deployed, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(OWN.replace("[own]", "[mine]"), "utf-8")
    ran = twin.run("sources", "--sources", str(mine))
    assert f"sources: {mine}" in ran.stderr
    assert ran.stdout.startswith("mine: ")


def test_check_tells_in_what_a_file_of_one_s_own_isn_t_what_runs(
    twin: Deployed, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(OWN + OWN.replace("[own]", "[mine]"), "utf-8")
    told = twin.run("check", "--sources", str(mine)).stdout
    assert "mine.toml, which differs in mine. Deploy it" in told
    mine.write_text(f"# with a word of explanation\n{OWN}", "utf-8")
    assert "is not what runs" not in twin.run("check", "--sources", str(mine)).stdout


def test_of_a_layer_s_archive_it_is_the_file_within() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("python/leadrelay_config/sources.toml", OWN)
    assert unzipped(packed.getvalue()) == OWN
