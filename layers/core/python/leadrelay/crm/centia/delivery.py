"""A lead becomes a contact of centiaCRM, and a ticket that holds what it says.

A contact has fields for name, e-mail, phone and LinkedIn. It has none for a note, takes no files,
can't be edited, and its addresses want centia's own codes of country and state. So the words go
into a ticket's description (see `desk`), and the contact's `skype`, the one free text that no lead
has a value of its own for, as Skype closed in May 2025, holds the lead's reference, by which the
contact is found again. What neither takes stays with Leadrelay, and the words say how to get it.

Where the account lacks what a ticket needs, or `also` is "nothing", the words stand in `skype`
too; and until a ticket of ours has been seen there, for a right to see them is none to make them.
How much that holds is not documented, and nothing is cut by us; if centia does, the lead is
parked. Which of both it was is remembered with the contact: one that bears only the reference is
never all that is delivered. "opportunity" makes one besides; its title holds the reference.

A lead is a contact of its own, whoever is there already. If centia refuses one, the contact is
made without what a visitor may have typed wrong, and without the e-mail address if it is taken.
Where a ticket holds the words, the contact of the same person is taken instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import httpx

from leadrelay.crm import origins
from leadrelay.crm.base import Advice, Caller, ReadFile, Receipt, Secret, Steps
from leadrelay.crm.calls import Telling
from leadrelay.crm.centia import additions, find, payload
from leadrelay.crm.centia.advice import advise
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.callers import caller
from leadrelay.crm.centia.contact import Contact, Maker
from leadrelay.crm.centia.desk import by_name, desk, named
from leadrelay.crm.centia.login import SECRET_KEYS
from leadrelay.crm.centia.operations import OPERATIONS
from leadrelay.crm.centia.options import Options as _Options
from leadrelay.errors import Misconfigured, Refused, Retryable, Undecidable
from leadrelay.lead import Kind, Lead

_UNTOLD = (
    "contact {contact} is there without what the lead says, and centia takes no ticket that holds "
    "it: give the user the right to tickets and replay, or read it here"
)
_IN_THE_CONTACT = (
    "centia took no ticket: what the lead says stands in the contact's Skype field "
    "(`leadrelay check` says why)"
)


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
        telling = Telling(lead, steps)
        about = desk(self.api, lead, options, needed=options.also == "ticket")
        if options.also == "ticket" and not about:
            raise Refused("there can be no ticket of this source: `leadrelay check` says why")
        company_id = self._company(lead, options, steps)
        said = named(self.api, lead, options)
        maker = Maker(self.api, lead, said, brief=about is not None and self._takes_tickets())
        contact = maker.make(steps, company_id, self._origin(lead, options))
        ids = {"company_id": contact.company_id, "contact_id": int(contact.id)}
        if options.also == "opportunity":
            additions.add_opportunity(self.api, lead, options, steps, ids)
        receipt = Receipt(contact.id, contact.is_new, link=options.link(contact.id))
        if about is None and self._lacks_a_ticket(contact, telling):
            about = desk(self.api, lead, options, needed=True)
        if about is None:
            return _without_ticket(receipt, contact, options)
        try:
            additions.add_ticket(self.api, lead, options, telling, about, ids)
        except Undecidable:  # it may be there
            raise
        except Refused as error:
            self.api.takes_tickets = False
            if options.also == "ticket" or not contact.is_whole:
                raise Refused(_UNTOLD.format(contact=contact.id), words=error.words) from error
            return replace(receipt, remark=_IN_THE_CONTACT)
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

    def _lacks_a_ticket(self, contact: Contact, telling: Telling) -> bool:
        """Whether something would be told nowhere. An account that never took any isn't asked
        again for each event of a call: what it refuses may cost a login each time."""
        return not contact.is_whole or (telling.has_news and self._takes_tickets())

    def _takes_tickets(self) -> bool:
        """Until a ticket of ours is seen there, a contact holds the words as well: none can be
        edited, should its ticket be refused."""
        if self.api.takes_tickets is None:
            self.api.takes_tickets = find.any_ticket(self.api)
        return self.api.takes_tickets

    def _origin(self, lead: Lead, options: _Options) -> int:
        """Where the lead came from, if the account lists that by name; else the secret's."""
        if options.origin_id:
            return options.origin_id
        try:
            names = self.api.names("Contacts.GetOrigins")
        except Retryable:  # no reason to keep the lead waiting
            names = {}
        return by_name(names, origins.names(lead, options.came_by)) or self.api.setting("origin_id")

    def _create(self, method: str, values: Mapping[str, Any]) -> str:
        return str(self.api.create(method, **values)["id"])


def _without_ticket(receipt: Receipt, contact: Contact, options: _Options) -> Receipt:
    if contact.is_whole:
        return receipt if options.also == "nothing" else replace(receipt, remark=_IN_THE_CONTACT)
    raise Refused(
        f"contact {contact.id} doesn't hold all that the lead says (centia cut it, or it "
        'was made to go with a ticket): read it here, or set also = "ticket" and replay'
    )
