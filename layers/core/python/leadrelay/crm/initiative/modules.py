"""The modules' fields that a lead has something for, and how long they are."""

from collections.abc import Mapping

from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.phones import line

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "Leads": {
        "firstname": "{first_name}",
        "lastname": "{last_name}",
        "email": "{email}",
        "phone": "{phone}",
        "company": "{company}",
        "designation": "{job_title}",
        "website": "{website}",
        "lane": "{address1}\n{address2}",
        "city": "{city}",
        "state": "{state}",
        "code": "{postal_code}",
        "country": "{country}",
    },
    "Contacts": {
        "firstname": "{first_name}",
        "lastname": "{last_name}",
        "email": "{email}",
        "phone": "{phone}",
        "title": "{job_title}",
        "mailingstreet": "{address1}\n{address2}",
        "mailingcity": "{city}",
        "mailingstate": "{state}",
        "mailingzip": "{postal_code}",
        "mailingcountry": "{country}",
    },
    "HelpDesk": {"ticket_title": "{subject}"},
}
"""Module → field → template. What has no place here goes into `description`."""

# Characters, from vtiger 6.0 source, schema/DatabaseSchema.xml; longer text is cut there silently.
_PERSON = {
    "firstname": 40,
    "lastname": 80,
    "email": 100,
    "secondaryemail": 100,
    "phone": 50,
    "mobile": 50,
    "fax": 50,
}
LIMITS: Mapping[str, Mapping[str, int]] = {
    "Leads": _PERSON
    | dict.fromkeys(("city", "state", "code", "country", "pobox"), 30)
    | {"company": 100, "designation": 50, "website": 255, "lane": 250, "leadsource": 200},
    "Contacts": _PERSON
    | dict.fromkeys(("mailingstate", "mailingzip", "mailingpobox", "department"), 30)
    | {"title": 50, "mailingstreet": 250, "mailingcity": 40, "mailingcountry": 40},
    "HelpDesk": {"ticket_title": 255},
    "Events": {"subject": 100, "location": 150},
    "Documents": {"notes_title": 50},
}
TEXT_BYTES = 65_535  # description is a MySQL TEXT

HOLD_WHOLE: Mapping[str, frozenset[str]] = {
    name: frozenset(limits) | {"description"} for name, limits in LIMITS.items()
}
"""Module → the fields that surely hold what is put into them, or whose cut is known. Of any other,
such as a custom field, nothing tells the length, so its value stands in the note as well."""


def built_in(module: Module, number: str) -> dict[str, str]:
    """The templates of the fields that there are; a mobile's number goes into the field for such,
    unless one in `phone` is mandatory."""
    known = {k: text for k, text in BUILT_IN[module.name].items() if k in module.fields}
    fields = module.fields
    spare = "phone" in known and "mobile" in fields and not fields["phone"].mandatory
    if spare and line(number) == "mobile":
        known["mobile"] = known.pop("phone")
    return known
