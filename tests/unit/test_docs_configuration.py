"""docs/configuration.md names every key of sources.toml and every variable of the functions."""

import re

import pytest

from leadrelay import settings
from leadrelay.sources import Source
from leadrelay_sandbox.home import ROOT

TEXT = (ROOT / "docs" / "configuration.md").read_text("utf-8")
NOT_WRITTEN = {
    "name",
    "fields",
    "call_fields",
    "crms",
}  # tables of their own, in the rows [<source>.…]


def rows(title: str) -> set[str]:
    """The names in the first column of a part's table."""
    (part,) = (one for one in TEXT.split("\n## ") if one.startswith(f"{title}\n"))
    first = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for cell in first for name in re.findall(r"`(\w+)`", cell)}


def test_every_key_of_a_source_has_its_row() -> None:
    assert rows("sources.toml") == Source.model_fields.keys() - NOT_WRITTEN
    for table in ("`[<source>.fields]`", "`[<source>.<crm>]`"):
        assert table in TEXT


def test_every_variable_has_its_row() -> None:
    models = [one for name, one in vars(settings).items() if name.endswith("Settings")]
    told = {field.upper() for model in models for field in model.model_fields}
    assert rows("What the functions are told") == told


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs"])
def test_what_is_linked_is_there(file: str) -> None:
    texts = [ROOT / file] if file.endswith(".md") else sorted((ROOT / file).glob("*.md"))
    for text in texts:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]*)?\)", text.read_text("utf-8")):
            assert (text.parent / link).exists(), f"{text.name}: {link}"


def test_the_readme_ends_early() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 140
