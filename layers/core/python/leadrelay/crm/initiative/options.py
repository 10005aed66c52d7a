"""What a source may set for Initiative: the table [<source>.initiative] of sources.toml."""

from datetime import UTC, tzinfo
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from leadrelay.crm.mapping import OptionsModel, Template
from leadrelay.values import TimeZone

type Module = Literal["Leads", "Contacts", "HelpDesk"]
MODULES: tuple[Module, ...] = ("Leads", "Contacts", "HelpDesk")


def _zone_of(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


class Options(OptionsModel):
    """The table [<source>.initiative]."""

    module: Module = "Leads"
    fields: dict[str, Template] = Field(default={}, description="of the module")
    event_fields: dict[str, Template] = Field(default={}, description="of a call's Events record")
    document_fields: dict[str, Template] = Field(default={}, description="of a file's Documents")
    assigned_user_id: str | None = Field(
        default=None,
        pattern=r"^\d+x\d+$",
        description="a user or group, e.g. 19x1; without it the user who logs in",
    )
    owner: Template = Field(
        default="", description='who, by e-mail, user name, extension or name: "{agent}"'
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="of the server's database, in which event times are kept, e.g. Europe/Paris; "
        "without it as the server's answers show",
    )

    def of_module(self, module: Module) -> Self:
        """The same for a record of this module; `fields` are of the other."""
        if module == self.module:
            return self
        return self.model_copy(update={"module": module, "fields": {}})

    @property
    def zone(self) -> tzinfo | None:
        return _zone_of(self.time_zone) if self.time_zone else None
