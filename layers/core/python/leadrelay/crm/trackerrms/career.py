"""A résumé that was told in its parts, as createResource takes it (Lesson 357)."""

import re

from leadrelay.lead import Lead
from leadrelay.narrator.career import sections
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.style import Style

_WORK, _EDUCATION = "positions", "educations"  # Indeed's names of the sections


def jobhistory(lead: Lead) -> list[dict[str, str]]:
    """Its dates are years, so months stand in the note alone."""
    return [
        {
            "company": without_secrets(station.at),
            "jobtitle": without_secrets(station.title),
            "startdate": _year(station.begun),
            "enddate": _year(station.ended),
            "description": without_secrets(station.about),
        }
        for station in lead.career
        if station.section == _WORK
    ]


def education(lead: Lead, style: Style) -> str:
    """One text, a line for each."""
    return "\n".join(sections(lead.career, style).get(_EDUCATION, ()))


def _year(day: str) -> str:
    return next(iter(re.findall(r"\b\d{4}\b", day)), "")
