"""Finding in TrackerRMS what a lead became, and whom it is from; and being sure of it.

getRecords filters by a record's name (Widget API v1.11, p. 12); seen in use, it also finds people
by their e-mail address. What it returns is compared here before anybody trusts it: by our own
reference whether it is ours, and by `crm.identity` whether it is the same person.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from leadrelay.crm.identity import Person, addresses, number, same_number, the_one
from leadrelay.crm.names import same_name
from leadrelay.crm.trackerrms.api import PAGE, Api
from leadrelay.crm.trackerrms.holders import CHECK_PERSON, known_by_one
from leadrelay.crm.trackerrms.payload import tag
from leadrelay.crm.trackerrms.phones import email, phone
from leadrelay.crm.trackerrms.wire import Record
from leadrelay.errors import Refused, Undecidable
from leadrelay.lead import Lead


def tagged(api: Api, record_type: str, lead: Lead, mark: str = "") -> Record | None:
    """The lead, opportunity or activity whose name holds this lead's reference, and behind it the
    `mark`."""
    for record in api.records(record_type, lead.ref):
        titles = (record.name, record.details.get("name"), record.details.get("subject"))
        if any(tag(lead) + mark in str(title) for title in titles):
            return record
    return None


def activity(api: Api, lead: Lead, mark: str = "") -> Record | None:
    """The activity of the lead. That getRecords lists activities is seen in use and in no
    document: Raises Undecidable where it doesn't."""
    try:
        return tagged(api, "A", lead, mark)
    except Refused as error:
        raise Undecidable(
            "TrackerRMS lists no activities to us, so one may be there: look by hand for "
            f"{lead.ref}, and if it is missing, replay with --redo",
            words=error.words,
        ) from error


def whose(activity: Record) -> str | None:
    """The id of the contact or candidate that an activity is of."""
    links = activity.details.get("contactid"), activity.details.get("resourceid")
    return next((str(link) for link in links if link), None)


def who(lead: Lead) -> Person:
    """Whom the lead is from; of a call, the other end."""
    return Person(lead.name, (lead.email or "",), (phone(lead),))


def recognisable(lead: Lead) -> bool:
    """Whether there is more than a name to know the person by."""
    return bool(email(lead) or number(phone(lead)))


def person(api: Api, record_type: str, lead: Lead) -> str | None:
    """The id of the contact (N) or resource (R) who surely is the person of the lead."""
    if not recognisable(lead):
        return None
    found: dict[str, Record] = {}
    for text in filter(None, (email(lead), lead.name)):
        found |= {record.id: record for record in api.records(record_type, text)}
        people = _described(found.values()) or _vouched(api, record_type, lead, found.values())
        if one := the_one(who(lead), people):
            return one.id
    return None


def whom_it_means(api: Api, record_type: str, lead: Lead) -> str | None:
    """The id of the person whom TrackerRMS says it has, without saying who: found as above, or
    among those who are called like the holder of the address or the number, as checkPerson names
    one: of a family that shares it only a name tells who is meant."""
    if found := person(api, record_type, lead):
        return found
    first = known_by_one(api, lead).first
    fullname = str(first.get("fullname") or "")
    named = called(api, record_type, fullname, *fullname.split()[-1:])
    one = the_one(who(lead), [(as_person(record, first), record) for record in named])
    return one.id if one else None


def somebody_alike(api: Api, record_type: str, lead: Lead) -> bool:
    """Whether somebody is there who may be the person of the lead, though nothing makes it sure:
    called like what we send, and with no other address and no other number."""
    called = lead.as_person
    wanted = who(lead)
    return any(
        (same_name(called, record.name) or called == record.name)
        and not _contradicts(wanted, as_person(record, {}))
        for text in filter(None, (email(lead), called))
        for record in api.records(record_type, text)
    )


def to_be_overwritten(api: Api, lead: Lead, was: Lead) -> str:
    """What they are called whose record TrackerRMS may overwrite, by the lead's address or else
    its number; "" for nobody. `was` is the lead as it was when it was first written. Raises
    Refused if that is somebody else."""
    first = known_by_one(api, lead).first if recognisable(lead) else {}
    fullname = str(first.get("fullname") or "")
    if all(same_name(one.name, fullname) is False for one in (lead, was)):
        raise Refused(
            "TrackerRMS knows this address or number by another name, and would overwrite that "
            "record: see to it by hand"
        )
    return fullname


def no_other_person(api: Api, record_type: str, record_id: str, lead: Lead) -> None:
    """By which rule TrackerRMS takes two for one isn't documented: a family may be one to it.
    Raises Refused if its record has another name than the lead, or, where no name tells, isn't
    surely theirs."""
    if not record_id or not api.may("getRecords"):
        return
    agreed = same_name(lead.name, api.named(record_type, record_id))
    if agreed is None:
        agreed = whom_it_means(api, record_type, lead) == record_id
    if not agreed:
        raise Refused(
            f"TrackerRMS takes this person for its record {record_id}, which has another name, or "
            "may be somebody else's: see to it by hand"
        )


def shows_reference(api: Api, resource_id: str, lead: Lead) -> bool:
    """Whether a candidate surely was made from this lead. What getIndividualRecord tells of one
    isn't documented; where it tells the note, the reference is there."""
    try:
        return lead.ref in str(api.whole("R", resource_id))
    except Refused:
        return False


def called(api: Api, record_type: str, *names: str) -> list[Record]:
    """Of each name the first page only: somebody waits for the answer."""
    found: dict[str, Record] = {}
    for name in dict.fromkeys(filter(None, names)):
        found |= {one.id: one for one in islice(api.records(record_type, name), PAGE)}
    return list(found.values())


def _described(records: Iterable[Record]) -> list[tuple[Person, Record]]:
    return [(as_person(record, {}), record) for record in records if record.details]


def _vouched(
    api: Api, record_type: str, lead: Lead, records: Iterable[Record]
) -> list[tuple[Person, Record]]:
    """Records come without details in Widget API v1.11; there, the only one of the lead's name
    will do if checkPerson knows that name by the lead's address or number."""
    namesakes = [record for record in records if same_name(lead.name, record.name)]
    if len(namesakes) != 1:
        return []
    known = known_by_one(api, lead)
    if CHECK_PERSON[record_type] not in known.letters:
        return []
    return [(as_person(record, known.first), record) for record in namesakes]


def as_person(record: Record, first: Mapping[str, Any]) -> Person:
    """A record as somebody; of one without details, what checkPerson's first record tells if it
    has that name."""
    details = record.details
    emails = [details.get("email"), details.get("otheremail")]
    # "businesstelephone" (contact), "worktelephone" (resource), "mobiletelephone", …
    phones = [value for key, value in details.items() if key.endswith("telephone")]
    if not details and same_name(record.name, str(first.get("fullname") or "")):
        emails, phones = [first.get("email")], [first.get("phone"), first.get("cell")]
    return Person(record.name, _texts(emails), _texts(phones))


def _contradicts(one: Person, other: Person) -> bool:
    ours, theirs = (frozenset().union(*map(addresses, each.emails)) for each in (one, other))
    phones = [(a, b) for a in one.phones if number(a) for b in other.phones if number(b)]
    another_number = bool(phones) and not any(same_number(*pair) for pair in phones)
    return another_number or bool(ours and theirs and not ours & theirs)


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value)
