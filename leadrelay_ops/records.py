"""`make records`: write docs/records.md, what a reader finds of every sample request."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from leadrelay.errors import Rejected
from leadrelay.intake.keeping.merge import merge
from leadrelay.lead import Lead
from leadrelay.narrator.note import parts, usual
from leadrelay.narrator.style import style_of
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay_ops.reading import leads_of
from leadrelay_sandbox import senders
from leadrelay_sandbox.home import ROOT

_RECEIVED = datetime(2026, 11, 20, 10, tzinfo=UTC)
_NAMES = ("full_name", "first_name", "last_name", "email", "phone")  # every CRM has fields for them
_HEAD = """# The records

What a reader finds in a CRM of each request in [events/](../events): the note, without the name,
the e-mail address and the telephone number, which have fields everywhere. Where more has a field,
[crms.md](crms.md#where-each-field-goes) says. A source whose language isn't English has its note in
both. Of a call that is told of by several requests there are two: as it began, and as it is in the
end. `make records` writes this page, and a test compares it.
"""


def render() -> str:
    found = [*stories()]
    notes = "\n\n".join(_told(title, source, leads) for title, source, leads in found)
    return f"{_HEAD}\n{notes}\n"


def stories() -> Iterator[tuple[str, Source, list[Lead]]]:
    """Each sample's name, or those of one call, with its source and what it becomes, in order."""
    sources = senders.sources()
    told: dict[str, tuple[list[str], Source, list[Lead]]] = {}
    for path in sorted((ROOT / "events").glob("*.http")):
        sample = read_sample(path)
        source = sources[sample.source]
        for lead in _leads(path, source):
            names, _, leads = told.setdefault(lead.id, ([], source, []))
            names.append(path.stem)
            leads.append(merge(leads[-1], lead) if leads else lead)
    for names, source, leads in told.values():
        yield ", ".join(dict.fromkeys(names)), source, leads


def _leads(path: Path, source: Source) -> list[Lead]:
    try:
        return leads_of(read_sample(path), source, _RECEIVED)
    except Rejected:
        return []


def _told(title: str, source: Source, leads: list[Lead]) -> str:
    own = style_of(source)
    styles = [own] if own.language == "en" else [own.model_copy(update={"language": "en"}), own]
    shown = leads if len(leads) == 1 or leads[0] == leads[-1] else [leads[0], leads[-1]]
    notes = dict.fromkeys(usual(parts(lead, style, _NAMES)) for style in styles for lead in shown)
    return "\n\n".join([f"## {title}", *(f"```text\n{note}\n```" for note in notes)])


if __name__ == "__main__":
    (ROOT / "docs" / "records.md").write_text(render(), "utf-8")
