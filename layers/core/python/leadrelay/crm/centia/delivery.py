"""A lead becomes a contact of centiaCRM; where asked, an opportunity or a ticket of it too.

A contact has fields for name, e-mail, phone and LinkedIn. It has none for a note, takes no files,
can't be edited (so a call stays there as it was when its contact was made), and its addresses want
centia's own codes of country and state. So all else that a lead says, its message first, goes into
the contact's `skype`, after the lead's reference: the one free text that no lead has a value of
its own for, as Skype closed in May 2025. How much the field holds is not documented, and nothing
is cut; if centia refuses a long one, the lead is parked with centia's words.

A source that wants more asks for it with `also`:

- "ticket": its description holds the whole lead, and the contact's `skype` only the reference.
- "opportunity": it has no description; its title holds the reference, and the notification to
  the user who owns it holds the whole lead. What centia keeps is what the contact holds.

A contact with the lead's e-mail address is the same person. If centia refuses a second one, the
first is taken as it is, if a ticket carries the lead or the lead says nothing beyond who it is;
else the lead is parked, so that a person reads what it says.
The file of a résumé stays with Leadrelay; the contact names it.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import httpx

from leadrelay.crm.base import Advice, Caller, Receipt, Secret, Steps
from leadrelay.crm.centia import find, payload
from leadrelay.crm.centia.advice import advise
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.callers import caller
from leadrelay.crm.centia.login import SECRET_KEYS
from leadrelay.crm.centia.operations import OPERATIONS
from leadrelay.crm.centia.options import Options as _Options
from leadrelay.errors import Misconfigured, Refused
from leadrelay.lead import Attachment, Kind, Lead


class Centia:
    """A `crm.base.Crm`. A record id is the contact's."""

    Options: ClassVar[type[_Options]] = _Options
    operations = OPERATIONS
    secret_keys = SECRET_KEYS

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],  # noqa: ARG002  # centia changes no secret
    ) -> None:
        self.api = Api(client, secret)
        self._secret = secret

    def create(
        self,
        lead: Lead,
        options: _Options,
        steps: Steps,
        read_file: Callable[[Attachment], bytes],  # noqa: ARG002  # centia takes no files
    ) -> Receipt:
        company_id = self._company(lead, options, steps)
        receipt, company_id = self._contact(lead, options, steps, company_id)
        about = {"company_id": company_id, "contact_id": int(receipt.record_id)}
        if options.also == "opportunity":
            steps.once(
                "opportunity",
                lambda: self._create(
                    "Opportunities.CreateOpportunity", payload.opportunity(lead, options) | about
                ),
                lambda: find.opportunity(self.api, lead),
            )
        elif options.also == "ticket":
            steps.once(
                "ticket",
                lambda: self._create("Tickets.CreateTicket", payload.ticket(lead, options) | about),
                lambda: find.ticket(self.api, lead),
            )
        return receipt

    def caller(self, number: str) -> Caller | None:
        return caller(self.api, number)

    def find(self, lead: Lead, options: _Options) -> Receipt | None:  # noqa: ARG002  # the same for all
        found = find.contact(self.api, lead)
        return Receipt(str(found["id"]), created=False) if found else None

    def check(self) -> str:
        self.api.login()
        wanted = self.api.setting("profile_id")
        profiles = {str(profile.get("id")): profile for profile in self.api.profiles()}
        if str(wanted) not in profiles:
            raise Misconfigured(
                f"profile_id {wanted} in the secret is none of this user's profiles, which are "
                f"{', '.join(profiles) or 'none at all'}"
            )
        for name in ("company_id", "origin_id"):
            self.api.setting(name)
        secret = self._secret(False)
        return f"{secret['email']} at {secret['base_url']}, profile {wanted}"

    def advise(self, kind: Kind, options: _Options) -> list[Advice]:
        return [*advise(self.api, kind, options)]

    # -- the writes -----------------------------------------------------------------------

    def _company(self, lead: Lead, options: _Options, steps: Steps) -> int:
        name = lead.company
        if not name or not options.create_company:
            return options.company_id or self.api.setting("company_id")
        values = payload.company(lead, options)
        return int(
            steps.once(
                "company",
                lambda: (
                    find.company(self.api, name) or self._create("Companies.CreateCompany", values)
                ),
                lambda: find.company(self.api, name),
            )
        )

    def _contact(
        self, lead: Lead, options: _Options, steps: Steps, company_id: int
    ) -> tuple[Receipt, int]:
        """The contact, and the company it belongs to: of one that was there, its own."""
        created = False

        def act() -> str:
            nonlocal created
            values = payload.contact(lead, options) | {"company_id": company_id}
            if options.origin_id is None:
                values["origin_id"] = self.api.setting("origin_id")
            try:
                contact_id = self._create("Contacts.CreateContact", values)
            except Refused:
                existing = self._same_person(lead, options)
                if existing is None:
                    raise
                return _known_as(existing)
            created = True
            return contact_id

        def look() -> str | None:
            found = find.contact(self.api, lead)
            return _known_as(found) if found else None

        contact_id, _, own_company = steps.once("contact", act, look).partition("/")
        return Receipt(contact_id, created), int(own_company or company_id)

    def _create(self, method: str, values: Mapping[str, Any]) -> str:
        return str(self.api.create(method, **values))

    def _same_person(self, lead: Lead, options: _Options) -> dict[str, Any] | None:
        """Who is in the way of a refused contact, unless the lead's words would be lost."""
        if not lead.email or (
            options.also != "ticket" and payload.remark(lead, options) != lead.ref
        ):
            return None
        return self.api.contact_by_email(lead.email)


def _known_as(found: Mapping[str, Any]) -> str:
    """What the step `contact` remembers of a contact that was there: id, and company if told."""
    return f"{found['id']}/{found.get('company_id') or ''}"
