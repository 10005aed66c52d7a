"""JSON from anybody: bounded before it is parsed, numbers as they were written, then flattened."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.lenient_json import read_leniently
from leadrelay.intake.body.members import merge_members
from leadrelay.intake.limits import Limits, too_large

_TOKENS_PER_FIELD = 20
# Up to a whole string (or one that never ends), a bracket, a comma or the end; never goes back.
_TOKEN = re.compile(r'[^"\[\]{},]*+("[^"]*+"?|[\[\]{},]|\Z)')
_LENIENTLY_MAX = 1_000_000  # characters; a longer text no person wrote


def read_json(text: str, limits: Limits) -> dict[str, Any]:
    """The one object that the text is, as `read_objects` reads it. Raises Rejected."""
    document, *more = read_objects(text, limits)
    if more:
        raise Rejected(400, "Several objects", "Send each object in a request of its own.")
    return document


def read_objects(text: str, limits: Limits) -> list[dict[str, Any]]:
    """The objects in a JSON text: mostly one; several in a list, or one after another (a line
    each). Numbers stay text, so that ids of 64 bits and prices stay exact; the values of a
    repeated key become a list.

    What a strict reader can't read is read as its author must have meant it: few who write JSON by
    hand, or by a template, send it again. Raises Rejected: 400 malformed, 413 too deep or too
    many values.
    """
    text = text.removeprefix("\ufeff").rstrip("\0")
    _check_size(text, limits)
    try:
        found = [_strict(text)]
        if isinstance(found[0], str):  # an object that was made JSON twice
            _check_size(found[0], limits)
            found = [_strict(found[0])]
    except ValueError as error:
        if len(text) > _LENIENTLY_MAX:
            raise Rejected(
                400, "Malformed JSON", "It is too long to guess what is meant."
            ) from error
        found = read_leniently(text, limits)
    objects = [item for value in found for item in (value if isinstance(value, list) else [value])]
    if not objects or not all(isinstance(item, dict) for item in objects):
        raise Rejected(400, "Not a JSON object", 'Send one object, like {"email": "…"}.')
    return objects


def _strict(text: str) -> Any:
    """Raises ValueError."""
    return json.loads(
        text,
        strict=False,  # line breaks within texts
        parse_int=str,
        parse_float=str,
        parse_constant=lambda _: None,  # NaN, Infinity
        object_pairs_hook=merge_members,
    )


def flatten(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(dotted name, text) of every scalar; null is left out.

    A list of scalars repeats its name; any other list numbers its items: `items.0.name`.
    """
    if isinstance(value, dict | list):
        for part, member in members(value):
            yield from flatten(member, ".".join(filter(None, (name, part))))
    else:
        yield from scalar(value, name)


def scalar(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """(name, text) of a single value, nothing of null."""
    if value is not None:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)


def members(value: dict[str, Any] | list[Any]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    numbered = any(isinstance(item, dict | list) for item in value)
    return ((str(number) if numbered else "", item) for number, item in enumerate(value))


def _check_size(text: str, limits: Limits) -> None:
    """Walk the tokens until there are too many, so that a bomb is never parsed."""
    # Without escapes a string ends at the next quotation mark: to step over millions one by one
    # takes longer than to read them.
    unescaped = text.replace(r"\\", "").replace(r"\"", "")
    depth = 0
    for tokens, token in enumerate(_TOKEN.finditer(unescaped), 1):
        match token[1]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
        if depth > limits.depth:
            raise too_large(f"The JSON may be nested {limits.depth} deep at most.")
        if tokens > limits.fields * _TOKENS_PER_FIELD:
            raise too_large(f"The JSON may hold at most {limits.fields} values.")
