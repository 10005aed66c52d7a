"""The curriculum vitae that Indeed sends beside a file, as text under headings.

Its members are those of docs.indeed.com/indeed-apply/application-data, `resume.json`; one that is
not known there is told likewise.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay.intake.body.documents import rows
from leadrelay.intake.body.json_fields import flatten

_HEADINGS = {"positions": "Experience", "educations": "Education"}
_TOLD = frozenset({"firstName", "lastName"})  # by the applicant's own fields
_NONE = frozenset({"", "-1", "null"})  # how Indeed writes a date that there isn't
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def sections(resume: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Heading and text: of a list a line for each, "Nurse, Example Hospital, London, 04/2018 –"."""
    for name, value in resume.items():
        entries = rows(value.get("values")) if isinstance(value, Mapping) else rows(value)
        lines = [_entry(one) for one in entries] or [_leaves(value)]
        text = "\n".join(filter(None, lines))
        if text and name not in _TOLD:
            yield _HEADINGS.get(name) or " ".join(_WORD.findall(name)).capitalize(), text


def _entry(entry: Mapping[str, Any]) -> str:
    """What they were or learnt, where, when; what they say of it below."""
    given = {key: value for key, value in entry.items() if not _is_date(key)}
    about = given.pop("description", None)
    what = ", ".join(filter(None, [*map(_leaves, given.values()), _period(entry)]))
    return "\n".join(filter(None, (what, _leaves(about))))


def _is_date(key: str) -> bool:
    return key.startswith(("startDate", "endDate", "endCurrent"))


def _period(entry: Mapping[str, Any]) -> str:
    start, end = _date(entry, "startDate"), _date(entry, "endDate")
    return f"{start} – {end}".strip() if start or end else ""


def _date(entry: Mapping[str, Any], name: str) -> str:
    parts = (str(entry.get(f"{name}{part}") or "") for part in ("Month", "Year", ""))
    return "/".join(part for part in parts if part not in _NONE)


def _leaves(value: Any) -> str:
    return ", ".join(text for _, text in flatten(value) if text not in _NONE)
