"""`leadrelay preview`: the record of a sample in each CRM, and nothing is sent."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadrelay_ops.cli import app
from leadrelay_sandbox.home import ROOT

SOURCE = """
[brief]
kind = "form"
sender = "html"
deliver = ["initiative"]
default_region = "GB"
note = "{sentence}\\n{message}"
"""


@pytest.fixture
def sources(tmp_path: Path) -> str:
    (tmp_path / "sources.toml").write_text(SOURCE)
    return str(tmp_path / "sources.toml")


def preview(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(app, ["preview", *arguments])
    return ended.exit_code, ended.output


def test_it_shows_each_field_with_its_length(sources: str) -> None:
    sample = str(ROOT / "events" / "form-html.http")
    code, text = preview("brief", sample, "--sources", sources)
    assert code == 0
    assert "create:Leads" in text
    assert "email (25): grace.osample@example.com" in text
    assert "Enquiry via the form “brief”" in text
    assert "Came by" not in text  # which the source's template leaves out


def test_a_file_is_named_and_nothing_is_told_of_the_one_that_stands_in(sources: str) -> None:
    Path(sources).write_text(SOURCE.replace('"form"', '"resume"').replace("html", "indeed"))
    _, text = preview("brief", str(ROOT / "events" / "indeed.http"), "--sources", sources)
    assert "Kim_Placeholder" in text
    assert "sha256" not in text


def test_an_unknown_source_and_a_crm_that_gets_nothing_are_mistakes(sources: str) -> None:
    sample = str(ROOT / "events" / "form-html.http")
    code, _ = preview("breif", sample, "--sources", sources)
    assert code == 1
    assert preview("brief", sample, "--crm", "collect", "--sources", sources)[0] == 1
