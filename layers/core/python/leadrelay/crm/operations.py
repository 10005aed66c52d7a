"""A CRM's documented operations as a table, and the check that every call goes through."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown

type ParamType = Literal[
    "string", "integer", "number", "boolean", "date", "datetime", "object", "list", "base64", "any"
]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `form` says the unit or format where the type doesn't: "DD/MM/YY", "E.164"."""

    name: str
    type: ParamType = "string"
    required: bool = False
    values: tuple[str, ...] = ()
    form: str = ""
    fields: tuple["Param", ...] = field(default=(), kw_only=True)
    """For an object, or a list of objects: its members, checked like parameters. None: free."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation. `source` names the page or seed its shape was read from."""

    name: str
    summary: str
    source: str
    params: tuple[Param, ...] = ()
    writes: bool = False

    @property
    def raises(self) -> tuple[type[DeliveryError], ...]:
        """Only a write can be in doubt, and every operation can be refused."""
        return (Retryable, Refused, Misconfigured, *((Unknown,) if self.writes else ()))


def table(*operations: Operation) -> Mapping[str, Operation]:
    """Operations by their names."""
    return MappingProxyType({operation.name: operation for operation in operations})


def check(operation: Operation, given: Mapping[str, Any]) -> None:
    """Refuse unknown, missing or badly typed parameters, before anything is sent.

    Raises Refused; its message names the parameter, never its value.
    """
    _check_members(operation.name, operation.params, given)


def _check_members(where: str, params: tuple[Param, ...], given: Mapping[str, Any]) -> None:
    known = {param.name: param for param in params}
    if unknown := given.keys() - known.keys():
        raise Refused(f"{where} has no parameter {', '.join(sorted(unknown))}")
    for param in params:
        if param.name in given:
            _check_value(f"{where}.{param.name}", param, given[param.name])
        elif param.required:
            raise Refused(f"{where} needs {param.name}")


def _check_value(where: str, param: Param, value: Any) -> None:
    if not _TYPES[param.type](value) or not _FORMS.get(param.form, _TYPES["any"])(value):
        raise Refused(f"{where} must be {param.form or param.type}")
    if param.values and value not in param.values:
        raise Refused(f"{where} must be one of {', '.join(map(repr, param.values))}")
    if param.fields:
        for item in value if isinstance(value, list) else (value,):
            if not isinstance(item, Mapping):
                raise Refused(f"{where} must hold objects")
            _check_members(where, param.fields, item)


def _matches(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": _matches(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d\d"),
    "datetime": _matches(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?"),
    "object": lambda value: isinstance(value, Mapping),
    "list": lambda value: isinstance(value, list),
    "base64": _matches(r"[A-Za-z0-9+/]*={0,2}"),
    "any": lambda _: True,
}

_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "DD/MM/YY": _matches(r"\d\d/\d\d/\d\d"),
    "YYYY-MM-DD": _matches(r"\d{4}-\d\d-\d\d"),
}
