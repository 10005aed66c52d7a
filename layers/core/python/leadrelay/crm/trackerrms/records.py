"""Making a lead's record in TrackerRMS, once.

A lead or an opportunity bears our reference in its name: by that alone it is known to be ours. A
contact or resource shows none, so somebody who turns up after a write in doubt is somebody known,
whoever made them, and what the lead says becomes an activity, which bears the reference.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from leadrelay.crm.base import ReadFile
from leadrelay.crm.calls import Telling
from leadrelay.crm.identity import addresses
from leadrelay.crm.refusals import first_accepted
from leadrelay.crm.trackerrms import find, payload
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.home import HOW, PERSONS, Home
from leadrelay.crm.trackerrms.options import Options, RecordKind
from leadrelay.crm.trackerrms.payload import Params
from leadrelay.errors import Refused, Undecidable
from leadrelay.lead import Attachment, Lead

type Look = Callable[[], str | None]

UNPARSED = {"Note": "TrackerRMS could not read the résumé; it is attached as it came."}

# Results of steps that aren't ids.
REFUSED = "refused"
_OF_A_PERSON = {"first_name", "last_name", "full_name", "email", "phone"}
_EXISTED = "existed "  # and then the id, if the CRM told it


@dataclass(slots=True)
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
        if not find.recognisable(self.lead):
            return None

        def look() -> str | None:
            found = find.person(self.api, self.letter, self.lead)
            if found or self.was is None or self.was == self.lead:
                return found
            return find.person(self.api, self.letter, self.was)

        return look

    def make(self, steps: Telling, read_file: ReadFile) -> Home:
        """A new record; or, after all, one that the CRM has by its own rules (status 3)."""
        if self.letter not in PERSONS:
            create = self._create_from_form(unparsed=False)
            return self._home(steps, steps.record(self.record, create, self.search()))
        if self.options.overwrites(self.record):
            ask = partial(find.no_stranger, self.api, self.lead)
            steps.once("others", ask, ask)  # once: afterwards we have it ourselves
        first = json.loads(steps.once("as", self._as_told, self._as_told))
        self.told = first.get("told", self.told)
        self.was = self.lead.model_copy(update={name: first.get(name) for name in _OF_A_PERSON})
        return self._person(steps, read_file, from_resume=first["from_resume"])

    def _as_told(self) -> str:
        """What a person is made of stays known by a step. Should an operator correct it while the
        create is in doubt, the record made with the old has to be found; and a résumé may come
        when there is a candidate already."""
        told = self.lead.model_dump(include=_OF_A_PERSON, exclude_none=True)
        from_resume = self.record == "resource" and self.lead.resume is not None
        return json.dumps({**told, "from_resume": from_resume, "told": self.told})

    def _person(self, steps: Telling, read_file: ReadFile, *, from_resume: bool) -> Home:
        result = REFUSED
        if from_resume and self.lead.resume:
            parse = self._parse(self.lead.resume, read_file)
            # Of what we send only the address is sure to be in a record that a résumé made.
            can_look = bool(addresses(self.lead.email))
            look = self._look(self._not_parsed_by_another) if can_look else None
            result = steps.once("resume", parse, look)
        parsed = result != REFUSED
        if not parsed:
            create = self._create_from_form(unparsed=from_resume)
            once = steps.once if self.told else steps.record  # an activity tells of the call then
            result = once(self.record, create, self._look(_existed))
        return self._home(steps, result, parsed=parsed, unparsed=from_resume and not parsed)

    def _home(
        self, steps: Telling, result: str, *, parsed: bool = False, unparsed: bool = False
    ) -> Home:
        existed = result.startswith(_EXISTED)
        record_id = result.removeprefix(_EXISTED)
        search = self.search()
        if existed and search:
            search = partial(find.whom_it_means, self.api, self.letter, self.lead)
        if not record_id and search:  # a step, so that the create is saved should this read fail
            record_id = steps.once("id", lambda: search() or "", search)
        told, parsed = existed or self.told, parsed and not existed
        return Home(self.letter, record_id, existed, told=told, parsed=parsed, unparsed=unparsed)

    # -- writes ---------------------------------------------------------------------------

    def _create_from_form(self, *, unparsed: bool) -> Callable[[], str]:
        params = self._params(UNPARSED if unparsed else {})
        return lambda: self._create(HOW[self.record].operation, params, _existed)

    def _params(self, more: Mapping[str, str]) -> Params:
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
                return REFUSED

        return act

    def _create(self, operation: str, params: Params, judge: Callable[[str], str]) -> str:
        """Status 99 may come after the record was written, so a refusal is looked into once."""

        def write() -> str:
            made = self.api.create(operation, **params)
            if made.existed and self.letter not in PERSONS:  # it isn't documented for these
                raise Refused(f"TrackerRMS refused {operation} (3)", words=made.words)
            return f"{_EXISTED}{made.record_id}" if made.existed else made.record_id

        result = first_accepted(self._look(judge) or (lambda: None), write)
        if result.startswith(_EXISTED):
            find.no_other_name(self.api, self.letter, result.removeprefix(_EXISTED), self.lead)
        return result

    # -- looks ----------------------------------------------------------------------------

    def _look(self, judge: Callable[[str], str]) -> Look | None:
        """After a write in doubt. What overwrites is simply written again; a person who is found
        is judged by `judge`; of one who may be meant nobody can tell."""
        if self.options.overwrites(self.record):
            return lambda: None
        search, letter = self.search(), self.letter
        if search is None or letter not in PERSONS:
            return search

        def look() -> str | None:
            if found := search():
                return judge(found)
            if find.somebody_alike(self.api, letter, self.lead):
                raise Undecidable(
                    f"the {self.record} may have been made, and TrackerRMS has somebody of that "
                    "name: look there by hand, and if it is somebody else, replay with --redo"
                )
            return None

        return look

    def _tagged(self) -> str | None:
        found = find.tagged(self.api, self.letter, self.lead)
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
