"""A lead as a row of Collect!'s `debtor` table, or as an event on a debtor that is there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from leadrelay.crm.calls import told_of_call
from leadrelay.crm.collect.filters import expressible
from leadrelay.crm.mapping import OptionsModel, Template, fit, note, render
from leadrelay.lead import Call, Kind, Lead, leftovers

type Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]

_FIELDS = {"name"} | Lead.model_fields.keys() - {
    *("id", "ref", "source", "received_at", "kind", "first_name", "last_name"),
    *("call", "resume", "attachments", "tracking", "extra"),
}


def _are_fields(columns: dict[str, str]) -> dict[str, str]:
    if unknown := columns.keys() - _FIELDS:
        raise ValueError(f"{', '.join(sorted(unknown))}: not a field of a lead that has a column")
    return columns


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
VALUES = {"de_status": "NEW"}  # as in the "Update Records" page's example

# Characters: "Debtor Fields" and "Contact Fields" of version 11. Version 13 prints none.
LIMITS = (
    {"de_address": 40, "de_email": 63, "de_zip": 14, "de_work_phone": 14, "co_description": 79}
    | dict.fromkeys(("de_name", "de_contact"), 62)
    | dict.fromkeys(("de_city", "de_state", "de_country", "de_poe", "de_user_1"), 31)
    | dict.fromkeys(("de_cell_phone", "de_home_phone", "de_other_phone"), 23)
)


class CollectOptions(OptionsModel):
    """What [<source>.collect] may set."""

    record: Literal["debtor", "contact_event"] = "debtor"
    """contact_event: a debtor known by e-mail or telephone gets an event instead of a second
    account; one who isn't known is made. Calls always do this, by telephone."""

    columns: Annotated[dict[str, Column | Literal[""]], AfterValidator(_are_fields)] = Field(
        default_factory=dict
    )
    """Lead field → column, over `COLUMNS`; "" sends the field to the note."""

    values: dict[Column, Template] = Field(default_factory=dict)
    """Column → template, over `VALUES`; one that comes out empty is not sent."""

    limits: dict[Column, int] = Field(default_factory=dict)
    """Column → the most characters it takes, over `LIMITS`."""

    client_rowid: int | str | None = None
    """The client whose account a debtor becomes; else the secret's `client_rowid`."""

    ref_column: Column = "de_user_1"
    """Holds the reference, by which a debtor is found again. Version 11's first user field; its
    sister in the client table, cl_user_1, is seen in v13."""

    note_column: Column | Literal[""] = "de_noteblob"
    """Holds what has no column of its own. Version 11's debtor notes, which hold any length
    (d00collect and debtornotes pages); whether version 13 still has it is asked there. Without
    it, with "", and past its limit, the note is uploaded as a text file instead."""

    phone_columns: tuple[Column, ...] = (
        "de_cell_phone",
        "de_home_phone",
        "de_work_phone",
        "de_other_phone",
    )
    """Where a known debtor's telephone number may stand."""

    lookup_operator: Annotated[str, Field(pattern=r"^[a-z]+$")] = "in"
    """The filter's operator for "is equal to"; `in` is the only one attested."""

    event: dict[Column, Template] = Field(default_factory=dict)
    """Column → template for a contact event, over co_type, co_date and co_description."""

    event_debtor_column: Column = "co_rowid_debtor"
    """The event's debtor, by analogy with de_rowid_client."""

    plan: str | None = None
    """The code (cp_code) of a contact plan to run at the end; one that prompts would fail."""


@dataclass(frozen=True, slots=True)
class Debtor:
    """A row to be made, and the note that doesn't fit into it ("" if none)."""

    columns: dict[str, str]
    note: str


def debtor(lead: Lead, options: CollectOptions, client_rowid: object = None) -> Debtor:
    """The row for a lead. What is cut, and what has no column, stands in its note."""
    limits = LIMITS | options.limits
    homes = {field: column for field, column in _columns(options).items() if column}
    given = {field: _text(lead, field) for field in homes}
    wanted = {homes[field]: text for field, text in given.items() if text}
    wanted |= _rendered(VALUES | options.values, lead)
    wanted[options.ref_column] = lead.ref
    if client := options.client_rowid or client_rowid:
        wanted["de_rowid_client"] = str(client)
    placed = {field for field, text in given.items() if text and wanted[homes[field]] == text}
    if "name" in placed:
        placed |= {"first_name", "last_name"}
    columns, cut = fit(wanted, limits)
    if not cut and not leftovers(lead, frozenset(placed)):
        return Debtor(columns, "")
    text = note(lead, placed, more=cut)
    column = options.note_column
    if not column or column in columns:
        return Debtor(columns, text)
    kept = text[: limits.get(column, len(text))]
    return Debtor(columns | {column: kept}, "" if kept == text else text)


def event(lead: Lead, options: CollectOptions, rowid: str) -> dict[str, str]:
    """The `contact` row that puts a lead on a debtor's schedule; the reference comes first, and
    the description is cut to its column."""
    said = _call_said(lead.call) if lead.call else lead.subject or lead.message
    wanted = {
        "co_type": "5",  # "Review file…" in "How To Use The Rest API"
        "co_date": lead.received_at.date().isoformat(),
        "co_description": " ".join(f"{lead.kind} {lead.label} {said or ''}".split()),
    }
    wanted |= _rendered(options.event, lead)
    wanted["co_description"] = f"{lead.ref} {wanted['co_description']}"
    wanted[options.event_debtor_column] = rowid
    return fit(wanted, LIMITS | options.limits)[0]


def event_changes(lead: Lead, options: CollectOptions, rowid: str) -> dict[str, str]:
    """What of that row changes while a call goes on."""
    changing = {"co_description"} | told_of_call(options.event)
    row = event(lead, options, rowid)
    return {column: text for column, text in row.items() if column in changing}


def columns_used(kind: Kind, options: CollectOptions) -> Iterator[tuple[str, str]]:
    """Every column that such a lead may be written to or looked for in, after the option that
    names it. Not the note's: it has another way."""
    yield from ((f"columns.{field}", column) for field, column in _columns(options).items())
    yield from ((f"values.{column}", column) for column in VALUES | options.values)
    yield "ref_column", options.ref_column
    if joins(kind, options):
        yield from (("phone_columns", column) for column in options.phone_columns)
        own = dict.fromkeys(("co_type", "co_date", "co_description"))
        yield from ((f"event.{column}", column) for column in own | options.event)
        yield "event_debtor_column", options.event_debtor_column


def traces(lead: Lead, options: CollectOptions) -> Iterator[tuple[str, list[str]]]:
    """Where a person may already be known: a column and the spellings to look for."""
    column = _columns(options)["email"]
    limit = (LIMITS | options.limits).get(column)
    if column and lead.email and expressible(lead.email[:limit]):
        yield column, [lead.email[:limit]]
    yield from phone_traces(_text(lead, "phone"), options)


def phone_traces(number: str, options: CollectOptions) -> Iterator[tuple[str, list[str]]]:
    """The same for a telephone number."""
    spellings = [text for text in _spellings(number) if expressible(text)]
    if spellings:
        yield from ((column, spellings) for column in options.phone_columns)


def joins(kind: Kind, options: CollectOptions) -> bool:
    """Whether a lead of a known person becomes an event on the debtor that is there."""
    return kind == "call" or options.record == "contact_event"


def _call_said(call: Call) -> str:
    lasted = f"{call.duration} s" if call.duration else ""
    return " ".join(filter(None, (call.state, lasted)))


def _columns(options: CollectOptions) -> dict[str, str]:
    return COLUMNS | options.columns


def _rendered(templates: dict[str, str], lead: Lead) -> dict[str, str]:
    texts = {column: render(template, lead) for column, template in templates.items()}
    return {column: text for column, text in texts.items() if text}


def _text(lead: Lead, field: str) -> str:
    if field == "name":
        return _name(lead)
    if field == "phone":
        return lead.phone or (lead.call.caller if lead.call else None) or ""
    return str(getattr(lead, field) or "")


def _name(lead: Lead) -> str:
    """`Last, First`: the comma makes it a person; without one, and so for somebody with one name
    only, Collect! takes it as a business ("How To Enter A New Debtor")."""
    if not lead.name:
        return lead.label.replace(",", "")
    if not (lead.first_name or lead.last_name) and "," in lead.name:
        return lead.name
    first, last = lead.first_and_last
    return ", ".join(filter(None, (last, first)))


def _spellings(phone: str) -> list[str]:
    """A number as given and in digits; a North American one also as it is written there."""
    digits = re.sub(r"\D", "", phone)
    found = [phone, digits]
    if phone.startswith("+1") and len(digits) == 11:
        found += [digits[1:], f"{digits[1:4]}-{digits[4:7]}-{digits[7:]}"]
    return list(dict.fromkeys(filter(None, found)))
