"""A call at TrackerRMS beyond its record: it pops up while it is on, and its end is told."""

from datetime import datetime, timedelta

from leadrelay.crm.base import Steps
from leadrelay.crm.refusals import first_accepted
from leadrelay.crm.trackerrms import additions, find
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.options import Options
from leadrelay.errors import Refused
from leadrelay.lead import Lead

_FRESH = timedelta(minutes=1)
_ENDED = " ended"  # behind the reference in the name of the activity that tells the end


def screen_pop(api: Api, lead: Lead, steps: Steps, now: datetime) -> None:
    """Open the caller's record on the called user's screen, while the call is on. A delivery that
    comes late does not: by then it is another call that the user is on."""
    call = lead.call
    if not call or call.direction == "outbound" or now - lead.received_at > _FRESH:
        return
    numbers = {"source": find.digits(call.caller), "destination": find.digits(call.called)}
    if call.state not in {None, "ringing", "answered"} or not all(numbers.values()):
        return

    def act() -> str:
        try:
            api.call("inboundCall", instructions=numbers)
        except Refused:
            return "refused"  # no reason to lose the lead
        return "shown"

    steps.once("screen pop", act, lambda: None)  # twice does no harm


def tell_end(api: Api, lead: Lead, options: Options, steps: Steps, home: tuple[str, int]) -> str:
    """An activity, on the record `home` (type and id), that says how a call ended whose record
    was made before. What comes later still, such as a recording, is written into that activity:
    the columns of updateRecord for activities are those seen in use."""
    params = additions.activity_params(lead, options, *home, mark=_ENDED)
    added = False

    def add() -> str:
        nonlocal added
        added = True
        return str(api.call("createActivity", **params).get("recordId") or "")

    def look() -> str | None:
        return found.id if (found := find.tagged(api, "A", lead, _ENDED)) else None

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
