"""What is installed is pinned with its hashes, and no list says from which registry it comes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTS = sorted((*ROOT.glob("requirements/*.in"), *ROOT.glob("layers/*/requirements.in")))
PINNED = re.compile(r"([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==[^\s;]+( ; [^\\]+)?( \\)?")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
WANTED = re.compile(r"([A-Za-z0-9._-]+)")


def pins(file: Path) -> Iterator[tuple[str, int]]:
    """(name, how many hashes it has)"""
    name, hashes = "", 0
    for line in file.read_text("utf-8").splitlines():
        if line.lstrip().startswith("#"):
            continue
        if HASH.fullmatch(line):
            hashes += 1
            continue
        found = PINNED.fullmatch(line)
        assert found, f"neither a pin nor its hash: {line}"
        if name:
            yield name, hashes
        name, hashes = found[1], 0
    yield name, hashes


def wanted(file: Path) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("-r "):
            yield from wanted((file.parent / line[3:]).with_suffix(".in"))
        elif found := WANTED.match(line):
            yield re.sub(r"[._-]+", "-", found[1]).lower()


def test_each_environment_and_layer_has_a_list() -> None:
    assert [str(file.relative_to(ROOT).parent / file.stem) for file in LISTS] == [
        "layers/dependencies/requirements",
        "layers/signatures/requirements",
        "requirements/dev",
        "requirements/ministack",
        "requirements/sam",
    ]


@pytest.mark.parametrize("file", LISTS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_package_is_pinned_with_its_hashes(file: Path) -> None:
    found = dict(pins(file.with_suffix(".txt")))
    assert [name for name, hashes in found.items() if not hashes] == []
    assert set(wanted(file)) - found.keys() == set()


@pytest.mark.parametrize("file", LISTS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_no_list_names_a_registry(file: Path) -> None:
    for one in (file, file.with_suffix(".txt")):
        assert not re.search(r"://|--(extra-)?index|--find-links|--trusted", one.read_text("utf-8"))


def test_everything_is_audited_and_locked() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lists = re.search(r"^LISTS := (.*)$", makefile, re.MULTILINE)
    assert lists
    assert sorted(lists[1].split()) == [str(f.relative_to(ROOT).with_suffix("")) for f in LISTS]
    assert makefile.count("$(LISTS)") == 2  # lock and audit
