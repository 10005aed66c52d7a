"""From a lead to a CRM's fields: templates, lengths, and the note for whatever has no home."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from leadrelay.came_by import came_by
from leadrelay.lead import STRUCTURED_FIELDS, Call, Lead, leftovers

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPEN_FIELDS = ("extra.", "tracking.")  # whatever the sender gave: {extra.budget}
_ALWAYS_GIVEN = frozenset({"id", "ref", "source", "received_at", "kind"})


def _known(template: str) -> str:
    fields = Lead.model_fields.keys() - STRUCTURED_FIELDS | {"name", "came_by", "agent"}
    fields |= {f"call.{field}" for field in Call.model_fields.keys() - {"heard"}}
    for field in fields_of(template):
        if field not in fields and not field.startswith(_OPEN_FIELDS):
            raise ValueError(f"{{{field}}} is not a field of a lead")
    return template


type Template = Annotated[str, AfterValidator(_known)]
"""Text with {first_name}, {name}, {call.caller}, {extra.budget}, {tracking.utm_source} …, and
{city|unknown} for what a lead may lack."""


class OptionsModel(BaseModel):
    """Base of every adapter's `Options`: a name that is not known is a mistake to be reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    came_by: dict[str, str] = Field(
        default={}, description='where leads come from = what this CRM calls it: "Google Ads" = …'
    )


def render(template: str, lead: Lead, told: Mapping[str, str] | None = None) -> str:
    """Fill a template from the lead, and from what is `told` of it beside that; what it doesn't
    have becomes its default, or nothing."""
    known: dict[str, Any] = lead.model_dump(mode="json") | _made_of(lead) | {**(told or {})}

    def value(match: re.Match[str]) -> str:
        field, _, default = match[1].partition("|")
        found: Any = known
        for part in field.split(".", 1):
            found = found.get(part) if isinstance(found, Mapping) else None
        return default if found is None or found == "" else str(found)

    return _PLACEHOLDER.sub(value, template).strip()


def _made_of(lead: Lead) -> dict[str, str | None]:
    """What a template may name beside the lead's own fields."""
    agent = lead.call.agent if lead.call else None
    return {"name": lead.name, "came_by": came_by(lead), "agent": agent}


def fields_of(template: str) -> list[str]:
    """The fields of a lead that a template names."""
    return [place.partition("|")[0] for place in _PLACEHOLDER.findall(template)]


def never_empty(template: str) -> bool:
    """Whether a template says something of every lead."""

    def least(match: re.Match[str]) -> str:
        field, _, default = match[1].partition("|")
        return "given" if field in _ALWAYS_GIVEN else default

    return bool(_PLACEHOLDER.sub(least, template).strip())


def is_constant(template: str) -> bool:
    """Whether a template says the same for every lead, so that it can be looked up."""
    return not _PLACEHOLDER.search(template)


def fit(values: Mapping[str, str], limits: Mapping[str, int]) -> tuple[dict[str, str], list[str]]:
    """`values` cut to the `limits` (characters) of their fields, and note lines that hold the
    cut ones whole."""
    fitted = {name: value[: limits.get(name, len(value))] for name, value in values.items()}
    return fitted, [f"{name}: {values[name]}" for name in values if fitted[name] != values[name]]


def note(lead: Lead, placed: Iterable[str], *, more: Iterable[str] = ()) -> str:
    """The text that carries what has no field of its own in a CRM.

    `placed` names the lead fields that have one. The message comes first and unchanged, then a
    line for each other field, then `more`, and last the reference, by which `find` looks.
    """
    rest = leftovers(lead, frozenset(placed))
    blocks = [rest.pop("message", "")]
    blocks.append("\n".join([*_lines(rest), *more]))
    blocks.append(f"Reference: {lead.ref}")
    return "\n\n".join(filter(None, blocks))


def _lines(values: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _lines(value, "" if name in {"extra", "tracking"} else f"{name} ")
        elif isinstance(value, list | tuple):
            for item in value:
                yield from _lines(item, f"{name} ")
        else:
            yield f"{prefix}{name}: {value}"
