"""What an earlier attempt has begun at TrackerRMS, and what it is finished as."""

from leadrelay.crm.base import Steps
from leadrelay.crm.trackerrms import find
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.home import HOW, PERSONS
from leadrelay.crm.trackerrms.options import Options, RecordKind
from leadrelay.crm.trackerrms.records import REFUSED
from leadrelay.lead import Lead


def as_begun(api: Api, lead: Lead, options: Options, steps: Steps) -> Options:
    """The options with the record that an earlier attempt has begun to make, or to add to."""
    record = made(steps)
    if record is None and steps.unnamed and api.may("getRecords"):
        record = _tagged(api, lead, options.record_for(lead.kind))
    if lead.kind != "call" and steps.begun("activity") is not None:
        known = steps.begun("known") or ""
        record = record or next((one for one in HOW if known.startswith(HOW[one].letter)), None)
    return options.model_copy(update={"record": record}) if record else options


def made(steps: Steps) -> RecordKind | None:
    """What an earlier attempt made, or may have made."""
    if steps.begun("resume") not in {None, REFUSED}:
        return "resource"
    return next((one for one in HOW if steps.begun(one) is not None), None)


def _tagged(api: Api, lead: Lead, wanted: RecordKind) -> RecordKind | None:
    """What bears our reference in its name, and isn't what the options want by now: it alone is
    made by a first write, before which nothing is written down."""
    others = (one for one in HOW if HOW[one].letter not in PERSONS and one != wanted)
    return next((one for one in others if find.tagged(api, HOW[one].letter, lead)), None)
