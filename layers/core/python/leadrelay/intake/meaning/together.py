"""What the names of a submission's fields mean beside each other."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from leadrelay.intake.meaning.field_names import NAME, is_of_others, meaning
from leadrelay.intake.meaning.whose import bare

_IDENTITY = {NAME, "first_name", "last_name", "full_name", "email", "phone"}
_PLACES = {"address1", "city", "postal_code"}
_BEGINS = re.compile(r"[A-Za-z]+[-_]")
_WORDS = re.compile(r"[^-_]*[-_]|[^-_]+")
_PARTS = re.compile(r"[.\[\]]+")
_FEWEST = 2
_NAMED = 700  # fields; no form asks for more, and each name takes its time
_MOST = 500  # and of those that are in one object


def meanings(names: Sequence[str], configured: Iterable[str]) -> dict[str, str | None]:
    """What each name stands for; a bare "name" depends on the names around it, and so does one
    that begins as all the others do, et_pb_contact_name_0, or stands where they do: cf[name]."""
    found = {name: meaning(name) for name in names[:_NAMED]}
    found |= _within_place(found)
    found |= _without_prefix(found)
    known = {*found.values(), *configured}
    match "first_name" in known, "last_name" in known:
        case True, False:
            whole = "last_name"
        case False, True:
            whole = "first_name"
        case _:
            whole = "full_name"
    return {name: whole if field == NAME else field for name, field in found.items()}


def _within_place(found: Mapping[str, str | None]) -> dict[str, str | None]:
    """Where all that tells who it is stands in one object, whatever that is called, what stands
    beside it is the person's too: bundle.contact_name beside bundle.contact_email."""
    places = [_parts(name)[:-1] for name, field in found.items() if field in _IDENTITY]
    place = _alike(places)
    if not place or len(found) > _MOST:
        return {}
    inside = {name: ".".join(_parts(name)[len(place) :]) for name in found if _is_in(name, place)}
    told = {name: meaning(rest) for name, rest in inside.items() if not is_of_others(rest)}
    if _PLACES.isdisjoint(told.values()):  # the state that something is in
        told = {name: field for name, field in told.items() if field != "state"}
    return {name: field for name, field in told.items() if field and found[name] not in _IDENTITY}


def _parts(name: str) -> list[str]:
    return _PARTS.split(bare(name).strip("[]"))


def _is_in(name: str, place: list[str]) -> bool:
    parts = _parts(name)
    return parts[: len(place)] == place and len(parts) > len(place)


def _without_prefix(found: Mapping[str, str | None]) -> dict[str, str | None]:
    """What page builders put in front of each field of a form, where nothing else tells who it
    is: the meanings of what is behind it."""
    groups: dict[str, list[str]] = {}
    for name in found:
        if begins := _BEGINS.match(name):
            groups.setdefault(begins[0], []).append(name)
    named = {name for name, field in found.items() if field in _IDENTITY}
    for group in groups.values():
        prefix = _shared(group)
        if len(group) < _FEWEST or is_of_others(prefix) or named - {*group}:
            continue
        return {name: found[name] or meaning(name.removeprefix(prefix)) for name in group}
    return {}


def _shared(group: Sequence[str]) -> str:
    """The words that all of these begin with, with the marks behind them."""
    return "".join(word for word in _alike(map(_WORDS.findall, group)) if word[-1] in "-_")


def _alike(lists: Iterable[Sequence[str]]) -> list[str]:
    """What all of these begin with."""
    by_place = zip(*lists, strict=False)
    return [words[0] for words in takewhile(lambda words: len(set(words)) == 1, by_place)]
