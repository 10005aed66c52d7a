"""A call at TrackerRMS beyond its record: it pops up while it is on, and its end is told."""

from datetime import datetime, timedelta

from leadrelay.crm.base import Steps
from leadrelay.crm.refusals import first_accepted
from leadrelay.crm.trackerrms import additions, find
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.phones import digits
from leadrelay.errors import Refused
from leadrelay.lead import Lead
from leadrelay.narrator.calls import ENDED

_FRESH = timedelta(minutes=1)
_ENDED = " ended"  # behind the reference in the name of the activity that tells the end
_RECORDED = " recorded"  # the same of a recording that comes before the end


def screen_pop(api: Api, lead: Lead, steps: Steps, now: datetime) -> None:
    """Open the caller's record on the called user's screen, while the call is on. A delivery that
    comes late does not: by then it is another call that the user is on."""
    call = lead.call
    if not call or call.direction == "outbound" or now - lead.received_at > _FRESH:
        return
    numbers = {"source": digits(call.caller), "destination": digits(call.called)}
    if call.state not in {None, "ringing", "answered"} or not all(numbers.values()):
        return

    def act() -> str:
        try:
            api.call("inboundCall", instructions=numbers)
        except Refused:
            return "refused"  # no reason to lose the lead
        return "shown"

    steps.once("screen pop", act, lambda: None)  # twice does no harm


def _settle(api: Api, lead: Lead, options: Options, steps: Steps) -> None:
    """The status of the activity that was made while the call was on. It is the least of what
    there is to tell: what is refused, or not found, is told by the activity of the end."""

    def act() -> str:
        columns = [{"column": "taskstatus", "value": additions.activity_status(lead)}]
        try:
            found = find.activity(api, lead)
            if found is None or options.activitystatus:
                return "none"
            of = {"recordtype": "A", "recordid": int(found.id)}
            api.call("updateRecord", instructions=of, updates=columns)
        except Refused:
            return "refused"
        return found.id

    steps.once("status", act, lambda: None)  # twice is as once


def tell_end(
    api: Api, lead: Lead, options: Options, steps: Steps, home: tuple[str, int], *, begun: bool
) -> str:
    """An activity, on the record `home` (type and id), that says how a call ended whose record
    was made before; if that was `begun` as an activity, its status is corrected. What comes later
    still, such as a recording, is written into that activity: the columns of updateRecord for
    activities are those seen in use."""
    if lead.call and lead.call.state not in ENDED:
        return _tell_recording(api, lead, options, steps, home)
    if begun:
        _settle(api, lead, options, steps)
    params = additions.activity_params(lead, options, *home, mark=_ENDED)
    added = False

    def add() -> str:
        nonlocal added
        added = True
        return str(api.call("createActivity", **params).get("recordId") or "")

    def look() -> str | None:
        return found.id if (found := find.activity(api, lead, _ENDED)) else None

    told = steps.once("ended", lambda: first_accepted(look, add), look)
    if added:
        return told
    activity = told or look()  # createActivity isn't known to tell its id
    if not activity:
        return first_accepted(look, add)
    columns = {"taskstatus": "status", "note": "note"}
    api.call(
        "updateRecord",
        instructions={"recordtype": "A", "recordid": int(activity)},
        updates=[
            {"column": column, "value": params["activity"][name]}
            for column, name in columns.items()
        ],
    )
    return activity


def _tell_recording(
    api: Api, lead: Lead, options: Options, steps: Steps, home: tuple[str, int]
) -> str:
    """An activity of its own: how the call ends is still to come."""
    params = additions.activity_params(lead, options, *home, mark=_RECORDED)
    params["activity"] |= {"status": options.activitystatus or "Completed"}

    def add() -> str:
        return str(api.call("createActivity", **params).get("recordId") or "")

    def look() -> str | None:
        return found.id if (found := find.activity(api, lead, _RECORDED)) else None

    return steps.once("recorded", lambda: first_accepted(look, add), look)
