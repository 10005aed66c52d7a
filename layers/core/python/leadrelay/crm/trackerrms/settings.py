"""What a source's options come to in this account, by its getSettingsData."""

from leadrelay.crm import origins
from leadrelay.crm.mapping import render
from leadrelay.crm.owners import the_user
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.options import Options, RecordKind
from leadrelay.lead import Lead

_TELLING = "Username", "Email"


def source_list(record: RecordKind) -> str:
    """Where the settings list what the `source` of such a record may be."""
    return "resourceSources" if record == "resource" else "leadSources"


def with_source(api: Api, lead: Lead, options: Options) -> Options:
    """Where the lead came from, if TrackerRMS lists that by name and the source says nothing else:
    what isn't listed might be refused."""
    record = options.record_for(lead.kind)
    if options.source or record == "contact":  # which has no such field
        return options
    known = [str(item.get("Name")) for item in api.settings(source_list(record))]
    return options.model_copy(update={"source": origins.listed(lead, options.came_by, known)})


def users(api: Api) -> list[tuple[int, list[str]]]:
    """Ids of users, and what tells each."""
    return [
        (int(user["UserId"]), [text for key in _TELLING if (text := user.get(key))])
        for user in api.settings("users")
        if str(user.get("UserId")).isdecimal()
    ]


def with_owner(api: Api, lead: Lead, options: Options) -> Options:
    """The user whom the option `owner` tells."""
    owner = the_user(render(options.owner, lead), users(api))
    return options if owner is None else options.model_copy(update={"userid": owner})
