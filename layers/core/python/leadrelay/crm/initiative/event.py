"""A call as a record of Events. Pure."""

from collections.abc import Mapping
from datetime import UTC, timedelta, tzinfo

from leadrelay.crm.calls import told_of_call
from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.initiative.options import Options
from leadrelay.crm.initiative.payload import choices, finished, rendered, sorted_out
from leadrelay.lead import Call, Lead
from leadrelay.narrator.calls import headline
from leadrelay.narrator.style import Style

TIMES = frozenset({"date_start", "time_start", "due_date", "time_end"})
_OF_CALL = TIMES | {"eventstatus", "duration_hours", "duration_minutes"}
_STATUS = {
    "ringing": "Planned",
    "answered": "Planned",
    "missed": "Not Held",
    "voicemail": "Not Held",
}
_WANTED = frozenset({"activitytype", "eventstatus", "visibility"})
FILLED = _OF_CALL | _WANTED | {"subject", "assigned_user_id", "description"}
"""The fields that every event has a value for."""


def event(
    lead: Lead,
    module: Module,
    overrides: Mapping[str, str],
    owner: str,
    zone: tzinfo,
    style: Style,
) -> dict[str, str]:
    """The element of the Events record that stands for a call. Its description holds the whole
    lead: the person may be one whom the CRM knew already."""
    call = lead.call or Call()
    moment = call.started_at or lead.received_at
    # Added before it is converted: the zone's clock may change in the middle of the call.
    end = (moment.astimezone(UTC) + timedelta(seconds=call.duration or 0)).astimezone(zone)
    start = moment.astimezone(zone)
    hours, seconds = divmod(call.duration or 0, 3600)
    values = {
        "subject": headline(lead, style, over=False),
        "date_start": f"{start:%Y-%m-%d}",
        "time_start": f"{start:%H:%M:%S}",
        "due_date": f"{end:%Y-%m-%d}",
        "time_end": f"{end:%H:%M:%S}",
        "duration_hours": str(hours),
        "duration_minutes": str(seconds // 60),
        "assigned_user_id": owner,
    }
    wanted = {
        "activitytype": "Call",
        "eventstatus": _STATUS.get(call.state or "", "Held"),
        # Not mandatory by describe, yet without it create fails (observed on vtiger 6.0).
        "visibility": "Public",
    }
    own, unfit = sorted_out(module, rendered(overrides, lead))
    values = {k: v for k, v in values.items() if k in module.fields}
    values |= choices(module, wanted, needed=wanted.keys()) | own
    return finished(module, values, style, note_of=lead, placed=(), more=unfit)


def changing(options: Options) -> frozenset[str]:
    """The fields that change while a call goes on, beside `description`: who takes it, too."""
    owner = {"assigned_user_id"} if told_of_call({"": options.owner}) else set[str]()
    return _OF_CALL | told_of_call(options.event_fields) | owner
