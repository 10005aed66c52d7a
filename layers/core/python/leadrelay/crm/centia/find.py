"""Finding in centiaCRM what a lead became, and who is there already.

Nothing says what the objects of a reply are made of, but for their `id`. So a reference is looked
for in all the text that an object holds; and where the replies don't show the field that it stands
in, a record that could be ours proves nothing: then a person has to look.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.payload import NOT_GIVEN
from leadrelay.crm.identity import Person, addresses, number, same, same_number
from leadrelay.crm.names import same_name
from leadrelay.errors import Undecidable
from leadrelay.lead import Lead
from leadrelay.spanish_names import plain

_REFERENCE = re.compile(r"\bLR-[0-9A-Z]{8}\b")
_MOST_SEEN = 1000  # contacts, when it is asked what a reply shows
_PHONES = ("phone_mobile", "phone_office", "phone_other")


def company(api: Api, name: str) -> str | None:
    """The id of the company of this name."""
    for found in api.pages("Companies.GetCompanies", query=name):
        if plain(str(found.get("name", ""))) == plain(name):
            return str(found["id"])
    return None


def contact(api: Api, lead: Lead) -> Mapping[str, Any] | None:
    """The contact that bears the lead's reference. Raises Undecidable if there is one that could
    be it, and the replies don't show references."""
    recent = [*_since(api, "Contacts", lead)]
    if ours := _bearing(lead, recent):
        return ours
    others = islice(api.pages("Contacts.GetContacts"), _MOST_SEEN)
    perhaps = [one for one in recent if _may_be(lead, one)]
    if perhaps and not any(map(_shows_remark, recent)) and not any(map(_shows_remark, others)):
        raise _undecidable(lead, "contact", "Skype", perhaps)
    return None


def opportunity(api: Api, lead: Lead) -> str | None:
    """The id of the opportunity that bears the lead's reference. Raises Undecidable."""
    return _titled(lead, "opportunity", [*_since(api, "Opportunities", lead)])


def ticket(api: Api, lead: Lead, mark: str = "") -> str | None:
    """The id of the ticket that bears the lead's reference, and behind it the `mark`. Raises
    Undecidable."""
    return _titled(lead, "ticket", api.tickets(), mark)


def any_ticket(api: Api) -> bool:
    """Whether a ticket of any lead is there, so that centia takes tickets of this user."""
    # Without a right to see them there is hardly one to make them.
    return any(map(_references, api.if_allowed(api.tickets) or []))


def any_contact(api: Api) -> bool:
    """Whether a contact of any lead is among the first thousand."""
    return any(map(_references, islice(api.pages("Contacts.GetContacts"), _MOST_SEEN)))


def same_person(api: Api, lead: Lead) -> Mapping[str, Any] | None:
    """The contact with the lead's e-mail address, unless it is somebody else's."""
    found = api.contact_by_email(lead.email) if lead.email else None
    return found if found and same(Person.of(lead), person(found, lead.email or "")) else None


def person(found: Mapping[str, Any], email: str = "") -> Person:
    """Whom a contact is about, as far as it shows; `email` is how it was found."""
    names = (str(found.get(key) or "") for key in ("name", "surname", "mother_surname"))
    name = " ".join(one for one in names if one not in {"", NOT_GIVEN})
    phones = [str(found.get(key) or "") for key in _PHONES]
    return Person(name, [str(found.get("email") or email)], phones)


def _since(api: Api, module: str, lead: Lead) -> Iterator[dict[str, Any]]:
    """What was made since the lead came in: an attempt of ours can't be older. One day more,
    because the CRM's days are those of its own time zone."""
    day = lead.received_at - timedelta(days=1)
    return api.pages(f"{module}.Get{module}", created_at={"from": f"{day:%d/%m/%y}"})


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _references(found: Mapping[str, Any]) -> set[str]:
    return {reference for text in _texts(found) for reference in _REFERENCE.findall(text)}


def bears(lead: Lead, found: Mapping[str, Any]) -> bool:
    """Whether it shows the lead's reference."""
    return lead.ref in _references(found)


def _bearing(lead: Lead, records: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((found for found in records if bears(lead, found)), None)


def _shows_remark(found: Mapping[str, Any]) -> bool:
    return "skype" in found or bool(_references(found))


def _may_be(lead: Lead, found: Mapping[str, Any]) -> bool:
    """Whether nothing that a contact shows says that it wasn't made of this lead."""
    theirs, ours = person(found), Person.of(lead)
    return not (
        _shows_remark(found)
        or same_name(theirs.name, ours.name) is False
        or (addresses(theirs.emails[0]) - addresses(lead.email))
        or _has_another_number(theirs, ours.phones[0])
    )


def _has_another_number(person: Person, ours: str) -> bool:
    numbers = [one for one in person.phones if number(one)]
    return bool(numbers) and not any(same_number(one, ours) for one in numbers)


def _titled(lead: Lead, kind: str, records: list[dict[str, Any]], mark: str = "") -> str | None:
    for found in records:
        if any(f"{lead.ref}{mark}" in text for text in _texts(found)):
            return str(found["id"])
    if records and not any("title" in found or _references(found) for found in records):
        raise _undecidable(lead, kind, "title", records)
    return None


def _undecidable(
    lead: Lead, kind: str, field: str, found: Iterable[Mapping[str, Any]]
) -> Undecidable:
    ids = ", ".join(str(one["id"]) for one in islice(found, 5))
    return Undecidable(
        f"the {kind} may have been made, and centia's replies don't show it: look there whether "
        f"the {field} of one of {ids} has {lead.ref}, and if none has, replay with --redo"
    )
