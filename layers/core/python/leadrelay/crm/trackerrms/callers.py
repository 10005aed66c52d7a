"""Who has a telephone number: for who is called, and for the lead of a call."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from leadrelay.crm import identity
from leadrelay.crm.base import Caller
from leadrelay.crm.identity import Person, same_number, several, the_one
from leadrelay.crm.names import same_name
from leadrelay.crm.trackerrms import find
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.holders import CHECK_PERSON, holder
from leadrelay.crm.trackerrms.phones import email, phone
from leadrelay.crm.trackerrms.wire import CheckedPerson, Record
from leadrelay.errors import DeliveryError
from leadrelay.lead import Lead


class Known(NamedTuple):
    """Somebody who is there: a contact (N) or resource (R). `link` leads into the web
    application, "" where it isn't told."""

    record_type: str
    id: str
    link: str = ""


def caller(api: Api, number: str) -> Caller | None:
    """checkPerson tells one of several who share a number. Those of the first's surname are looked
    through too, where getRecords shows numbers; with more than one, no link leads to any of them.

    Somebody waits for this, and nobody waits for its end: the process may be frozen at any moment,
    so that no token is fetched here which might then be lost.
    """
    card = holder(api, "", number, may_log_in=False)
    if not card.letters:
        return None
    told = [str(card.first[key]) for key in ("phone", "cell") if card.first.get(key)]
    if told and not any(same_number(number, one) for one in told):
        return None  # by a rule of its own, such as the last digits
    name, company = (str(card.first.get(key) or "") for key in ("fullname", "company"))
    names = several([name, *_family(api, card, number)]) if name else ""
    if names != name:
        return Caller(names)
    return Caller(name, company, card.link) if name or card.link else None


def known(api: Api, lead: Lead) -> Known | None:
    """Who is known by the number of a call. checkPerson names one of its holders only, so those
    are looked through too who are called like that one, like the caller, or by the same surname:
    where they share the number, only the caller's name can tell who called."""
    if not identity.number(phone(lead)):
        return None
    letters, first, link = holder(api, email(lead), phone(lead))
    fullname = str(first.get("fullname") or "")
    if not fullname:
        return None
    surname = fullname.rsplit(maxsplit=1)[-1]
    people: list[tuple[Person, Known]] = []
    for record_type, letter in CHECK_PERSON.items():
        if letter in letters:
            found = find.called(api, record_type, lead.name, fullname, surname)
            people += [
                (
                    find.as_person(record, first),
                    Known(record_type, record.id, _link(link, record, first)),
                )
                for record in found
            ]
    return the_one(find.who(lead), people)


def _family(api: Api, known: CheckedPerson, number: str) -> Iterator[str]:
    """Whoever has the first's surname and the number."""
    surname = str(known.first["fullname"]).rsplit(maxsplit=1)[-1]
    with suppress(DeliveryError):  # then the first is shown
        for record_type, letter in CHECK_PERSON.items():
            if letter in known.letters and api.may("getRecords"):
                for record in find.called(api, record_type, surname):
                    one = find.as_person(record, {})
                    if any(same_number(number, phone) for phone in one.phones):
                        yield one.name


def _link(link: str, record: Record, first: Mapping[str, Any]) -> str:
    """checkPerson's link is its first record's."""
    is_first = same_name(record.name, str(first.get("fullname") or ""))
    return link if is_first else ""
