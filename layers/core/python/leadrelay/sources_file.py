"""The agency's own file, `sources.toml`, read: each source, and each mistake with its line."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from leadrelay.crms import CRMS
from leadrelay.errors import SourceBroken
from leadrelay.mistakes import at, mistakes_of, not_toml
from leadrelay.sources import Source
from leadrelay.values import MAPPABLE, no_field

_NOT_WRITTEN = {"name", "crms", "call_fields"}  # where a table's other keys go


class Judged(NamedTuple):
    """A table of the file: the source, as far as one can be read, and what is wrong with it."""

    source: Source | None
    mistakes: list[str]


type Unsound = Callable[[Source], Iterator[tuple[str, str]]]
"""What is wrong with a source whose keys can each be read: (key or table.key, what is wrong)."""


class SourcesError(ValueError):
    """Every mistake of a `sources.toml`, one a line, each with its line number; and the sources
    that have none."""

    def __init__(self, mistakes: list[str], sources: Mapping[str, Source]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes
        self.sources = sources


class Sources:
    """What a function serves: a mistake in one source stops no other."""

    def __init__(self, judged: Mapping[str, Judged]) -> None:
        self.broken = {name: one.mistakes for name, one in judged.items() if one.mistakes}
        self._sound = {name: one.source for name, one in judged.items() if not one.mistakes}

    def get(self, name: str) -> Source | None:
        """None for one that isn't in the file. Raises SourceBroken for one that has a mistake, and
        for each when the whole file can't be read."""
        if "" in self.broken:
            raise SourceBroken("sources.toml can't be read; `leadrelay check` says why")
        if name in self.broken:
            raise SourceBroken(f"sources.toml, [{name}] has a mistake; `leadrelay check` tells it")
        return self._sound.get(name)


def read_sources(text: str, unsound: Unsound | None = None) -> dict[str, Source]:
    """Read a `sources.toml`. Raises SourcesError with all its mistakes at once."""
    judged = judge(text, unsound)
    sound = {name: one.source for name, one in judged.items() if one.source and not one.mistakes}
    if mistakes := [mistake for one in judged.values() for mistake in one.mistakes]:
        raise SourcesError(mistakes, sound)
    return sound


def judge(text: str, unsound: Unsound | None = None) -> dict[str, Judged]:
    """Every table by its name; a file that can't be read is one mistake of the name ""."""
    text = text.removeprefix("\ufeff")  # Notepad's
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        return {"": Judged(None, ["line 1: not TOML: nested too deeply"])}
    except ValueError as error:  # also a number of more digits than Python reads
        return {"": Judged(None, [not_toml(text, error)])}
    return {name: _judge(text, name, table, unsound) for name, table in tables.items()}


def _judge(text: str, name: str, table: Any, unsound: Unsound | None) -> Judged:
    if not isinstance(table, dict):
        hint = f"write [{name}] in one pair of brackets" if isinstance(table, list) else ""
        return Judged(None, [at(text, (name,), hint or "put this into a [source] table")])
    if inner := _sources_within(table):
        hint = "a source's name stands alone in the brackets: write [{}]"
        return Judged(None, [at(text, (name, one), hint.format(one)) for one in inner])
    own = {key: value for key, value in table.items() if key not in CRMS}
    crms = {key: value for key, value in table.items() if key in CRMS}
    mistakes = list(_unusable(text, name, own, crms))
    source, wrong = _read(text, {**own, "name": name, "crms": crms})
    mistakes += wrong
    if source and unsound:
        mistakes += [
            at(text, (name, *key.split(".", 1)), mistake) for key, mistake in unsound(source)
        ]
    return Judged(source, mistakes)


def _sources_within(table: Mapping[str, Any]) -> list[str]:
    """Whoever writes [forms.contact-us] means a source."""
    if not all(isinstance(one, dict) for one in table.values()):
        return []
    return [name for name, one in table.items() if {"kind", "sender", "deliver"} & one.keys()]


def _read(text: str, table: Mapping[str, Any]) -> tuple[Source | None, list[str]]:
    """The source without its keys that can't be read, so that what else is wrong is found too."""
    keys = (Source.model_fields.keys() | CRMS.keys()) - _NOT_WRITTEN
    try:
        return Source.model_validate(table), []
    except ValidationError as error:
        mistakes = mistakes_of(error, text, table["name"], keys=keys)
        wrong = {one["loc"][0] for one in error.errors()}
    rest = {key: value for key, value in table.items() if key not in wrong}
    stand_ins = {"name": "source", "deliver": tuple(CRMS)}
    try:
        return Source.model_validate({**stand_ins, **rest}), mistakes
    except ValidationError:  # without a kind or a sender it is nothing
        return None, mistakes


def _unusable(
    text: str, source: str, own: Mapping[str, Any], crms: Mapping[str, Any]
) -> Iterator[str]:
    """What the model can't see: keys that only look like its own, and tables nobody asks for."""
    for key in filter(_NOT_WRITTEN.__contains__, own):
        yield at(text, (source, key), "there is no such key")
    deliver = own.get("deliver")
    for crm in crms:
        if isinstance(deliver, list) and crm not in deliver:
            yield at(text, (source, crm), f"is set, but `deliver` doesn't name {crm}")
    fields = own.get("fields")
    for field, value in fields.items() if isinstance(fields, dict) else ():
        of_call = field.startswith("call.") or (field == "call" and isinstance(value, dict))
        if field not in MAPPABLE and not of_call:
            yield at(text, (source, "fields", field), no_field(field, value))
