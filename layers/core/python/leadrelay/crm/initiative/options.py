"""What a source may set for Initiative: the table [<source>.initiative] of sources.toml."""

from datetime import UTC, tzinfo
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from leadrelay.crm.mapping import OptionsModel, Template


def _zone_of(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


def _known_zone(name: str) -> str:
    try:
        _zone_of(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, a folder of zones
        raise ValueError(f"{name!r} is not a time zone such as Europe/Paris") from error
    return name


class Options(OptionsModel):
    """The table [<source>.initiative]."""

    module: Literal["Leads", "Contacts", "HelpDesk"] = "Leads"
    fields: dict[str, Template] = Field(default={}, description="of the module")
    event_fields: dict[str, Template] = Field(default={}, description="of a call's Events record")
    document_fields: dict[str, Template] = Field(default={}, description="of a file's Documents")
    assigned_user_id: str | None = Field(
        default=None,
        pattern=r"^\d+x\d+$",
        description="a user or group, e.g. 19x1; without it the user who logs in",
    )
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = Field(
        default=None,
        description="of the server's database, in which event times are kept, e.g. Europe/Paris; "
        "without it as the server's answers show",
    )

    @property
    def zone(self) -> tzinfo | None:
        return _zone_of(self.time_zone) if self.time_zone else None
