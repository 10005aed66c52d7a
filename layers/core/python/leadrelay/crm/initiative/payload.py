"""From a lead to the fields of vtiger's modules: Leads, Contacts, HelpDesk, Events, Documents."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from leadrelay.crm.identity import addresses
from leadrelay.crm.initiative.fields import Field, Module
from leadrelay.crm.initiative.modules import BUILT_IN, HOLD_WHOLE, LIMITS, TEXT_BYTES, built_in
from leadrelay.crm.initiative.options import Options
from leadrelay.crm.initiative.person import facts
from leadrelay.crm.mapping import fields_of, fit, note, render, subject_of
from leadrelay.errors import Refused
from leadrelay.lead import Attachment, Lead
from leadrelay.narrator.labels import pair
from leadrelay.narrator.note import reference
from leadrelay.narrator.style import Style
from leadrelay.narrator.words import words
from leadrelay.nobody import says_nobody

_DEFAULTS = {"ticketstatus": "Open", "ticketpriorities": "Normal"}
_WEB = {"leadsource": "Web Site"}
_NAMES = frozenset({"firstname", "lastname", "company", "ticket_title"})
"""What somebody is called stands well in these, where nothing else is told."""
_REFERENCE = re.compile(r"Reference: (LR-\w+)")


def is_of(lead: Lead, description: str) -> bool:
    """Whether the record was made from this lead. Its own reference comes last, unless somebody
    wrote another below; a message may quote the one of an earlier lead. So where another comes
    last, what comes before ours, behind its first sentence, has to be what this lead says."""
    if _REFERENCE.findall(description)[-1:] == [lead.ref]:
        return True
    before, ours, _ = description.partition(f"\n{reference(lead)}\n")
    message = (lead.message or "").strip()
    said = (before, before.partition("\n\n")[2])  # earlier versions had no first sentence
    return bool(ours and message) and any(text.startswith(message) for text in said)


def record(lead: Lead, module: Module, options: Options, owner: str) -> dict[str, str]:
    """The element of a Leads, Contacts or HelpDesk record."""
    overrides = options.fields
    named = _named(lead)
    builtin = built_in(module, named.phone or "")
    templates = builtin | overrides
    values, unfit = sorted_out(module, rendered(templates, named))
    for name in builtin:
        if module.fields[name].mandatory and module.fields[name].type == "string":
            values.setdefault(name, lead.as_person)
    wanted = _DEFAULTS if lead.kind == "call" else _DEFAULTS | _WEB
    told = facts(lead, module, options)
    values = choices(module, wanted) | {"assigned_user_id": owner} | told | values

    placed = {"resume", "attachments"}
    for name in values.keys() & templates.keys() & HOLD_WHOLE[module.name]:
        placed.update(fields_of(templates[name]))
    placed |= _placed_names(lead, named, placed)
    return finished(module, values, options.style, note_of=lead, placed=placed, more=unfit)


def filled(module: Module) -> set[str]:
    """The fields of a Leads, Contacts or HelpDesk record that every lead has a value for."""
    labelled = {name for name in _NAMES if module.fields.get(name, Field("")).type == "string"}
    always = {*choices(module, _DEFAULTS), "assigned_user_id", "description", "lastname"}
    return labelled | always


def document(
    lead: Lead,
    attachment: Attachment,
    module: Module,
    overrides: Mapping[str, str],
    owner: str,
    style: Style,
) -> dict[str, str]:
    """The element of the Documents record for a file of the lead."""
    name = PurePosixPath(attachment.filename).name or "file"
    own, unfit = sorted_out(module, rendered(overrides, lead))
    lines = [pair(name, text, words(style.language)) for name, text in unfit.items()]
    about = [attachment.filename, *lines, reference(lead)]
    values = {
        title_field(module): f"{document_title(lead, attachment)}{name}",
        "notecontent": "\n".join(about),
        "filelocationtype": "I",  # kept inside the CRM, API v1.1, p. 14
        "filestatus": "1",
        "assigned_user_id": owner,
    }
    values = {k: v for k, v in values.items() if k in module.fields} | own
    return fit(values, LIMITS["Documents"])[0]


def document_title(lead: Lead, attachment: Attachment) -> str:
    """How the title of a file of the lead starts: by it the document is found again, whichever
    files have come before and after it."""
    return f"{lead.ref}/{attachment.sha256[:8]} "


def title_field(module: Module) -> str:
    """API v1.1, p. 14 says note_title; vtiger's own name, which describe gives, has an s."""
    return "note_title" if "note_title" in module.fields else "notes_title"


def other_party(lead: Lead) -> str:
    """The number at the other end of the call; "" where it is hidden."""
    other = lead.call.other if lead.call else None
    return next((n for n in (other, lead.phone) if n and any(c.isdigit() for c in n)), "")


def rendered(templates: Mapping[str, str], lead: Lead) -> dict[str, str]:
    return {name: text for name, t in templates.items() if (text := render(t, lead))}


def sorted_out(module: Module, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The values that their fields take, and the others for the note: what a visitor wrote, such
    as "yes" for a checkbox, is no reason to refuse a lead. A mandatory field keeps its value."""
    unfit = {name for name, text in values.items() if not module.takes(name, text)}
    fitting = {name: text for name, text in values.items() if name not in unfit}
    return fitting, {called(module, name): values[name] for name in values if name in unfit}


def called(module: Module, name: str) -> str:
    """What a field's value is of the lead; else what the CRM calls the field on its pages."""
    field = subject_of(BUILT_IN.get(module.name, {}).get(name, ""))
    return field or module.fields[name].label or name


def _named(lead: Lead) -> Lead:
    """The lead with what a person's record must have: a last name, and the caller's number. What
    is no address and no number stands in the note only."""
    first, last = lead.first_and_last
    if not last:
        first, _, last = lead.label.rpartition(" ") if lead.name else ("", "", lead.as_person)
    phone = "" if says_nobody(lead.phone or "") else lead.phone
    update = {
        "first_name": first,
        "last_name": last,
        "phone": phone or other_party(lead) or None,
        "email": lead.email if addresses(lead.email) else None,
    }
    return lead.model_copy(update=update)


def _placed_names(lead: Lead, named: Lead, placed: Iterable[str]) -> set[str]:
    """The name fields that needn't be in the note: all their words stand in the record's name."""
    if "name" in placed:
        return {"full_name", "first_name", "last_name"}
    if "last_name" not in placed:
        return set()
    words = f"{named.first_name} {named.last_name}".split()
    given = {name: getattr(lead, name) for name in ("full_name", "first_name", "last_name")}
    return {name for name, text in given.items() if text and set(text.split()) <= set(words)}


def choices(
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


def finished(
    module: Module,
    values: Mapping[str, str],
    style: Style,
    *,
    note_of: Lead,
    placed: Iterable[str],
    more: Mapping[str, str],
) -> dict[str, str]:
    """Cut what is too long, and add the description: what was asked for, then the note, which
    holds `more` and what was cut."""
    if "description" not in module.fields:
        raise Refused(f"the user may not see {module.name}.description: it holds our note")
    fitted, cut = fit(values, LIMITS[module.name])
    whole = {called(module, name): value for name, value in cut.items()}
    parts = (fitted.get("description", ""), note(note_of, style, placed, more={**more, **whole}))
    text = "\n\n".join(filter(None, parts))
    return fitted | {"description": bounded(text, note_of, style)}


def bounded(text: str, lead: Lead, style: Style) -> str:
    """A description that its column holds, with the lead's reference at its end."""
    if len(text.encode()) <= TEXT_BYTES:
        return text
    end = f"\n\n{words(style.language).cut}\n\n{reference(lead)}"
    return text.encode()[: TEXT_BYTES - len(end)].decode(errors="ignore") + end
