"""A whole name becomes a first and a last name, and never a worse one than was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.names import natural, split


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Jane Doe", ("Jane", "Doe")),
        ("Mary Ann Smith", ("Mary Ann", "Smith")),
        ("Cher", ("", "Cher")),
        ("Иванов Иван Иванович", ("Иван Иванович", "Иванов")),
        ("Иван Петров", ("Иван", "Петров")),
        # particles
        ("Carola van der Muster", ("Carola", "van der Muster")),
        ("Carola van den Muster", ("Carola", "van den Muster")),
        ("Maria De La Cruz", ("Maria", "De La Cruz")),
        ("JANE VAN DYKE", ("JANE", "VAN DYKE")),
        ("Jane St. John", ("Jane", "St. John")),
        ("محمد بن سلمان", ("محمد", "بن سلمان")),
        ("van der Muster", ("", "van der Muster")),
        # the last name first
        ("Testcase, Sam", ("Sam", "Testcase")),
        ("de la Torre, Ana", ("Ana", "de la Torre")),
        ("van den Berg, Carola", ("Carola", "van den Berg")),
        ("Smith, John Jr.", ("John", "Smith Jr.")),
        ("김민준", ("민준", "김")),
        ("田中 太郎", ("太郎", "田中")),
        ("王小明", ("", "王小明")),  # no telling where the family's name ends
        # what comes after a name
        ("Richard Roe Jr.", ("Richard", "Roe Jr.")),
        ("John Smith III", ("John", "Smith III")),
        ("Jane Doe, PhD", ("Jane", "Doe")),
        ("Jane Doe MBA", ("Jane", "Doe")),
        ("Jane Doe née Smith", ("Jane", "Doe")),
        ("Jane Doe [she/her]", ("Jane", "Doe")),
        ("Jane Doe 🌸", ("Jane", "Doe 🌸")),
        ("🌸", ("", "🌸")),
        # what comes before it
        ("Dr. Van Doe", ("Van", "Doe")),
        ("Herr Dr. med. Max Mustermann", ("Max", "Mustermann")),
        ("Mrs Doe", ("", "Doe")),
        ("Mr & Mrs Doe", ("", "Doe")),
        # what only looks like a title or a degree
        ("Judge Doe", ("Judge", "Doe")),
        ("Prince Rogers Doe", ("Prince Rogers", "Doe")),
        ("Jack Ma", ("Jack", "Ma")),
        ("Malcolm X", ("Malcolm", "X")),
        ("St. John", ("St.", "John")),
        ("jane doe", ("jane", "doe")),
        ("", ("", "")),
        (", ", ("", ",")),
    ],
)
def test_a_name_is_taken_apart(full: str, parts: tuple[str, str]) -> None:
    assert split(full) == parts


def test_a_name_is_told_as_it_is_spoken() -> None:
    assert natural("Dr. Ruiz de la Torre, Ana") == "Ana Ruiz de la Torre"


PLAIN = ["Ana", "Jane", "José", "Müller", "O'Brien", "Doe-Roe", "Ruiz", "Şahin", "van", "de", "der"]
NAMES = st.sampled_from(PLAIN)


@given(st.lists(NAMES, min_size=1, max_size=6).map(" ".join))
def test_no_word_of_a_plain_name_is_lost(full: str) -> None:
    assert " ".join(split(full)).split() == full.split()


@given(st.text())
def test_whatever_was_given_there_is_a_last_name(full: str) -> None:
    parts = split(full)
    assert bool(parts.last) == bool(full.strip())


@given(st.text(min_size=1, max_size=5), st.integers(1, 20_000))
def test_a_text_that_is_no_name_costs_nothing(some: str, times: int) -> None:
    assert split(some * times) is not None
