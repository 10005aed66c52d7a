"""From a lead to a CRM's fields: templates, lengths, and the note for whatever has no home."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Self
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr

from leadrelay.came_by import came_by
from leadrelay.lead import STRUCTURED_FIELDS, Call, Lead
from leadrelay.mistakes import meant
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.note import Parts, parts, usual
from leadrelay.narrator.style import Style

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPEN_FIELDS = ("extra.", "tracking.")  # whatever the sender gave: {extra.budget}
_PARTS = frozenset(Parts._fields)
_FIELDS = frozenset(
    Lead.model_fields.keys() - STRUCTURED_FIELDS
    | {"name", "came_by", "agent"}
    | {f"call.{field}" for field in Call.model_fields.keys() - {"heard"}}
)
_OF_A_RECORD = frozenset({"id", "number"})
_ALWAYS_GIVEN = frozenset({"id", "ref", "source", "received_at", "kind"})


def _known(template: str) -> str:
    return _judged(template, _FIELDS)


def _judged(template: str, known: Collection[str]) -> str:
    """Whether each place names something that is `known`, and each bracket belongs to one."""
    for field in fields_of(template):
        if field not in known and not field.startswith(_OPEN_FIELDS):
            raise ValueError(f"{{{field}}} is not a field of a lead{meant(field, known)}")
    if stray := re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        raise ValueError(
            f"a {stray[0]} stands alone: write a field in one pair of braces, such as {{name}}"
        )
    return template


def _opens_a_record(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/{}]+/\S*", url):
        raise ValueError("write a whole URL, https://…/{id}")
    places = set(_PLACEHOLDER.findall(url))
    if not places or not places <= _OF_A_RECORD or re.search(r"[{}]", _PLACEHOLDER.sub("", url)):
        raise ValueError("write {id} where the record's id stands, or {number} for its number")
    return url


type Template = Annotated[str, AfterValidator(_known)]
"""Text with {first_name}, {name}, {call.caller}, {extra.budget}, {tracking.utm_source} …, and
{city|unknown} for what a lead may lack."""


class OptionsModel(BaseModel):
    """Base of every adapter's `Options`: a name that is not known is a mistake to be reported.
    `style` is no option of a CRM: it is how the source has its leads told in all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    came_by: dict[str, str] = Field(
        default={}, description='where leads come from = what this CRM calls it: "Google Ads" = …'
    )
    record_url: Annotated[str, AfterValidator(_opens_a_record)] | None = Field(
        default=None, description="what opens a record in a browser: https://…/{id}"
    )
    _style: Style = PrivateAttr(default_factory=Style)

    @property
    def style(self) -> Style:
        return self._style

    def link(self, record_id: str) -> str | None:
        """What opens the record in a browser; None where nobody said. No API tells it."""
        if not (self.record_url and record_id):
            return None
        number = re.search(r"\d*$", record_id)
        told = {"id": quote(record_id, safe=""), "number": number[0] if number else ""}
        return _PLACEHOLDER.sub(lambda place: told[place[1]], self.record_url)

    def in_style(self, style: Style) -> Self:
        copy = self.model_copy()
        copy._style = style  # noqa: SLF001  # its own
        return copy


def render(template: str, lead: Lead, told: Mapping[str, str] | None = None) -> str:
    """Fill a template from the lead, and from what is `told` of it beside that; what it doesn't
    have becomes its default, or nothing. Links come without what opens them to everybody."""
    known: dict[str, Any] = lead.model_dump(mode="json") | _made_of(lead) | {**(told or {})}
    known["extra"] = {**lead.technical, **lead.extra}
    known["tracking"] = {**lead.technical, **lead.tracking}

    def value(match: re.Match[str]) -> str:
        field, _, default = match[1].partition("|")
        found: Any = known
        for part in field.split(".", 1):
            found = found.get(part) if isinstance(found, Mapping) else None
        if found is None or found == "":
            return default
        return str(found) if field == "message" else without_secrets(str(found))

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


def fit(
    values: Mapping[str, str], limits: Mapping[str, int]
) -> tuple[dict[str, str], dict[str, str]]:
    """`values` cut to the `limits` (characters) of their fields, and the cut ones whole."""
    fitted = {name: value[: limits.get(name, len(value))] for name, value in values.items()}
    return fitted, {name: value for name, value in values.items() if fitted[name] != value}


def subject_of(template: str) -> str:
    """The one field of a lead that a template is; "" if it says anything else."""
    found = _PLACEHOLDER.fullmatch(template)
    return found[1].partition("|")[0] if found else ""


def note(
    lead: Lead, style: Style, placed: Iterable[str] = (), *, more: Mapping[str, str] | None = None
) -> str:
    """The text that says in words what the lead is, with all that has no field of its own in a
    CRM, and `more` by their names. `placed` names the lead fields that have one. Last comes the
    reference, by which `find` looks."""
    told = parts(lead, style, placed, more or {})
    if not style.note:
        return usual(told)
    text = render(style.note, lead, told._asdict())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n")))
    return text if told.reference in text else f"{text}\n\n{told.reference}".lstrip()


def judge_note(template: str) -> None:
    """A source's `note`: a template that may also name the parts of a note: {sentence}, {answers},
    {came_by} … Raises ValueError, which says what is wrong with it."""
    _judged(template, _FIELDS | _PARTS)
