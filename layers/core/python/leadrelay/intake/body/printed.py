"""Data as PHP prints them for a person: print_r and var_dump (php.net/print_r, php.net/var_dump).

Scripts hand on what they meant to log. What var_export prints is near enough to JSON for the
lenient reader. What was cut off is refused, as half of it may be missing.
"""

import re
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.limits import Limits, too_large

_OBJECT = r"(?:Array|[A-Za-z_][\w\\]{0,100}+ Object)"
_PRINT_R = re.compile(rf"\s*+{_OBJECT}\s++\(\s*+(?=[\[)])")
_LINE = re.compile(
    r"^([ \t]*+)(?:\[([^\n]{1,200}?)\] =>(?: ([^\n]*+))?|([()]))[ \t]*+$", re.MULTILINE
)
_HIDDEN = re.compile(r":(?:[\w\\]+:)?(?:protected|private)$")
_FOLDED = re.compile(r"\s(?=\[[^\[\]\n]{1,200}\] => |[()](?:\s|\Z))")  # as a browser shows it

_VAR_DUMP = re.compile(rb"\s*+(?:array\(\d|object\([\w\\@]{1,100}+\)#\d)")
_KEY = re.compile(rb'\["?([^"\]\n]{0,200}+)[^\]\n]{0,100}+\]=>\s*+')
_VALUE = re.compile(
    rb"(?:int|float|bool|enum)\(([^()\n]{0,100}+)\)|(NULL|\*RECURSION\*)"
    rb'|string\((\d{1,9})\) "|(?:array\(|object\([^()\n]{1,100}+\)#)[^{\n]{1,40}+(\{)'
)
_SPACE = re.compile(rb"\s*+")


def is_printed(text: str) -> bool:
    """By how it begins."""
    return bool(_PRINT_R.match(text) or _VAR_DUMP.match(text[:200].encode("utf-8", "replace")))


def read_printed(text: str, limits: Limits) -> dict[str, Any]:
    """Its members: texts, objects, or None; the names of a list are numbers. Raises Rejected: 400
    malformed or cut off, 413 too deep or too many values."""
    if _PRINT_R.match(text):
        return _Printed(limits).read(text)
    found = _Dump(text.strip().encode("utf-8", "replace"), limits).read()
    return found if isinstance(found, dict) else {"value": found}


class _Printed:
    """Nothing in it is escaped: a value goes on until a line begins with the next key, or is the
    bracket that ends its object, as far in as the one that began it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._count = 0
        self._open: list[tuple[str, dict[str, Any]]] = []  # how far in, and the members so far
        self._root: dict[str, Any] = {}
        self._name = ""
        self._closed = False

    def read(self, text: str) -> dict[str, Any]:
        text = text.strip()
        if "\n" not in text:
            text = _FOLDED.sub("\n", text)
        value_from = 0
        for line in _LINE.finditer(text):
            is_last = line.end() == len(text)
            if self._takes(*line.groups(default=""), is_last=is_last):
                self._go_on(text[value_from : line.start()])
                self._take(*line.groups(default=""))
                value_from = line.end()
        if not self._closed:
            raise _malformed()
        return self._root

    def _takes(self, indent: str, name: str, _: str, bracket: str, *, is_last: bool) -> bool:
        """Whether a line isn't just one of a value's."""
        if name:
            return bool(self._open)
        if bracket == ")":
            ends = [far for far, _ in self._open[-1:]] == [indent]
            return ends and is_last == (len(self._open) == 1)
        return not self._open or isinstance(self._open[-1][1].get(self._name), dict)

    def _go_on(self, more: str) -> None:
        """The rest of a value of several lines."""
        if self._open and isinstance(value := self._open[-1][1].get(self._name), str):
            self._open[-1][1][self._name] = (value + more).rstrip()

    def _take(self, indent: str, name: str, value: str, bracket: str) -> None:
        self._count += 1
        if self._count > 3 * self._limits.fields or len(self._open) > self._limits.depth:
            raise too_large(f"It may hold at most {self._limits.fields} values.")
        if name:
            self._name = _HIDDEN.sub("", name)
            is_object = re.fullmatch(_OBJECT, value.strip())
            self._open[-1][1][self._name] = {} if is_object else value
        elif bracket == ")":
            self._open.pop()
            self._name = ""
            self._closed = not self._open
        else:
            members = self._open[-1][1][self._name] if self._open else self._root
            self._open.append((indent, members))
            self._name = ""


class _Dump:
    """Each text says how many bytes it has, unless its charset was changed on the way."""

    def __init__(self, text: bytes, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._at = 0
        self._count = 0

    def read(self) -> Any:
        found = self._value(0)
        if self._at < len(self._text):
            raise _malformed()
        return found

    def _value(self, depth: int) -> Any:
        self._count += 1
        if self._count > self._limits.fields or depth > self._limits.depth:
            raise too_large(f"It may hold at most {self._limits.fields} values.")
        bare, nothing, size, opened = self._take(_VALUE).groups()
        if opened:
            return self._members(depth)
        if size:
            return self._string(int(size))
        return None if nothing else bare.decode("utf-8", "replace")

    def _members(self, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not self._text.startswith(b"}", self._skip()):
            name = self._take(_KEY)[1].decode("utf-8", "replace")
            members[name] = self._value(depth + 1)
        self._at += 1
        return members

    def _string(self, size: int) -> str:
        end = self._at + size
        if not re.match(rb'"(?:\s|\Z)', self._text[end : end + 2]):
            end = self._text.find(b'"\n', self._at)
        if end < 0:
            raise _malformed()
        found = self._text[self._at : end]
        self._at = end + 1
        return found.decode("utf-8", "replace")

    def _take(self, pattern: re.Pattern[bytes]) -> re.Match[bytes]:
        found = pattern.match(self._text, self._skip())
        if found is None:
            raise _malformed()
        self._at = found.end()
        return found

    def _skip(self) -> int:
        if space := _SPACE.match(self._text, self._at):
            self._at = space.end()
        return self._at


def _malformed() -> Rejected:
    return Rejected(400, "Malformed text", "It can't be read as what PHP prints. Send JSON.")
