"""The documented methods, and what a request's parameters have to be.

`methods.json` is centiaCRM's page (https://www.centiacrm.com/api/documentation/v1) as a table:
"Module.Method" → its parameters and the keys of its response. A method without `parameters`
takes a body without that member.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Parameter:
    """`type` in the page's words; `form` is the page's "Use format …", or "number"."""

    type: str
    required: bool = False
    values: tuple[str, ...] = ()
    form: str = ""
    members: Mapping[str, "Parameter"] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        members = {name: cls.read(member) for name, member in row.get("members", {}).items()}
        return cls(**{**row, "values": tuple(row.get("values", ())), "members": members})


@dataclass(frozen=True, slots=True)
class Method:
    parameters: Mapping[str, Parameter] | None
    response: tuple[str, ...]


def _load() -> dict[str, Method]:
    rows = json.loads(Path(__file__).with_name("methods.json").read_text("utf-8"))
    return {
        name: Method(
            {key: Parameter.read(value) for key, value in row["parameters"].items()}
            if "parameters" in row
            else None,
            tuple(row["response"]),
        )
        for name, row in rows.items()
    }


METHODS = _load()
MODULES = {name.partition(".")[0].lower(): name.partition(".")[0] for name in METHODS}


def read_date(text: str, form: str) -> date:
    """A date in the page's "DD/MM/YY" or "YYYY-MM-DD"; ValueError if it isn't one."""
    pattern = {"DD/MM/YY": "%d/%m/%y", "YYYY-MM-DD": "%Y-%m-%d"}[form]
    day = datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no zone
    if day.strftime(pattern) != text:  # strptime takes "1/2/24" too
        raise ValueError(form)
    return day


def faults(
    parameters: Mapping[str, Parameter], given: Mapping[str, Any], where: str = ""
) -> Iterator[str]:
    """What is wrong with `given`, without its values. Blank is missing, but not in an address:
    there a member "if any" is sent as ""."""
    may_be_blank = "interior_number" in parameters
    for name in given.keys() - parameters.keys():
        yield f"{where}{name} is not a parameter"
    for name, parameter in parameters.items():
        if name not in given:
            if parameter.required:
                yield f"{where}{name} is required"
        elif parameter.required and given[name] == "" and not may_be_blank:
            yield f"{where}{name} is required, not blank"
        else:
            yield from _value_faults(f"{where}{name}", parameter, given[name])


def _value_faults(where: str, parameter: Parameter, value: Any) -> Iterator[str]:
    if not _TYPES[parameter.type](value):
        yield f"{where} must be {parameter.type}"
    elif parameter.values and value not in parameter.values:
        yield f"{where} must be one of {', '.join(parameter.values)}"
    elif parameter.form and not _has_form(value, parameter.form):
        yield f"{where} must have the form {parameter.form}"
    elif parameter.members:
        for item in value if isinstance(value, list) else [value]:
            yield from faults(parameter.members, item, f"{where}.")


def _has_form(text: str, form: str) -> bool:
    try:
        float(text) if form == "number" else read_date(text, form)
    except ValueError:
        return False
    return True


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_ids(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_integer, value))


def _is_object(value: Any) -> bool:
    """The page writes object[] for one object and for a list of them alike."""
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, dict) for item in items)


_TYPES = {
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "float": lambda value: _is_integer(value) or isinstance(value, float),
    "boolean": lambda value: isinstance(value, bool),
    "array": _is_ids,
    "array[]": _is_ids,
    "object[]": _is_object,
}
