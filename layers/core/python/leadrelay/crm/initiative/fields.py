"""A module as `describe` tells it, and the check of an element against it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from leadrelay.errors import Refused


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `values` are a picklist's, `refers_to` the modules a reference may lead to,
    `label` is what the CRM's pages call it."""

    type: str
    mandatory: bool = False
    values: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """What this user may see of a module."""

    name: str
    fields: Mapping[str, Field]
    createable: bool = True

    @classmethod
    def read(cls, described: Mapping[str, Any]) -> "Module":
        """From the result of `describe` (API v1.1, p. 6-12)."""
        fields = {f["name"]: _field(f) for f in described["fields"]}
        return cls(described["name"], fields, createable=described.get("createable") is not False)

    def takes(self, name: str, text: str) -> bool:
        """Whether a field that may as well stay empty would keep this text as it is meant. What is
        no field, or mandatory, is left to `check`."""
        field = self.fields.get(name)
        return field is None or field.mandatory or not text or _form(field)[1](text)

    def check(self, element: Mapping[str, Any]) -> dict[str, str]:
        """The element as it goes over the wire. What vtiger would ignore, read as something else
        or store as nothing is refused. Raises Refused; its message names the field only."""
        if unknown := element.keys() - self.fields.keys():
            raise Refused(f"{self.name} has no field {', '.join(sorted(unknown))}")
        wire = {}
        for name, value in element.items():
            if not isinstance(value, str | int | float | None):
                raise Refused(f"{self.name}.{name} must be text, a number or a boolean")
            wire[name] = _text(value)
            form, fits = _form(self.fields[name])
            if wire[name] and not fits(wire[name]):
                raise Refused(f"{self.name}.{name} must be {form}")
        return wire


def _field(described: Mapping[str, Any]) -> Field:
    kind = described["type"]
    return Field(
        type=kind["name"],
        mandatory=bool(described.get("mandatory")),
        values=tuple(option["value"] for option in kind.get("picklistValues", ())),
        refers_to=tuple(kind.get("refersTo", ())),
        label=described.get("label", ""),
    )


def _text(value: str | float | None) -> str:
    """Every value travels as a string: on vtiger 6.0 a JSON 0 in a boolean is stored as 1."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value, re.ASCII) is not None


def _parses(pattern: str, parse: Callable[[str], object]) -> Callable[[str], bool]:
    def parses(value: str) -> bool:
        if not re.fullmatch(pattern, value, re.ASCII):
            return False
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return parses


_ANYTHING: tuple[str, Callable[[str], bool]] = "", lambda _: True
_NUMBER = "a number with a decimal point", _matches(r"-?\d+(\.\d+)?")
_ID = "an id like 19x1", _matches(r"\d+x\d+")
# Observed on vtiger 6.0: a comma ends a number, another date order or 29 February 1981 is stored
# as nothing or as 0000-00-00, and all of them are answered with success.
_FORMS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "boolean": ('"1" or "0"', _matches("[01]")),
    "integer": ("a whole number", _matches(r"-?\d+")),
    "double": _NUMBER,
    "currency": _NUMBER,
    "date": ("yyyy-mm-dd", _parses(r"\d{4}-\d\d-\d\d", date.fromisoformat)),
    "datetime": (
        "yyyy-mm-dd HH:MM:SS",
        _parses(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", datetime.fromisoformat),
    ),
    "time": ("HH:MM or HH:MM:SS", _parses(r"\d\d:\d\d(:\d\d)?", time.fromisoformat)),
    "owner": _ID,
    "reference": _ID,
}


def _form(field: Field) -> tuple[str, Callable[[str], bool]]:
    return _FORMS.get(field.type, _ANYTHING)
