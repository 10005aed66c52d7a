"""The agency's own file, `sources.toml`: where leads come from and which CRMs they go to."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from leadrelay.crms import CRMS
from leadrelay.lead import OWN_FIELDS, CallState, Kind, Lead

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+) ?([smhd])")
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_ORIGIN = re.compile(r"https?://[^/?#\s*]+")
_STRUCTURED = {"call", "resume", "attachments", "tracking", "extra"}  # no one value fits into these
_MAPPABLE = (Lead.model_fields.keys() - OWN_FIELDS - _STRUCTURED) | {
    "tracking.page",
    "tracking.referrer",
}


def _duration(value: object) -> object:
    """ "90s", "10m", "1h", "2d" → timedelta."""
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value)
    if not match:
        raise ValueError('write a duration like "90s", "10m", "1h" or "2d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


type Duration = Annotated[timedelta, BeforeValidator(_duration)]


class Source(BaseModel):
    """One table of `sources.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    sender: str
    deliver: tuple[str, ...] = Field(min_length=1)
    origins: tuple[str, ...] = ()
    thanks: str | None = None
    honeypot: str | None = None
    default_region: str | None = None
    window: Duration = timedelta(minutes=10)
    token: str | None = None
    public_url: str | None = None
    answer: str | None = None
    on: CallState | None = None
    accept: tuple[str, ...] = ()
    max_file_bytes: int | None = Field(default=None, gt=0)
    retention: Duration = timedelta(days=90)
    unverified: bool = False
    fields: dict[str, str] = Field(default_factory=dict)
    crms: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def options(self, crm: str) -> Mapping[str, Any]:
        """The table [<source>.<crm>], for the adapter's `Options`."""
        return self.crms.get(crm, {})

    @field_validator("name")
    @classmethod
    def _name_fits_a_url(cls, name: str) -> str:
        if not _SOURCE_NAME.fullmatch(name):
            raise ValueError("a source's name is a-z, 0-9, - and _, as it stands in the URL")
        return name

    @field_validator("deliver")
    @classmethod
    def _crms_exist(cls, deliver: tuple[str, ...]) -> tuple[str, ...]:
        for crm in deliver:
            if crm not in CRMS:
                raise ValueError(f"{crm!r} is not a CRM; there are {', '.join(CRMS)}")
        return tuple(dict.fromkeys(deliver))

    @field_validator("origins")
    @classmethod
    def _origins_are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as https://www.example.com")
        return tuple(origin.lower() for origin in origins)

    @field_validator("thanks", "public_url")
    @classmethod
    def _is_a_web_address(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            raise ValueError("write a whole URL, https://…")
        return url

    @field_validator("default_region")
    @classmethod
    def _is_a_region(cls, region: str | None) -> str | None:
        if region is not None and not re.fullmatch(r"[A-Z]{2}", region):
            raise ValueError('write a country as two capital letters, like "GB"')
        return region

    @field_validator("token")
    @classmethod
    def _token_says_where(cls, token: str | None) -> str | None:
        if token is not None and not re.fullmatch(r"basic|(query|header|body):\S+", token):
            raise ValueError("write query:NAME, header:NAME, body:PATH or basic")
        return token

    @field_validator("fields")
    @classmethod
    def _fields_exist(cls, fields: dict[str, str]) -> dict[str, str]:
        for field in fields:
            if field not in _MAPPABLE:
                raise ValueError(f"{field!r} is not a field of a lead")
        return fields

    @model_validator(mode="after")
    def _options_are_used(self) -> "Source":
        for crm in self.crms:
            if crm not in self.deliver:
                raise ValueError(f"[{self.name}.{crm}] is set, but `deliver` doesn't name {crm}")
        return self


class SourcesError(ValueError):
    """Every mistake of a `sources.toml`, one a line, each with its line number."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read_sources(text: str) -> dict[str, Source]:
    """Read a `sources.toml`. Raises SourcesError with all its mistakes at once."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError([f"not TOML: {error}"]) from error
    found: dict[str, Source] = {}
    mistakes: list[str] = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            mistakes.append(f"line {_line(text, (name,))}: {name}: put this into a [source] table")
            continue
        own = {key: value for key, value in table.items() if key not in CRMS}
        crms = {key: value for key, value in table.items() if key in CRMS}
        try:
            found[name] = Source.model_validate({**own, "name": name, "crms": crms})
        except ValidationError as error:
            mistakes += [_mistake(text, name, detail) for detail in error.errors()]
    if mistakes:
        raise SourcesError(mistakes)
    return found


def _mistake(text: str, source: str, detail: Any) -> str:
    keys = tuple(str(part) for part in detail["loc"] if not isinstance(part, int))
    keys = keys[1:] if keys[:1] == ("crms",) else keys
    keys = () if keys == ("name",) else keys
    if detail["type"] == "extra_forbidden":
        message = "there is no such key"
    elif detail["type"] == "missing":
        message = "this key is missing"
    else:
        message = detail["msg"].removeprefix("Value error, ")
    return f"line {_line(text, (source, *keys))}: {'.'.join((source, *keys))}: {message}"


def _line(text: str, path: tuple[str, ...]) -> int:
    """The line of a key in TOML, else of the closest table around it.

    The parser of the standard library keeps no positions, so this looks for the table's header
    and then for the key below it; enough to lead an eye to the place.
    """
    best, depth = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            here = table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
        elif key := re.match(r"\s*[\"']?([^\"'=\s]+)[\"']?\s*=", line):
            here = (*table, key[1])
        else:
            continue
        if len(here) > depth and here == path[: len(here)]:
            best, depth = number, len(here)
    return best
