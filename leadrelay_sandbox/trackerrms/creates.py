"""createContact, createResource, createResourceFromResume, createLead, createOpportunity."""

from pathlib import PurePath
from typing import Any

from leadrelay_sandbox.trackerrms.answers import NULL_REFERENCE, Refusal, verdict
from leadrelay_sandbox.trackerrms.call import Call
from leadrelay_sandbox.trackerrms.directory import Row
from leadrelay_sandbox.trackerrms.kinds import decoded, integer, text

# What the sandbox's parser reads: the extension says the type, the first bytes must agree.
RESUME_STARTS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF",),
    ".docx": (b"PK",),
    ".odt": (b"PK",),
    ".doc": (b"\xd0\xcf\x11\xe0", b"{\\rtf"),
    ".rtf": (b"{\\rtf",),
    ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8",),
    ".jpeg": (b"\xff\xd8",),
    ".txt": (b"",),
    ".htm": (b"",),
    ".html": (b"",),
}


def create_contact(call: Call) -> dict[str, Any]:
    """A company alone is made by sending its name as `company` and `fullname`."""
    contact = call.node("contact")
    fullname = _fullname(call, "contact")
    company = text(contact.get("company"))
    makes_company = bool(company) and call.flag("createcompanyifnotexists")
    fields = contact | {"fullname": fullname}
    overwrite = call.flag("overwritecontact")
    if makes_company and company.casefold() == fullname.casefold():
        return _upsert(call, "C", fields, call.directory.company(company), overwrite=overwrite)
    found = call.directory.person("N", fields)
    answer = _upsert(call, "N", fields, found, overwrite=overwrite)
    if makes_company and not call.directory.company(company):
        call.directory.add("C", {"company": company}, call.user)
    return answer


def create_resource(call: Call) -> dict[str, Any]:
    """A candidate, put onto a job's list if the instructions name one."""
    fields = call.node("resource") | {"fullname": _fullname(call, "resource")}
    return _candidate(call, fields)


def create_resource_from_resume(call: Call) -> dict[str, Any]:
    """As createResource. What a résumé says is not looked into; its file's name is the name."""
    file = call.node("file")
    path = PurePath(file["filename"])
    _parse(call, path.suffix.lower(), decoded(file["data"]))
    resource = call.node("resource")
    return _candidate(call, resource | {"fullname": _spelled(resource) or path.stem})


def create_lead(call: Call) -> dict[str, Any]:
    """Always a new record: the operation has no status 3."""
    lead = call.node("lead")
    call.check_names(lead, {"department": "departments", "source": "leadSources"})
    answer = _insert(call, "L", "lead", "leadname")
    if call.flag("createpersonifnotexists"):
        _person(call, text(lead.get("leadpersontype")), lead)
    return answer


def create_opportunity(call: Call) -> dict[str, Any]:
    """Always a new record, as for leads."""
    opportunity = call.node("opportunity")
    lists = {"department": "departments", "worktype": "opportunityWorkTypes"}
    call.check_names(opportunity, lists)
    answer = _insert(call, "O", "opportunity", "opportunityname")
    if call.flag("createpersonifnotexists"):
        _person(call, "N", opportunity)
    return answer


def _spelled(person: dict[str, Any]) -> str:
    parts = (text(person.get("firstname")), text(person.get("lastname")))
    return text(person.get("fullname")) or " ".join(part for part in parts if part)


def _fullname(call: Call, payload: str) -> str:
    if not (name := _spelled(call.node(payload))):
        raise call.refuse(f"{payload} has no name", NULL_REFERENCE)
    return name


def _insert(call: Call, type_: str, payload: str, name: str) -> dict[str, Any]:
    fields = call.node(payload)
    if not text(fields.get(name)):
        raise call.refuse(f"{payload}.{name} is missing", NULL_REFERENCE)
    row = call.directory.add(type_, fields, call.user)
    call.save(row.id)
    return _answer(row, "success")


def _person(call: Call, type_: str, fields: dict[str, Any]) -> None:
    person = fields | {"fullname": _spelled(fields)}
    if type_ and person["fullname"] and not call.directory.person(type_, person):
        call.directory.add(type_, person, call.user)


def _candidate(call: Call, fields: dict[str, Any]) -> dict[str, Any]:
    call.check_names(fields, {"source": "resourceSources", "status": "resourceStatuses"})
    job = integer(call.instruction("assigntoopportunity"))
    if job:
        call.linked("O", job)
    found = call.directory.person("R", fields)
    overwrite = call.flag("overwriteresource")
    if found and not overwrite and job and call.switch("assign_on_status_3"):
        call.apply(found.id, job)
    answer = _upsert(call, "R", fields, found, overwrite=overwrite)
    if job:
        call.apply(answer["recordId"], job)
    return answer


def _upsert(
    call: Call, type_: str, fields: dict[str, Any], found: Row | None, *, overwrite: bool
) -> dict[str, Any]:
    if found is None:
        status = text(fields.get("status")) or "Active"
        row = call.directory.add(type_, fields, call.user, status)
        call.save(row.id)
        return _answer(row, "created")
    if not overwrite:
        known = call.switch("record_id_on_status_3")
        raise Refusal(
            3,
            "record found and cannot be overwritten",
            recordId=found.id if known else 0,
            recordName=found.name if known else "",
        )
    found.change({key: value for key, value in fields.items() if value not in {"", None}})
    call.save_again(found.id)
    return _answer(found, "updated")


def _answer(row: Row, message: str) -> dict[str, Any]:
    return verdict(0, message, recordId=row.id, recordName=row.name)


def _parse(call: Call, suffix: str, content: bytes) -> None:
    parser = call.switch("parser")
    readable = content.startswith(RESUME_STARTS.get(suffix, ()))
    if parser == "refuses" or (parser == "looks" and not readable):
        raise Refusal(99, "The resume could not be parsed.")
