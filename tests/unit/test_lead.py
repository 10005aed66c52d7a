"""The ids, references, times and names of a lead."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from leadrelay.lead import Call, Lead, lead_id, lead_ref, timestamp
from leadrelay.ledger.items import lead_item, read_lead

CROCKFORD = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

parts = st.lists(st.text(), min_size=1)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001  # bounds go without a zone


def lead(**fields: object) -> Lead:
    known = {"id": "1" * 26, "ref": "LR-11111111", "source": "contact-us", "received_at": RECEIVED}
    return Lead.model_validate(known | fields)


@given(parts)
def test_an_id_is_26_characters_that_can_be_read_out_and_always_the_same(given: list[str]) -> None:
    made = lead_id(*given)
    assert len(made) == 26
    assert set(made) <= CROCKFORD
    assert lead_id(*given) == made


@given(parts, parts)
def test_different_parts_give_different_ids(one: list[str], other: list[str]) -> None:
    assert (lead_id(*one) == lead_id(*other)) == (one == other)


@given(st.text(min_size=1), st.data())
def test_where_one_part_ends_makes_a_difference(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    assert lead_id("s", text[:cut], text[cut:]) != lead_id("s", text)


def test_ids_stay_what_they_are_for_ever() -> None:
    assert lead_id("contact-us", "key", "a1") == "9KXE19V7VRVM30580TA9VY4RTJ"
    assert lead_id("s", "\ud800") != lead_id("s", "?")  # half a surrogate pair is no crash


@given(parts)
def test_a_reference_is_the_beginning_of_the_id(given: list[str]) -> None:
    ref = lead_ref(lead_id(*given))
    assert ref == f"LR-{lead_id(*given)[:8]}"


@given(moments, moments)
def test_timestamps_sort_like_the_moments_they_stand_for(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert timestamp(earlier) <= timestamp(later)
    assert (timestamp(one) == timestamp(other)) == (_milliseconds(one) == _milliseconds(other))


@given(moments)
def test_a_timestamp_reads_back_to_the_millisecond(moment: datetime) -> None:
    read = datetime.fromisoformat(timestamp(moment))
    assert timedelta(0) <= moment - read < timedelta(milliseconds=1)
    assert timestamp(moment).endswith("Z")


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(2000, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("given", "first_and_last"),
    [
        ({"full_name": "Jane Doe"}, ("Jane", "Doe")),
        ({"full_name": " Jane  van Doe "}, ("Jane", "van Doe")),
        ({"full_name": "Jane\tDoe"}, ("Jane", "Doe")),
        ({"full_name": "Cher"}, ("", "Cher")),
        ({"full_name": " "}, ("", "")),
        ({}, ("", "")),
        ({"first_name": "Jane"}, ("Jane", "")),
        ({"last_name": "Doe", "full_name": "Dr Jane Doe"}, ("", "Doe")),
    ],
)
def test_a_full_name_is_split_where_there_is_nothing_better(
    given: dict[str, str], first_and_last: tuple[str, str]
) -> None:
    assert lead(**given).first_and_last == first_and_last


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"full_name": "Jane Doe", "company": "Acme"}, "Jane Doe"),
        ({"first_name": "Jane", "last_name": "Doe"}, "Jane Doe"),
        ({"last_name": "Doe", "company": "Acme"}, "Doe"),
        ({"company": "Acme", "email": "jane@example.com"}, "Acme"),
        ({"email": "jane@example.com", "phone": "+12025550101"}, "jane@example.com"),
        ({"phone": "+12025550101"}, "+12025550101"),
        ({"call": Call(caller="+12025550101")}, "+12025550101"),
        ({}, "Unknown"),
    ],
)
def test_a_lead_always_has_something_to_be_called_by(given: dict[str, object], label: str) -> None:
    assert lead(**given).label == label


def test_an_error_about_a_lead_does_not_quote_it() -> None:
    with pytest.raises(ValidationError) as caught:
        lead(email=["jane@example.com"], nickname="Janie")
    assert "jane@example.com" not in str(caught.value)
    assert "Janie" not in str(caught.value)
    assert "nickname" in str(caught.value)


def test_a_number_is_no_person_s_name() -> None:
    call = Call(caller="+12025550147")
    assert lead(call=call, phone="+12025550147").as_person == "Caller +1 202-555-0147"
    assert lead(call=call, full_name="Jane Doe").as_person == "Jane Doe"
    assert lead(phone="+12025550147").as_person == "+12025550147"


def test_of_what_a_later_version_kept_of_a_lead_the_known_fields_are_read() -> None:
    known = lead(phone="+442079460000", call={"id": "CA-1", "caller": "+442079460000"})
    newer = json.loads(lead_item(known, 0)["lead"])
    newer |= {"mood": "fine", "call": newer["call"] | {"sentiment": "warm"}}
    assert read_lead({"lead": json.dumps(newer)}) == known
