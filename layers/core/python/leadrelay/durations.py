"""Times as people write them in `sources.toml`: "10m", and rates: "20/m"; and as they read them."""

import re
from datetime import timedelta
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(\d+) ?([smhd])")
_RATE = re.compile(r"([1-9]\d{0,5}) ?/ ?([smhd])")


class Rate(NamedTuple):
    """At most `limit` in each span of `per`."""

    limit: int
    per: timedelta


def _duration(value: object) -> timedelta:
    """ "90s", "10m", "1h", "2d" → timedelta."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError(
            'write a duration like "90s", "10m", "1h" or "2d", with its unit, in quotes'
        )
    try:
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError as error:
        raise ValueError("nobody waits that long") from error


def within(least: str, most: str) -> AfterValidator:
    """Refuses a duration that is shorter or longer, in the words that it is written in."""
    shortest, longest = _duration(least), _duration(most)

    def check(value: timedelta) -> timedelta:
        if not shortest <= value <= longest:
            raise ValueError(f'write a duration from "{least}" to "{most}"')
        return value

    return AfterValidator(check)


def _rate(value: object) -> object:
    """ "20/m" → Rate."""
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError('write a rate like "20/m" or "100/h"')
    return Rate(int(match[1]), timedelta(**{_UNITS[match[2]]: 1}))


def ago(passed: timedelta) -> str:
    """ "0.2 s", "45 s", "12 min", "5 h", "3 d" """
    seconds = max(0.0, passed.total_seconds())
    steps = {"s": 1, "min": 60, "h": 3600, "d": 86400}
    if seconds < 10:
        return f"{seconds:.1f} s"
    unit = max((one for one in steps if steps[one] <= seconds), key=lambda one: steps[one])
    return f"{seconds / steps[unit]:.0f} {unit}"


def in_words(span: timedelta) -> str:
    """As it is written: "90s", "10m", "1h", "2d"."""
    seconds = int(span.total_seconds())
    unit, long = next((u, n) for u, n in _SECONDS.items() if not seconds % n)
    return f"{seconds // long}{unit}"


type Duration = Annotated[timedelta, BeforeValidator(_duration)]
type AtMost = Annotated[Rate, BeforeValidator(_rate)]
