"""Finding in centiaCRM what a lead became, and who is there already."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.names import plain
from leadrelay.lead import Lead

_REFERENCE = re.compile(r"\bLR-[0-9A-Z]{8}\b")


def company(api: Api, name: str) -> str | None:
    """The id of the company of this name."""
    for found in api.pages("Companies.GetCompanies", query=name):
        if plain(str(found.get("name", ""))) == plain(name):
            return str(found["id"])
    return None


def contact(api: Api, lead: Lead) -> dict[str, Any] | None:
    """By e-mail first, as that takes one call, unless that contact bears the reference of
    another lead; then among those made since the lead came in, whatever their fields."""
    if lead.email:
        found = api.contact_by_email(lead.email)
        if found and not _bears_another(found, lead):
            return found
    return next((c for c in _since(api, "Contacts", lead) if _is_of(lead, c)), None)


def opportunity(api: Api, lead: Lead) -> str | None:
    """The id of the opportunity that bears the lead's reference."""
    return _bearing(lead, _since(api, "Opportunities", lead))


def ticket(api: Api, lead: Lead) -> str | None:
    """The id of the ticket that bears the lead's reference."""
    return _bearing(lead, api.tickets())


def _since(api: Api, module: str, lead: Lead) -> Iterator[dict[str, Any]]:
    """What was made since the lead came in: an attempt of ours can't be older. One day more,
    because the CRM's days are those of its own time zone."""
    day = lead.received_at - timedelta(days=1)
    return api.pages(f"{module}.Get{module}", created_at={"from": f"{day:%d/%m/%y}"})


# Nothing says what the objects of a reply are made of, but for their `id`. So a reference, an
# address or a number is looked for in all the text an object holds.


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


def _bears_another(found: Mapping[str, Any], lead: Lead) -> bool:
    references = _references(found)
    return bool(references) and lead.ref not in references


def _is_of(lead: Lead, found: Mapping[str, Any]) -> bool:
    if references := _references(found):
        return lead.ref in references
    known_by = (lead.email or lead.phone or "").casefold()
    return bool(known_by) and any(text.casefold() == known_by for text in _texts(found))


def _bearing(lead: Lead, records: Iterable[Mapping[str, Any]]) -> str | None:
    return next((str(found["id"]) for found in records if lead.ref in _references(found)), None)
