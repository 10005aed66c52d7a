"""The records of this Collect!, and what its business logic does to new ones."""

from collections.abc import Mapping
from datetime import UTC, datetime

from leadrelay_sandbox.collect.forms import FORM_ID, FORM_NAME
from leadrelay_sandbox.collect.plans import PLANS
from leadrelay_sandbox.collect.refused import Refused
from leadrelay_sandbox.collect.tables import TABLES, Row, table

CLIENT_ROWID = "17"
OP_ID = "API"
_OPERATOR = {
    "op_rowid": "2",
    "op_id": OP_ID,
    "op_name": "Web Leads",
    "op_level": "10",
    "op_function": "1",
}
_FIRST: dict[str, list[Row]] = {
    "client": [{"cl_rowid": CLIENT_ROWID, "cl_name": "Example Agency", "cl_number": "17"}],
    "debtor": [
        {
            "de_rowid": "123",
            "de_number": "1001",
            "de_name": "Example, Eva",
            "de_contact": "Eva Example",
            "de_rowid_client": CLIENT_ROWID,
        }
    ],
    "contact_plan": [
        {"cp_rowid": str(number), "cp_code": code} for number, code in enumerate(PLANS, 1)
    ],
    "application_form": [
        {"af_rowid": "1", "af_form_name": FORM_NAME, "af_form_fieldname": FORM_ID}
    ],
    "attachment": [{"at_rowid": "1", "at_rowid_debtor": "123", "at_file_2": "letter.txt"}],
    "nx_operator": [_OPERATOR],
}
_NUMBERS = {"debtor": "de_number", "client": "cl_number"}


class Store:
    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {
            record: {row[table.rowid]: dict(row) for row in _FIRST.get(record, [])}
            for record, table in TABLES.items()
        }

    def get(self, record: str, rowid: str) -> Row:
        row = self.rows.get(record, {}).get(rowid)
        if row is None:
            raise Refused(404, f"There is no {record} {rowid}.")
        return row

    def stage(self, record: str, given: Row, *, logic: bool) -> Row:
        """A new record before it is inserted: defaults, and pre-logic if asked for."""
        self.check_links(record, given)
        row = {**table(record).defaults, **given}
        if logic:
            row = self._pre_logic(record, row)
        return row

    def insert(self, record: str, staged: Row) -> Row:
        rows = self.rows[record]
        rowid = str(max(map(int, rows), default=0) + 1)
        rows[rowid] = {TABLES[record].rowid: rowid, **staged}
        return rows[rowid]

    def check_links(self, record: str, given: Mapping[str, str]) -> None:
        for column, other in table(record).links.items():
            if column in given and given[column] not in self.rows[other]:
                raise Refused(400, f"{column} names no {other}")

    def _pre_logic(self, record: str, row: Row) -> Row:
        if record in _NUMBERS:
            number = _NUMBERS[record]
            used = [int(other[number]) for other in self.rows[record].values() if number in other]
            row = {number: str(max(used, default=1000) + 1), **row}
        if record == "contact":
            now = datetime.now(UTC)
            stamp = {"co_creation_date": f"{now:%Y-%m-%d}", "co_creation_time": f"{now:%H:%M:%S}"}
            row = {**stamp, **row}
        # "Last, First" is a person, whom it also makes the contact; a name without a comma is a
        # business (collect.org/cv13/Help/howtoenteranewdebtor.html).
        last, comma, first = row.get("de_name", "").partition(",")
        if comma:
            row = {"de_contact": f"{first.strip()} {last.strip()}", **row}
        return row
