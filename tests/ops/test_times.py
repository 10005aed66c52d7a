"""Times as people say them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay_ops import times

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC).astimezone()  # a Wednesday
TODAY = NOW.replace(hour=0, minute=0)


@pytest.mark.parametrize(
    ("word", "days"),
    [
        ("Monday", 2), ("mon", 2), ("TUESDAY", 1), ("Wed", 0), ("wednesday", 0), ("thursday", 6),
        ("fri", 5), ("Saturday", 4), ("sun", 3), ("last Monday", 2), ("last wednesday", 7),
        ("today", 0), ("yesterday", 1),
    ],
)  # fmt: skip
def test_a_weekday_is_its_latest_one(word: str, days: int) -> None:
    begin = TODAY - timedelta(days=days)
    assert times.read(word, now=NOW) == begin
    last = begin + timedelta(days=1, milliseconds=-1)
    assert times.read(word, now=NOW, last=True) == last


@pytest.mark.parametrize("word", ["", "m", "mo", "t", "mondays", "someday", "32:00", "2026-13-01"])
def test_what_is_no_time_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        times.read(word, now=NOW)


@pytest.mark.parametrize(
    ("word", "ago"),
    [("2h", timedelta(hours=2)), ("3d", timedelta(days=3)), ("1 w", timedelta(weeks=1)),
     ("90min", timedelta(minutes=90)), ("14:30", timedelta(hours=1)),
     ("2 hours", timedelta(hours=2)), ("3 days ago", timedelta(days=3)),
     ("an hour ago", timedelta(hours=1)), ("yesterday at 14:30", timedelta(hours=25)),
     ("Monday 15:30", timedelta(days=2)), ("2 Mar 15:30", timedelta(days=2))],
)  # fmt: skip
def test_so_long_ago(word: str, ago: timedelta) -> None:
    assert times.read(word, now=NOW).replace(tzinfo=None) == (NOW - ago).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("this week", "2026-03-02", "2026-03-08"), ("last week", "2026-02-23", "2026-03-01"),
        ("last month", "2026-02-01", "2026-02-28"), ("28 Feb", "2026-02-28", "2026-02-28"),
        ("28 November", "2025-11-28", "2025-11-28"), ("1 Mar 2024", "2024-03-01", "2024-03-01"),
        ("2026-W10", "2026-03-02", "2026-03-02"),
    ],
)  # fmt: skip
def test_days_are_meant_whole(word: str, first: str, last: str) -> None:
    assert times.read(word, now=NOW) == datetime.fromisoformat(first).astimezone()
    end = datetime.fromisoformat(last).astimezone() + timedelta(days=1, milliseconds=-1)
    assert times.read(word, now=NOW, last=True) == end


@given(st.integers(min_value=0, max_value=3000 * 24 * 60))
def test_a_time_that_was_shown_is_read(minutes: int) -> None:
    shown = NOW - timedelta(minutes=minutes)
    read = times.read(times.when(shown), now=NOW)
    assert times.when(read) == times.when(shown)


@given(st.text())
def test_no_text_is_more_than_refused(word: str) -> None:
    try:
        times.read(word, now=NOW)
    except (ValueError, OverflowError) as error:
        assert isinstance(error, ValueError), repr(word)  # noqa: PT017  # which of the two
