"""docs/performance.md: what a run doesn't measure stays as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.document import Part, write

TITLES = ("Calls", "Scale", "At large scale", "Faults")


def part(title: str, *told: str) -> Part:
    return Part(title.lower(), title, lambda: iter(told))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "performance.md"
    write(page, TITLES, [part("Faults", "none\n"), part("Calls", "two\n", "| a |\n| - |\n")])
    return page


def test_parts_stand_in_their_order_each_with_its_date_and_commit(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith("# Performance\n")
    assert text.index("## Calls\n\nMeasured on 20") < text.index("## Faults\n\nMeasured on 20")
    assert "two\n\n| a |\n| - |\n" in text


def test_a_part_of_its_own_changes_nothing_else(page: Path) -> None:
    before = page.read_text("utf-8")
    write(page, TITLES, [part("At large scale", "100,000\n")])
    text = page.read_text("utf-8")
    head, _, rest = text.partition("\n## At large scale\n")
    assert f"{head}\n## Faults\n{rest.partition('\n## Faults\n')[2]}" == before
    write(page, TITLES, [part("Calls", "three\n")])
    assert "100,000\n" in page.read_text("utf-8")
    assert "two\n" not in page.read_text("utf-8")


def test_what_another_run_measured_meanwhile_stays(page: Path) -> None:
    def slow() -> Iterator[str]:
        write(page, TITLES, [part("Calls", "three\n")])
        yield "some\n"

    write(page, TITLES, [Part("scale", "Scale", slow)])
    text = page.read_text("utf-8")
    assert "three\n" in text
    assert "some\n" in text


def test_paragraphs_are_wrapped_and_tables_are_not(page: Path) -> None:
    row = f"| {'a word ' * 30}|"
    write(page, TITLES, [part("Scale", "a word " * 30, f"{row}\n{row}\n")])
    lines = page.read_text("utf-8").splitlines()
    assert [line for line in lines if len(line) > 100] == [row, row]


def test_what_fails_is_said_and_the_others_are_measured(page: Path) -> None:
    def broken() -> Iterator[str]:
        yield "half of it"
        raise ValueError("it")

    write(page, TITLES, [Part("calls", "Calls", broken), part("Scale", "flat\n")])
    text = page.read_text("utf-8")
    assert "## Calls\n\nNot measured" in text
    assert "half of it" not in text
    assert "flat\n" in text
