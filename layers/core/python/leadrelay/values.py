"""What the keys of a `sources.toml` may hold, beside durations; each refusal says what to write."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from leadrelay.crms import CRMS
from leadrelay.lead import TEXT_FIELDS, Call
from leadrelay.mistakes import meant

MAPPABLE = TEXT_FIELDS | {"tracking.page", "tracking.referrer", "tracking.source"}
"""What the left side of [<source>.fields] may be."""

OTHERWISE_CALLED = {"UK": "GB", "EN": "GB"}
"""What people write for a country, and its code."""

_CALL_FIELDS = Call.model_fields.keys() - {"heard", "hidden"}
_ORIGIN = re.compile(r"https?://[^/?#\s*]+")
_DEFAULT_PORT = re.compile(r"(http://.*):80|(https://.*):443")


def _is_a_crm(crm: str) -> str:
    if crm not in CRMS:
        hint = meant(crm, CRMS) or f"; there are {', '.join(CRMS)}"
        raise ValueError(f"{crm!r} is not a CRM{hint}")
    return crm


def _is_an_origin(origin: str) -> str:
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"{origin!r} is not an origin such as https://www.example.com")
    if port := _DEFAULT_PORT.fullmatch(origin):
        raise ValueError(f"leave the port out, as browsers do: {port[1] or port[2]}")
    return origin.lower()


def _is_a_web_address(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise ValueError("write a whole URL, https://…")
    return url


def _is_a_region(region: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", region):
        own = region.upper() if re.fullmatch("[A-Za-z]{2}", region) else "GB"
        right = OTHERWISE_CALLED.get(own, own)
        raise ValueError(f'write a country as two capital letters, like "{right}"')
    return region


def _says_where(token: str) -> str:
    if not re.fullmatch(r"basic|(query|header|body):\S+", token):
        raise ValueError("write query:NAME, header:NAME, body:PATH or basic")
    return token


def no_field(field: str, value: object) -> str:
    """Why a field can't be mapped: it is no field of a lead."""
    if isinstance(value, str) and value in MAPPABLE:
        return f'the lead\'s own field stands on the left: {value} = "{field}"'
    hint = meant(field, MAPPABLE) or f"; there are {', '.join(sorted(MAPPABLE))}"
    return f"{field!r} is not a field of a lead{hint}"


def _is_a_call_field(field: str) -> str:
    if field not in _CALL_FIELDS:
        there = ", ".join(f"call.{name}" for name in sorted(_CALL_FIELDS))
        raise ValueError(f"call.{field} is not a field of a call; there are {there}")
    return field


def is_a_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, a folder of zones
        raise ValueError(f"{name!r} is not a time zone such as Europe/Paris") from error
    return name


type Language = Literal["en", "de", "es", "fr"]

_COUNTRIES: dict[Language, str] = {
    "de": "DE AT CH LI",
    "es": "ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY",
    "fr": "FR BE LU MC SN CI MA TN DZ",
}


def spoken_in(region: str | None) -> Language:
    """The language of most people in a country, if it is one of ours; else English."""
    found = (language for language, known in _COUNTRIES.items() if region in known.split())
    return next(found, "en")


type Text = Annotated[str, Field(min_length=1)]
type CrmName = Annotated[str, AfterValidator(_is_a_crm)]
type CallField = Annotated[str, AfterValidator(_is_a_call_field)]
type Origin = Annotated[str, AfterValidator(_is_an_origin)]
type WebAddress = Annotated[str, AfterValidator(_is_a_web_address)]
type Region = Annotated[str, AfterValidator(_is_a_region)]
type TimeZone = Annotated[str, AfterValidator(is_a_time_zone)]
type TokenPlace = Annotated[str, AfterValidator(_says_where)]
