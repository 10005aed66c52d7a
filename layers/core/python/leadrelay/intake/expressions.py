"""A JMESPath in [<source>.fields] that can never find anything.

A field's own name is written there just as well, and may hold whatever a person calls a question:
"Budget (EUR)?", contact[email]. So only what nobody calls a field is judged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jmespath
from jmespath.functions import Functions

from leadrelay.mistakes import meant

_NO_JSON = {"html", "multipart", "elementor", "twilio", "plivo", "exotel", "46elks"}
_EXPRESSION = re.compile(r"\[\?|\[\*\]|\|\s*\[|==|`|^\w+\([^)]*['\[\]@&,`]")


def never_finds(expression: str, sender: str) -> str | None:
    """Why not; None for what may find something."""
    if not _EXPRESSION.search(expression) and _pairs(expression):
        return None
    if sender in _NO_JSON and _EXPRESSION.search(expression):
        return f"{sender} sends no JSON, so a JMESPath finds nothing: write the field's name"
    try:
        parsed = jmespath.compile(expression).parsed
    except jmespath.exceptions.JMESPathError as error:
        where = getattr(error, "lex_position", None)
        place = f" at character {where + 1}" if isinstance(where, int) else ""
        return f"this JMESPath can't be read{place}: see jmespath.org"
    return next(_wrong_calls(parsed), None)


def _pairs(expression: str) -> bool:
    """Whether each bracket is closed."""
    return all(expression.count(one) == expression.count(other) for one, other in ("[]", "()"))


def _wrong_calls(node: Any) -> Iterator[str]:
    """Of functions that JMESPath doesn't have, or that take another number of values."""
    if not isinstance(node, dict):  # a slice's numbers
        return
    if node["type"] == "function_expression":
        known = Functions.FUNCTION_TABLE
        name, given = node["value"], len(node["children"])
        if name not in known:
            yield f"JMESPath has no function {name!r}{meant(name, known)}"
        elif not _takes(known[name]["signature"], given):
            yield f"JMESPath's {name} doesn't take {given} values: see jmespath.org"
    for child in node["children"]:
        yield from _wrong_calls(child)


def _takes(signature: Sequence[Mapping[str, Any]], given: int) -> bool:
    if signature and signature[-1].get("variadic"):
        return given >= len(signature)
    return given == len(signature)
