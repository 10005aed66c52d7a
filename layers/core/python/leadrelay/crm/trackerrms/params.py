"""How an operation of the Widget API is written down: its parameters are named in a text."""

from typing import Any

from leadrelay.crm.operations import Operation, Param


def params(names: str) -> tuple[Param, ...]:
    """ "name" is a text, "name:type" is of that type; "!" behind makes it required."""
    found = []
    for word in names.split():
        name, _, kind = word.removesuffix("!").partition(":")
        kind_or_text: Any = kind or "string"
        found.append(Param(name, kind_or_text, word.endswith("!")))
    return tuple(found)


def object_of(name: str, *fields: Param | str, required: bool = True) -> Param:
    return Param(name, "object", required, fields=_flat(fields))


def list_of(name: str, *fields: Param | str) -> Param:
    return Param(name, "list", fields=_flat(fields))


def _flat(fields: tuple[Param | str, ...]) -> tuple[Param, ...]:
    return tuple(
        param
        for given in fields
        for param in (params(given) if isinstance(given, str) else (given,))
    )


def instructions(*fields: Param | str) -> Param:
    return object_of("instructions", *fields, required=False)


def write(name: str, summary: str, source: str, *params: Param) -> Operation:
    return Operation(name, summary, source, params, writes=True)


def read(name: str, summary: str, source: str, *params: Param) -> Operation:
    return Operation(name, summary, source, params)
