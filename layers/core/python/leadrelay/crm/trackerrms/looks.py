"""How a record made from a lead is looked for in TrackerRMS after a write in doubt."""

from collections.abc import Callable
from dataclasses import dataclass

from leadrelay.crm.trackerrms import find
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.home import HOW, PERSONS
from leadrelay.crm.trackerrms.options import Options, RecordKind
from leadrelay.crm.trackerrms.phones import email, phone
from leadrelay.errors import Refused, Undecidable
from leadrelay.lead import Lead

type Look = Callable[[], str | None]

EXISTED = "existed "  # and then the id, if the CRM told it


@dataclass(frozen=True, slots=True)
class Looks:
    """For the record of one lead. `was` is the lead as it was when its record was first written:
    an operator may have corrected it."""

    api: Api
    lead: Lead
    options: Options
    was: Lead | None = None

    @property
    def record(self) -> RecordKind:
        return self.options.record_for(self.lead.kind)

    @property
    def letter(self) -> str:
        return HOW[self.record].letter

    def search(self) -> Look | None:
        """How to find the record made from the lead, or its person; None if there is no way to
        be sure."""
        if not self.api.may("getRecords"):
            return None
        if self.letter not in PERSONS:
            return self._tagged
        return self._person if find.recognisable(self.lead) else None

    def after_doubt(self, judge: Callable[[str], str]) -> Look | None:
        """A person who is found is judged by `judge`; of one who may be meant nobody can tell."""
        if self.options.overwrites(self.record) and find.recognisable(self._first):
            return self._written_over
        search = self.search()
        if search is None or self.letter not in PERSONS:
            return search

        def look() -> str | None:
            found = search()
            return judge(found) if found else self.by_name()

        return look

    def by_name(self) -> str | None:
        """Nothing, as a name proves nothing. Raises Undecidable if somebody is there who may be
        meant."""
        may_be_there = self.letter in PERSONS and self.api.may("getRecords")
        if may_be_there and find.somebody_alike(self.api, self.letter, self.lead):
            raise Undecidable(
                f"the {self.record} may have been made, and TrackerRMS has somebody of that "
                "name: look there by hand, and if it is somebody else, replay with --redo"
            )
        return None

    def not_parsed_by_another(self, found: str) -> str:
        """A candidate found after a résumé was sent: ours, or nobody can tell."""
        if find.shows_reference(self.api, found, self.lead):
            return found
        raise Undecidable(
            f"candidate {found} may have been made from this résumé, or without it, and "
            "TrackerRMS can't be asked: look there by hand, and if it is missing, replay with "
            "--redo"
        )

    @property
    def _first(self) -> Lead:
        return self.was or self.lead

    def _written_over(self) -> str | None:
        """Nothing, as what overwrites is simply written again, over itself; but not after another
        address or number was put in, by which TrackerRMS may not know whom to overwrite."""
        first = self._first
        if (email(first), phone(first)) == (email(self.lead), phone(self.lead)):
            return None
        may_look = self.api.may("getRecords")
        found = find.person(self.api, self.letter, first) if may_look else "of unknown number"
        if found is None:
            return None
        raise Undecidable(
            f"the {self.record} ({found}) may have been written before the lead was corrected, "
            "and TrackerRMS can't be asked: look there by hand, and if it is missing, replay with "
            "--redo"
        )

    def _tagged(self) -> str | None:
        found = find.tagged(self.api, self.letter, self.lead)
        return found.id if found else None

    def _person(self) -> str | None:
        found = find.person(self.api, self.letter, self.lead)
        if found or self.was is None or self.was == self.lead:
            return found
        return find.person(self.api, self.letter, self.was)


def as_existed(found: str) -> str:
    return f"{EXISTED}{found}"


def unfindable(refusal: Refused) -> Undecidable:
    return Undecidable(
        "TrackerRMS refused the résumé, which may come after it made a candidate of it, and "
        "without a name and an e-mail address nothing finds them: look there by hand, and if they "
        "are missing, replay with --redo and --edit full_name=…",
        words=refusal.words,
    )
