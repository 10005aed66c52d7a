"""From a lead to the fields of vtiger's modules: Leads, Contacts, HelpDesk, Events, Documents."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta, tzinfo
from pathlib import PurePosixPath

from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.mapping import fit, note, render
from leadrelay.errors import Misconfigured
from leadrelay.lead import Attachment, Call, Lead

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
_LIMITS: Mapping[str, Mapping[str, int]] = {
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
_TEXT_BYTES = 65_535  # description is a MySQL TEXT

OF_CALL = frozenset(
    {"date_start", "time_start", "due_date", "time_end", "eventstatus"}
    | {"duration_hours", "duration_minutes"}
)
"""The fields of an Event that change while its call goes on, beside `description`."""

_DEFAULTS = {"ticketstatus": "Open", "ticketpriorities": "Normal"}
_WEB = {"leadsource": "Web Site"}
_EVENT_STATUS = {"ringing": "Planned", "missed": "Not Held", "voicemail": "Not Held"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_REFERENCE = re.compile(r"Reference: (LR-\w+)")


def reference(lead: Lead) -> str:
    """The line of a description by which a record is found again."""
    return f"Reference: {lead.ref}"


def is_of(lead: Lead, description: str) -> bool:
    """Whether the record was made from this lead. Its own reference comes last; a message may
    quote the one of an earlier lead."""
    return _REFERENCE.findall(description)[-1:] == [lead.ref]


def record(lead: Lead, module: Module, overrides: dict[str, str], owner: str) -> dict[str, str]:
    """The element of a Leads, Contacts or HelpDesk record."""
    named = _named(lead)
    builtin = {k: v for k, v in BUILT_IN[module.name].items() if k in module.fields}
    templates = builtin | overrides
    values = {name: text for name, t in templates.items() if (text := render(t, named))}
    for name in builtin:
        if module.fields[name].mandatory and module.fields[name].type == "string":
            values.setdefault(name, lead.label)
    wanted = _DEFAULTS if lead.kind == "call" else _DEFAULTS | _WEB
    values = _choices(module, wanted) | {"assigned_user_id": owner} | values

    placed = {"resume", "attachments"}
    for name in values.keys() & templates.keys():
        placed.update(_PLACEHOLDER.findall(templates[name]))
    return _finish(module, values, note_of=lead, placed=placed | _placed_names(lead, named, placed))


def fillable(module: Module) -> set[str]:
    """The fields of a Leads, Contacts or HelpDesk record that a lead can have a value for."""
    choices = _choices(module, _DEFAULTS | _WEB)
    return {*BUILT_IN[module.name], *choices, "assigned_user_id", "description"}


def event(
    lead: Lead, module: Module, overrides: Mapping[str, str], owner: str, zone: tzinfo
) -> dict[str, str]:
    """The element of the Events record that stands for a call. Its description holds the whole
    lead: the person may be one whom the CRM knew already."""
    call = lead.call or Call()
    start = (call.started_at or lead.received_at).astimezone(zone)
    end = start + timedelta(seconds=call.duration or 0)
    hours, seconds = divmod(call.duration or 0, 3600)
    way = "to" if call.direction == "outbound" else "from"
    values = {
        "subject": f"Call {way} {other_party(lead) or lead.label}",
        "date_start": f"{start:%Y-%m-%d}",
        "time_start": f"{start:%H:%M:%S}",
        "due_date": f"{end:%Y-%m-%d}",
        "time_end": f"{end:%H:%M:%S}",
        "duration_hours": str(hours),
        "duration_minutes": str(seconds // 60),
        "assigned_user_id": owner,
    }
    wanted = {
        "activitytype": "Call",
        "eventstatus": _EVENT_STATUS.get(call.state or "", "Held"),
        # Not mandatory by describe, yet without it create fails (observed on vtiger 6.0).
        "visibility": "Public",
    }
    values = {k: v for k, v in values.items() if k in module.fields}
    values |= _choices(module, wanted, needed=wanted.keys()) | _rendered(overrides, lead)
    return _finish(module, values, note_of=lead, placed={"resume", "attachments"})


def document(
    lead: Lead,
    number: int,
    attachment: Attachment,
    module: Module,
    overrides: Mapping[str, str],
    owner: str,
) -> dict[str, str]:
    """The element of the Documents record for the lead's file `number`."""
    name = PurePosixPath(attachment.filename).name or "file"
    values = {
        title_field(module): f"{document_title(lead, number)}{name}",
        "notecontent": f"{attachment.filename}\n{attachment.media_type}\n{reference(lead)}",
        "filelocationtype": "I",  # kept inside the CRM, API v1.1, p. 14
        "filestatus": "1",
        "assigned_user_id": owner,
    }
    values = {k: v for k, v in values.items() if k in module.fields} | _rendered(overrides, lead)
    return fit(values, _LIMITS["Documents"])[0]


def document_title(lead: Lead, number: int) -> str:
    """How the title of the lead's file `number` starts: by it the document is found again."""
    return f"{lead.ref}/{number} "


def title_field(module: Module) -> str:
    """API v1.1, p. 14 says note_title; vtiger's own name, which describe gives, has an s."""
    return "note_title" if "note_title" in module.fields else "notes_title"


def other_party(lead: Lead) -> str:
    """The number at the other end of the call; "" where it is hidden."""
    call = lead.call or Call()
    number = call.called if call.direction == "outbound" else call.caller
    return next((n for n in (number, lead.phone) if n and any(c.isdigit() for c in n)), "")


def _rendered(templates: Mapping[str, str], lead: Lead) -> dict[str, str]:
    return {name: text for name, t in templates.items() if (text := render(t, lead))}


def _named(lead: Lead) -> Lead:
    """The lead with what a person's record must have: a last name, and the caller's number."""
    first, last = lead.first_and_last
    if not last:
        first, _, last = lead.label.rpartition(" ") if lead.name else ("", "", lead.label)
    phone = lead.phone or other_party(lead)
    return lead.model_copy(update={"first_name": first, "last_name": last, "phone": phone or None})


def _placed_names(lead: Lead, named: Lead, placed: Iterable[str]) -> set[str]:
    """The name fields that needn't be in the note: all their words stand in the record's name."""
    if "name" in placed:
        return {"full_name", "first_name", "last_name"}
    if "last_name" not in placed:
        return set()
    words = f"{named.first_name} {named.last_name}".split()
    given = {name: getattr(lead, name) for name in ("full_name", "first_name", "last_name")}
    return {name for name, text in given.items() if text and set(text.split()) <= set(words)}


def _choices(
    module: Module, wanted: Mapping[str, str], needed: Iterable[str] = ()
) -> dict[str, str]:
    """Picklist values: the wanted one where the CRM offers it, else its first where one must be."""
    chosen = {}
    for name, value in wanted.items():
        field = module.fields.get(name)
        if field is None:
            continue
        if value in field.values or (not field.values and name in needed):
            chosen[name] = value
        elif field.values and (field.mandatory or name in needed):
            chosen[name] = field.values[0]
    return chosen


def _finish(
    module: Module, values: Mapping[str, str], *, note_of: Lead, placed: Iterable[str]
) -> dict[str, str]:
    """Cut what is too long, and add the description: what was asked for, then the note."""
    if "description" not in module.fields:
        raise Misconfigured(f"the user may not see {module.name}.description: it holds our note")
    fitted, more = fit(values, _LIMITS[module.name])
    parts = (fitted.get("description", ""), note(note_of, placed, more=more))
    text = "\n\n".join(filter(None, parts))
    if len(text.encode()) > _TEXT_BYTES:
        end = f"\n\n[too long for the CRM: cut here]\n\n{reference(note_of)}"
        text = text.encode()[: _TEXT_BYTES - len(end)].decode(errors="ignore") + end
    return fitted | {"description": text}
