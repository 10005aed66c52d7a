"""How vtiger 6.0 stores what it is sent: silently cut, rounded, blanked. Observed on 6.0.0."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from leadrelay_sandbox.initiative.errors import internal
from leadrelay_sandbox.initiative.modules import Field

type Note = Callable[[str], None]


def stored(field: Field, value: Any, note: Note, *, utf8mb3: bool) -> str:
    """The text that the database keeps for a JSON value. `note` takes what a client must not send.

    Raises WebServiceError for a date that is none.
    """
    if field.type == "boolean":
        return _boolean(field, value, note)
    text = _text(field, value, note)
    if field.type in _READERS:
        return _READERS[field.type](field, text, note)
    if utf8mb3:
        text = "".join("????" if ord(char) > 0xFFFF else char for char in text)
    if field.length and len(text) > field.length:
        note(f"{field.name} is cut at {field.length} characters")
        text = text[: field.length]
    return text


def leading_number(text: str) -> float:
    """What PHP and MySQL read of a text where they want a number: "12,5" is 12, "x" is 0."""
    match = re.match(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)
    return float(match[0]) if match else 0.0


def _text(field: Field, value: Any, note: Note) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, list | dict):
        note(f"{field.name} is no plain value")
        return "Array"
    return str(value)


def _boolean(field: Field, value: Any, note: Note) -> str:
    """`value == 'on' || value == 1`, by PHP 5's loose comparison, in which JSON's 0 is 'on'."""
    if value not in {"0", "1", ""} if isinstance(value, str) else value is not None:
        note(f'{field.name} is a boolean: send "1" or "0"')
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return "1" if value in {0, 1} else "0"
    return "1" if value in {"on", "1"} else "0"


def _number(field: Field, text: str, note: Note) -> str:
    if text and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        note(f"{field.name} is a number: send digits with a decimal dot")
    value = leading_number(text)
    return str(int(value)) if field.type == "integer" else f"{value:.8f}"


def _date(field: Field, text: str, note: Note) -> str:
    if not text:
        return ""
    if match := re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", text):  # the user's own format
        note(f"{field.name} is a date: send yyyy-mm-dd")
        text = "-".join(reversed(match.groups()))
    if re.fullmatch(r"\d\d/\d\d/\d{4}", text):
        note(f"{field.name} is a date: send yyyy-mm-dd")
        return ""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise internal()
    try:
        date.fromisoformat(text)
    except ValueError:
        note(f"{field.name} is a day that isn't in the calendar")
        return "0000-00-00"
    return text


def _pointer(_field: Field, text: str, _note: Note) -> str:
    """Pointers are kept without the prefix; a plain number is taken for an id."""
    return text.rpartition("x")[2]


_READERS = {
    "double": _number,
    "currency": _number,
    "integer": _number,
    "date": _date,
    "reference": _pointer,
    "owner": _pointer,
}
