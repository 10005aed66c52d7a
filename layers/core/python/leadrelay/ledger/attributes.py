"""DynamoDB's attribute values and Python's: those kinds that the ledger has.

As `boto3.dynamodb.types` does it, but for numbers, which are whole here; importing that costs a
function's start more than all of the ledger.
"""

from collections.abc import Mapping, Set
from typing import Any


def to_attribute(value: Any) -> dict[str, Any]:
    """A text, whole number, truth, None, set of texts, list or mapping. Raises TypeError."""
    written: Any
    match value:
        case None:
            kind, written = "NULL", True
        case str():
            kind, written = "S", value
        case bool():
            kind, written = "BOOL", value
        case int():
            kind, written = "N", str(value)
        case Set() if value:  # DynamoDB has no empty one
            kind, written = "SS", sorted(value)
        case Mapping():
            kind, written = "M", {name: to_attribute(one) for name, one in value.items()}
        case list() | tuple():
            kind, written = "L", [to_attribute(one) for one in value]
        case _:
            raise TypeError(f"the ledger keeps no {type(value).__name__}")
    return {kind: written}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """What `to_attribute` was given; a tuple comes back as a list. Raises TypeError."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "NULL":
            return None
        case "SS":
            return set(value)
        case "M":
            return {name: from_attribute(one) for name, one in value.items()}
        case "L":
            return [from_attribute(one) for one in value]
    raise TypeError(f"the ledger keeps no {kind}")
