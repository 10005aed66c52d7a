"""docs/records.md, and what no reader of a CRM may ever find in a note."""

import re
from collections.abc import Iterator

import pytest

from leadrelay.lead import Lead
from leadrelay.narrator.note import parts, usual
from leadrelay.narrator.style import style_of
from leadrelay.sources import Source
from leadrelay.values import Language
from leadrelay_ops.records import counted, render, stories
from leadrelay_sandbox.home import ROOT

STORIES = [*stories()]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "de", "es")
NEVER = {
    "an address of a network": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "a browser's name": r"Mozilla/|User.?agent",
    "a hash": r"\b[0-9a-f]{32,}\b",
    "a place of storage": r"\bleads/|s3://",
    "nothing": r"(?m): (?:null|undefined|None|nan)$",
    "JSON": r"[{\[]\"|\"[}\]]",
    "a secret in a link": r"[?&](?:access_key|token|key|signature|secret)=",
    "a clock in seconds": r"\b1[4-9]\d{8}(?:\d{3})?\b",
    "a moment in UTC": r"\d{4}-\d\d-\d\dT|\d\d:\d\d:\d\d",
    "a name of a field": r"(?m)^\w+_\w+(?:: |\? )|^\w+[a-z][A-Z]\w*: ",
    "a path of a field": r"(?m)^\w+\.\w+(?:\.\w+)*: ",
    "a price": r"(?mi)^(?:\w* ?cost|price|rate|bill \w+): ",
    "an id": r"(?mi)^(?:[\w ]* )?(?:sid|uuid|guid|id): ",
}


def notes() -> Iterator[tuple[str, str]]:
    for name, source, leads in STORIES:
        for lead in leads:
            for language in LANGUAGES:
                style = style_of(source).model_copy(update={"language": language})
                yield name, usual(parts(lead, style))


NOTES = [*notes()]


def test_the_page_shows_the_notes_as_they_are() -> None:
    """If this fails after a change that is meant: make records."""
    assert (ROOT / "docs" / "records.md").read_text("utf-8") == render()


def test_every_sample_of_a_lead_has_its_note() -> None:
    told = {name for names, _, _ in STORIES for name in names.split(", ")}
    assert len(told) > 70


@pytest.mark.parametrize("what", NEVER)
def test_no_note_has(what: str) -> None:
    found = {
        (name, line)
        for name, note in NOTES
        for line in note.split("\n")
        if re.search(NEVER[what], line) and not line.startswith("Reference: ")
    }
    assert found == set()


def test_of_what_machines_said_no_line_of_a_note_is_left() -> None:
    counts = counted(STORIES)
    assert counts["told"] == 0
    assert counts["machine"] > 4 * counts["leads"]
    assert counts["lines"] < 7 * counts["leads"]


def test_nothing_is_told_twice() -> None:
    for name, note in NOTES:
        lines = [line for line in note.split("\n") if line]
        assert len(lines) == len(set(lines)), name
        values = [line.partition(": ")[2].casefold() for line in lines if ": " in line]
        long = [value for value in values if len(value) > 12]
        assert len(long) == len(set(long)), name


@pytest.mark.parametrize(
    ("source", "lead"),
    [(source, leads[-1]) for _, source, leads in STORIES],
    ids=[name for name, _, _ in STORIES],
)
def test_the_person_and_their_words_are_in_it(source: Source, lead: Lead) -> None:
    note = usual(parts(lead, style_of(source)))
    assert (lead.message or "") in note
    for value in (lead.name, lead.email or "", lead.company or "", lead.job or ""):
        assert value in note
    assert note.endswith(f"Reference: {lead.ref}")
