"""What the names of a submission's fields mean beside each other."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from leadrelay.intake.meaning.field_names import NAME, is_of_others, meaning

_IDENTITY = {NAME, "first_name", "last_name", "full_name", "email", "phone"}
_BEGINS = re.compile(r"[A-Za-z]+[-_]")
_WORDS = re.compile(r"[^-_]*[-_]|[^-_]+")
_FEWEST = 2


def meanings(names: Sequence[str], configured: Iterable[str]) -> dict[str, str | None]:
    """What each name stands for; a bare "name" depends on the names around it, and so does one
    that begins as all the others do: et_pb_contact_name_0."""
    found = {name: meaning(name) for name in names}
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
    by_place = zip(*map(_WORDS.findall, group), strict=False)
    alike = takewhile(lambda words: len(set(words)) == 1, by_place)
    return "".join(words[0] for words in alike if words[0][-1] in "-_")
