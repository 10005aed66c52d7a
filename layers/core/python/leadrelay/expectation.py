"""How often a source is expected to send, as people write it in `sources.toml`: "1/d",
"3/w mon-fri", "2/h mon-fri 9-18"; and since when that was last so."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

MOST = 20
"""Leads that can be expected in a span: so many are remembered of each source."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_EXPECTED = re.compile(
    r"([1-9]\d?) ?/ ?([hdw])"
    rf"(?: +((?:{_DAY})(?:[-,](?:{_DAY}))*))?"
    r"(?: +(\d\d?)(?::(\d\d))? ?- ?(\d\d?)(?::(\d\d))?)?",
    re.IGNORECASE,
)
_MIDNIGHT = 24 * 60
_LONGEST = 15
"""Days to look back: two Mondays in a row where only Mondays count."""


class Expectation(NamedTuple):
    """At least `limit` leads in an hour, a day or a week of the time that counts: between the
    minutes `opens` and `closes` of the clock, on `days` (Monday is 0)."""

    limit: int
    per: Literal["h", "d", "w"]
    days: frozenset[int] = frozenset(range(7))
    opens: int = 0
    closes: int = _MIDNIGHT

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it depends on where the clock is that is meant."""
        return self.opens > 0 or self.closes < _MIDNIGHT or len(self.days) < len(_DAYS)

    def since(self, now: datetime, zone: ZoneInfo) -> datetime:
        """From when on until now so many are expected. While nothing counts, at night or over a
        weekend, it stands still."""
        day, left = now.astimezone(zone).date(), self._span
        begins = now
        for _ in range(_LONGEST):
            if day.weekday() in self.days:
                begins = datetime.combine(day, time(), zone) + timedelta(minutes=self.opens)
                ends = datetime.combine(day, time(), zone) + timedelta(minutes=self.closes)
                counts = min(ends.astimezone(UTC), now) - begins.astimezone(UTC)
                if counts >= left:
                    return min(ends.astimezone(UTC), now) - left
                left -= max(counts, timedelta(0))
            day -= timedelta(days=1)
        return begins.astimezone(UTC)

    @property
    def _span(self) -> timedelta:
        """Of the time that counts."""
        day = timedelta(minutes=self.closes - self.opens)
        return {"h": timedelta(hours=1), "d": day, "w": day * len(self.days)}[self.per]


def _expectation(value: object) -> object:
    """ "3/w mon-fri 9-18" → Expectation."""
    match = _EXPECTED.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError('write how often it sends, like "1/d", "3/w" or "2/h mon-fri 9-18"')
    limit, per, days, *clock = match.groups()
    if int(limit) > MOST:
        raise ValueError(f"expect at most {MOST}, of a shorter time: an hour (h) or a day (d)")
    opens, closes = _minutes(*clock) if clock[0] else (0, _MIDNIGHT)
    return Expectation(int(limit), per.lower(), _weekdays(days), opens, closes)  # type: ignore[arg-type]  # by the pattern


def _weekdays(text: str | None) -> frozenset[int]:
    """ "mon-wed,fri" → 0, 1, 2, 4. "fri-mon" goes over the weekend."""
    found: set[int] = set()
    for part in (text or "mon-sun").lower().split(","):
        first, *last = map(_DAYS.index, part.split("-"))
        if len(last) > 1:
            raise ValueError('write weekdays like "mon-fri" or "mon,wed,sat"')
        end = last[0] if last else first
        found |= {(first + more) % 7 for more in range((end - first) % 7 + 1)}
    return frozenset(found)


def _minutes(*clock: str | None) -> tuple[int, int]:
    first, first_minute, last, last_minute = (int(part or 0) for part in clock)
    opens, closes = first * 60 + first_minute, last * 60 + last_minute
    if max(first_minute, last_minute) > 59 or closes > _MIDNIGHT:
        raise ValueError('write hours of the day, like "9-18" or "8:30-17:30"')
    if opens + 60 > closes:
        raise ValueError("the hours end before they begin, or are less than one: write two sources")
    return opens, closes


type Expected = Annotated[Expectation, BeforeValidator(_expectation)]
