"""Finding a lead, or the person behind it, in TrackerRMS; and being sure of it.

getRecords filters by a record's name (Widget API v1.11, p. 12); seen in use, it also finds people
by their e-mail address. What it returns is compared here before anybody trusts it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from leadrelay.crm.trackerrms.api import Api, Record
from leadrelay.crm.trackerrms.payload import phone, tag
from leadrelay.lead import Lead

# checkPerson has letters of its own: there C is a contact, elsewhere a client.
_CHECK_PERSON = {"N": "C", "R": "R"}
_SURE_DIGITS = 9  # a national number; what stands before it is written in many ways


def tagged(api: Api, record_type: str, lead: Lead, mark: str = "") -> Record | None:
    """The lead, opportunity or activity whose name holds this lead's reference, and behind it the
    `mark`."""
    for record in api.records(record_type, lead.ref):
        titles = (record.name, record.details.get("name"), record.details.get("subject"))
        if any(tag(lead) + mark in str(title) for title in titles):
            return record
    return None


def recognisable(lead: Lead) -> bool:
    """Whether there is more than a name to know the person by."""
    return bool(lead.email or phone(lead))


def person(api: Api, record_type: str, lead: Lead) -> str | None:
    """The id of the contact (N) or resource (R) with the lead's e-mail address, or with its name
    and its number. Records come without details in Widget API v1.11; there, the only one of the
    lead's name will do if checkPerson knows that name by the lead's address or number."""
    if lead.email:
        for record in api.records(record_type, lead.email):
            if _has_email(record, lead):
                return record.id
    name = lead.name or lead.label
    namesakes = [record for record in api.records(record_type, name) if _same(name, record.name)]
    for record in namesakes:
        if _has_email(record, lead) or _has_phone(record, lead):
            return record.id
    if len(namesakes) == 1 and not namesakes[0].details and _vouched(api, record_type, lead, name):
        return namesakes[0].id
    return None


def caller(api: Api, lead: Lead) -> tuple[str, str, str] | None:
    """Record type and id of the only one who is known by the number of a call, and checkPerson's
    link into the web application, "" for none."""
    if not phone(lead):
        return None
    letters, first, link = api.check_person(email=lead.email or "", phone=phone(lead))
    name = str(first.get("fullname") or "")
    for record_type, letter in _CHECK_PERSON.items():
        if letter not in letters or not name:
            continue
        ours = [
            record
            for record in api.records(record_type, name)
            if (_has_phone(record, lead) if record.details else _known_by(first, lead))
        ]
        if len(ours) == 1:
            return record_type, ours[0].id, link if link.startswith("https://") else ""
    return None


def digits(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")


def _vouched(api: Api, record_type: str, lead: Lead, name: str) -> bool:
    # By one of them at a time: a number may be shared, and then another's record comes first.
    number = "" if lead.email else phone(lead)
    letters, first, _ = api.check_person(email=lead.email or "", phone=number)
    is_known = _CHECK_PERSON[record_type] in letters and _same(name, first.get("fullname"))
    return is_known and _known_by(first, lead)


def _known_by(first: Mapping[str, Any], lead: Lead) -> bool:
    """Whether checkPerson's first record has the lead's e-mail address or number."""
    numbers = first.get("phone"), first.get("cell")
    return _same(lead.email, first.get("email")) or _same_number(lead, numbers)


def _has_email(record: Record, lead: Lead) -> bool:
    return _same(lead.email, record.details.get("email"), record.details.get("otheremail"))


def _has_phone(record: Record, lead: Lead) -> bool:
    # "businesstelephone" (contact), "worktelephone" (resource), "mobiletelephone", …
    numbers = [value for key, value in record.details.items() if key.endswith("telephone")]
    return _same_number(lead, numbers)


def _same_number(lead: Lead, numbers: Iterable[object]) -> bool:
    wanted = digits(phone(lead))[-_SURE_DIGITS:]
    return len(wanted) == _SURE_DIGITS and any(
        digits(str(number or "")).endswith(wanted) for number in numbers
    )


def _same(wanted: str | None, *found: object) -> bool:
    plain = (wanted or "").strip().casefold()
    return plain != "" and plain in {str(one or "").strip().casefold() for one in found}
