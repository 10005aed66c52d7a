"""When something happened and how long it took, in the ways exchanges write it."""

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

_UNIX = re.compile(r"\d{9,14}(\.\d{1,9})?")
_CTM = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d [AP]M [+-]\d\d:\d\d")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})")
_MILLISECONDS = 100_000_000_000  # a Unix time from here on counts milliseconds
_LONGEST = 40
_DAY_S = 86_400


def moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """A time with its zone: Unix seconds or milliseconds, ISO 8601, RFC 2822, or what
    CallTrackingMetrics writes. `zone` is what a time without one is in; without it such a time
    is None, because a wrong hour is worse than none."""
    text = text.strip()
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    try:
        found = _parse(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=zone) if zone else None
    try:
        return found.astimezone(UTC)
    except OverflowError:
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


def _parse(text: str) -> datetime:
    if _UNIX.fullmatch(text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)
    if _CTM.fullmatch(text):
        return datetime.strptime(text, "%Y-%m-%d %I:%M %p %z")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
