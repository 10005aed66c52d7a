"""Data as PHP prints and stores them: print_r, var_dump and serialize (php.net, of each of them).

Scripts hand on what they meant to log or to keep. What var_export prints is near enough to JSON for
the lenient reader. What was cut off is refused, as half of it may be missing.
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
_LINES_PER_FIELD = 4  # with the brackets of an object, and some that are words
_HIDDEN = re.compile(r":(?:[\w\\]+:)?(?:protected|private)$")
_FOLDED = re.compile(r"\s(?=\[[^\[\]\n]{1,200}\] => |[()](?:\s|\Z))")  # as a browser shows it

_VAR_DUMP = re.compile(rb"\s*+(?:array\(\d|object\([\w\\@]{1,100}+\)#\d)")
_SERIALIZED = re.compile(rb'\s*+(?:a:\d{1,9}:|O:\d{1,3}:"[\w\\]{1,100}":\d{1,9}:)\{')
_KEY = re.compile(rb'\["?([^"\]\n]{0,200}+)[^\]\n]{0,100}+\]=>\s*+')
_VALUE = re.compile(
    rb"(?:int|float|bool|enum)\(([^()\n]{0,100}+)\)|(NULL|\*RECURSION\*)"
    rb'|string\((\d{1,9})\) "|(?:array\(|object\([^()\n]{1,100}+\)#)[^{\n]{1,40}+(\{)'
)
_STORED = re.compile(
    rb'(?:[bid]:([^;{}"]{1,100}+);)|(N;)|s:(\d{1,9}):"'
    rb'|(?:a:\d{1,9}:|O:\d{1,3}:"[\w\\]{1,100}":\d{1,9}:)(\{)'
)
_SPACE = re.compile(rb"\s*+")


def is_printed(text: str) -> bool:
    """By how it begins."""
    start = text[:300].encode("utf-8", "replace")
    return bool(_PRINT_R.match(text) or _VAR_DUMP.match(start) or _SERIALIZED.match(start))


def read_printed(text: str, limits: Limits) -> dict[str, Any]:
    """Its members: texts, objects, or None; the names of a list are numbers. Raises Rejected: 400
    malformed or cut off, 413 too deep or too many values."""
    if _PRINT_R.match(text):
        return _Printed(limits).read(text)
    raw = text.strip().encode("utf-8", "replace")
    found = (_Stored if _SERIALIZED.match(raw) else _Dump)(raw, limits).read()
    return found if isinstance(found, dict) else {"value": found}


class _Printed:
    """Nothing in it is escaped: a value goes on until a line begins with the next key, or is the
    bracket that ends its object, as far in as the one that began it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: list[tuple[str, dict[str, Any]]] = []  # how far in, and the members so far
        self._root: dict[str, Any] = {}
        self._name = ""
        self._closed = False

    def read(self, text: str) -> dict[str, Any]:
        text = text.strip()
        if "\n" not in text:
            text = _FOLDED.sub("\n", text)
        value_from = 0
        for number, line in enumerate(_LINE.finditer(text)):
            if number > _LINES_PER_FIELD * self._limits.fields:
                raise too_large(f"It may hold at most {self._limits.fields} values.")
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
        if len(self._open) > self._limits.depth:
            raise too_large(f"It may be nested {self._limits.depth} deep at most.")
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

    of_value = _VALUE
    after_text = re.compile(rb'"(?=\s|\Z)')
    text_ends = b'"\n'

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
        bare, nothing, size, opened = self._take(self.of_value).groups()
        if opened:
            return self._members(depth)
        if size:
            return self._string(int(size))
        return None if nothing else bare.decode("utf-8", "replace")

    def _members(self, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not self._text.startswith(b"}", self._skip()):
            name = self._key(depth)
            members[name] = self._value(depth + 1)
        self._at += 1
        return members

    def _key(self, _depth: int) -> str:
        return self._take(_KEY)[1].decode("utf-8", "replace")

    def _string(self, size: int) -> str:
        end = self._at + size
        if not self.after_text.match(self._text, end):
            end = self._text.find(self.text_ends, self._at)
        mark = self.after_text.match(self._text, end) if end >= 0 else None
        if mark is None:
            raise _malformed()
        found = self._text[self._at : end]
        self._at = mark.end()
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


class _Stored(_Dump):
    """The same of serialize, whose keys are values, and whose texts end with a semicolon too."""

    of_value = _STORED
    after_text = re.compile(rb'";')
    text_ends = b'";'

    def _key(self, depth: int) -> str:
        return str(self._value(depth + 1))


def _malformed() -> Rejected:
    return Rejected(400, "Malformed text", "It can't be read as what PHP prints. Send JSON.")
