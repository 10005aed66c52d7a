"""Who has a telephone number, among centiaCRM's contacts."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from leadrelay.crm.base import Caller
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.payload import NOT_GIVEN

_NUMBER = re.compile(r"[\d\s()+./-]+")
_SIGNIFICANT_DIGITS = 9  # what stands before them is written in many ways
_PAGE = 100
_MOST_SEEN = 1000  # somebody waits for the answer


def caller(api: Api, number: str) -> Caller | None:
    """By GetContacts. No page says what its `query` looks through, so contacts are looked through
    here as well, as many as can be while a telephone rings."""
    digits = _digits(number)[-_SIGNIFICANT_DIGITS:]
    if len(digits) < _SIGNIFICANT_DIGITS:
        return None
    asked = api.pages("Contacts.GetContacts", query=digits)
    others = islice(api.pages("Contacts.GetContacts", pagination=_PAGE), _MOST_SEEN)
    for contact in chain(asked, others):
        if any(number.endswith(digits) for number in _numbers(contact)):
            return Caller(_name(contact))
    return None


def _name(contact: Mapping[str, Any]) -> str:
    names = (str(contact.get(key) or "") for key in ("name", "surname", "mother_surname"))
    return " ".join(name for name in names if name not in {"", NOT_GIVEN})


def _numbers(contact: Mapping[str, Any]) -> Iterator[str]:
    """Nothing says what a contact of a reply is made of: its texts that are written as a number."""
    for value in contact.values():
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            yield _digits(value)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
