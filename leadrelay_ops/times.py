"""Times as a person reads and writes them: in this machine's zone, which is always named."""

import re
from calendar import day_name, month_name
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

_SPAN = re.compile(r"(\d{1,5}|an?) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)( ago)?")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CLOCK = re.compile(r"(.*?)(?: at)? ?\b(\d{1,2}):(\d{2})")
_DATE = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})(?: (\d{4}))?")  # as `when` tells it
_DAY = timedelta(days=1)

HOW = "write 2h, 3d, yesterday, Monday, last week, 14:30, 28 Nov, 2026-03-01 or 2026-03-01T14:30"


def zone() -> str:
    """The name of this machine's zone now, such as "CET"."""
    return datetime.now().astimezone().tzname() or "UTC"


def when(moment: datetime, *, seconds: bool = False) -> str:
    """ "28 Nov 15:36" in this machine's zone; with its year when that isn't this year's, and with
    its zone when that isn't the one of now, as in summer and winter."""
    local, now = moment.astimezone(), datetime.now().astimezone()
    year = "" if local.year == now.year else " %Y"
    other = "" if local.tzname() == now.tzname() else " %Z"
    return local.strftime(f"%e %b{year} %H:%M{':%S' if seconds else ''}{other}").strip()


def in_words(moment: datetime) -> str:
    """ "28 Nov 15:36 CET": for a sentence."""
    told = when(moment)
    return told if told.endswith(moment.astimezone().tzname() or "") else f"{told} {zone()}"


def read(text: str, *, now: datetime, last: bool = False) -> datetime:
    """A time as people say it; of a day, a week or a month its begin, or with `last` its end.
    Raises ValueError, OverflowError."""
    word = " ".join(text.lower().split()).removeprefix("on ").rstrip(".")
    if span := _SPAN.fullmatch(word):
        number = int(span[1]) if span[1].isdecimal() else 1
        return now - timedelta(**{_UNITS[span[2][0]]: number})
    clock = _CLOCK.fullmatch(word)
    days = _days((clock[1] or "today") if clock else word, now.astimezone().date())
    if days is None:
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else moment.astimezone()
    if clock:
        return datetime.combine(days[0], time(int(clock[2]), int(clock[3]))).astimezone()
    return _midnight(days[1] + _DAY) - timedelta(milliseconds=1) if last else _midnight(days[0])


def _days(word: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of what is named; None for what isn't days."""
    week = today - today.weekday() * _DAY
    month = today.replace(day=1)
    named = {
        "today": (today, today),
        "yesterday": (today - _DAY, today - _DAY),
        "this week": (week, week + 6 * _DAY),
        "last week": (week - 7 * _DAY, week - _DAY),
        "this month": (month, today),
        "last month": ((month - _DAY).replace(day=1), month - _DAY),
    }
    day = _weekday(word, today) or _date(word, today)
    return (day, day) if day else named.get(word)


def _weekday(word: str, today: date) -> date | None:
    """The latest one of its name, today's included unless it is called the last."""
    number = _named(word.removeprefix("last "), day_name)
    if number is None:
        return None
    back = (today.weekday() - number) % 7
    return today - (back or 7 * word.startswith("last ")) * _DAY


def _date(word: str, today: date) -> date | None:
    """2026-03-01, or 28 Nov: without a year the latest one."""
    if found := _DATE.fullmatch(word):
        month = _named(found[2], month_name)
        if month is None:
            return None
        day = date(int(found[3] or today.year), month, int(found[1]))
        return day if found[3] or day <= today else day.replace(year=today.year - 1)
    iso = re.fullmatch(r"[\d-]{8,10}|\d{4}-?w[\d-]{2,4}", word)
    return date.fromisoformat(word.upper()) if iso else None


def _named(word: str, names: Iterable[str]) -> int | None:
    """Which one begins so; three letters are enough."""
    found = [number for number, name in enumerate(names) if name.lower().startswith(word)]
    return found[0] if len(found) == 1 and len(word) > 2 else None


def _midnight(day: date) -> datetime:
    """The day's own: a day of the change to summer time has another one than the next."""
    return datetime.combine(day, time()).astimezone()
