"""How the leads of one source are told: language, clock, template."""

from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from leadrelay.narrator.words import words
from leadrelay.sources import Source
from leadrelay.values import Language

# Of countries with several clocks that of most people.
_CLOCKS = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}
_UTC = "UTC"


class Style(BaseModel):
    """`zone` is a name of the tz database; `note` a template, "" for the usual order."""

    model_config = ConfigDict(frozen=True)

    language: Language = "en"
    region: str = ""
    zone: str = _UTC
    note: str = ""
    details: Literal["none", "note", "file"] = "none"

    @property
    def clock(self) -> ZoneInfo:
        """UTC where the machine doesn't know the zone: a lead isn't lost for it."""
        try:
            return ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            return ZoneInfo(_UTC)

    @property
    def locale(self) -> str:
        """What the CLDR calls it: en_GB."""
        return _locale(self.language, self.region)


def style_of(source: Source) -> Style:
    """As the source says, and where it doesn't, as in the country of its telephone numbers."""
    region = source.default_region or ""
    return Style(
        language=source.spoken,
        region=region,
        zone=source.time_zone or zone_of(region),
        note=source.note,
        details=source.details,
    )


def zone_of(region: str) -> str:
    """The clock of a country, UTC of none."""
    return _CLOCKS.get(region) or _only_zones().get(region, _UTC)


@cache
def _only_zones() -> dict[str, str]:
    """Of the countries that have one clock."""
    from babel.core import get_global  # noqa: PLC0415  # 40 ms, and only deliveries tell leads

    zones: dict[str, list[str]] = {}
    for zone, territory in get_global("zone_territories").items():
        zones.setdefault(territory, []).append(zone)
    return {territory: known[0] for territory, known in zones.items() if len(known) == 1}


@cache
def _locale(language: Language, region: str) -> str:
    from babel.localedata import exists  # noqa: PLC0415  # see above

    own = f"{language}_{region}"
    return own if region and exists(own) else f"{language}_{words(language).region}"
