"""Values as people write them: yes and no, dates, times, durations, amounts, countries."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from leadrelay.narrator.markup import text_of
from leadrelay.narrator.style import Style
from leadrelay.narrator.words import Words, agreements, words
from leadrelay.nobody import words as listed

_YES = frozenset({"true", "on", "yes", "checked"})
_NO = frozenset({"false", "off", "no", "unchecked"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_AMOUNT = re.compile(r"[1-9]\d{3,12}\.\d\d")  # as programs write one, which no id is like
_MACHINE_S = re.compile(r"[a-z]+(?:_[a-z]+)+")  # good_lead, paid_social
# What is asked for by these is written as it is, or it is another.
_SPELLED = listed(
    "user username login account handle nick nickname id code password skype telegram instagram "
    "tiktok twitter github gitlab slack discord whatsapp teams channel profile file folder name"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def said(value: str, style: Style, name: str = "") -> str:
    """An answer to what `name` asks. What somebody wrote in words of their own stays as it is."""
    text = value.strip()
    known = words(style.language)
    if text.lower() in _YES:
        return known.yes
    if text.lower() in _NO:
        return known.no
    if _MACHINE_S.fullmatch(text):
        asked = {word.lower() for word in _WORD.findall(name)}
        return text.replace("_", " ") if _SPELLED.isdisjoint(asked) else value
    ways = (_dated, _amount, _unfolded)
    return next(filter(None, (way(text, style) for way in ways)), text_of(value) or value)


def _amount(text: str, style: Style) -> str:
    if not _AMOUNT.fullmatch(text):
        return ""
    from babel.numbers import format_decimal  # noqa: PLC0415  # slow, and few have one

    return format_decimal(Decimal(text), "#,##0.00", locale=style.locale)


def _dated(text: str, style: Style) -> str:
    """A clock without a zone is told as it stands, for nobody knows whose it was."""
    if not (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        return ""
    try:
        if _DAY.fullmatch(text):
            return day(date.fromisoformat(text), style)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return told_time(moment, style) if moment.tzinfo else local_time(moment, style)


def _unfolded(text: str, style: Style) -> str:
    """JSON that came as a text."""
    if text[:1] not in "[{" or text[-1:] not in "]}":
        return ""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    parts = [part for part in _leaves(found, "", style) if part]
    return ", ".join(parts) if parts and isinstance(found, dict | list) else text


def _leaves(value: Any, name: str, style: Style) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, key, style)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name, style)
    elif value not in (None, ""):
        from leadrelay.narrator.labels import pair  # noqa: PLC0415

        text = str(value).lower() if isinstance(value, bool) else str(value)
        told = said(text, style, name)
        yield pair(name, told, words(style.language)) if name else told


def agreed(value: str, known: Words) -> str:
    """A ticked box, or a yes in any language, in words; other answers as they are."""
    plain = value.strip()
    yes, no = agreements()
    if plain.lower() in _YES | yes | {"1", "si"}:
        return known.yes
    return known.no if plain.lower() in _NO | no | {"0"} else plain


def day(value: date, style: Style) -> str:
    from babel.dates import format_date  # noqa: PLC0415  # 50 ms, and only deliveries tell leads

    return format_date(value, "medium", locale=style.locale)


def told_time(moment: datetime, style: Style) -> str:
    """Day, time and whose clock it is: "20 Nov 2026, 09:55 (London)"."""
    from babel.dates import get_timezone_location  # noqa: PLC0415  # see above

    clock = style.clock
    place = clock.key
    if place != "UTC":
        place = get_timezone_location(clock, locale=style.locale, return_city=True)
    return f"{local_time(moment.astimezone(clock), style)} ({place})"


def local_time(moment: datetime, style: Style) -> str:
    from babel.dates import format_time  # noqa: PLC0415  # see above

    hour = format_time(moment.time(), "short", locale=style.locale)
    return f"{day(moment.date(), style)}, {hour}"


def duration(seconds: int, style: Style) -> str:
    """ "1 min 22 sec"."""
    from babel.units import format_unit  # noqa: PLC0415  # see above

    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [("hour", hours), ("minute", minutes), ("second", rest)]
    told = [(unit, count) for unit, count in parts if count] or [("second", 0)]
    return " ".join(
        format_unit(count, unit, length="short", locale=style.locale) for unit, count in told
    )


def country(text: str, style: Style) -> str:
    """The name of a country that is given by its two letters."""
    if not re.fullmatch("[A-Z]{2}", text):
        return text
    from babel import Locale  # noqa: PLC0415  # see above

    return Locale.parse(style.locale).territories.get(text) or text
