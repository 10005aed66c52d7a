"""What a source's options name and centiaCRM doesn't have, by the lists it gives."""

from collections.abc import Iterator

from leadrelay.crm import origins, owners
from leadrelay.crm.base import Advice
from leadrelay.crm.centia import find
from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.desk import missing, users
from leadrelay.crm.centia.options import Options
from leadrelay.errors import Refused
from leadrelay.lead import Kind

LISTS = {
    "origin_id": "Contacts.GetOrigins",
    "title_id": "Contacts.GetTitles",
    "position_id": "Contacts.GetPositions",
    "department_id": "Contacts.GetDepartments",
    "company_type_id": "Companies.GetTypes",
    "company_industry_id": "Companies.GetIndustries",
    "user_id": "Profiles.GetUsers",
    "stage_id": "Profiles.GetStages",
    "ticket_origin_id": "Tickets.GetOrigins",
    "case_id": "Tickets.GetCases",
    "priority_id": "Tickets.GetPriorities",
}
"""Option → the method that lists what it may be."""

_IN_SECRET = ("origin_id", "company_id")


def advise(api: Api, kind: Kind, options: Options) -> Iterator[Advice]:  # noqa: ARG001  # the same for all
    """An empty list is no reason to doubt an option: what an answer looks like is documented for
    its `id` only."""
    wanted = {key: getattr(options, key) for key in (*LISTS, "company_id")}
    for key, given in wanted.items():
        from_secret = given is None and key in _IN_SECRET
        value = api.setting(key) if from_secret else given
        found = _company(api, value) if key == "company_id" else _listed(api, key, value)
        if found and from_secret:
            yield Advice("", f"{key} of the secret: {found.text}")
        elif found:
            yield found
    yield from origins.advise(options.came_by, api.names("Contacts.GetOrigins").values())
    if options.owner:
        yield from owners.advise(options.owner, users(api))
    if options.style.details == "file":
        yield Advice("", 'details = "file": centia takes no files, so they stay in Leadrelay')
    if options.also != "nothing":
        yield from _of_tickets(api, options)


def _of_tickets(api: Api, options: Options) -> Iterator[Advice]:
    if lacking := missing(api, options):
        yield _no_ticket(options, f"as nothing tells {', '.join(lacking)}")
    elif not find.any_ticket(api) and find.any_contact(api):
        yield _no_ticket(options, "as centia took none of the contacts that leads became")


def _no_ticket(options: Options, why: str) -> Advice:
    means = (
        "so leads are parked"
        if options.also == "ticket"
        else (
            "so what a lead says, beyond how to reach the person, goes into the contact's Skype "
            "field, the only free text that a contact has"
        )
    )
    return Advice(
        "also",
        f"there can be no ticket, {why}, {means}: give the user the right to tickets, or set it",
    )


def _listed(api: Api, key: str, value: int | None) -> Advice | None:
    if value is None:
        return None
    names = {str(one.get("id")): one.get("name") or "" for one in api.rows(LISTS[key])}
    if not names or str(value) in names:
        return None
    return Advice.unlisted(key, value, (f"{id_} ({name})" for id_, name in names.items()))


def _company(api: Api, value: int) -> Advice | None:
    try:
        response = api.call("Companies.GetCompany", search_by="id", search_value=str(value))
    except Refused:  # how a search without a result is answered isn't documented
        response = {}
    if response.get("company"):
        return None
    lists = "`leadrelay crm centia Companies.GetCompanies` lists them"
    return Advice("company_id", f"the CRM has no company {value}; {lists}")
