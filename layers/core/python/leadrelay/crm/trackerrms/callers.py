"""Who has a telephone number, as TrackerRMS's checkPerson tells."""

from collections.abc import Iterator
from contextlib import suppress

from leadrelay.crm.base import Caller
from leadrelay.crm.identity import same_number, several
from leadrelay.crm.trackerrms import find
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.wire import CheckedPerson
from leadrelay.errors import DeliveryError


def caller(api: Api, number: str) -> Caller | None:
    """checkPerson tells one of several who share a number. Those of the first's surname are looked
    through too, where getRecords shows numbers; with more than one, no link leads to any of them.

    Somebody waits for this, and nobody waits for its end: the process may be frozen at any moment,
    so that no token is fetched here which might then be lost.
    """
    known = api.check_person(email="", phone=number, may_log_in=False)
    if not known.letters:
        return None
    told = [str(known.first[key]) for key in ("phone", "cell") if known.first.get(key)]
    if told and not any(same_number(number, one) for one in told):
        return None  # by a rule of its own, such as the last digits
    name, company = (str(known.first.get(key) or "") for key in ("fullname", "company"))
    names = several([name, *_family(api, known, number)]) if name else ""
    if names != name:
        return Caller(names)
    return Caller(name, company, known.link) if name or known.link else None


def _family(api: Api, known: CheckedPerson, number: str) -> Iterator[str]:
    """Whoever has the first's surname and the number."""
    surname = str(known.first["fullname"]).rsplit(maxsplit=1)[-1]
    with suppress(DeliveryError):  # then the first is shown
        for record_type, letter in find.CHECK_PERSON.items():
            if letter in known.letters and api.may("getRecords"):
                for record in find.called(api, record_type, surname):
                    one = find.as_person(record, {})
                    if any(same_number(number, phone) for phone in one.phones):
                        yield one.name
