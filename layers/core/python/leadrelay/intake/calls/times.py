"""When something happened and how long it took, in the ways exchanges write it."""

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

_UNIX = re.compile(r"\d{9,14}(\.\d{1,9})?")
# 11/28/2026 19:50:00, 28.11.2026 19:50, 2026/11/28 7:50 PM, 2026-11-28 7:50 PM -05:00
_WRITTEN = re.compile(
    r"(?:(?P<first>\d{1,2})(?P<mark>[./])(?P<second>\d{1,2})(?P=mark)(?P<last>\d{4})"
    r"|(?P<year>\d{4})(?P<sep>[./-])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2}))"
    r",? (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<seconds>\d\d))?"
    r"(?: ?(?P<half>[AP]M))?(?: ?(?P<zone>Z|[+-]\d\d:?\d\d))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})")
_MILLISECONDS = 100_000_000_000  # a Unix time from here on counts milliseconds
_LONGEST = 40
_DAY_S = 86_400


def moment(text: str, zone: tzinfo | None = None, *, month_first: bool = False) -> datetime | None:
    """A time with its zone: Unix seconds or milliseconds, ISO 8601, RFC 2822, or as people and
    CallTrackingMetrics write it. `zone` is what a time without one is in; without it such a time
    is None, because a wrong hour is worse than none. So is 03/04/2026, unless one of the two can't
    be a month or `month_first` is true."""
    text = text.strip()
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    try:
        found = _parse(text, month_first=month_first)
        if found.tzinfo is None:
            return found.replace(tzinfo=zone) if zone else None
        return found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def seconds(text: str, *, per_second: int = 1) -> int | None:
    """Whole seconds from "13", "13.4" or "0:01:13"; `per_second` is 1000 for milliseconds.
    None for anything longer than a day: it is no call's duration."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + rest
    try:
        number = float(text) / per_second
    except ValueError:
        return None
    return round(number) if math.isfinite(number) and 0 <= number <= _DAY_S else None


def before(end: datetime | None, duration: int | None) -> datetime | None:
    """When something began that ended then and took so many seconds."""
    return end - timedelta(seconds=duration) if end and duration is not None else None


def between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole seconds from one to the other; None when either is unknown."""
    return round((end - start).total_seconds()) if start and end and start <= end else None


def _parse(text: str, *, month_first: bool) -> datetime:
    if _UNIX.fullmatch(text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)
    if written := _WRITTEN.fullmatch(text):
        return _as_written(written, month_first=month_first)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _as_written(written: re.Match[str], *, month_first: bool) -> datetime:
    """Raises ValueError when the order of day and month can't be told."""
    year, month, day = (int(written[name] or 0) for name in ("year", "month", "day"))
    if not year:
        day, month, year = (int(written[name]) for name in ("first", "second", "last"))
        if written["mark"] == "/" and (month > 12 or (month_first and day <= 12)):
            day, month = month, day
        elif written["mark"] == "/" and day <= 12 and day != month:
            raise ValueError("day and month could be either")
    hour, minute, second = (int(written[name] or 0) for name in ("hour", "minute", "seconds"))
    if half := written["half"]:
        hour = hour % 12 + (12 if half.upper() == "PM" else 0)
    zone = datetime.strptime(written["zone"], "%z").tzinfo if written["zone"] else None
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)
