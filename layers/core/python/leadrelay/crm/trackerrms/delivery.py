"""How a lead gets into TrackerRMS, and how it is found there again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

import httpx

from leadrelay.crm.base import Advice, Caller, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.trackerrms import additions, calls, find, payload
from leadrelay.crm.trackerrms.advice import advise
from leadrelay.crm.trackerrms.api import OPERATIONS, Api
from leadrelay.crm.trackerrms.callers import caller
from leadrelay.crm.trackerrms.login import SECRET_KEYS
from leadrelay.crm.trackerrms.options import Options as _Options
from leadrelay.crm.trackerrms.options import RecordKind
from leadrelay.crm.trackerrms.payload import Params
from leadrelay.errors import Misconfigured, Refused
from leadrelay.lead import Attachment, Kind, Lead

type ReadFile = Callable[[Attachment], bytes]
type Look = Callable[[], str | None]


class _How(NamedTuple):
    letter: str
    operation: str
    params: Callable[[Lead, _Options], Params]


_HOW: Mapping[RecordKind, _How] = {
    "lead": _How("L", "createLead", payload.lead_params),
    "contact": _How("N", "createContact", payload.contact_params),
    "opportunity": _How("O", "createOpportunity", payload.opportunity_params),
    "resource": _How("R", "createResource", payload.resource_params),
}
_PERSONS = "NR"
_UNPARSED = "TrackerRMS could not read the résumé; it is attached as it came."

# Results of steps that aren't ids.
_REFUSED = "refused"
_EXISTED = "existed "  # and then the id, if the CRM told it


@dataclass(frozen=True, slots=True)
class _Home:
    """The record a lead belongs to. `existed`: it was there before and knows nothing of the lead;
    `parsed`: the CRM made it from the résumé and keeps that."""

    letter: str
    id: str
    existed: bool = False
    parsed: bool = False
    link: str = ""

    @property
    def number(self) -> int:
        if not self.id:
            raise Refused("TrackerRMS doesn't say which record it is; see to the rest by hand")
        return int(self.id)


class TrackerRms:
    """`crm.base.Crm` for TrackerRMS.

    A form becomes one createLead. A person (contact, resource) or a caller is looked for first:
    somebody known gets an activity with what they wrote, not a second record. A call that is on
    opens the caller's record on the screen of whom it is for; its end, if it comes later, becomes
    an activity. Each file, but a résumé that
    TrackerRMS itself read, and the application to a job is a step of its own.
    """

    Options: ClassVar[type[_Options]] = _Options
    operations = OPERATIONS
    secret_keys = SECRET_KEYS

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.api = Api(client, secret, remember)
        self._now = now

    def check(self) -> str:
        try:
            account = self.api.check_logon()
        except Refused as error:
            raise Misconfigured("TrackerRMS refused the login", words=error.words) from error
        return f"logged in to {urlsplit(account.base_url).hostname} as {account.user}"

    def advise(self, kind: Kind, options: _Options) -> list[Advice]:
        return [*advise(self.api, kind, options)]

    def find(self, lead: Lead, options: _Options) -> Receipt | None:
        look = self._search(lead, options.record_for(lead.kind))
        if look is None:
            raise Refused("this person can't be told from others: look by hand, then replay")
        if found := look():
            return Receipt(found, created=False)
        if lead.kind == "call" and (activity := find.tagged(self.api, "A", lead)):
            links = activity.details.get("contactid"), activity.details.get("resourceid")
            return Receipt(str(next(filter(None, links), activity.id)), created=False)
        return None

    def caller(self, number: str) -> Caller | None:
        return caller(self.api, number)

    def create(self, lead: Lead, options: _Options, steps: Steps, read_file: ReadFile) -> Receipt:
        if lead.kind == "call":
            calls.screen_pop(self.api, lead, steps, self._now())
        known = self._known(lead, options, steps)
        telling = Telling(lead, steps)
        home = known or self._made(lead, options, telling, read_file)
        if home.existed:
            self._tell(home, lead, options, telling)
        if lead.call and self.api.may("createActivity"):
            telling.bring(
                lambda: calls.tell_end(self.api, lead, options, steps, (home.letter, home.number))
            )
        self._attach(home, lead, steps, read_file)
        if options.record_for(lead.kind) == "resource" and home.letter == "R":
            self._apply(home, lead, options, steps)
        return Receipt(home.id, created=not home.existed, link=home.link or None)

    def _known(self, lead: Lead, options: _Options, steps: Steps) -> _Home | None:
        """The record of somebody known, where it is to be left as it is.

        Remembered as a step even when there is none: a record that turns up after a write in
        doubt is then known to come from that write.
        """
        record = options.record_for(lead.kind)
        letter = _HOW[record].letter
        if lead.kind != "call" and (letter not in _PERSONS or options.overwrites(record)):
            return None
        if not self.api.may("getRecords"):
            return None

        def look() -> str:
            if lead.kind == "call":
                known = find.caller(self.api, lead)
                return "{}{} {}".format(*known).rstrip() if known else ""
            found = find.person(self.api, letter, lead)
            return f"{letter}{found}" if found else ""

        found, _, link = steps.once("known", look, look).partition(" ")
        return _Home(found[0], found[1:], existed=True, link=link) if found else None

    def _made(self, lead: Lead, options: _Options, steps: Telling, read_file: ReadFile) -> _Home:
        """A new record; or, after all, one that the CRM has by its own rules (status 3)."""
        record = options.record_for(lead.kind)
        how = _HOW[record]
        search = self._search(lead, record)
        look = _nothing if options.overwrites(record) else search  # then again writes the same
        params = how.params(lead, options)
        result = _REFUSED
        from_resume = record == "resource" and self._made_from(lead, steps) == "resume"
        if from_resume and lead.resume:
            parse = self._parse(lead, lead.resume, options, read_file)
            result = steps.once("resume", parse, look)
            params = payload.resource_params(lead, options, [_UNPARSED])
        parsed = result != _REFUSED
        if not parsed:
            result = steps.record(record, lambda: self._create(how.operation, params), look)
        existed = result.startswith(_EXISTED)
        record_id = result.removeprefix(_EXISTED)
        if not record_id and search:  # a step, so that the create is saved should this read fail
            record_id = steps.once("id", lambda: search() or "", search)
        return _Home(how.letter, record_id, existed, parsed=parsed and not existed)

    def _made_from(self, lead: Lead, steps: Telling) -> str:
        """What a candidate is made from, for good: a résumé may come when there is one already."""

        def choose() -> str:
            return "resume" if lead.resume else "form"

        return steps.once("made from", choose, choose)

    def _parse(
        self, lead: Lead, resume: Attachment, options: _Options, read_file: ReadFile
    ) -> Callable[[], str]:
        def act() -> str:
            params = payload.resume_params(lead, options, resume, read_file(resume))
            try:
                return self._create("createResourceFromResume", params)
            except Refused:
                return _REFUSED

        return act

    def _create(self, operation: str, params: Params) -> str:
        made = self.api.create(operation, **params)
        return f"{_EXISTED}{made.record_id}" if made.existed else made.record_id

    def _search(self, lead: Lead, record: RecordKind) -> Look | None:
        """How to find the record made from the lead; None if there's no way to be sure."""
        letter = _HOW[record].letter
        if letter not in _PERSONS:
            return lambda: found.id if (found := find.tagged(self.api, letter, lead)) else None
        if not find.recognisable(lead) or not self.api.may("getRecords"):
            return None
        return lambda: find.person(self.api, letter, lead)

    def _tell(self, home: _Home, lead: Lead, options: _Options, steps: Telling) -> None:
        """Bring what the lead says to a record that was there before it."""
        if not self.api.may("createActivity"):
            raise Refused(
                "TrackerRMS has this person already, and with an API key nothing can be added: "
                "put username + password or OAuth into the secret, or set overwriteresource"
            )
        activity = additions.activity_params(lead, options, home.letter, home.number)
        steps.record(
            "activity",
            lambda: self._do("createActivity", activity),
            lambda: found.id if (found := find.tagged(self.api, "A", lead)) else None,
        )

    def _attach(self, home: _Home, lead: Lead, steps: Steps, read_file: ReadFile) -> None:
        resume = None if home.parsed else lead.resume
        for file in filter(None, (resume, *lead.attachments)):

            def act(file: Attachment = file) -> str:
                params = additions.document_params(
                    file, read_file(file), home.letter, home.number, is_resume=file is resume
                )
                return self._do("attachDocument", params)

            steps.once(f"attach {file.sha256[:12]}", act)

    def _apply(self, home: _Home, lead: Lead, options: _Options, steps: Steps) -> None:
        """Put a candidate on the list of the job they applied for.

        The create calls could do that too, but would then fail together with a job that isn't
        there any more, and the candidate would be lost with it.
        """
        if job := options.job(lead):
            params = additions.application_params(lead, options, job, str(home.number))
            steps.once("application", lambda: self._do("resourceApplication", params))

    def _do(self, operation: str, params: Params) -> str:
        return str(self.api.call(operation, **params).get("recordId") or "done")


def _nothing() -> None:
    return None
