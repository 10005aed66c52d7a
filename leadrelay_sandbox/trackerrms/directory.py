"""The tenant's records as searches see them: rows of people, companies, leads, jobs, activities."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from leadrelay_sandbox.trackerrms.kinds import text

FIRST_ID = 1001

# The database's names, as updateRecord and `details` use them → the names of the create calls.
COLUMNS = {
    "surname": "lastname",
    "town": "city",
    "county": "state",
    "postcode": "zipcode",
    "addressline1": "address1",
    "addressline2": "address2",
    "mobilephone": "cellphone",
    "mobiletelephone": "cellphone",
    "hometelephone": "homephone",
    "worktelephone": "workphone",
    "businesstelephone": "businessphone",
    "telephone": "businessphone",
    "clientname": "company",
    "companyname": "company",
    "displayas": "fullname",
    "opportunitydescription": "description",
    "opportunitysource": "source",
    "leaddescription": "description",
    "leadsource": "source",
}
# Names that look right to whoever knows only the create calls, and are no columns.
NO_COLUMNS = {"city", "state", "zipcode", "cellphone", "fullname", "address1", "address2"}

# The keys of `details`, as seen in live answers.
_PLACE = "address1 address2 town county postcode country email "
_PERSON = "firstname lastname preferredname jobtitle companyname linkedin nameinitials "
_PAPER = "id name clientid clientname status description executivesummary nameinitials subject "
DETAILS = {
    "C": _PLACE + "website telephone internalreference department vertical type source rank"
    " territory owner nameinitials clienttypes",
    "N": _PLACE + _PERSON + "businesstelephone hometelephone mobiletelephone lastContacted"
    " emailMarketing telephoneMarketing textMarketing marketing contactType companyId",
    "R": _PLACE + _PERSON + "otheremail worktelephone hometelephone mobiletelephone nissnumber"
    " payrollnumber department source territory owner workavailable availablefromdate"
    " availability lastContacted",
    "O": _PAPER + "contactid contactname type values shortlisted winstrategy Owners",
    "L": _PAPER + "source",
    "X": _PAPER + "contactid contactname resourceid resourcename opportunityid type values",
    "A": "clientid clientname contactid contactname resourceid resourcename activityid"
    " ActivityTypeName activitystatusname subject datedue timedue username priority contacttype",
}


_LINKS = {"C": "clientid", "N": "contactid", "R": "resourceid"}  # of an activity's record


@dataclass
class Row:
    """One record. `fields` are under the create calls' names."""

    id: int
    type: str
    fields: dict[str, Any]
    owner: str
    status: str = "Open"
    updates: dict[str, Any] = field(default_factory=dict)  # what updateRecord has set
    opened: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def name(self) -> str:
        """Its `recordName`."""
        key = {"C": "company", "L": "leadname", "O": "opportunityname", "A": "subject"}
        return text(self.fields.get(key.get(self.type, "fullname")))

    @property
    def title(self) -> str:
        """Its `name` in getRecords: that of a job is headed by the job's reference."""
        return f"JOB-{self.id} {self.name}" if self.type == "O" else self.name

    def says(self, key: str) -> str:
        """A field, trimmed, for comparisons."""
        return text(self.fields.get(key)).casefold()

    def change(self, fields: Mapping[str, Any]) -> None:
        """Overwrite some fields."""
        self.fields |= fields
        self.updated = datetime.now(UTC)

    def details(self) -> dict[str, Any]:
        """What getRecords says of it under `details`."""
        wanted = DETAILS.get(self.type, "clientid").split()
        return {
            key: self._computed().get(key, self.fields.get(COLUMNS.get(key, key), ""))
            for key in wanted
        }

    def _computed(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "activityid": self.id,
            "name": self.title,
            "subject": self.title,
            "status": self.status,
            "owner": self.owner,
            "nameinitials": "".join(word[0] for word in self.name.split()),
            "executivesummary": [{"recordName": "Status", "recordValue": self.status}],
            "lastContacted": None,
            **self._links(),
            "companyId": 0,
            "Owners": [
                {"OwnerId": 20, "OwnerName": self.owner, "OwnerPercent": 100, "OwnerRole": ""}
            ],
        }

    def _links(self) -> dict[str, Any]:
        linked = _LINKS.get(text(self.fields.get("linkRecordType")))
        return {linked: self.fields.get("linkRecordId")} if linked else {}


class Directory:
    """All rows, by id. Ids are unique across types."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self._ids = itertools.count(FIRST_ID)

    def next_id(self) -> int:
        return next(self._ids)

    def add(self, type_: str, fields: Mapping[str, Any], owner: str, status: str = "Open") -> Row:
        row = Row(self.next_id(), type_, dict(fields), owner, status)
        self.rows[row.id] = row
        return row

    def get(self, type_: str, record_id: int) -> Row | None:
        row = self.rows.get(record_id)
        return row if row and row.type == type_ else None

    def of_type(self, type_: str) -> Iterator[Row]:
        return (row for row in self.rows.values() if row.type == type_)

    def company(self, name: Any) -> Row | None:
        wanted = text(name).casefold()
        return next((row for row in self.of_type("C") if row.says("company") == wanted), None)

    def person(self, type_: str, fields: Mapping[str, Any]) -> Row | None:
        """Who is meant: the same e-mail, or without one the same full name and company.

        The service's own rule is undocumented.
        """
        keys = ("email",) if text(fields.get("email")) else ("fullname", "company")
        wanted = [text(fields.get(key)).casefold() for key in keys]
        if not wanted[0]:
            return None
        return next((r for r in self.of_type(type_) if [r.says(k) for k in keys] == wanted), None)
