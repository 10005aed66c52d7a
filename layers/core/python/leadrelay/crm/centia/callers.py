"""Who has a telephone number, among centiaCRM's contacts."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from leadrelay.crm.base import Caller
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.find import person
from leadrelay.crm.identity import number as number_of
from leadrelay.crm.identity import same_number, several

_QUERIED = 9  # digits: what stands before them is written in many ways
_PAGE = 100
_MOST_SEEN = 1000  # somebody waits for the answer


def caller(api: Api, number: str) -> Caller | None:
    """By GetContacts. No page says what its `query` looks through, so contacts are looked through
    here as well, as many as can be while a telephone rings."""
    if not number_of(number):
        return None
    queried = api.pages("Contacts.GetContacts", query=number_of(number)[-_QUERIED:])
    first = islice(api.pages("Contacts.GetContacts", pagination=_PAGE), _MOST_SEEN)
    for contacts in (queried, first):
        if names := _names(contacts, number):
            return Caller(several(names))
    return None


def _names(contacts: Iterable[Mapping[str, Any]], number: str) -> list[str]:
    people = [person(contact) for contact in contacts if _has(contact, number)]
    return [one.name for one in people if one.name]


def _has(contact: Mapping[str, Any], number: str) -> bool:
    """Nothing says what a contact of a reply is made of: each of its texts may be a number."""
    texts = (value for value in contact.values() if isinstance(value, str))
    return any(same_number(text, number) for text in texts)
