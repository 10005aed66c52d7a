"""Reading a request's nodes against what the documentation shows for them."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

type Check = Callable[[Any], bool]
type Spec = Kind | Mapping[str, Spec] | list[Spec]  # a value, an object's keys, a list of one kind


@dataclass(frozen=True)
class Kind:
    """What a value may be: `exact` as documented, `taken` what the live service lets pass too."""

    name: str
    exact: Check
    taken: Check


def texts(names: str) -> dict[str, Spec]:
    """Keys whose values are strings; any of them may be blank."""
    return dict.fromkeys(names.split(), TEXT)


def one_of(*values: str, also: Iterable[str] = ()) -> Kind:
    """A code, or blank. `also` holds codes that are undocumented but known to work."""
    known = {"", *values}
    return Kind(
        f"one of {', '.join(values)}",
        lambda value: isinstance(value, str) and value in known,
        lambda value: value is None or (isinstance(value, str) and value in known | {*also}),
    )


def moment(name: str, *formats: str) -> Kind:
    """A date or time in the first of the formats; the others are taken too. May be blank."""
    return Kind(
        name,
        lambda value: value == "" or _reads(value, formats[:1]),
        lambda value: value in {"", None} or _reads(value, formats),
    )


def _reads(value: Any, formats: Iterable[str]) -> bool:
    for pattern in formats:
        try:
            parsed = datetime.strptime(value, pattern)  # noqa: DTZ007  # the API's times have no zone
        except (TypeError, ValueError):
            continue
        if parsed.strftime(pattern) == value:  # strptime alone would take 2024-1-5
            return True
    return False


def undocumented(kind: Kind) -> Kind:
    """What no page shows for an operation, and the live service heeds all the same."""
    return Kind("documented here", lambda _: False, kind.taken)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_numeric_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip().isdecimal()


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def decoded(value: str) -> bytes:
    """The bytes of a base64 string, line breaks allowed. Raises ValueError for anything else."""
    return base64.b64decode("".join(value.split()), validate=True)


def _decodes(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(decoded(value))
    except binascii.Error:
        return False


TEXT = Kind("a string", lambda value: isinstance(value, str), _is_scalar)
FLAG = Kind(
    "true or false",
    lambda value: isinstance(value, bool),
    lambda value: (
        isinstance(value, bool) or _is_blank(value) or str(value).lower() in {"true", "false"}
    ),
)
INTEGER = Kind(
    "an integer",
    _is_integer,
    lambda value: _is_integer(value) or _is_blank(value) or _is_numeric_text(value),
)
INTEGER_TEXT = Kind("an integer as a string", _is_numeric_text, INTEGER.taken)
NUMBER = Kind(
    "a number",
    lambda value: isinstance(value, float) or _is_integer(value),
    lambda value: isinstance(value, float) or INTEGER.taken(value),
)
YES_NO = Kind("y or n", lambda value: value in {"y", "n"}, TEXT.taken)
STATE = Kind("open, closed, won or blank", {"open", "closed", "won", ""}.__contains__, TEXT.taken)
DATE = moment("a date as YYYY-MM-DD", "%Y-%m-%d")
MOMENT = moment("a time as YYYY-MM-DD HH:MM:SS", "%Y-%m-%d %H:%M:%S")
CLOCK = moment("a time as hh:mm AM", "%I:%M %p", "%H:%M")
BASE64 = Kind(
    "base64 in one line",
    lambda value: _decodes(value) and not any(c.isspace() for c in value),
    _decodes,
)


def truth(value: Any) -> bool:
    """A flag as the service reads it."""
    return str(value).lower() == "true"


def integer(value: Any) -> int:
    """A record id as the service reads it; 0 is none."""
    return int(value) if _is_integer(value) or _is_numeric_text(value) else 0


def text(value: Any) -> str:
    """A text as the service reads it."""
    return "" if value is None else str(value).strip()


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


@dataclass
class Reading:
    """What came of reading a request.

    `violations`: all that the documentation doesn't allow. `ignored`: paths of unknown keys, that
    the live service passes over. `refused`: what even the live service can't make sense of.
    """

    violations: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    refused: bool = False

    def read(self, spec: Spec, value: Any, path: str) -> Any:
        """The value without the keys that are ignored."""
        match spec:
            case Kind():
                self._judge(spec, value, path)
                return value
            case list():
                if not isinstance(value, list):
                    return self._refuse(f"{path} is not a list", [])
                return [self.read(spec[0], item, f"{path}[{n}]") for n, item in enumerate(value)]
            case _:
                if not isinstance(value, dict):
                    return self._refuse(f"{path} is not an object", {})
                return self._keys(spec, value, path)

    def _judge(self, kind: Kind, value: Any, path: str) -> None:
        if not kind.taken(value) and not kind.exact(value):
            self.refused = True
        if not kind.exact(value):
            self.violations.append(f"{path} is not {kind.name}")

    def _keys(self, spec: Mapping[str, Spec], value: dict[str, Any], path: str) -> dict[str, Any]:
        for key in value.keys() - spec.keys():
            self.violations.append(f"{_below(path, key)} is not documented")
            self.ignored.append(_below(path, key))
        return {k: self.read(spec[k], v, _below(path, k)) for k, v in value.items() if k in spec}

    def _refuse[T](self, violation: str, instead: T) -> T:
        self.violations.append(violation)
        self.refused = True
        return instead
