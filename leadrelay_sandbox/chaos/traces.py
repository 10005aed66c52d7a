"""What each option of a source leaves in a CRM, so that a run knows which of them were tried."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from leadrelay.sources import Source
from leadrelay_sandbox.centia.fixtures import LISTS
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.homes import flat
from leadrelay_sandbox.chaos.wire import WIRE
from leadrelay_sandbox.simulator import Record

type Sign = tuple[str, str]
"""A field of a record, "operation" and "id" among them, and what it says: all of it if that is
short, else a part; something if it is empty."""

_SHORT = 3  # characters
_ORIGINS = {str(one["name"]): str(one["id"]) for one in LISTS["Contacts.GetOrigins"]}

# Options that stand in a record by another name than their own.
_NAMES: Mapping[tuple[str, str], str] = {
    ("trackerrms", "activitytype"): "type",
    ("trackerrms", "activitystatus"): "status",
    ("trackerrms", "activitypriority"): "priority",
    ("trackerrms", "userid"): "userId",
    ("trackerrms", "assigntoopportunity"): "opportunityid",
    ("centia", "company_type_id"): "type_id",
    ("centia", "company_industry_id"): "industry_id",
    ("centia", "ticket_origin_id"): "origin_id",
    ("collect", "client_rowid"): "de_rowid_client",
}


def kinds(sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    """(CRM, kind): every kind of record that there is, and every option that a source sets."""
    found = [(crm, f"record {one}") for crm, wire in WIRE.items() for one in sorted(wire.kinds)]
    options = {
        (crm, one) for source in sources.values() for crm in WIRE for one in source.options(crm)
    }
    return found + [(crm, f"option {one}") for crm, one in sorted(options)]


def struck(
    records: Mapping[str, list[Record]], sources: Mapping[str, Source]
) -> Iterator[tuple[str, str]]:
    """Those of the kinds that can be seen in the CRMs' records, once for each record."""
    for crm, made in records.items():
        signs = [
            (f"option {option}", sign)
            for source in sources.values()
            for option, value in source.options(crm).items()
            for sign in _signs(crm, option, value)
        ]
        for record in made:
            said = [*flat(record.fields), ("operation", record.operation), ("id", record.id)]
            if record.operation in WIRE[crm].kinds:
                yield crm, f"record {record.operation}"
            yield from ((crm, kind) for kind in {k for k, sign in signs if _shows(said, sign)})


def _shows(said: list[tuple[str, Any]], sign: Sign) -> bool:
    name, text = sign
    own = [_spelled(value) for key, value in said if key == name]
    if text and len(text) <= _SHORT:
        return text in own
    return any(one and text in one for one in own)


def _signs(crm: str, option: str, value: Any) -> list[Sign]:
    """Any of which shows that an option was set to this value."""
    if sign := _SIGNS.get((crm, option)):
        return sign(value)
    if isinstance(value, dict):
        return [(name, _beginning(text)) for name, text in value.items()]
    return [(_NAMES.get((crm, option), option), _beginning(_spelled(value)))]


def _event_of_a_form(_: Any) -> list[Sign]:
    """Collect! has one only where somebody known was found."""
    return [("co_description", " form ")]


def _any_record(_: Any) -> list[Sign]:
    """Leads to the record, which says nothing of it."""
    return [("id", "")]


# Options that show in another way than by a field that says their value.
_SIGNS: Mapping[tuple[str, str], Callable[[Any], list[Sign]]] = {
    ("trackerrms", "came_by"): lambda names: [("source", name) for name in names.values()],
    ("initiative", "came_by"): lambda names: [("leadsource", name) for name in names.values()],
    ("centia", "came_by"): lambda names: [("origin_id", _ORIGINS[name]) for name in names.values()],
    ("collect", "came_by"): lambda names: [("de_addr_1", name) for name in names.values()],
    **dict.fromkeys(((crm, "record_url") for crm in WIRE), _any_record),
    ("trackerrms", "owner"): lambda _: [("userId", "21")],
    ("initiative", "owner"): lambda _: [("assigned_user_id", "19x12")],
    ("centia", "owner"): lambda _: [("user_id", "6")],
    ("trackerrms", "record"): lambda record: [("operation", f"create{record.title()}")],
    ("initiative", "module"): lambda module: [("operation", f"create:{module}")],
    ("initiative", "time_zone"): lambda zone: [("date_start", posts.called_on(zone))],
    ("centia", "also"): lambda also: [("operation", f".Create{also.title()}")],
    ("centia", "create_company"): lambda _: [("operation", "Companies.CreateCompany")],
    ("centia", "due_days"): lambda days: [
        ("estimated_end_at", f"{datetime.now(UTC) + timedelta(days=days):%Y}")
    ],
    ("collect", "record"): _event_of_a_form,
    ("collect", "lookup_operator"): _event_of_a_form,
    ("collect", "phone_columns"): _event_of_a_form,
    ("collect", "event_debtor_column"): _event_of_a_form,
    ("collect", "plan"): lambda plan: [("operation", f"runplan:{plan}")],
    ("collect", "note_column"): lambda _: [("id", "lead-LR-")],
    ("collect", "ref_column"): lambda column: [(column, "")],
    ("collect", "columns"): lambda columns: [(column, "") for column in columns.values()],
    ("collect", "values"): lambda values: [
        (column, _beginning(text)) for column, text in values.items() if _beginning(text)
    ],
    ("collect", "limits"): lambda limits: [
        (column, posts.COMPANY[:most]) for column, most in limits.items()
    ],
}


def _beginning(template: str) -> str:
    return template.partition("{")[0].strip()


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
