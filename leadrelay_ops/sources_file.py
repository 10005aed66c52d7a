"""A `sources.toml` judged as a whole: by `leadrelay check`, before the twin starts, and by the
build of the layer that carries it (layers/config/Makefile):

    python -m leadrelay_ops.sources_file FILE
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ValidationError

from leadrelay.crm.base import adapter
from leadrelay.crm.mapping import judge_note
from leadrelay.intake.soundness import flaws
from leadrelay.mistakes import at, mistakes_of
from leadrelay.narrator.style import style_of
from leadrelay.sources import Source
from leadrelay.sources_file import SourcesError, judge


@dataclass
class SourcesFile:
    """What it wants, as far as it can be read; `sources` are those without a mistake."""

    text: str
    sources: dict[str, Source] = field(default_factory=dict)
    options: dict[tuple[str, str], BaseModel] = field(default_factory=dict)  # (CRM, source)
    mistakes: list[str] = field(default_factory=list)


def read_file(file: Path) -> SourcesFile:
    """Whatever is in it, is told as its mistakes."""
    try:
        return read_text(file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        before = file.read_bytes()[: error.start].count(b"\n")
        return SourcesFile("", mistakes=[f"line {before + 1}: this isn't UTF-8: save it as that"])


def read_text(text: str) -> SourcesFile:
    found = SourcesFile(text)
    for name, judged in judge(found.text, flaws).items():
        wrong = [*judged.mistakes]
        if judged.source:
            wrong += _read_options(found, name, judged.source)
        if judged.source and not wrong:
            found.sources[name] = judged.source
        found.mistakes += wrong
    if not (found.sources or found.mistakes):
        found.mistakes.append("line 1: there is no source in it: begin one with [contact-us]")
    return found


def _read_options(found: SourcesFile, name: str, source: Source) -> list[str]:
    """Those of each of its CRMs; what is wrong with them, in the words of that CRM's adapter, and
    with what the source has told in all of them."""
    wrong: list[str] = []
    try:
        judge_note(source.note)
    except ValueError as error:
        wrong.append(at(found.text, (name, "note"), str(error)))
    for crm in source.deliver:
        known = adapter(crm).Options
        try:
            found.options[crm, name] = known.model_validate(source.options(crm)).in_style(
                style_of(source)
            )
        except ValidationError as error:
            wrong += mistakes_of(error, found.text, name, crm, keys=known.model_fields)
    return wrong


def refuse_mistakes(file: Path) -> None:
    """Raises SourcesError, which tells all of them."""
    found = read_file(file)
    if found.mistakes:
        told = [f"{file.name}: {mistake}" for mistake in found.mistakes]
        raise SourcesError(told, found.sources)


def main(file: Path) -> None:
    """Ends the process with all mistakes, if there are any."""
    try:
        refuse_mistakes(file)
    except SourcesError as mistakes:
        sys.exit(str(mistakes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
