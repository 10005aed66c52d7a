"""updateRecord, createActivity, resourceApplication, attachDocument, addComplianceItem and
inboundCall: what changes a record, or hangs something on one.
"""

from typing import Any

from leadrelay_sandbox.trackerrms.answers import verdict
from leadrelay_sandbox.trackerrms.call import PLACEMENT_STATUSES, Call
from leadrelay_sandbox.trackerrms.directory import COLUMNS, NO_COLUMNS, Row
from leadrelay_sandbox.trackerrms.kinds import integer, text
from leadrelay_sandbox.trackerrms.settings import SETTINGS

STATUS_IDS = {
    "resourcestatusid": {item["Id"]: item["Name"] for item in SETTINGS["resourceStatuses"]},
    "opportunityresourcestatusid": PLACEMENT_STATUSES,
}


def update_record(call: Call) -> dict[str, Any]:
    """Columns have the database's names. Unknown ones are probably passed over."""
    type_ = call.instruction("recordtype")
    if not type_:
        raise call.refuse("instructions.recordtype is blank")
    row = call.linked(type_, call.instruction("recordid"))
    if row is not None:
        _update(call, row)
    return verdict(0, "success")


def _update(call: Call, row: Row) -> None:
    changed: dict[str, Any] = {}
    for update in call.nodes.get("updates", []):
        column, value = text(update.get("column")), update.get("value")
        if column in NO_COLUMNS:
            call.simulator.violation(f"updates: {column} is a name of the create calls, no column")
        elif column in STATUS_IDS:
            row.status = STATUS_IDS[column].get(integer(value), row.status)
        else:
            changed[COLUMNS.get(column, column)] = value
    if custom := call.nodes.get("customfields", []):
        known = {item["id"]: item for item in [*row.fields.get("customfields", []), *custom]}
        changed["customfields"] = list(known.values())
    if row.type in {"C", "N", "R"} and (skills := call.nodes.get("skills")):
        changed["skills"] = skills
    row.change(changed)
    row.updates |= changed
    call.note(row.id, {"updates": row.updates})


def create_activity(call: Call) -> dict[str, Any]:
    """Tasks are activities of the type Task; there is no other operation for them."""
    activity = call.node("activity")
    if integer(activity.get("linkRecordId")):
        call.linked(text(activity.get("linkRecordType")), activity["linkRecordId"])
    call.check_names(activity, {"type": "taskTypes"})
    status = text(activity.get("status")) or "Not Started"
    call.save(call.directory.add("A", activity, call.user, status).id)
    return verdict(0, "success")


def resource_application(call: Call) -> dict[str, Any]:
    call.linked("R", call.instruction("resourceid"))
    resource_id = integer(call.instruction("resourceid"))
    call.save(call.apply(resource_id, call.instruction("opportunityid")))
    return verdict(0, "success")


def attach_document(call: Call) -> dict[str, Any]:
    file = call.node("file")
    if not text(file["recordType"]):
        raise call.refuse("file.recordType is blank")
    call.linked(file["recordType"], file["recordId"])
    call.save(call.directory.next_id())
    return verdict(0, "success")


def add_compliance_item(call: Call) -> dict[str, Any]:
    """The item is named by its id or, with id 0, by its exact name."""
    record = call.node("record")
    if not integer(record.get("complianceItemId")) and not text(record.get("complianceItemName")):
        raise call.refuse("record names no compliance item")
    call.linked("R", record["resourceId"])
    call.save(call.directory.next_id())
    return verdict(0, "success")


def inbound_call(call: Call) -> dict[str, Any]:
    """A screen pop; the sandbox keeps it as a record to look at."""
    call.save(call.directory.next_id())
    return verdict(0, "success")
