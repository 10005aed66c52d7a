"""A caller's name that is only where they call from is no name."""

import pytest

from leadrelay.intake.calls.places import is_place


@pytest.mark.parametrize("name", ["WASHINGTON", "Washington Dc", "NEW YORK", "New York,  DC", "DC"])
def test_a_place_of_the_same_event_is_no_name(name: str) -> None:
    told = [("city", "Washington"), ("state", "DC"), ("body.city", "New York")]
    assert is_place(name, told)


@pytest.mark.parametrize("name", ["Denzel Washington", "Jane Doe", "Paris"])
def test_anything_else_may_be_one(name: str) -> None:
    assert not is_place(name, [("city", "Washington"), ("state", "DC"), ("from", "Paris")])


def test_without_a_place_nothing_is_one() -> None:
    assert not is_place("Washington", [])
    assert not is_place("", [("city", ""), ("state", "")])
