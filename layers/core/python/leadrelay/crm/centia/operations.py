"""The 38 methods of centiaCRM's API v1, read from `methods.toml`, which says how to read it.

A name alone is not a key: GetInputs is in four modules and GetOrigins in two. So an operation is
called by both, "Contacts.GetOrigins".

Dates are written in two ways: DD/MM/YY everywhere but in Tickets.CreateTicket, which wants
YYYY-MM-DD.
"""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, cast, get_args

from leadrelay.crm.operations import Operation, Param, ParamType, table

_PAGE = "https://www.centiacrm.com/api/documentation/v1"
_TYPES = get_args(ParamType.__value__)


def _operations() -> Iterator[Operation]:
    tables = tomllib.loads(files(__package__).joinpath("methods.toml").read_text("utf-8"))
    objects = tables.pop("objects")
    for module, methods in tables.items():
        for method, entry in methods.items():
            yield Operation(
                name=f"{module}.{method}",
                summary=entry["summary"],
                source=f"{_PAGE} (seed 004, line {entry['line']})",
                params=_params(entry.get("parameters", {}), objects),
                writes=method.startswith(("Create", "Edit")),
            )


def _params(entries: Mapping[str, str], objects: Mapping[str, Any]) -> tuple[Param, ...]:
    return tuple(_param(name, entry, objects) for name, entry in entries.items())


def _param(name: str, entry: str, objects: Mapping[str, Any]) -> Param:
    kind, _, form = entry.partition(": ")
    required = not kind.endswith("?") and name != "profile_id"  # the secret's, unless given
    kind = kind.removesuffix("?")
    if kind not in _TYPES:
        shape = kind.removesuffix("[]")
        as_type: ParamType = "object" if shape == kind else "list"
        return Param(name, as_type, required, fields=_params(objects[shape], objects))
    values = tuple(form.split(" | ")) if " | " in form else ()
    return Param(name, cast("ParamType", kind), required, values, "" if values else form)


OPERATIONS = table(*_operations())
