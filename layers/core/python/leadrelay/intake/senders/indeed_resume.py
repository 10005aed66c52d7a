"""The curriculum vitae that Indeed sends beside a file, in its parts.

Its members are those of docs.indeed.com/indeed-apply/application-data, `resume.json`; one that is
not known there is told likewise.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay.intake.body.documents import rows
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.text import clean

_TOLD = frozenset({"firstName", "lastName"})  # by the applicant's own fields
_NONE = frozenset({"", "-1", "null"})  # how Indeed writes a date that there isn't
_MOST = 30_000  # characters: what is longer is told as text, of which a file can be made
_OF_STATION = ("title", "company", "degree", "field", "school", "location", "description")

type Stations = tuple[dict[str, Any], ...]
"""Each as a Lead's `career` has it."""


def read(resume: Mapping[str, Any]) -> tuple[Stations, list[tuple[str, str]]]:
    """What they did, and the rest as names and texts."""
    stations = tuple(_stations(resume))
    if sum(len(str(text)) for one in stations for text in one.values()) > _MOST:
        stations = ()
    told = {one["section"] for one in stations} | _TOLD
    rest = [(name, _leaves(value)) for name, value in resume.items() if name not in told]
    return stations, [(f"resume.{name}", text) for name, text in rest if text]


def _stations(resume: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in resume.items():
        for entry in rows(value.get("values") if isinstance(value, Mapping) else value):
            if station := _station(entry):
                yield {"section": clean(name), **station}


def _station(entry: Mapping[str, Any]) -> dict[str, Any]:
    """{} of what tells nothing."""
    text = {name: clean(_leaves(entry.get(name))) for name in _OF_STATION}
    other = [_leaves(value) for name, value in entry.items() if not _is_known(name)]
    what = [text["title"], " ".join(filter(None, (text["degree"], text["field"]))), *other]
    begun, ended = _date(entry, "startDate"), _date(entry, "endDate")
    told = {
        "title": ", ".join(filter(None, map(clean, what))),
        "at": text["company"] or text["school"],
        "place": text["location"],
        "begun": begun,
        "ended": ended,
        "about": text["description"],
    }
    lasts = bool(begun and not ended and entry.get("endCurrent") in {None, True, "true"})
    return {**told, "lasts": lasts} if any(told.values()) else {}


def _is_known(name: str) -> bool:
    return name in _OF_STATION or name.startswith(("startDate", "endDate", "endCurrent"))


def _date(entry: Mapping[str, Any], name: str) -> str:
    """2018-04, or whatever else is written where a date should be."""
    whole, year, month = (
        "" if str(entry.get(f"{name}{part}") or "") in _NONE else str(entry[f"{name}{part}"])
        for part in ("", "Year", "Month")
    )
    dated = f"{year}-{month.zfill(2)}" if year and month else year or month
    return clean(whole or dated)


def _leaves(value: Any) -> str:
    return ", ".join(text for _, text in flatten(value) if text not in _NONE)
