"""A text whose charset was mistaken on its way is mended; one that only looks like it stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.body.text import clean


def garbled(text: str) -> str:
    """Its UTF-8 read as windows-1252, as programs read it: all bytes mean something."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("latin_1", [True, False])
@given(st.text("JörgŁÉ李ỄН’– €", min_size=2).map(lambda text: f"éö{text}"), st.integers(1, 3))
def test_utf_8_that_was_read_in_a_wrong_charset_is_mended(
    latin_1: bool,  # noqa: FBT001  # of a table of one column
    text: str,
    times: int,
) -> None:
    wrong = text
    for _ in range(times):
        wrong = wrong.encode().decode("latin-1") if latin_1 else garbled(wrong)
    assert clean(wrong) == text


@pytest.mark.parametrize(
    "text",
    [
        "MAÇÃ",
        "“MAÇÔ",
        "IRMÃ’S",
        "IRMÃ\u00a0ANA",
        "SÃO",
        "Đỗ Hà",
        "«Ça»",
        "„Äh“",
        "Ângela",
        "Ã",
        "santé»…",
    ],
)
def test_letters_that_only_look_like_it_stay(text: str) -> None:
    assert clean(text) == text
