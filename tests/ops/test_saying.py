"""What people call a lead, and whose it then is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.lead import Lead
from leadrelay_ops.saying import says

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


def lead(name: str | None = None, **known: str) -> Lead:
    given = {"id": "7Q2KX9BDKQXV58YPC3M3TX85VQ", "ref": "LR-7Q2KX9BD", "source": "contact-us"}
    return Lead(**given, received_at=NOW, full_name=name, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Jane Doe", ("leads by Jane Doe", "the Jane Doe one", "Ms. Jane Doe", "Doe, Jane",
                      "Jane Doe's", "who is Jane", "jane d", "jane_doe", '"Jane Doe"')),
        ("Seán O’Brien", ("the O'Brien one", "o brien", "OBRIEN", "sean obrien")),
        ("Zoë Müller-Lüdenscheidt", ("zoe muller", "Mueller", "Zoë Mueller-Luedenscheidt")),
        ("Łukasz Żółć", ("lukasz zolc",)),
        ("Søren Ørsted", ("Soren Orsted", "Oersted")),
        ("Straße Großmann", ("grossmann", "strasse")),
        ("山田 太郎", ("山田太郎", "太郎")),
        ("İpek Işık", ("ipek", "isik")),
        ("Anne McDonald", ("Mc Donald", "anne mc donald")),
        ("Mary-Jane Watson", ("maryjane", "mary jane")),
        ("Ibrahim Al-Sayed", ("alsayed", "al sayed")),
        ("Lê Thị Ánh", ("le thi anh",)),
        ("Æthelred Ünready", ("aethelred", "unready")),
        ("J. R. R. Tolkien", ("JRR Tolkien",)),
        ("Dr Who", ("Dr Who", "who")),
    ],
)  # fmt: skip
def test_a_name_is_known_however_it_is_written(name: str, asked: tuple[str, ...]) -> None:
    assert [one for one in asked if not says(one)(lead(name))] == []


@pytest.mark.parametrize(
    "asked", ["Jane Roe", "ane", "oe", "nobody", "the one", "Jnae", "John", ""]
)
def test_another_name_is_somebody_else_s(asked: str) -> None:
    assert not says(asked)(lead("Jane Doe"))


@pytest.mark.parametrize("asked", ["sample and sons", "Sample & Sons", "samplesons"])
def test_a_company_is_known_too(asked: str) -> None:
    assert says(asked)(lead(company="Sample & Sons Ltd"))


@pytest.mark.parametrize("asked", ["7946 0123", "0123", "79460123", "020 7946", "7Q2KX9", "x9bd"])
def test_a_part_is_enough(asked: str) -> None:
    assert says(asked)(lead(phone="+442079460123"))


@given(st.text(min_size=1))
def test_whatever_is_asked_for_is_judged(asked: str) -> None:
    assert says(asked)(lead(asked)) in {True, False}
