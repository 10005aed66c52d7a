"""`expect`: how often a source is expected to send, and since when that is counted."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from leadrelay.expectation import Expectation, Expected
from leadrelay.intake.soundness import read_sound_sources
from leadrelay.sources_file import SourcesError

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
READ = TypeAdapter[Expectation](Expected)
WRITTEN = ["1/d", "3/w", "2/h mon-fri 9-18", "1/d mon,wed 8:30-17:30", "5/w fri-mon", "1/d mon"]


def since(expect: str, now: str, zone: ZoneInfo = LONDON) -> str:
    """As the zone's clock writes it: Monday is 2 March 2026."""
    moment = datetime.fromisoformat(now).replace(tzinfo=zone)
    found = READ.validate_python(expect).since(moment.astimezone(UTC), zone)
    return f"{found.astimezone(zone):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("expect", "now", "then"),
    [
        ("1/d", "2026-03-04T10:00", "2026-03-03T10:00"),
        ("3/w", "2026-03-04T10:00", "2026-02-25T10:00"),
        ("2/h", "2026-03-04T00:20", "2026-03-03T23:20"),
        # nine hours of Monday morning reach back into Friday
        ("1/d mon-fri 9-18", "2026-03-02T12:00", "2026-02-27T12:00"),
        ("1/h mon-fri 9-18", "2026-03-02T09:30", "2026-02-27T17:30"),
        # at night and over the weekend it stands still
        ("1/d mon-fri 9-18", "2026-03-01T23:00", "2026-02-27T09:00"),
        ("1/d mon-fri 9-18", "2026-03-02T08:59", "2026-02-27T09:00"),
        ("1/w mon-fri 9-18", "2026-03-04T12:00", "2026-02-25T12:00"),
        ("1/d mon", "2026-03-04T10:00", "2026-03-02T00:00"),
        ("1/d mon", "2026-03-02T10:00", "2026-02-23T10:00"),
        # the clocks go forward on 29 March
        ("1/d 9-18", "2026-03-29T12:00", "2026-03-28T12:00"),
    ],
)
def test_what_counts_is_the_time_of_its_days_and_hours(expect: str, now: str, then: str) -> None:
    assert since(expect, now) == then


def test_its_hours_are_those_of_the_source_s_clock() -> None:
    assert since("1/h 9-18", "2026-03-04T09:30", NEW_YORK) == "2026-03-03T17:30"


@given(
    st.sampled_from(WRITTEN),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001  # its zone follows
    st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Australia/Lord_Howe")]),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_it_begins_before_now_never_goes_back_and_is_never_older_than_a_fortnight(
    expect: str, at: datetime, zone: ZoneInfo, later: timedelta
) -> None:
    now, expectation = at.replace(tzinfo=UTC), READ.validate_python(expect)
    begins = expectation.since(now, zone)
    assert now - timedelta(days=15) < begins < now
    assert begins <= expectation.since(now + later, zone)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("daily", "write how often it sends"),
        ("0/d", "write how often"),
        ("21/h", "at most 20"),
        ("1/m", "write how often"),
        ("1/d mon-fri 18-9", "the hours end before they begin"),
        ("1/d 9-25", "hours of the day"),
        ("1/d 9:75-18", "hours of the day"),
        ("1/d mon-wed-fri", "weekdays like"),
        (3, "write how often"),
    ],
)
def test_what_is_no_expectation_is_told_with_an_example(text: object, hint: str) -> None:
    with pytest.raises(ValidationError, match=hint):
        READ.validate_python(text)


def test_days_and_hours_need_a_clock() -> None:
    table = '[a]\nkind = "form"\nsender = "html"\ndeliver = ["collect"]\nexpect = "1/d mon-fri"\n'
    with pytest.raises(SourcesError, match=r"line 5: a\.expect: days and hours are of a clock"):
        read_sound_sources(table)
    assert read_sound_sources(f'{table}time_zone = "Europe/London"\n')
