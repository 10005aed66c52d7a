"""Making a lead's record in TrackerRMS, once.

A lead or an opportunity bears our reference in its name: by that alone it is known to be ours. A
contact or resource shows none, so somebody who turns up after a write in doubt is somebody known,
whoever made them, and what the lead says becomes an activity, which bears the reference.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from leadrelay.crm.base import ReadFile
from leadrelay.crm.calls import Telling
from leadrelay.crm.refusals import first_accepted
from leadrelay.crm.trackerrms import find, payload
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.home import HOW, PERSONS, Home
from leadrelay.crm.trackerrms.looks import EXISTED, Looks, as_existed, unfindable
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.payload import Params
from leadrelay.crm.trackerrms.phones import email
from leadrelay.errors import Refused, Undecidable
from leadrelay.lead import Attachment, Lead

UNPARSED = {"Note": "TrackerRMS could not read the résumé; it is attached as it came."}

# Results of steps that aren't ids.
REFUSED = "refused"
_OF_A_PERSON = {"first_name", "last_name", "full_name", "email", "phone"}


@dataclass(slots=True)
class Maker:
    """Makes the record of one lead. `told`: an activity will say what the lead says."""

    api: Api
    lead: Lead
    options: Options
    told: bool
    looks: Looks = field(init=False)

    def __post_init__(self) -> None:
        self.looks = Looks(self.api, self.lead, self.options)

    def make(self, steps: Telling, read_file: ReadFile) -> Home:
        """A new record; or, after all, one that the CRM has by its own rules (status 3)."""
        if self.looks.letter not in PERSONS:
            create = self._create_from_form(unparsed=False)
            return self._home(steps, steps.record(self.looks.record, create, self.looks.search()))
        first = json.loads(steps.once("as", self._as_told, self._as_told))
        self.told = first.get("told", self.told)
        was = self.lead.model_copy(update={name: first.get(name) for name in _OF_A_PERSON})
        self.looks = replace(self.looks, was=was)
        return self._person(steps, read_file, from_resume=first["from_resume"])

    def _as_told(self) -> str:
        """What a person is made of stays known by a step. Should an operator correct it while the
        create is in doubt, the record made with the old has to be found; and a résumé may come
        when there is a candidate already."""
        told = self.lead.model_dump(include=_OF_A_PERSON, exclude_none=True)
        from_resume = self.looks.record == "resource" and self.lead.resume is not None
        return json.dumps({**told, "from_resume": from_resume, "told": self.told})

    def _person(self, steps: Telling, read_file: ReadFile, *, from_resume: bool) -> Home:
        result = REFUSED
        if from_resume and self.lead.resume:
            parse = self._parse(self.lead.resume, read_file)
            # Of what we send only the address is sure to be in a record that a résumé made.
            can_look = bool(email(self.lead))
            look = self.looks.after_doubt(self.looks.not_parsed_by_another) if can_look else None
            result = steps.once("resume", parse, look)
        parsed = result != REFUSED
        if not parsed:
            create = self._create_from_form(unparsed=from_resume)
            once = steps.once if self.told else steps.record  # an activity tells of the call then
            result = once(self.looks.record, create, self.looks.after_doubt(as_existed))
        return self._home(steps, result, parsed=parsed, unparsed=from_resume and not parsed)

    def _home(
        self, steps: Telling, result: str, *, parsed: bool = False, unparsed: bool = False
    ) -> Home:
        existed = result.startswith(EXISTED)
        record_id = result.removeprefix(EXISTED)
        search = self.looks.search()
        if existed and search:
            search = partial(find.whom_it_means, self.api, self.looks.letter, self.lead)
        if not record_id and search:  # a step, so that the create is saved should this read fail
            record_id = steps.once("id", lambda: search() or "", search)
        told, parsed = existed or self.told, parsed and not existed
        return Home(
            self.looks.letter, record_id, existed, told=told, parsed=parsed, unparsed=unparsed
        )

    # -- writes ---------------------------------------------------------------------------

    def _create_from_form(self, *, unparsed: bool) -> Callable[[], str]:
        def act() -> str:
            overwritten = self._overwritten()
            params = self._params(UNPARSED if unparsed else {})
            if overwritten and not self.lead.name:  # else they would be called by their address
                params[self.looks.record]["fullname"] = overwritten
            return self._create(HOW[self.looks.record].operation, params, as_existed)

        return act

    def _overwritten(self) -> str:
        """Asked before each write: since the last one somebody else may have been typed in."""
        if not self.options.overwrites(self.looks.record):
            return ""
        return find.to_be_overwritten(self.api, self.lead, self.looks.was or self.lead)

    def _params(self, more: Mapping[str, str]) -> Params:
        match self.looks.record:
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
            self._overwritten()
            params = payload.resume_params(
                self.lead, self.options, resume, read_file(resume), told=self.told
            )
            try:
                return self._create(
                    "createResourceFromResume", params, self.looks.not_parsed_by_another
                )
            except Undecidable:
                raise
            except Refused as refusal:
                if not (email(self.lead) or self.lead.name):
                    raise unfindable(refusal) from refusal
                return REFUSED

        return act

    def _create(self, operation: str, params: Params, judge: Callable[[str], str]) -> str:
        """Status 99 may come after the record was written, so a refusal is looked into once."""

        def write() -> str:
            made = self.api.create(operation, **params)
            if made.existed and self.looks.letter not in PERSONS:  # it isn't documented for these
                raise Refused(f"TrackerRMS refused {operation} (3)", words=made.words)
            return f"{EXISTED}{made.record_id}" if made.existed else made.record_id

        look = self.looks.after_doubt(judge) or self.looks.by_name
        result = first_accepted(look, write)
        if result.startswith(EXISTED):
            find.no_other_person(
                self.api, self.looks.letter, result.removeprefix(EXISTED), self.lead
            )
        return result
