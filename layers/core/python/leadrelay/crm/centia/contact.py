"""Making a lead's contact in centiaCRM, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from leadrelay.crm.base import Findable, Steps
from leadrelay.crm.centia import find, payload
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.options import Options
from leadrelay.crm.refusals import first_accepted
from leadrelay.errors import Retryable, Undecidable
from leadrelay.lead import Lead


class Contact(NamedTuple):
    """`company_id`: of one that was there, its own; `is_whole`: it holds all that the lead says."""

    id: str
    company_id: int
    is_new: bool
    is_whole: bool


@dataclass(slots=True)
class Maker:
    """Makes the contact of one lead, with the reference alone if it is `brief`."""

    api: Api
    lead: Lead
    options: Options
    brief: bool
    made: bool = False

    def make(self, steps: Steps, company_id: int, origin_id: int) -> Contact:
        """What the step remembers is the contact's id, its own company if it was there, and a mark
        if it doesn't hold all that the lead says."""

        def act() -> str:
            about = {"company_id": company_id, "origin_id": origin_id}
            forms = (
                payload.contact(self.lead, self.options, plain=plain, brief=self.brief)
                for plain in (False, True)
            )
            writes = (partial(self._insert, about | form) for form in forms)
            return first_accepted(self._in_the_way, *writes)

        told = steps.once("contact", act, self._look)
        contact_id, own_company, mark = (f"{told}//").split("/")[:3]
        return Contact(contact_id, int(own_company or company_id), self.made, not mark)

    def _insert(self, values: Mapping[str, Any]) -> str:
        shown = self.api.create("Contacts.CreateContact", **values)
        self.made = True
        is_whole = not self.brief and payload.is_kept(values, shown)
        told = _told({"id": shown["id"]}, is_whole=is_whole)
        return Findable(told) if find.bears(self.lead, shown) else told

    def _look(self) -> str | None:
        try:
            found = find.contact(self.api, self.lead)
        except Undecidable:
            if known := self._taken():
                return known
            raise
        if found is None:
            return None
        return _told(found, is_whole=not payload.is_brief(self.lead, self.options, found))

    def _in_the_way(self) -> str | None:
        """After a refusal: our own contact, else that of the same person; if that can't be learnt,
        one without e-mail address will do."""
        found = self._look()
        try:
            return found or self._taken()
        except Retryable:
            return None

    def _taken(self) -> str | None:
        """Where a ticket holds the words: the same person's contact, which has nothing of them."""
        known = find.same_person(self.api, self.lead) if self.brief else None
        return _told(known, is_whole=False) if known else None


def _told(contact: Mapping[str, Any], *, is_whole: bool) -> str:
    mark = "" if is_whole else "cut"
    return f"{contact['id']}/{contact.get('company_id') or ''}/{mark}".rstrip("/")
