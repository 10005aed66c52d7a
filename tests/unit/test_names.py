"""A whole name becomes a first and a last name, and never a worse one than was given."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.names import is_turned, natural, split


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
        ("DUPONT Jean", ("Jean", "DUPONT")),
        ("Dr. DUPONT-MOREL Marie-Claire", ("Marie-Claire", "DUPONT-MOREL")),
        ("VAN DER BERG Jan", ("Jan", "VAN DER BERG")),
        ("McDONALD Ian", ("Ian", "McDONALD")),
        ("Nguyễn Văn An", ("Văn An", "Nguyễn")),
        (
            unicodedata.normalize("NFD", "Trần Mai"),
            tuple(unicodedata.normalize("NFD", "Mai Trần").split()),
        ),
        ("Lê Quang Liêm", ("Quang Liêm", "Lê")),
        ("Mai Đức Anh", ("Đức Anh", "Mai")),
        ("Nguyen Van An", ("Van An", "Nguyen")),
        # a given name in capitals is none of a family
        ("MARY Smith", ("MARY", "Smith")),
        ("ANNA MARIA Müller", ("ANNA MARIA", "Müller")),
        ("PIERRE Jean", ("Jean", "PIERRE")),  # but among two it is
        ("MARTIN Claire", ("Claire", "MARTIN")),
        ("SATO Hanako", ("Hanako", "SATO")),
        # where a family's name begins
        ("Jan in 't Veld", ("Jan", "in 't Veld")),
        ("Kees op den Kamp", ("Kees", "op den Kamp")),
        ("Corrie ten Boom", ("Corrie", "ten Boom")),
        ("Dr. Otto Graf von Bismarck", ("Otto", "Graf von Bismarck")),
        ("Karl-Theodor Freiherr zu Guttenberg", ("Karl-Theodor", "Freiherr zu Guttenberg")),
        ("Khaled El Sayed", ("Khaled", "El Sayed")),
        ("Park In Bee", ("Park In", "Bee")),
        # and what only looks like it
        ("Jean DUPONT", ("Jean", "DUPONT")),
        ("TJ Smith", ("TJ", "Smith")),
        ("JANE van Dyke", ("JANE", "van Dyke")),
        ("Linh Trần", ("Linh", "Trần")),
        ("Hoàng Nguyễn", ("Hoàng", "Nguyễn")),
        ("An Nguyen", ("An", "Nguyen")),
        ("Mai Dupont", ("Mai", "Dupont")),
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
        ("Dipl.-Ing. Hans Meier", ("Hans", "Meier")),
        ("Dott.ssa Giulia Rossi", ("Giulia", "Rossi")),
        ("Pani Anna Kowalska", ("Anna", "Kowalska")),
        ("MUDr. Jana Nová", ("Jana", "Nová")),
        ("Avv. Marco Bianchi", ("Marco", "Bianchi")),
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


@pytest.mark.parametrize(
    ("full", "turned"),
    [("Ruiz Gil, Ana", True), ("DUPONT Jean", True), ("Nguyễn Văn An", True), ("田中 太郎", True),
     ("Ana Ruiz", False), ("Jane Doe, PhD", False), ("Dr. Jane Doe", False), ("Ana Anaya", False),
     ("Cher", False), ("", False)],
)  # fmt: skip
def test_whether_the_family_s_name_stands_first_is_known(full: str, turned: bool) -> None:  # noqa: FBT001
    assert is_turned(full) is turned


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
