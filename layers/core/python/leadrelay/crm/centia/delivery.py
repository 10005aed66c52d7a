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

A lead is a contact of its own, whoever is there already. If centia refuses one, what a visitor may
have typed wrong, and the e-mail address if it is taken, goes into `skype` too, and the contact is
made without. Where a ticket carries the lead, the contact of the same person is taken instead.
The file of a résumé stays with Leadrelay; the contact names it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

import httpx

from leadrelay.crm.base import Advice, Caller, ReadFile, Receipt, Secret, Steps
from leadrelay.crm.centia import find, payload
from leadrelay.crm.centia.advice import advise
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.callers import caller
from leadrelay.crm.centia.login import SECRET_KEYS
from leadrelay.crm.centia.operations import OPERATIONS
from leadrelay.crm.centia.options import Options as _Options
from leadrelay.crm.refusals import first_accepted
from leadrelay.errors import Misconfigured, Refused, Undecidable
from leadrelay.lead import Kind, Lead

_OPPORTUNITY = "Opportunities.CreateOpportunity"
_TICKET = "Tickets.CreateTicket"


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
        read_file: ReadFile,  # noqa: ARG002  # centia takes no files
    ) -> Receipt:
        company_id = self._company(lead, options, steps)
        receipt, company_id = self._contact(lead, options, steps, company_id)
        about = {"company_id": company_id, "contact_id": int(receipt.record_id)}
        if options.also == "opportunity":
            values = payload.opportunity(lead, options) | about
            look = partial(find.opportunity, self.api, lead)
            steps.once("opportunity", self._titled(_OPPORTUNITY, values, lead, look), look)
        elif options.also == "ticket":
            values = payload.ticket(lead, options) | about
            look = partial(find.ticket, self.api, lead)
            steps.once("ticket", self._titled(_TICKET, values, lead, look), look)
        return receipt

    def caller(self, number: str) -> Caller | None:
        return caller(self.api, number)

    def find(self, lead: Lead, options: _Options) -> Receipt | None:  # noqa: ARG002  # the same for all
        found = find.contact(self.api, lead)
        return Receipt(found, created=False) if found else None

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
        """The contact, and the company it belongs to: of one that was there, its own. Raises
        Refused if centia cut what the lead says, and no ticket holds it."""
        created = False

        def insert(values: Mapping[str, Any]) -> str:
            nonlocal created
            made = self.api.create("Contacts.CreateContact", **values)
            created = True
            return f"{made['id']}" + ("" if payload.is_kept(values, made) else "//cut")

        def taken() -> str | None:
            return self._taken(lead) if options.also == "ticket" else None

        def look() -> str | None:
            try:
                return find.contact(self.api, lead)
            except Undecidable:
                if known := taken():
                    return known
                raise

        def act() -> str:
            about = {"company_id": company_id, "origin_id": self._origin(options)}
            forms = (payload.contact(lead, options, plain=plain) for plain in (False, True))
            return first_accepted(
                lambda: look() or taken(), *(partial(insert, about | form) for form in forms)
            )

        told = steps.once("contact", act, look)
        contact_id, own_company, cut = (told + "//").split("/")[:3]
        if cut and options.also != "ticket":
            raise Refused(f"centia cut what the lead says in contact {contact_id}: read it here")
        return Receipt(contact_id, created), int(own_company or company_id)

    def _origin(self, options: _Options) -> int:
        return options.origin_id or self.api.setting("origin_id")

    def _taken(self, lead: Lead) -> str | None:
        """The same person's contact that is in the way: its id, and its company if told."""
        known = find.same_person(self.api, lead)
        return f"{known['id']}/{known.get('company_id') or ''}" if known else None

    def _titled(
        self, method: str, values: Mapping[str, Any], lead: Lead, look: Callable[[], str | None]
    ) -> Callable[[], str]:
        """Make an opportunity or a ticket; if centia refuses its title, with the reference as
        title: the lead is in its text."""
        titles = (values["title"], lead.ref)
        writes = (partial(self._create, method, {**values, "title": title}) for title in titles)
        return partial(first_accepted, look, *writes)

    def _create(self, method: str, values: Mapping[str, Any]) -> str:
        return str(self.api.create(method, **values)["id"])
