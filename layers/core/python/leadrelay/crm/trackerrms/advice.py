"""What a source's options name and TrackerRMS doesn't have, by its getSettingsData."""

from collections.abc import Iterator, Mapping
from typing import Any

from leadrelay.crm import origins, owners
from leadrelay.crm.base import Advice
from leadrelay.crm.mapping import is_constant
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.home import HOW
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.settings import source_list, users
from leadrelay.lead import Kind

# Option → the list of its names (Widget API v1.11, p. 18-19; taskTypes was seen in use).
_LISTS = {
    "department": "departments",
    "worktype": "opportunityWorkTypes",
    "activitytype": "taskTypes",
}


def advise(api: Api, kind: Kind, options: Options) -> Iterator[Advice]:
    """A list that getSettingsData lacks can't be judged by; nor can anything with an API key,
    which may not ask for it."""
    operation = HOW[options.record_for(kind)].operation
    if not api.may(operation):
        yield Advice(
            "record",
            f"{operation} does not take an API key, which is for candidates only: put username + "
            'password or OAuth into the secret, or set record = "resource"',
        )
    if not api.may("getSettingsData"):
        return
    settings = api.all_settings()
    sources = source_list(options.record_for(kind))
    lists = _LISTS | {"source": sources}
    for key, name in lists.items():
        value = getattr(options, key).strip()
        known = _names(settings, name)
        if value and known and is_constant(value) and value not in known:
            yield Advice.unlisted(key, value, known)
    yield from origins.advise(options.came_by, _names(settings, sources))
    if options.owner:
        yield from owners.advise(options.owner, users(api))
    yield from _of_user(options, settings)


def _of_user(options: Options, settings: Mapping[str, Any]) -> Iterator[Advice]:
    found = [user for user in settings.get("users") or () if user and user.get("UserId")]
    known = {str(user["UserId"]): user.get("Username") for user in found}
    if options.userid is not None and known and str(options.userid) not in known:
        names = [f"{number} ({name})" for number, name in known.items()]
        yield Advice.unlisted("userid", options.userid, names)


def _names(settings: Mapping[str, Any], listed: str) -> list[str]:
    return [str(item.get("Name")) for item in settings.get(listed) or () if item]
