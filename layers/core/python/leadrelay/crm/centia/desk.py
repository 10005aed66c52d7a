"""What a ticket needs of the account: the source's options say it, else the account's own lists.

A ticket is the one record of centiaCRM whose text is kept as it was sent (CreateTicket's
`description`): a contact has fields for how to reach somebody, and what CreateOpportunity takes as
`comment` is only "sent on the notification".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from leadrelay.came_by import listed_as
from leadrelay.crm import beside, origins
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.options import Options
from leadrelay.crm.mapping import render
from leadrelay.crm.owners import the_user
from leadrelay.errors import Retryable
from leadrelay.lead import Lead

# What a case and a priority are called that suit an enquiry, in the order of preference.
_CASES = ("Consulta", "Solicitud", "Información", "Prospecto", "Lead", "Enquiry", "Inquiry")
_PRIORITIES = ("Media", "Normal", "Medium")


class Desk(NamedTuple):
    """The ids that CreateTicket asks for, by its parameters' names."""

    user_id: int
    origin_id: int
    case_id: int
    priority_id: int


def desk(api: Api, lead: Lead, options: Options, *, needed: bool = False) -> Desk | None:
    """Where the lead's ticket goes; None if the source wants none, or the account lacks something
    that a ticket needs. If it is `needed`, what the account didn't tell is asked for once more."""
    if options.also == "nothing":
        return None
    names = origins.names(lead, options.came_by)
    found = _ids(api, options, names)
    if needed and not all(found.values()):
        api.forget_untold()
        found = _ids(api, options, names)
    if options.owner:
        found["user_id"] = _user(api, render(options.owner, lead)) or found["user_id"]
    ids = [number for number in found.values() if number]
    return Desk(*ids) if len(ids) == len(Desk._fields) else None


def by_lists(api: Api, lead: Lead, options: Options) -> Desk | None:
    """The desk that the account's lists alone make, where the options say another: an id that they
    name may be gone."""
    named = [f"{one}_id" for one in ("user", "ticket_origin", "case", "priority")]
    unset = options.model_copy(update=dict.fromkeys(named))
    return None if unset == options else desk(api, lead, unset)


def missing(api: Api, options: Options) -> list[str]:
    """The options without which there is no ticket, as nothing in the account's lists stands in
    for them."""
    return [key for key, number in _ids(api, options, ()).items() if not number]


def by_name(names: Mapping[int, str], wanted: Iterable[str]) -> int | None:
    """The id of the first of the wanted names that is listed, under any of its words."""
    ids = {name: number for number, name in names.items()}
    found = (listed_as(name, ids) for name in wanted)
    return next((ids[name] for name in found if name), None)


def _ids(api: Api, options: Options, origins: Iterable[str]) -> dict[str, int | None]:
    """In the order of a desk; a list is only asked for if the option isn't set."""

    def listed(method: str, wanted: Iterable[str]) -> int | None:
        names = api.names(method)
        return by_name(names, wanted) or next(iter(names), None)

    return {
        "user_id": options.user_id or _own_user(api),
        "ticket_origin_id": options.ticket_origin_id or listed("Tickets.GetOrigins", origins),
        "case_id": options.case_id or listed("Tickets.GetCases", _CASES),
        "priority_id": options.priority_id or listed("Tickets.GetPriorities", _PRIORITIES),
    }


def named(api: Api, lead: Lead, options: Options) -> Options:
    """The options, with the ids of how the person is addressed and of what they are, where the
    account lists the lead's word for it."""
    wanted = {
        "title_id": ("Contacts.GetTitles", beside.told(lead, "salutation"), beside.title),
        "department_id": (
            "Contacts.GetDepartments",
            beside.told(lead, "department"),
            beside.listed,
        ),
        "position_id": ("Contacts.GetPositions", lead.job_title or "", beside.listed),
    }
    found = {
        key: _id(api, method, word, find)
        for key, (method, word, find) in wanted.items()
        if word and getattr(options, key) is None
    }
    return options.model_copy(update=found)


def _id(
    api: Api, method: str, word: str, find: Callable[[str, Iterable[str]], str | None]
) -> int | None:
    try:
        ids = {name: number for number, name in api.names(method).items()}
    except Retryable:  # no reason to keep the lead waiting
        return None
    name = find(word, ids)
    return ids[name] if name else None


def users(api: Api) -> list[tuple[int, list[str]]]:
    """What a user of the list is made of isn't documented: each of its texts may tell them."""
    rows = api.rows("Profiles.GetUsers")
    texts = ([text for text in one.values() if isinstance(text, str)] for one in rows)
    return [(int(one["id"]), [*told, _name(one)]) for one, told in zip(rows, texts, strict=True)]


def _user(api: Api, told: str) -> int | None:
    return the_user(told, users(api))


def _name(user: Mapping[str, object]) -> str:
    return f"{user.get('name') or ''} {user.get('surname') or ''}"


def _own_user(api: Api) -> int | None:
    """The user who logs in, known by the e-mail address; or the only one there is."""
    users = api.rows("Profiles.GetUsers")
    own = [one for one in users if api.email in one.values()]
    found = own or (users if len(users) == 1 else [])
    return int(found[0]["id"]) if found else None
