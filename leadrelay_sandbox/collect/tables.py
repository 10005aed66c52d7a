"""Collect!'s records: their columns, how long a value may be, and how they hang together.

Column names are those of the version 13 help (collect.org/cv13/Help, REST API pages). The
demographic ones (`de_name` …) follow its naming; their widths are those of the version 11 help
(collect.org/cv11/Help/debtorflds.html), and so are the widths of the others where it has them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from leadrelay_sandbox.collect.refused import Refused, breach

type Row = dict[str, str]

NOTES_COLUMN = "de_noteblob"
"""Version 11's notes of a debtor (collect.org/cv11/Help, notes fields), which hold any length.
Whether version 13 has them as a column, no page says."""
_ANY_LENGTH = 10**9


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: name → characters it holds; `links`: column → the record whose id it holds."""

    rowid: str
    columns: Mapping[str, int]
    links: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def has(self, column: str) -> bool:
        return column == self.rowid or column in self.columns


def _widths(width: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, width)


TABLES: dict[str, Table] = {
    "debtor": Table(
        "de_rowid",
        {
            **_widths(62, "de_name", "de_contact"),
            **_widths(40, "de_address"),
            **_widths(63, "de_addr_1", "de_email"),
            **_widths(31, "de_city", "de_state", "de_country", "de_ssn", "de_poe"),
            **_widths(31, "de_user_1", "de_user_2", "de_user_3"),
            **_widths(14, "de_zip", "de_work_phone"),
            **_widths(23, "de_home_phone", "de_cell_phone", "de_other_phone"),
            **_widths(10, "de_dob", "de_charge_date", "de_rowid_client", "de_number"),
            **_widths(15, "de_owing", "de_paid", "de_group_id"),
            **_widths(7, "de_type", "de_status", "de_active"),
            **_widths(_ANY_LENGTH, NOTES_COLUMN),
        },
        {"de_rowid_client": "client"},
        {"de_active": "A", "de_owing": "0.00", "de_paid": "0.00"},
    ),
    "client": Table(
        "cl_rowid",
        {"cl_name": 62, "cl_number": 10, "cl_user_1": 31, "cl_cell_extension": 7},
    ),
    "contact": Table(
        "co_rowid",
        {
            "co_description": 79,
            **_widths(7, "co_type", "co_priority", "co_who", "co_originator", "co_who_from"),
            **_widths(10, "co_date", "co_creation_date", "co_creation_time", "co_lock"),
            "co_rowid_debtor": 10,
        },
        {"co_rowid_debtor": "debtor"},
        {"co_originator": "API"},
    ),
    "contact_plan": Table("cp_rowid", {"cp_code": 7}),
    "application_form": Table("af_rowid", {"af_form_name": 63, "af_form_fieldname": 63}),
    "de_transaction": Table("tr_rowid", {"tr_rowid_debtor": 10}, {"tr_rowid_debtor": "debtor"}),
    "attachment": Table(
        "at_rowid",
        _widths(255, "at_file_2", "at_file_3", "at_file_4", "at_rowid_debtor"),
        {"at_rowid_debtor": "debtor"},
    ),
    "cl_attachment": Table(
        "cl_at_rowid",
        _widths(255, "cl_at_file_2", "cl_at_file_3", "cl_at_file_4", "cl_at_rowid_client"),
        {"cl_at_rowid_client": "client"},
    ),
    "nx_operator": Table("op_rowid", {"op_id": 7, "op_name": 62, "op_level": 3, "op_function": 3}),
}


def table(record: str) -> Table:
    if record not in TABLES:
        raise Refused(404, f"There is no record type {record}.")
    return TABLES[record]


def values(record: str, given: Any, note: Callable[[str], None], *, cut: bool) -> Row:
    """The columns of a create or update, as text; `note` takes what is wrong but let pass.

    The help's examples send every value as a string. With `cut`, what is too long is shortened.
    """
    if not isinstance(given, dict) or not given:
        raise breach("data must be an object with columns")
    row = {}
    for column, value in given.items():
        width = table(record).columns.get(column)
        if width is None:
            raise breach(f"{record} has no column {column} to set")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise breach(f"{column} must be a string")
        if not isinstance(value, str):
            note(f"{column} is a number, not a string")
        if len(str(value)) > width and not cut:
            raise breach(f"{column} is longer than {width} characters")
        if len(str(value)) > width:
            note(f"{column} is longer than {width} characters")
        row[column] = str(value)[:width]
        _check_form(column, row[column])
    return row


def _check_form(column: str, value: str) -> None:
    try:
        if value and column.endswith(("_date", "_dob")):
            date.fromisoformat(value)
        elif value and column.endswith("_time"):
            time.fromisoformat(value)
    except ValueError:
        raise breach(f"{column} is no YYYY-MM-DD or HH:MM:SS") from None
