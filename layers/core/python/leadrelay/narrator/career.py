"""A résumé in its parts, told as people write one: "Nurse, Example Hospital, since Apr 2018"."""

import re
from collections.abc import Iterable
from datetime import date

from leadrelay.lead import Station
from leadrelay.narrator.labels import label
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.style import Style
from leadrelay.narrator.words import words

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def sections(career: Iterable[Station], style: Style) -> dict[str, list[str]]:
    """The entries of each section, by the section's own name."""
    told: dict[str, list[str]] = {}
    for station in career:
        told.setdefault(station.section, []).append(entry(station, style))
    return told


def lines(career: Iterable[Station], style: Style) -> list[str]:
    """Heading and entry in one line, or several entries below their heading."""
    known, found = words(style.language), []
    for section, entries in sections(career, style).items():
        heading = known.pair.format(label=label(section, known), value="").rstrip()
        found.append(f"{heading} {entries[0]}" if len(entries) == 1 else heading)
        found += [f"– {one}" for one in entries if len(entries) > 1]
    return found


def entry(station: Station, style: Style) -> str:
    """What, where and when; what they say of it below."""
    parts = (station.title, station.at, station.place, _period(station, style))
    told = "\n".join(filter(None, (", ".join(filter(None, parts)), station.about)))
    return without_secrets(told)


def _period(station: Station, style: Style) -> str:
    begun, ended = _day(station.begun, style), _day(station.ended, style)
    if station.lasts and begun:
        return words(style.language).since.format(day=begun)
    return " – ".join(dict.fromkeys(filter(None, (begun, ended))))


def _day(text: str, style: Style) -> str:
    """ "Apr 2018"; what is no such date as it is written."""
    found = _MONTH.fullmatch(text)
    if not found:
        return text
    from babel.dates import format_skeleton  # noqa: PLC0415  # slow, and few leads have one

    return format_skeleton("yMMM", date(int(found[1]), int(found[2]), 1), locale=style.locale)
