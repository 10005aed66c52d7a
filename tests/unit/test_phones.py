"""Numbers become E.164 when they surely are numbers, and stay as given otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.meaning.phones import e164, split_extension


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("Tel: 020 7946 0958", "GB", "+442079460958"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+1 202-555-0123", None, "+12025550123"),
        ("01 99 00 12 34", "FR", "+33199001234"),
        ("٠٢٠٧٩٤٦٠٩٥٨", "GB", "+442079460958"),
        ("12025550123", "GB", "+12025550123"),  # the + left out
        (" 12025550123", "GB", "+12025550123"),  # a space that was a +
        ("447400123456.0", "GB", "+447400123456"),  # a spreadsheet's
        ("4.47400123456E+11", "GB", "+447400123456"),
        ("+44+447400123456", "GB", "+447400123456"),  # a widget's code and a typed one
        ("+44 44 7400 123456", "GB", "+447400123456"),
        ("011 15-2345-6789", "AR", "+5491123456789"),  # signalapp/Signal-Android #5270
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("1 81 1234 5678", "MX", "+528112345678"),  # daddyz/phonelib #33
        ("+52 1 55 1234 5678", "US", "+525512345678"),
        ("+44 7700 900321", None, "+447700900321"),  # possible, though in no list
        ("00 44 7700 900321", "US", "+447700900321"),
        ("+1 (415) 555-0100", "GB", "+14155550100"),
        ("＋４４ ２０ ７９４６ ０９５８", "US", "+442079460958"),
    ],
)
def test_a_number_becomes_e164(text: str, region: str | None, number: str) -> None:
    assert e164(text, region) == number


@pytest.mark.parametrize(
    "text",
    [
        "anonymous",
        "sip:+442079460958@example.com",
        "client:jane",
        "101",
        "020 7946 0958 / 020 7946 0321",
        "between 9 and 5",
        "020 7946 0958 after 5",
        "999999999999",
    ],
)
def test_what_is_not_exactly_one_number_stays_as_given(text: str) -> None:
    assert e164(f" {text} ", "GB") == text


@pytest.mark.parametrize("text", ["", "  ", "null", "+", "undefined"])
def test_what_means_no_number_is_none(text: str) -> None:
    assert e164(text, "GB") == ""


def test_a_sender_of_whole_numbers_may_leave_out_the_plus() -> None:
    assert e164("447700900417", "GB", international=True) == "+447700900417"
    assert e164("447700900417", "GB") == "447700900417"


def test_without_a_region_a_national_number_stays_as_given() -> None:
    assert e164("020 7946 0958") == "020 7946 0958"


@pytest.mark.parametrize("text", ["202-555-0123 x45", "(202) 555 0123 ext. 45"])
def test_an_extension_is_kept(text: str) -> None:
    assert split_extension(e164(text, "US")) == ("+12025550123", "45")


@given(st.text(), st.sampled_from(["GB", "US", "FR", "XX", None]))
def test_any_text_gives_a_number_or_itself(text: str, region: str | None) -> None:
    number = e164(text, region)
    assert number in {"", text.strip()} or number[0] == "+"
