"""The agency's own file, `sources.toml`: where leads come from and which CRMs they go to."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from leadrelay.crms import CRMS
from leadrelay.durations import AtMost, Duration
from leadrelay.lead import TEXT_FIELDS, Call, CallState, Kind

SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_ORIGIN = re.compile(r"https?://[^/?#\s*]+")
_MAPPABLE = TEXT_FIELDS | {"tracking.page", "tracking.referrer"}
_CALL_FIELDS = Call.model_fields.keys() - {"heard", "hidden"}


def _is_a_crm(crm: str) -> str:
    if crm not in CRMS:
        raise ValueError(f"{crm!r} is not a CRM; there are {', '.join(CRMS)}")
    return crm


def _is_an_origin(origin: str) -> str:
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"{origin!r} is not an origin such as https://www.example.com")
    return origin.lower()


def _is_a_field(field: str) -> str:
    if field not in _MAPPABLE:
        raise ValueError(f"{field!r} is not a field of a lead")
    return field


type CrmName = Annotated[str, AfterValidator(_is_a_crm)]
type Origin = Annotated[str, AfterValidator(_is_an_origin)]


def _is_a_call_field(field: str) -> str:
    if field not in _CALL_FIELDS:
        there = ", ".join(f"call.{name}" for name in sorted(_CALL_FIELDS))
        raise ValueError(f"call.{field} is not a field of a call; there are {there}")
    return field


type CallField = Annotated[str, AfterValidator(_is_a_call_field)]
type LeadField = Annotated[str, AfterValidator(_is_a_field)]

# What a person asks about a lead, they ask soon; the files bucket forgets everything some day.
_SHORTEST_RETENTION, _LONGEST_RETENTION = timedelta(days=7), timedelta(days=730)


class Source(BaseModel):
    """One table of `sources.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    sender: str
    deliver: tuple[CrmName, ...] = Field(min_length=1)
    origins: tuple[Origin, ...] = ()
    thanks: str | None = None
    honeypot: str | None = None
    min_fill: Duration | None = None
    captcha: Literal["turnstile", "hcaptcha", "recaptcha"] | None = None
    captcha_url: str | None = None
    throttle: AtMost | None = None
    default_region: str | None = None
    window: Duration | None = None
    token: str | None = None
    public_url: str | None = None
    answer: str | None = None
    on: CallState | None = None
    accept: tuple[str, ...] = ()
    max_file_bytes: int | None = Field(default=None, gt=0)
    file_wait: Duration = timedelta(hours=1)
    lookup: CrmName | None = None
    retention: Duration = Field(
        default=timedelta(days=90), ge=_SHORTEST_RETENTION, le=_LONGEST_RETENTION
    )
    unverified: bool = False
    fields: dict[LeadField, str] = Field(default_factory=dict)
    call_fields: dict[CallField, str] = Field(default_factory=dict)  # `fields`, those of call.…
    crms: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where its sender posts to, below the API's stage."""
        return f"/{self.kind}s/{self.name}"

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

    @field_validator("thanks", "public_url", "captcha_url")
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


def secrets_for(mark: str, secrets: Sequence[str]) -> tuple[str, ...]:
    """Of a source's secrets those that a mark says the use of, such as "captcha:…", without it."""
    return tuple(one.removeprefix(mark) for one in secrets if one.startswith(mark))


class SourcesError(ValueError):
    """Every mistake of a `sources.toml`, one a line, each with its line number; and the sources
    that have none."""

    def __init__(self, mistakes: list[str], sources: Mapping[str, Source]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes
        self.sources = sources


def read_sources(text: str) -> dict[str, Source]:
    """Read a `sources.toml`. Raises SourcesError with all its mistakes at once."""
    tables = _tables(text)
    found: dict[str, Source] = {}
    mistakes: list[str] = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            mistakes.append(at(text, (name,), "put this into a [source] table"))
            continue
        own = {key: value for key, value in table.items() if key not in CRMS}
        crms = {key: value for key, value in table.items() if key in CRMS}
        wrong = list(_unusable(text, name, own, crms))
        try:
            found[name] = Source.model_validate({**own, "name": name, "crms": crms})
        except ValidationError as error:
            wrong += mistakes_of(error, text, name)
        if wrong:
            found.pop(name, None)
        mistakes += wrong
    if mistakes:
        raise SourcesError(mistakes, found)
    return found


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise SourcesError(["not TOML: nested too deeply"], {}) from error
    except ValueError as error:  # also a number of more digits than Python reads
        raise SourcesError([f"not TOML: {error}"], {}) from error


def _unusable(
    text: str, source: str, own: Mapping[str, Any], crms: Mapping[str, Any]
) -> Iterator[str]:
    """What the model can't see: keys that only look like its own, and tables nobody asks for."""
    for key in filter({"name", "crms", "call_fields"}.__contains__, own):
        yield at(text, (source, key), "there is no such key")
    deliver = own.get("deliver")
    for crm in crms:
        if isinstance(deliver, list) and crm not in deliver:
            yield at(text, (source, crm), f"is set, but `deliver` doesn't name {crm}")


def mistakes_of(error: ValidationError, text: str, *table: str) -> list[str]:
    """What pydantic found wrong in a table of a `sources.toml`, each with its line."""
    return [_mistake(text, table, detail) for detail in error.errors()]


def _mistake(text: str, table: tuple[str, ...], detail: Any) -> str:
    keys = tuple(part for part in detail["loc"] if isinstance(part, str) and part != "[key]")
    keys = keys[1:] if keys[:1] == ("crms",) else keys
    keys = ("fields", "call", *keys[1:]) if keys[:1] == ("call_fields",) else keys
    keys = () if keys == ("name",) else keys
    if detail["type"] == "extra_forbidden":
        message = "there is no such key"
    elif detail["type"] == "missing":
        message = "this key is missing"
    else:
        message = detail["msg"].removeprefix("Value error, ")
    return at(text, (*table, *keys), message)


def at(text: str, path: tuple[str, ...], message: str) -> str:
    """ "line 7: contact-us.window: …"; the line of a key that isn't there is its table's."""
    return f"line {_line(text, path)}: {'.'.join(path)}: {message}"


def _line(text: str, path: tuple[str, ...]) -> int:
    """The line of a key in TOML, else of the closest table around it.

    The parser of the standard library keeps no positions, so this looks for the table's header
    and then for the key below it; enough to lead an eye to the place.
    """
    best, depth = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[{1,2}([^\[\]]+)\]", line):
            here = table = _keys(header[1])
        elif key := re.match(r"\s*([^=#]+?)\s*=", line):
            here = (*table, *_keys(key[1]))
        else:
            continue
        common = min(len(here), len(path))
        if common > depth and here[:common] == path[:common]:
            best, depth = number, common
    return best


def _keys(dotted: str) -> tuple[str, ...]:
    """a."b.c".d → a, b.c, d"""
    return tuple(
        bare or quoted for quoted, bare in re.findall(r"[\"']([^\"']*)[\"']|([^\s.\"']+)", dotted)
    )
