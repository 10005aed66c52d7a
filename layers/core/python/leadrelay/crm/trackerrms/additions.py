"""What is added to a TrackerRMS record: an activity, an application, a file. Pure."""

from collections.abc import Mapping
from datetime import datetime

from leadrelay.crm.calls import local
from leadrelay.crm.mapping import render
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.payload import Params, file_fields, text, title
from leadrelay.crm.trackerrms.phones import COLUMNS, field, phone
from leadrelay.lead import Attachment, Lead

_ON = "Not Started"  # nobody knows yet how it will end
_CALL_STATUS = {"ringing": _ON, "answered": _ON, "missed": "No Answer", "voicemail": "Left Message"}


def activity_params(
    lead: Lead,
    options: Options,
    record_type: str,
    record_id: int,
    *,
    mark: str = "",
    more: Mapping[str, str] | None = None,
) -> Params:
    """For createActivity on a record; `mark` ends its subject, `more` are lines for its note.
    Times are those of the source's zone."""
    moment = local(lead, options.style)
    owner = {} if options.userid is None else {"userId": options.userid}
    is_call = lead.kind == "call"
    outbound = lead.call is not None and lead.call.direction == "outbound"
    return {
        "instructions": {},
        "activity": {
            "subject": title(lead, options.leadname) + mark,
            "type": options.activitytype or ("Telephone" if is_call else "Task"),
            "date": moment.strftime("%Y-%m-%d"),
            "time": _clock(moment),
            "status": options.activitystatus or activity_status(lead),
            "priority": options.activitypriority,
            "contactType": "Outbound" if outbound else "Inbound",
            "note": text(lead, options, frozenset(), more),
            **owner,
            "linkRecordType": record_type,
            "linkRecordId": record_id,
        },
    }


def phone_params(lead: Lead, resource_id: int) -> Params:
    """For updateRecord: the number of a candidate whom createResourceFromResume made, which takes
    none."""
    column = COLUMNS[field(lead, is_candidate=True)]
    return {
        "instructions": {"recordtype": "R", "recordid": resource_id},
        "updates": [{"column": column, "value": phone(lead)}],
    }


def application_params(lead: Lead, options: Options, job: int, resource_id: str) -> Params:
    """For resourceApplication."""
    return {
        "instructions": {
            "opportunityid": str(job),
            "resourceid": resource_id,
            "assigntolist": options.assigntolist,
            "shortlistedby": options.shortlistedby,
            "source": render(options.source, lead),
        }
    }


def document_params(
    file: Attachment, content: bytes, record_type: str, record_id: int, *, is_resume: bool
) -> Params:
    """For attachDocument."""
    return {
        "file": {
            **file_fields(file, content),
            "recordType": record_type,
            "recordId": record_id,
            "documentType": "resume" if is_resume else "general",
            "primary": "n",
        }
    }


def activity_status(lead: Lead) -> str:
    state = (lead.call.state if lead.call else None) or ""
    return _CALL_STATUS.get(state, "Completed") if lead.kind == "call" else _ON


def _clock(moment: datetime) -> str:
    """ "11:34 AM", whatever the locale."""
    return f"{moment:%I:%M} {'AM' if moment.hour < 12 else 'PM'}"
