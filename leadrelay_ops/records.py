"""`make records`: write docs/records.md, what a reader finds of every sample request."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from leadrelay.errors import Rejected
from leadrelay.intake.keeping.merge import merge
from leadrelay.lead import Lead
from leadrelay.narrator.note import parts, usual
from leadrelay.narrator.style import style_of
from leadrelay.plumbing import is_plumbing
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

Beside what somebody said, the {leads} leads below came with {machine} facts of programs, networks
and pages: ids, clocks, states, prices, addresses. In a note that copies what was sent each would be
a line; {told} of them are. The notes have {lines} lines.
"""


def render() -> str:
    found = [*stories()]
    notes = "\n\n".join(_told(title, source, leads) for title, source, leads in found)
    return f"{_HEAD.format(**counted(found))}\n{notes}\n"


def counted(found: Iterable[tuple[str, Source, list[Lead]]]) -> dict[str, int]:
    """How many leads there are, what machines said of them, how much of that the notes tell, and
    how many lines these have."""
    counts = {"leads": 0, "machine": 0, "told": 0, "lines": 0}
    for _, source, leads in found:
        lead = leads[-1]
        machine = lead.technical | {n: v for n, v in lead.extra.items() if is_plumbing(n, v)}
        lines = [line for line in usual(parts(lead, style_of(source), _NAMES)).split("\n") if line]
        values = {line.partition(": ")[2] for line in lines}
        counts["leads"] += 1
        counts["machine"] += len(machine)
        counts["told"] += sum(value in values for value in machine.values())
        counts["lines"] += len(lines)
    return counts


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
