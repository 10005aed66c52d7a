"""A source: where leads come from, which CRMs they go to, and how; a table of `sources.toml`."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from leadrelay.durations import AtMost, Duration, within
from leadrelay.expectation import Expected
from leadrelay.lead import CallState, Kind
from leadrelay.values import (
    CallField,
    CrmName,
    Language,
    Origin,
    Region,
    Text,
    TimeZone,
    TokenPlace,
    WebAddress,
    spoken_in,
)

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


class KnownSources(Protocol):
    """Sources by their names."""

    def get(self, name: str, /) -> Source | None:
        """None for one that there isn't. Raises SourceBroken."""
