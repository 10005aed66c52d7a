"""How a lead gets into TrackerRMS, and how it is found there again."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from leadrelay.crm import details
from leadrelay.crm.base import Advice, Caller, ReadFile, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.refusals import first_accepted
from leadrelay.crm.trackerrms import additions, callers, calls, find, settings
from leadrelay.crm.trackerrms.advice import advise
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.begun import as_begun, made
from leadrelay.crm.trackerrms.home import HOW, PERSONS, Home
from leadrelay.crm.trackerrms.login import SECRET_KEYS
from leadrelay.crm.trackerrms.operations import OPERATIONS
from leadrelay.crm.trackerrms.options import Options as _Options
from leadrelay.crm.trackerrms.payload import Params
from leadrelay.crm.trackerrms.phones import phone
from leadrelay.crm.trackerrms.records import UNPARSED, Maker
from leadrelay.errors import Misconfigured, Refused
from leadrelay.lead import Attachment, Kind, Lead

_UNTOLD = "with an API key TrackerRMS can't be told how the call went on: read it here"


class TrackerRms:
    """`crm.base.Crm` for TrackerRMS.

    A form becomes one createLead. A person (contact, resource) or a caller is looked for first;
    what they say is an activity of theirs, whether they are known or new. A call that is on opens
    the caller's record on the screen of whom it is for; its end, if it comes later, becomes an
    activity. Each file, but a résumé that TrackerRMS itself read, and the application to a job is
    a step of its own.
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
        """By the reference in a name: for a call, a contact or a resource that of an activity. Who
        has no activity of the lead's is found as the same person."""
        maker = self._maker(lead, options)
        look = maker.looks.search()
        if maker.told or lead.kind == "call":
            activity = find.activity(self.api, lead)
            if activity:
                whose = find.whose(activity) or (look and look()) or activity.id
                return Receipt(whose, created=False)
            if maker.told:
                return None
        if look is None:
            raise Refused("this person can't be told from others: look by hand, then replay")
        return Receipt(found, created=False) if (found := look()) else None

    def caller(self, number: str) -> Caller | None:
        return callers.caller(self.api, number)

    def create(self, lead: Lead, options: _Options, steps: Steps, read_file: ReadFile) -> Receipt:
        if lead.kind == "call":
            calls.screen_pop(self.api, lead, steps, self._now())
        options = as_begun(self.api, lead, options, steps)
        known = self._known(lead, options, steps)
        if options.owner:
            options = settings.with_owner(self.api, lead, options)
        if known is None or options.record_for(lead.kind) == "resource":  # who may apply
            options = settings.with_source(self.api, lead, options)
        telling = Telling(lead, steps)
        home = known or self._maker(lead, options).make(telling, read_file)
        if home.told:
            self._tell(home, lead, options, telling)
        if lead.call and self.api.may("createActivity"):
            at = home.letter, home.number
            end = partial(calls.tell_end, self.api, lead, options, steps, at, begun=home.told)
            telling.bring(end)
        if home.parsed and phone(lead) and self.api.may("updateRecord"):
            steps.once("phone", lambda: self._phone(home, lead), lambda: None)  # twice is as once
        self._attach(home, details.files(lead, options.style, read_file), steps, lead.resume)
        if options.record_for(lead.kind) == "resource" and home.letter == "R":
            self._apply(home, lead, options, steps)
        untold = telling.has_news and not self.api.may("createActivity")
        return Receipt(
            home.id,
            created=not home.existed,
            link=home.url(options, lead.kind),
            remark=_UNTOLD if untold else None,
        )

    def _maker(self, lead: Lead, options: _Options) -> Maker:
        letter = HOW[options.record_for(lead.kind)].letter
        overwrites = options.overwrites("contact" if letter == "N" else "resource")
        told = letter in PERSONS and not overwrites and self.api.may("createActivity")
        return Maker(self.api, lead, options, told=told)

    def _known(self, lead: Lead, options: _Options, steps: Steps) -> Home | None:
        """The record of somebody known, where it is to be left as it is. A step although it
        writes nothing: who was nobody at first stays so, whatever an attempt in doubt made."""
        record = options.record_for(lead.kind)
        letter = HOW[record].letter
        if lead.kind != "call" and (letter not in PERSONS or options.overwrites(record)):
            return None
        if not self.api.may("getRecords") or (made(steps) and steps.begun("known") is None):
            return None

        def look() -> str:
            if lead.kind == "call":
                known = callers.known(self.api, lead)
                return f"{known.record_type}{known.id} {known.link}".rstrip() if known else ""
            found = find.person(self.api, letter, lead)
            return f"{letter}{found}" if found else ""

        found, _, link = steps.once("known", look, look).partition(" ")
        return Home(found[0], found[1:], existed=True, told=True, link=link) if found else None

    def _tell(self, home: Home, lead: Lead, options: _Options, steps: Telling) -> None:
        """Bring what the lead says to its record."""
        if not self.api.may("createActivity"):
            raise Refused(
                "TrackerRMS has this person already, and with an API key nothing can be added: "
                "put username + password or OAuth into the secret, or set overwriteresource"
            )
        more = UNPARSED if home.unparsed else {}
        params = additions.activity_params(lead, options, home.letter, home.number, more=more)

        def look() -> str | None:
            return found.id if (found := find.activity(self.api, lead)) else None

        def add() -> str:
            return first_accepted(look, lambda: self._do("createActivity", params))

        steps.record("activity", add, look)

    def _attach(
        self,
        home: Home,
        files: tuple[tuple[Attachment, ...], ReadFile],
        steps: Steps,
        resume: Attachment | None,
    ) -> None:
        """All but the résumé that TrackerRMS has read itself."""
        attachments, read_file = files
        for file in attachments:
            if home.parsed and file is resume:
                continue

            def act(file: Attachment = file) -> str:
                params = additions.document_params(
                    file, read_file(file), home.letter, home.number, is_resume=file is resume
                )
                return self._do("attachDocument", params)

            steps.once(f"attach {file.sha256[:12]}", act)

    def _phone(self, home: Home, lead: Lead) -> str:
        try:
            return self._do("updateRecord", additions.phone_params(lead, home.number))
        except Refused:  # the activity has it
            return "refused"

    def _apply(self, home: Home, lead: Lead, options: _Options, steps: Steps) -> None:
        """Put a candidate on the list of the job they applied for.

        The create calls could do that too, but would then fail together with a job that isn't
        there any more, and the candidate would be lost with it.
        """
        if job := options.job(lead):
            params = additions.application_params(lead, options, job, str(home.number))
            steps.once("application", lambda: self._do("resourceApplication", params))

    def _do(self, operation: str, params: Params) -> str:
        return str(self.api.call(operation, **params).get("recordId") or "done")
