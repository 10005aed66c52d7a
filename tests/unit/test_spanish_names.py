"""One string into given names and surnames, the Spanish way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.spanish_names import plain, split_name, split_surnames


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Ana", ("Ana", "", "")),
        ("Ana Ruiz", ("Ana", "Ruiz", "")),
        ("Ana Ruiz López", ("Ana", "Ruiz", "López")),
        ("José Luis Ruiz", ("José Luis", "Ruiz", "")),
        ("José Luis Ruiz López", ("José Luis", "Ruiz", "López")),
        ("JOSE LUIS RUIZ LOPEZ", ("JOSE LUIS", "RUIZ", "LOPEZ")),
        ("María José", ("María José", "", "")),
        ("María del Carmen Ruiz", ("María del Carmen", "Ruiz", "")),
        ("María de los Ángeles Ruiz López", ("María de los Ángeles", "Ruiz", "López")),
        ("José de Jesús Ruiz", ("José de Jesús", "Ruiz", "")),
        ("Juan Martín", ("Juan", "Martín", "")),
        ("Ana de la Cruz", ("Ana", "de la Cruz", "")),
        ("Ana de la Cruz del Río", ("Ana", "de la Cruz", "del Río")),
        ("José Ortega y Gasset", ("José", "Ortega y Gasset", "")),
        ("Josep Puig i Cadafalch", ("Josep", "Puig i Cadafalch", "")),
        ("Xóchitl Itzel Ruiz López", ("Xóchitl Itzel", "Ruiz", "López")),
        ("Juan Pérez-Gil San Martín", ("Juan", "Pérez-Gil", "San Martín")),
        ("Ludwig van der Berg", ("Ludwig", "van der Berg", "")),
        ("  Ana \t Ruiz ", ("Ana", "Ruiz", "")),
        ("", ("", "", "")),
    ],
)
def test_a_full_name_is_split_as_its_bearer_would(full: str, parts: tuple[str, str, str]) -> None:
    assert split_name(full) == parts


@pytest.mark.parametrize(
    ("surnames", "parts"),
    [
        ("Ruiz", ("Ruiz", "")),
        ("Ruiz López", ("Ruiz", "López")),
        ("de la Torre Ruiz", ("de la Torre", "Ruiz")),
        ("Ruiz de la Prada Sanchiz", ("Ruiz de la Prada", "Sanchiz")),
        ("", ("", "")),
    ],
)
def test_surnames_are_told_apart(surnames: str, parts: tuple[str, str]) -> None:
    assert split_surnames(surnames) == parts


_WORDS = st.lists(
    st.sampled_from(
        [
            "José",
            "María",
            "Luis",
            "del",
            "de",
            "la",
            "los",
            "Carmen",
            "Ángeles",
            "Ruiz",
            "y",
            "i",
            "San",
            "García",
            "X",
        ]
    )
    | st.text(min_size=1, max_size=6)
).map(" ".join)


@given(_WORDS)
def test_no_word_is_lost_added_or_moved(text: str) -> None:
    assert " ".join(split_name(text)).split() == text.split()
    assert " ".join(split_surnames(text)).split() == text.split()


@given(_WORDS)
def test_whoever_has_a_word_has_a_given_name(text: str) -> None:
    assert bool(split_name(text).name) == bool(text.split())


def test_names_are_compared_without_accents_case_and_spaces() -> None:
    assert plain("  Compañía  LÓPEZ ") == plain("compania lopez")
