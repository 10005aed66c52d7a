"""Writing a record once, and seeing to it that it holds what was sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from leadrelay.crm.initiative import find, kept, payload
from leadrelay.crm.initiative.api import Api
from leadrelay.crm.initiative.operations import Denied, Doubtful
from leadrelay.crm.initiative.options import Options
from leadrelay.crm.mapping import render
from leadrelay.crm.owners import the_user
from leadrelay.crm.refusals import first_accepted
from leadrelay.errors import DeliveryError, Refused, Retryable
from leadrelay.lead import Lead

type Look = Callable[[], str | None]

_UNSEEN, _CONVERTED = "?", "contact"


class Written(NamedTuple):
    """What the step of a record remembers: its id, whether it may be stored in another way than it
    was sent, which a further step mends, and whether somebody has made a contact of it since."""

    id: str
    unseen: bool
    converted: bool = False

    @classmethod
    def read(cls, result: str) -> "Written":
        record_id, _, mark = result.partition(" ")
        return cls(record_id, mark == _UNSEEN, mark == _CONVERTED)

    def __str__(self) -> str:
        mark = _UNSEEN if self.unseen else _CONVERTED if self.converted else ""
        return f"{self.id} {mark}".rstrip()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for one lead."""

    api: Api
    lead: Lead
    options: Options

    @property
    def sent(self) -> Lead:
        """The lead as this server can keep it."""
        return kept.spelled_lead(self.lead) if self.api.is_narrow else self.lead

    @property
    def owner(self) -> str:
        return self._asked_for() or self._usual_owner

    @property
    def _usual_owner(self) -> str:
        return self.options.assigned_user_id or self.api.user_id

    def _asked_for(self) -> str | None:
        if not (told := render(self.options.owner, self.lead)):
            return None
        try:
            return the_user(told, self.api.users())
        except Retryable:  # no reason to keep the lead waiting
            return None

    def element(self, lead: Lead) -> dict[str, str]:
        """Of the lead's own record."""
        module = self.api.describe(self.options.module)
        return payload.record(lead, module, self.options, self.owner)

    def make(self, module: str, element: Mapping[str, str]) -> str:
        """Create a record with a description, whoever may have it; what its step remembers."""
        forms = [element]
        if element.get("assigned_user_id") != self._usual_owner:
            forms.append({**element, "assigned_user_id": self._usual_owner})
        writes = (partial(self._create, module, form) for form in forms)
        return settled(lambda: self.look(module), *writes)

    def _create(self, module: str, element: Mapping[str, str]) -> str:
        stored = self.api.create(module, element)
        self.api.is_narrow |= kept.is_narrow(element, stored)
        return str(Written(stored["id"], unseen=self.mended(module, element, stored) is not None))

    def look(self, module: str) -> str | None:
        """The record that an earlier attempt made: how it is stored hasn't been seen."""
        if found := find.record(self.api, module, self.lead):
            return str(Written(found, unseen=True))
        # No query shows a record that was converted; its description went along to the contact.
        if module == "Leads" and (contact := find.if_shown(self.api, "Contacts", self.lead)):
            return str(Written(contact, unseen=False, converted=True))
        return None

    def mended(self, module: str, sent: Mapping[str, str], stored: Mapping[str, str]) -> str | None:
        """The description that the record needs, unless it is fine."""
        described, style = self.api.describe(module), self.options.style
        text = kept.description(self.lead, style, described, sent, stored)
        return None if text == stored.get("description", "") else text

    def mend(self, module: str, record_id: str, sent: Mapping[str, str], **changes: str) -> str:
        """Put into the record's description what its fields don't hold. Twice is as once."""
        try:
            stored = self.api.call("retrieve", id=record_id)
            text = self.mended(module, sent, stored)
            changes |= {} if text is None else {"description": text}
            self.update(module, record_id, stored, changes)
        except Refused:  # deleted, or made private, since it was made
            return "out of reach"
        return "as sent"

    def update(
        self,
        module: str,
        record_id: str,
        stored: Mapping[str, str],
        wanted: Mapping[str, str],
    ) -> None:
        """Write what isn't so already: each update of an event resets its reminder."""
        changes = {name: text for name, text in wanted.items() if stored.get(name) != text}
        if not changes:
            return
        try:
            self.api.call("update", elementType=module, element={**changes, "id": record_id})
        except Doubtful as doubtful:  # an update may be done again
            raise doubtful.if_absent(str(doubtful), words=doubtful.words) from doubtful


def settled(look: Look, *writes: Callable[[], str]) -> str:
    """What the first of `writes` gives that isn't refused, with a look at once after any error, as
    it may have come too late.

    Such an error comes again with every try if the lead is at fault, so waiting and trying can't
    settle it, but a look can: the record is there, or the error meant what it said. Who may not
    see records isn't let make one either: that is asked before anything is saved (vtiger 6.0).
    """

    def look_if_allowed() -> str | None:
        try:
            return look()
        except Denied:
            return None

    try:
        return first_accepted(look_if_allowed, *writes)
    except Doubtful as doubtful:
        try:
            found = look()
        except DeliveryError:
            raise doubtful from None  # still unknown
        if found:
            return found
        raise doubtful.if_absent(str(doubtful), words=doubtful.words) from doubtful
