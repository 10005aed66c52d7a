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
     ("90min", timedelta(minutes=90)), ("14:30", timedelta(hours=1))],
)  # fmt: skip
def test_so_long_ago(word: str, ago: timedelta) -> None:
    assert times.read(word, now=NOW).replace(tzinfo=None) == (NOW - ago).replace(tzinfo=None)


@given(st.text())
def test_no_text_is_more_than_refused(word: str) -> None:
    try:
        times.read(word, now=NOW)
    except (ValueError, OverflowError) as error:
        assert isinstance(error, ValueError), repr(word)  # noqa: PT017  # which of the two
