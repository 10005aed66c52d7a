"""A lead as a row of Collect!'s `debtor` table, or as an event on a debtor that is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadrelay.crm import origins
from leadrelay.crm.calls import local, told_of_call
from leadrelay.crm.collect.options import Options
from leadrelay.crm.collect.wire import normal
from leadrelay.crm.identity import an_address, number
from leadrelay.crm.mapping import fit, is_constant, note, render
from leadrelay.crm.phones import line
from leadrelay.lead import Kind, Lead
from leadrelay.narrator.calls import headline
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.note import says_more

# The columns of v13 by its naming (`de_` and the field's name) from the debtor fields of v11; in
# print are only the telephone columns, de_status and de_rowid_client.
COLUMNS = {
    "name": "de_name",
    "full_name": "de_contact",
    "email": "de_email",
    "phone": "de_cell_phone",
    "address1": "de_address",
    "city": "de_city",
    "state": "de_state",
    "postal_code": "de_zip",
}
LANDLINE = {"phone": "de_home_phone"}
VALUES = {"de_status": "NEW"}  # as in the "Update Records" page's example

# Characters: "Debtor Fields" and "Contact Fields" of version 11. Version 13 prints none.
LIMITS = (
    {"de_address": 40, "de_email": 63, "de_zip": 14, "de_work_phone": 14, "co_description": 79}
    | dict.fromkeys(("de_name", "de_contact"), 62)
    | dict.fromkeys(("de_city", "de_state", "de_country", "de_poe", "de_user_1"), 31)
    | dict.fromkeys(("de_cell_phone", "de_home_phone", "de_other_phone"), 23)
)


@dataclass(frozen=True, slots=True)
class Debtor:
    """A row to be made, and the note that doesn't fit into it ("" if none)."""

    columns: dict[str, str]
    note: str


def debtor(lead: Lead, options: Options, client_rowid: object = None) -> Debtor:
    """The row for a lead. What is cut, and what has no column, stands in its note."""
    limits = LIMITS | options.limits
    homes = {field: column for field, column in columns_of(options, lead).items() if column}
    given = {field: text_of(lead, field) for field in homes}
    wanted = {homes[field]: text for field, text in given.items() if text}
    wanted |= _rendered(VALUES | options.values, lead, options)
    wanted[options.ref_column] = lead.ref
    if client := options.client_rowid or client_rowid:
        wanted["de_rowid_client"] = str(client)
    placed = {
        field
        for field, text in given.items()
        if text and wanted[homes[field]] == text and homes[field] in limits
    }
    if "name" in placed:  # which has no commas but its own
        names = ("first_name", "last_name")
        placed |= {name for name in names if (getattr(lead, name) or "") in given["name"]}
    columns, cut = fit(wanted, limits)
    fields = {column: field for field, column in homes.items()}
    more = {fields.get(column, column): text for column, text in cut.items()}
    if not more and not says_more(lead, options.style, placed):
        return Debtor(columns, "")
    text = note(lead, options.style, placed, more=more)
    column = options.note_column
    if not column or column in columns:
        return Debtor(columns, text)
    kept = text[: limits.get(column, len(text))]
    return Debtor(columns | {column: kept}, "" if kept == text else text)


def plain(options: Options) -> Options:
    """With these, a row holds no visitor's value but the name: all else goes into a text file,
    and a value that a column won't take costs no lead."""
    fields = COLUMNS.keys() | options.columns.keys()
    columns = dict.fromkeys(fields, "") | {"name": columns_of(options)["name"]}
    values = {column: text for column, text in options.values.items() if is_constant(text)}
    event = {column: text for column, text in options.event.items() if is_constant(text)}
    changes = {"columns": columns, "values": values, "event": event, "note_column": ""}
    return options.model_copy(update=changes)


def is_kept(sent: Mapping[str, str], row: Mapping[str, Any]) -> bool:
    """Whether the columns that a row shows hold what was sent: lengths are those of version 11,
    and how characters are stored isn't said."""
    return all(normal(row[column]) == normal(sent[column]) for column in sent.keys() & row.keys())


def event(lead: Lead, options: Options, rowid: str) -> dict[str, str]:
    """The `contact` row that puts a lead on a debtor's schedule; the reference comes first, and
    the description is cut to its column."""
    said = f"{lead.kind} {lead.label} {lead.subject or lead.message or ''}"
    told = headline(lead, options.style, over=True) if lead.call else said
    wanted = {
        "co_type": "5",  # "Review file…" in "How To Use The Rest API"
        "co_date": f"{local(lead, options.style):%Y-%m-%d}",
        "co_description": " ".join(told.split()),
    }
    wanted |= _rendered(options.event, lead, options)
    wanted["co_description"] = f"{lead.ref} {wanted['co_description']}"
    wanted[options.event_debtor_column] = rowid
    return fit(wanted, LIMITS | options.limits)[0]


def event_changes(lead: Lead, options: Options, rowid: str) -> dict[str, str]:
    """What of that row changes while a call goes on."""
    changing = {"co_description"} | told_of_call(options.event)
    row = event(lead, options, rowid)
    return {column: text for column, text in row.items() if column in changing}


def columns_used(kind: Kind, options: Options) -> Iterator[tuple[str, str]]:
    """Every column that such a lead may be written to or looked for in, after the option that
    names it. Not the note's: it has another way."""
    yield from ((f"columns.{field}", column) for field, column in columns_of(options).items())
    if "phone" not in options.columns:
        yield "columns.phone", LANDLINE["phone"]
    yield from ((f"values.{column}", column) for column in VALUES | options.values)
    yield "ref_column", options.ref_column
    if options.joins(kind):
        yield from (("phone_columns", column) for column in options.phone_columns)
        own = dict.fromkeys(("co_type", "co_date", "co_description"))
        yield from ((f"event.{column}", column) for column in own | options.event)
        yield "event_debtor_column", options.event_debtor_column


def columns_of(options: Options, lead: Lead | None = None) -> dict[str, str]:
    """Of any lead, or of this one: a number that is known to be a landline's has a column of its
    own, unless the source says where numbers go."""
    landline = lead is not None and line(text_of(lead, "phone")) == "landline"
    return COLUMNS | (LANDLINE if landline else {}) | options.columns


def _rendered(templates: dict[str, str], lead: Lead, options: Options) -> dict[str, str]:
    told = {"came_by": origins.name(lead, options.came_by)}
    texts = {column: render(template, lead, told) for column, template in templates.items()}
    return {column: text for column, text in texts.items() if text}


def text_of(lead: Lead, field: str) -> str:
    """What a column gets; what is no address or no number stays in the note."""
    if field == "name":
        return _name(lead)
    if field == "email":
        return an_address(lead.email)
    if field == "phone":
        phone = lead.phone or (lead.call.other if lead.call else None) or ""
        return phone if number(phone) else ""
    return without_secrets(str(getattr(lead, field) or ""))


def _name(lead: Lead) -> str:
    """`Last, First`: the comma makes it a person; without one, and so for somebody with one name
    only, Collect! takes it as a business ("How To Enter A New Debtor")."""
    if not lead.name:
        return lead.as_person.replace(",", "")
    first, last = (part.replace(",", "") for part in lead.first_and_last)
    return ", ".join(filter(None, (last, first)))
