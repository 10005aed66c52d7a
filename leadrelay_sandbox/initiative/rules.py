"""What a module asks of an element before it is written."""

from collections.abc import Mapping
from typing import Any

from leadrelay_sandbox.initiative import errors
from leadrelay_sandbox.initiative.modules import Field, Module
from leadrelay_sandbox.initiative.values import Note


def editable(module: Module) -> list[Field]:
    return [spec for spec in module.fields.values() if spec.editable]


def empty(value: Any) -> bool:
    """What the server takes for no value: "0" and 0 are values."""
    return value is None or (isinstance(value, str) and not value)


def check_mandatory(module: Module, element: Mapping[str, Any]) -> None:
    """Raises for the first missing field, and never tells of a second."""
    for spec in module.fields.values():
        if spec.mandatory and empty(element.get(spec.name)):
            raise errors.missing(spec.name)


def check_not_null(module: Module, element: Mapping[str, Any]) -> None:
    """Raises for a field that isn't mandatory, and whose column takes no NULL."""
    for spec in module.fields.values():
        if "notnull" in spec.flags and element.get(spec.name) is None:
            raise errors.database()


def note_unknown(module: Module, element: Mapping[str, Any], note: Note) -> None:
    for name in element.keys() - module.fields.keys() - {"id"}:
        note(f"{module.name} has no field {name}; it is ignored")


def note_system_fields(module: Module, element: Mapping[str, Any], note: Note) -> None:
    """A new record has no business with them; a whole record that is written back has them all."""
    for name in element:
        if name == "id" or (name in module.fields and not module.fields[name].editable):
            note(f"{name} is set by the server; what is sent is ignored")
