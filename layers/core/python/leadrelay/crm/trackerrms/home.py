"""The record that a lead belongs to in TrackerRMS. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from leadrelay.crm.trackerrms.options import Options, RecordKind
from leadrelay.errors import Refused
from leadrelay.lead import Kind


class _How(NamedTuple):
    letter: str
    operation: str


HOW: Mapping[RecordKind, _How] = {
    "lead": _How("L", "createLead"),
    "contact": _How("N", "createContact"),
    "opportunity": _How("O", "createOpportunity"),
    "resource": _How("R", "createResource"),
}
PERSONS = "NR"


@dataclass(frozen=True, slots=True)
class Home:
    """The record a lead belongs to. `existed`: it was there before; `told`: an activity of it is to
    say what the lead says; `parsed`: the CRM made it from the résumé and keeps that; `unparsed`: it
    couldn't read the résumé."""

    letter: str
    id: str
    existed: bool = False
    told: bool = False
    parsed: bool = False
    unparsed: bool = False
    link: str = ""

    def url(self, options: Options, kind: Kind) -> str | None:
        """checkPerson's link to a caller who is known; else that of the option, which is for the
        records that leads of this kind become."""
        is_such = self.letter == HOW[options.record_for(kind)].letter
        return self.link or (options.link(self.id) if is_such else None)

    @property
    def number(self) -> int:
        if not self.id and self.existed:
            raise Refused(
                "TrackerRMS takes this person for one of its records, and none is surely theirs: "
                "somebody else may have the same address. See to it by hand"
            )
        if not self.id:
            raise Refused("TrackerRMS doesn't say which record it is; see to the rest by hand")
        return int(self.id)
