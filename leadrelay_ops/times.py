"""Times as a person reads and writes them: in this machine's zone, which is always named."""

import re
from datetime import datetime, timedelta

_SPAN = re.compile(r"(\d{1,5}) ?(m|min|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")

HOW = "write 2h, 3d, today, yesterday, Monday, 14:30, 2026-03-01 or 2026-03-01T14:30"


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
    """A time as people say it; of a day its begin, or with `last` its end. Raises ValueError."""
    word = text.strip().lower().removeprefix("last ")
    if span := _SPAN.fullmatch(word):
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    if clock := _CLOCK.fullmatch(word):
        return midnight.replace(hour=int(clock[1]), minute=int(clock[2]))
    day = _day(word, midnight)
    if day is None:
        moment = datetime.fromisoformat(text.strip())
        if not re.fullmatch(r"[\d-]{8,10}|\d{4}-?W[\d-]{2,4}", text.strip()):
            return moment if moment.tzinfo else moment.astimezone()
        day = moment.astimezone()
    if text.strip().lower() == f"last {_DAYS[now.astimezone().weekday()]}":
        day -= timedelta(days=7)
    return _end(day) if last else day


def _day(word: str, midnight: datetime) -> datetime | None:
    """The begin of a day that is named; a weekday's is its latest one, today's included."""
    back = {"today": 0, "yesterday": 1}.get(word)
    if back is None:
        named = [
            number for number, day in enumerate(_DAYS) if len(word) > 2 and day[:9].startswith(word)
        ]
        back = (midnight.weekday() - named[0]) % 7 if len(named) == 1 else None
    if back is None:
        return None
    # Through the naive time: a day of the change to summer time has its own midnight.
    return (midnight.replace(tzinfo=None) - timedelta(days=back)).astimezone()


def _end(day: datetime) -> datetime:
    following = (day.replace(tzinfo=None) + timedelta(days=1)).astimezone()
    return following - timedelta(milliseconds=1)
