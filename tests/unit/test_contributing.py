"""CONTRIBUTING.md's lists of places to touch hold: each is there, and none is missing."""

import re
from pathlib import Path

import pytest

from leadrelay.crms import CRMS
from leadrelay_sandbox.home import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PLACE = re.compile(r"`([\w./<>-]+(?:/|\.\w+))`")
CODE = ("layers", "functions", "leadrelay_ops", "leadrelay_sandbox")
SEARCHED = {".py", ".toml", ".json", ".yaml"}


def places(title: str) -> set[str]:
    """The files and folders that a list names, as they are written."""
    (part,) = (one for one in TEXT.split("\n## ") if one.startswith(f"{title}\n"))
    return set(PLACE.findall(part))


def naming(word: str) -> set[str]:
    """The files of the code that name something."""
    folders = (path for folder in CODE for path in (ROOT / folder).rglob("*"))
    files = [path for path in folders if path.suffix in SEARCHED]
    files += [ROOT / "template.yaml", ROOT / "pyproject.toml"]
    pattern = re.compile(rf"\b{word}\b")
    found = (path for path in files if pattern.search(path.read_text("utf-8")))
    return {path.relative_to(ROOT).as_posix() for path in found}


def covered(path: str, listed: set[str]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in listed)


@pytest.mark.parametrize(
    ("title", "stands_for"),
    [("A CRM", {"crm": crm}) for crm in CRMS]
    + [
        ("A field of the lead", {"crm": "collect"}),
        ("The retry policy", {}),
        ("A new function", {"name": "sweep"}),
    ],
)
def test_every_place_is_there(title: str, stands_for: dict[str, str]) -> None:
    listed = places(title)
    assert len(listed) >= 4
    for place in listed:
        path = Path(re.sub(r"<(\w+)>", lambda found: stands_for[found[1]], place))
        assert (ROOT / path).exists(), place


def test_every_place_that_names_all_crms_is_listed() -> None:
    tables = set.intersection(*map(naming, CRMS))
    assert not [path for path in tables if not covered(path, places("A CRM"))]


def test_every_place_that_names_the_first_wait_is_listed() -> None:
    wait = "BackoffBaseSeconds|backoff_base_seconds|BACKOFF_BASE_SECONDS"
    listed = places("The retry policy")
    assert not [path for path in naming(f"(?:{wait})") if not covered(path, listed)]


def test_every_place_that_names_a_function_is_listed() -> None:
    listed = {one.replace("<name>", "tidy") for one in places("A new function")}
    assert not [
        path for path in naming("(?:TidySettings|functions/tidy)") if not covered(path, listed)
    ]
