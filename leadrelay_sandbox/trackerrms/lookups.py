"""getRecords, getIndividualRecord, getDocumentFolders, checkPerson, getSettingsData, checkLogon."""

from collections.abc import Iterable
from typing import Any

from leadrelay_sandbox.trackerrms.access import USERNAME
from leadrelay_sandbox.trackerrms.answers import INVALID, NULL_REFERENCE, Refusal, verdict
from leadrelay_sandbox.trackerrms.call import Call
from leadrelay_sandbox.trackerrms.directory import Row
from leadrelay_sandbox.trackerrms.kinds import integer, text
from leadrelay_sandbox.trackerrms.settings import DOCUMENT_FOLDERS, SETTINGS

# The host in the documented sample; what of a link leads to a record, no document says.
WEB_APP = "https://usevo1.tracker-rms.com/record/"
LISTED_PLACEMENTS = {"Working", "Offer", "Complete"}  # help page 361
SORT_KEYS = {
    "id": lambda row: row.id,
    "name": lambda row: row.title.casefold(),
    "company": lambda row: row.says("company"),
    "status": lambda row: row.status,
    "dateopened": lambda row: row.opened,
    "lastupdateddatetime": lambda row: row.updated,
}


def check_logon(call: Call) -> dict[str, Any]:  # noqa: ARG001  # whoever gets here is logged on
    return verdict(0, "success")


def get_records(call: Call) -> dict[str, Any]:
    """A record by id, whatever else is asked; else a page of those that match everything."""
    type_ = _record_type(call)
    if type_ == "A" and not call.switch("lists_activities"):
        raise Refusal(99, INVALID)
    if record_id := integer(call.instruction("recordid")):
        row = call.directory.get(type_, record_id)
        return _found(call, [row] if row else [])
    rows = [row for row in call.directory.of_type(type_) if _matches(call, row)]
    key = SORT_KEYS.get(text(call.instruction("sortfield")), SORT_KEYS["id"])
    rows.sort(key=key, reverse=call.instruction("sortdir") == "desc")
    size = integer(call.instruction("numrecords")) or call.switch("records_per_page")
    start = size * integer(call.instruction("pagenum"))  # the first page is 0
    total = len(rows) if call.switch("count_is_total") else None
    return _found(call, rows[start : start + size], total)


def get_individual_record(call: Call) -> dict[str, Any]:
    """Help page 1127. What an unknown id gives is undocumented."""
    row = call.directory.get(_record_type(call), integer(call.instruction("recordid")))
    if row is None:
        if status := call.switch("missing_on_read"):
            raise Refusal(status, NULL_REFERENCE)
        return verdict(0, "success", results=call.switch("no_results"))
    more = {"lastupdated": _moment(row), "city": row.fields.get("city", ""), "Placements": []}
    result = {"id": row.id, "name": row.title, "status": row.status} | row.details() | more
    return verdict(0, "success", count=1, results=[result])


def get_document_folders(call: Call) -> dict[str, Any]:
    _record_type(call)
    return verdict(0, "success", count=len(DOCUMENT_FOLDERS), results=DOCUMENT_FOLDERS)


def check_person(call: Call) -> dict[str, Any]:
    """In `recordTypes` C is a contact, R a candidate, U a user: letters of this operation only."""
    details = call.node("details")
    people = [row for type_ in "NR" for row in call.directory.of_type(type_) if _is(row, details)]
    letters = {"N": "C", "R": "R"}
    types = "".join(dict.fromkeys(letters[row.type] for row in people))
    if text(details.get("email")).casefold() == USERNAME:
        types += "U"
    return verdict(
        0,
        "success",
        recordLink=f"{WEB_APP}{people[0].id if people else USERNAME}" if types else "",
        recordTypes=types,
        firstRecord=_card(people[0]) if people else call.switch("first_record_of_nobody"),
    )


def get_settings_data(call: Call) -> dict[str, Any]:  # noqa: ARG001  # the same for everybody
    return verdict(0, "success") | SETTINGS


def _record_type(call: Call) -> str:
    type_: str = call.instruction("recordtype")
    if not type_:
        raise call.refuse("instructions.recordtype is blank")
    return type_


def _matches(call: Call, row: Row) -> bool:
    state = text(call.instruction("state")).casefold()
    searched = f"{row.title}\n{row.says('email') if row.type == 'R' else ''}".casefold()
    updated = _moment(row)
    return (
        state in {"", row.status.casefold()}
        and text(call.instruction("searchtext")).casefold() in searched
        and (not call.flag("onlymyrecords") or row.owner == call.user)
        and updated >= text(call.instruction("updatedafter"))
        and updated <= (text(call.instruction("updatedbefore")) or "9999")
        and (row.type != "X" or row.status in LISTED_PLACEMENTS)
    )


def _moment(row: Row) -> str:
    return f"{row.updated:%Y-%m-%d %H:%M:%S}"


def _found(call: Call, rows: Iterable[Row], total: int | None = None) -> dict[str, Any]:
    results = [_item(call, row) for row in rows]
    count = len(results) if total is None else total
    return verdict(0, "success", count=count, results=results or call.switch("no_results"))


def _item(call: Call, row: Row) -> dict[str, Any]:
    custom = row.fields.get("customfields", [])
    return {
        "id": row.id,
        "name": row.title,
        "company": row.fields.get("company", ""),
        "status": row.status,
        "dateopened": f"{row.opened:%Y-%m-%d}",
        # Documented as a list, empty in the samples; in live answers an object.
        "details": row.details() if call.switch("details") == "object" else [],
        "customfields": custom if call.flag("includecustomfields") else [],
        "text": "",
    }


def _is(row: Row, details: dict[str, Any]) -> bool:
    phone = _digits(details.get("phone"))
    phones = {
        _digits(row.fields.get(f"{kind}phone")) for kind in ("business", "home", "cell", "work")
    }
    return (
        bool(phone and phone in phones)
        or row.says("email") == text(details.get("email")).casefold() != ""
        or row.says("linkedin") == text(details.get("linkedin")).casefold() != ""
    )


def _digits(value: Any) -> str:
    return "".join(c for c in text(value) if c.isdecimal())


def _card(row: Row) -> dict[str, str]:
    phone = row.fields.get("businessphone") or row.fields.get("workphone", "")
    return {
        **{key: text(row.fields.get(key)) for key in ("jobtitle", "company", "email", "linkedin")},
        "fullname": row.name,
        "phone": text(phone),
        "cell": text(row.fields.get("cellphone")),
    }
