"""The agency's own file, `sources.toml`: where leads come from and which CRMs they go to."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from leadrelay.crms import CRMS
from leadrelay.durations import AtMost, Duration, within
from leadrelay.errors import SourceBroken
from leadrelay.expectation import Expected
from leadrelay.lead import CallState, Kind
from leadrelay.mistakes import at, mistakes_of, not_toml
from leadrelay.values import (
    MAPPABLE,
    CallField,
    CrmName,
    Language,
    Origin,
    Region,
    Text,
    TimeZone,
    TokenPlace,
    WebAddress,
    no_field,
    spoken_in,
)

_NOT_WRITTEN = {"name", "crms", "call_fields"}  # where a table's other keys go
SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Source(BaseModel):
    """One table of `sources.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    sender: str
    deliver: tuple[CrmName, ...] = Field(min_length=1)
    origins: tuple[Origin, ...] = ()
    thanks: WebAddress | None = None
    honeypot: Text | None = None
    min_fill: Annotated[Duration, within("1s", "1h")] | None = None
    captcha: Literal["turnstile", "hcaptcha", "recaptcha"] | None = None
    captcha_url: WebAddress | None = None
    throttle: AtMost | None = None
    expect: Expected | None = None
    default_region: Region | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None
    note: str = ""
    details: Literal["none", "note", "file"] = "none"
    window: Annotated[Duration, within("1s", "30d")] | None = None
    token: TokenPlace | None = None
    public_url: WebAddress | None = None
    answer: Text | None = None
    on: CallState | None = None
    accept: tuple[str, ...] = ()
    max_file_bytes: int | None = Field(default=None, gt=0)
    # The bucket forgets an upload that nobody took in after seven days.
    file_wait: Annotated[Duration, within("1m", "6d")] = timedelta(hours=1)
    lookup: CrmName | None = None
    # What a person asks about a lead, they ask soon; the files bucket forgets everything some day.
    retention: Annotated[Duration, within("7d", "730d")] = timedelta(days=90)
    unverified: bool = False
    deliver_tests: bool = False
    fields: dict[str, Text] = Field(default_factory=dict)
    call_fields: dict[CallField, str] = Field(default_factory=dict)  # `fields`, those of call.…
    crms: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where its sender posts to, below the API's stage."""
        return f"/{self.kind}s/{self.name}"

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or "UTC")

    @property
    def spoken(self) -> Language:
        """What its visitors and its leads' readers are spoken to in."""
        return self.language or spoken_in(self.default_region)

    def options(self, crm: str) -> Mapping[str, Any]:
        """The table [<source>.<crm>], for the adapter's `Options`."""
        return self.crms.get(crm, {})

    @model_validator(mode="before")
    @classmethod
    def _fields_of_a_call_apart(cls, table: Any) -> Any:
        """From `call.caller = "x"` among the fields, in quotation marks or not."""
        fields = table.get("fields") if isinstance(table, dict) else None
        if not isinstance(fields, dict):
            return table
        nested = fields.get("call")
        call = dict(nested) if isinstance(nested, dict) else {}
        own = {name: value for name, value in fields.items() if name != "call" or not call}
        for name in [name for name in own if name.startswith("call.")]:
            call[name.removeprefix("call.")] = own.pop(name)
        return {**table, "fields": own, "call_fields": call} if call else table

    @field_validator("name")
    @classmethod
    def _name_fits_a_url(cls, name: str) -> str:
        if not SOURCE_NAME.fullmatch(name):
            raise ValueError("a source's name is a-z, 0-9, - and _, as it stands in the URL")
        return name

    @field_validator("deliver")
    @classmethod
    def _each_crm_once(cls, deliver: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(deliver))


def secrets_for(mark: str, secrets: Sequence[str]) -> tuple[str, ...]:
    """Of a source's secrets those that a mark says the use of, such as "captcha:…", without it."""
    return tuple(one.removeprefix(mark) for one in secrets if one.startswith(mark))


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


class KnownSources(Protocol):
    """Sources by their names."""

    def get(self, name: str, /) -> Source | None:
        """None for one that there isn't. Raises SourceBroken."""


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
