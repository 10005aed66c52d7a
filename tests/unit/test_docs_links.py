"""Every link from one of our pages to another leads somewhere."""

import re
from pathlib import Path

import pytest

from leadrelay_sandbox.home import ROOT

PAGES = [*ROOT.glob("*.md"), *ROOT.joinpath("docs").glob("*.md")]
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """The headings of a page as GitHub links to them."""
    titles = (title.lower() for title in _HEADING.findall(path.read_text("utf-8")))
    return {"#" + re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_its_links_lead_somewhere(path: Path) -> None:
    for place, anchor in _LINK.findall(path.read_text("utf-8")):
        target = path.parent / place if place else path
        assert target.exists(), place
        assert not anchor or anchor in anchors(target), place + anchor


def test_the_index_names_every_page() -> None:
    index = ROOT.joinpath("docs/index.md").read_text("utf-8")
    pages = {path.name for path in ROOT.joinpath("docs").iterdir() if path.name != "index.md"}
    assert {name for name in pages if f"({name})" not in index} == set()
