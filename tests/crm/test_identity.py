"""Who is taken for whom: one shared sign is not enough where another speaks against it."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm.identity import (
    Person,
    addresses,
    number,
    same,
    same_number,
    several,
    the_one,
)
from leadrelay.crm.names import same_name
from leadrelay.nobody import says_nobody

HOME, OFFICE = "+12025550111", "+12025550199"
FAMILY, OWN = "family@example.com", "jane@example.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "jane doe"),
        ("Jane Doe", "Doe, Jane"),
        ("Jane Doe", "Dr. Jane Doe"),
        ("Jane Doe", "J. Doe"),
        ("Jane Doe", "Doe J"),
        ("Jane Doe", "Jane A. Doe"),
        ("Jane Ann Doe", "Jane Doe"),
        ("Jane Doe-Smith", "Jane Doe"),
        ("Jane O'Neil", "Jane ONeil"),
        ("Jane O’Neil", "jane o'neil"),
        ("Zoë Müller", "Zoe Mueller"),
        ("Søren Ødegård", "Soren Odegard"),
        ("Işıl Yılmaz", "Isil Yilmaz"),
        ("María Ruiz", "MARIA RUIZ DE LA TORRE"),
        ("María de la Cruz", "Maria Cruz López"),
        ("María de la Cruz", "María Delacruz"),
        ("Jan van der Berg", "Jan v.d. Berg"),
        ("山田太郎", "山田 太郎"),
        ("John Smith", "John Smith Jr."),
        ("María José García López", "García López, María José"),
        ("Nagy Anna Mária", "Anna Mária Nagy"),
        ("Mr Doe", "Dr. Doe"),
        ("Doe, Mr John", "John Doe"),
        ("Doe, Dr. Jane", "J. Doe"),
        ("李 伟", "李伟"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    assert same_name(one, other) is True
    assert same_name(other, one) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "Peter Doe"),
        ("Jane Doe", "Jane Roe"),
        ("Jane Doe", "P. Doe"),
        ("Jane A. Doe", "Jane B. Doe"),
        ("John Smith Jr.", "John Smith Sr."),
        ("Al Doe", "Peter Doe"),
        ("山田太郎", "田中花子"),
        ("Jane", "Peter"),
        ("Jane Jane", "Jane Doe"),
        ("María José García", "José María García"),
        ("María José García", "José María García López"),
        ("Mr Doe", "Mrs Doe"),
        ("Herr Roe", "Frau Roe"),
        ("Doe, Mrs", "Mr Doe"),
        ("Doe, Mr J", "Mrs J. Doe"),
        ("Frau Dr. Roe", "Roe, Dr. Herr"),
        ("伟 李", "李娜"),
        ("김 영희", "김민수"),
    ],
)
def test_two_names(one: str, other: str) -> None:
    assert same_name(one, other) is False
    assert same_name(other, one) is False


@pytest.mark.parametrize(
    "none", ["", "-", "- -", "\u0301", "n/a", "None", "Unknown Caller", HOME, OWN, "Mr."]
)
def test_what_names_nobody_decides_nothing(none: str) -> None:
    assert same_name(none, "Jane Doe") is None
    assert same_name("Jane Doe", none) is None


def test_names_in_two_scripts_decide_nothing() -> None:
    assert same_name("Иван Иванов", "Ivan Ivanov") is None


@pytest.mark.parametrize(
    "filler",
    ["", "n/a", "none", "anonymous", "jane at example", "noemail@example.com", "n.a@example.com"],
)
def test_what_is_no_address(filler: str) -> None:
    assert addresses(filler) == frozenset()


def test_a_domain_s_letters_are_those_of_its_name() -> None:
    assert addresses("Jane@BÜCHER.example") == addresses("jane@xn--bcher-kva.example")
    assert addresses(f"jane@{'ü' * 99}.example")  # which no domain can be


def test_addresses_are_read_out_of_what_stands_around_them() -> None:
    text = "Jane <Jane@Example.com>, also jd@example.org."
    assert addresses(text) == {"jane@example.com", "jd@example.org"}


@pytest.mark.parametrize(
    "filler",
    ["", "anonymous", "n/a", "100", "0000000000", "1234567890", "+266696687", "client:jane_2025"],
)
def test_what_is_no_number(filler: str) -> None:
    assert number(filler) == ""
    assert not same_number(filler, filler)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("0044 20 7946 0018", "+442079460018"),
        ("020 7946 0018", "+442079460018"),
        ("(202) 555-0111", "+12025550111"),
        ("12025550111", "+12025550111"),
        ("sip:+12025550111@192.0.2.1", "+12025550111"),
        ("32 12 34 56", "+4532123456"),
        ("+12025550111;ext=45", "202-555-0111 ext. 45"),
    ],
)
def test_one_number_written_in_two_ways(one: str, other: str) -> None:
    assert same_number(one, other)
    assert same_number(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+34612345678", "+33612345678"),
        ("+34612345678", "0033612345678"),
        ("+12025550111", "5550111"),
        ("+12025550111;ext=45", "+12025550111;ext=46"),
    ],
)
def test_two_numbers(one: str, other: str) -> None:
    assert not same_number(one, other)
    assert not same_number(other, one)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        (Person("Jane Doe", [OWN]), Person("J. Doe", [OWN]), True),
        (Person("Jane Doe", [OWN], [HOME]), Person("Jane Doe", [FAMILY], [HOME]), True),
        (Person("Jane Doe", [OWN], [HOME]), Person("Jane Doe", [OWN], [OFFICE]), True),
        (Person("Jane Doe", [FAMILY]), Person("Peter Doe", [FAMILY]), False),
        (Person("Jane Doe", [], [HOME]), Person("Peter Doe", [], [HOME]), False),
        (Person("Jane Doe", [OWN]), Person("Jane Doe", [], [HOME]), False),  # a namesake
        (Person("", [OWN]), Person("Jane Doe", [OWN], [HOME]), True),
        (Person("", [], [HOME]), Person("Jane Doe", [OWN], [HOME]), True),
        (Person("", [OWN], [HOME]), Person("Jane Doe", [OWN], [OFFICE]), False),
        (Person("", [FAMILY], [HOME]), Person("Jane Doe", [OWN], [HOME]), False),
        (Person("Doe", [FAMILY], [HOME]), Person("Jane Doe", [OWN], [HOME]), False),
        (Person("Jane", ["n/a"]), Person("Jane", ["n/a"]), False),
        (Person("", [], ["anonymous"]), Person("", [], ["anonymous"]), False),
    ],
)
def test_who_is_one_person(one: Person, other: Person, *, are_one: bool) -> None:
    assert same(one, other) is are_one
    assert same(other, one) is are_one


JANE, PETER = Person("Jane Doe", [FAMILY], [HOME]), Person("Peter Doe", [FAMILY], [HOME])
SOMEBODY = Person("", [], [HOME])


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        (JANE, [PETER, JANE], JANE),
        (Person("Jane", [FAMILY]), [PETER, JANE], JANE),
        (Person("Max Doe", [FAMILY]), [PETER, JANE], None),
        (SOMEBODY, [JANE], JANE),
        (SOMEBODY, [JANE, PETER], None),
        (SOMEBODY, [JANE, PETER, SOMEBODY], SOMEBODY),
        (JANE, [SOMEBODY], None),  # who may be Peter
        (JANE, [SOMEBODY, JANE], JANE),
        (JANE, [SOMEBODY, PETER], None),
        (Person("J. Doe", [FAMILY]), [JANE, Person("John Doe", [FAMILY])], None),
        (JANE, [], None),
    ],
)
def test_the_one_among_several(
    wanted: Person, found: list[Person], expected: Person | None
) -> None:
    for order in permutations(found):
        assert the_one(wanted, [(person, person) for person in order]) == expected


WORDS = st.text(st.sampled_from("abcdeéöÖñßøłяд'-. ,"), max_size=12)
NUMBERS = st.from_regex(r"(\+|00|0)?[ (/-]?[0-9]{2,5}\)? ?[0-9]{3,8}", fullmatch=True)
PEOPLE = st.builds(
    Person,
    WORDS,
    st.lists(st.sampled_from([OWN, FAMILY, "n/a"]), max_size=2),
    st.lists(st.sampled_from([HOME, OFFICE, "0202 5550111", "anonymous"]), max_size=2),
)


@given(WORDS, WORDS)
def test_a_name_compares_alike_from_both_sides(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)


@given(
    st.lists(
        st.sampled_from(["Jane", "Doe", "Ann", "Émile", "Öz", "Ruiz"]), min_size=1, max_size=12
    ),
    st.data(),
)
def test_where_a_name_begins_and_case_change_nobody(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    turned = [*words[start:], *words[:start]]
    assert same_name(" ".join(words), " ".join(turned).upper()) is True


@given(NUMBERS, NUMBERS)
def test_a_number_compares_alike_from_both_sides(one: str, other: str) -> None:
    assert same_number(one, other) is same_number(other, one)
    assert same_number(one, one) is bool(number(one))


@given(PEOPLE, st.lists(PEOPLE, max_size=4))
def test_nobody_is_chosen_whom_something_speaks_against(
    wanted: Person, found: list[Person]
) -> None:
    chosen = the_one(wanted, [(person, person) for person in found])
    if chosen is not None:
        assert same(wanted, chosen)
        assert same_name(wanted.name, chosen.name) is not False
        rivals = [one for one in found if same(wanted, one)]
        assert all(same_name(chosen.name, rival.name) is not False for rival in rivals)


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    for read in (addresses, number, says_nobody):
        read(text)
    same_name(text, "Jane Doe")
    same_number(text, HOME)


def test_whoever_shares_a_number_is_shown_once() -> None:
    assert several(["Jane Doe", "DOE, Jane", "", "Peter Doe"]) == "Jane Doe / Peter Doe"
    nameless = "Caller +44 20 7946 0958"
    assert several([nameless, nameless]) == nameless
    assert several([nameless, "Jane Doe"]) == "Jane Doe"
