"""Making a lead's record in TrackerRMS, once.

A lead or an opportunity bears our reference in its name: by that alone it is known to be ours. A
contact or resource shows none, so somebody who turns up after a write in doubt is somebody known,
whoever made them, and what the lead says becomes an activity, which bears the reference.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from leadrelay.crm.base import ReadFile
from leadrelay.crm.calls import Telling
from leadrelay.crm.names import same_name
from leadrelay.crm.trackerrms import find, payload
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.home import HOW, PERSONS, Home
from leadrelay.crm.trackerrms.options import Options, RecordKind
from leadrelay.crm.trackerrms.payload import Params
from leadrelay.errors import Refused, Undecidable
from leadrelay.lead import Attachment, Lead

type Look = Callable[[], str | None]


UNPARSED = "TrackerRMS could not read the résumé; it is attached as it came."

# Results of steps that aren't ids.
_REFUSED = "refused"
_OF_A_PERSON = {"first_name", "last_name", "full_name", "email", "phone"}
_EXISTED = "existed "  # and then the id, if the CRM told it


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the record of one lead. `told`: an activity will say what the lead says."""

    api: Api
    lead: Lead
    options: Options
    told: bool
    was: Lead | None = None
    """The lead as it was when its record was first written: an operator may have corrected it."""

    @property
    def record(self) -> RecordKind:
        return self.options.record_for(self.lead.kind)

    def search(self) -> Look | None:
        """How to find the record made from the lead, or its person; None if there is no way to
        be sure."""
        letter = HOW[self.record].letter
        if letter not in PERSONS:
            return self._tagged
        if not find.recognisable(self.lead) or not self.api.may("getRecords"):
            return None

        def look() -> str | None:
            leads = filter(None, (self.lead, self.was))
            return next(filter(None, (find.person(self.api, letter, one) for one in leads)), None)

        return look

    def make(self, steps: Telling, read_file: ReadFile) -> Home:
        """A new record; or, after all, one that the CRM has by its own rules (status 3)."""
        known = replace(self, was=self._as_it_was(steps)) if self.told else self
        return known._make(steps, read_file)  # its own

    def _as_it_was(self, steps: Telling) -> Lead | None:
        """What tells the person stays known by a step: should an operator correct it while the
        create is in doubt, the record made with the old has to be found."""

        def told() -> str:
            return self.lead.model_dump_json(include=_OF_A_PERSON)

        first = steps.once("as", told, told)
        return None if first == told() else self.lead.model_copy(update=json.loads(first))

    def _make(self, steps: Telling, read_file: ReadFile) -> Home:
        if self.options.overwrites(self.record):
            ask = partial(find.no_stranger, self.api, self.lead)
            steps.once("others", ask, ask)  # once: afterwards we have it ourselves
        result = _REFUSED
        from_resume = self.record == "resource" and self._made_from(steps) == "resume"
        if from_resume and self.lead.resume:
            parse = self._parse(self.lead.resume, read_file)
            result = steps.once("resume", parse, self._look(self._not_parsed_by_another))
        parsed = result != _REFUSED
        if not parsed:
            create = self._create_from_form(unparsed=from_resume)
            once = steps.once if self.told else steps.record  # an activity tells of the call then
            result = once(self.record, create, self._look(_existed))
        return self._home(steps, result, parsed=parsed, unparsed=from_resume and not parsed)

    def _home(self, steps: Telling, result: str, *, parsed: bool, unparsed: bool) -> Home:
        existed = result.startswith(_EXISTED)
        record_id = result.removeprefix(_EXISTED)
        search = self.search()
        if not record_id and search:  # a step, so that the create is saved should this read fail
            record_id = steps.once("id", lambda: search() or "", search)
        letter = HOW[self.record].letter
        return Home(letter, record_id, existed, parsed=parsed and not existed, unparsed=unparsed)

    def _made_from(self, steps: Telling) -> str:
        """What a candidate is made from, for good: a résumé may come when there is one already."""

        def choose() -> str:
            return "resume" if self.lead.resume else "form"

        return steps.once("made from", choose, choose)

    # -- writes ---------------------------------------------------------------------------

    def _create_from_form(self, *, unparsed: bool) -> Callable[[], str]:
        params = self._params([UNPARSED] if unparsed else [])
        return lambda: self._create(HOW[self.record].operation, params, _existed)

    def _params(self, more: list[str]) -> Params:
        match self.record:
            case "lead":
                return payload.lead_params(self.lead, self.options)
            case "opportunity":
                return payload.opportunity_params(self.lead, self.options)
            case "contact":
                return payload.contact_params(self.lead, self.options, told=self.told)
            case "resource":
                return payload.resource_params(self.lead, self.options, more, told=self.told)

    def _parse(self, resume: Attachment, read_file: ReadFile) -> Callable[[], str]:
        def act() -> str:
            params = payload.resume_params(
                self.lead, self.options, resume, read_file(resume), told=self.told
            )
            try:
                return self._create("createResourceFromResume", params, self._not_parsed_by_another)
            except Undecidable:
                raise
            except Refused:
                return _REFUSED

        return act

    def _create(self, operation: str, params: Params, judge: Callable[[str], str]) -> str:
        """Status 99 may come after the record was written, so a refusal is looked into once."""
        try:
            made = self.api.create(operation, **params)
        except Refused:
            look = self._look(judge)
            if look and (found := look()):
                return found
            raise
        if not made.existed:
            return made.record_id
        self._refuse_another_name(made.record_id)
        return f"{_EXISTED}{made.record_id}"

    def _refuse_another_name(self, record_id: str) -> None:
        """By which rule TrackerRMS takes two for one isn't documented: a family may be one."""
        if not record_id or not self.api.may("getRecords"):
            return
        if same_name(self.lead.name, self.api.named(HOW[self.record].letter, record_id)) is False:
            raise Refused(
                f"TrackerRMS takes this person for its record {record_id}, which has another "
                "name: see to it by hand"
            )

    # -- looks ----------------------------------------------------------------------------

    def _look(self, judge: Callable[[str], str]) -> Look | None:
        """After a write in doubt. What overwrites is simply written again; a person who is found
        is judged by `judge`."""
        if self.options.overwrites(self.record):
            return lambda: None
        search = self.search()
        if search is None or self.record in {"lead", "opportunity"}:
            return search
        return lambda: judge(found) if (found := search()) else None

    def _tagged(self) -> str | None:
        found = find.tagged(self.api, HOW[self.record].letter, self.lead)
        return found.id if found else None

    def _not_parsed_by_another(self, found: str) -> str:
        """A candidate found after a résumé was sent: ours, or nobody can tell."""
        if find.shows_reference(self.api, found, self.lead):
            return found
        raise Undecidable(
            f"candidate {found} may have been made from this résumé, or without it, and "
            "TrackerRMS can't be asked: look there by hand, and if it is missing, replay with "
            "--redo"
        )


def _existed(found: str) -> str:
    return f"{_EXISTED}{found}"
