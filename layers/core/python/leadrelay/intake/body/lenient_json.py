"""JSON that isn't: made by hand, by a template, or by a program that prints its own objects.

For what a strict reader refuses. Each value ends where the author must have meant it to; what was
cut off stays refused, as half of it may be missing. Libraries that repair JSON were tried: the
best of them completes what is cut off, and takes 13 s for 1 MB of quotation marks.
"""

import html
import json
import re
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.members import merge_members
from leadrelay.intake.limits import Limits, too_large

_NOTE = r"//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"  # as JavaScript has them
_SPACE = re.compile(rf"(?:[\s,;]|{_NOTE})*+")  # between values: with commas, none, or too many
_BACKSLASHES_PER_FIELD = 20

_BLANK = re.compile(rf"(?:\s|{_NOTE})*+")
_KEY = re.compile(  # with a colon behind it, or as Ruby prints it
    r"""(?:"([^"\\]*+(?:\\.[^"\\]*+)*+)"|'([^'\\]*+(?:\\.[^'\\]*+)*+)'|:?([\w$.-]++))\s*+"""
    r"(?::|(=>))",
    re.DOTALL,
)
# JSONP: jQuery123({…}); and as Express writes it, behind a test whether there is such a function;
# and var lead = {…};
_CALL = re.compile(
    r"\s*+(?:/\*\*/\s*+)?+(?:typeof [^&\n]{1,200}+&&\s*+)?+"
    r"(?:[\w$.]{1,200}+\(|(?:var|let|const)\s[\w$\s]{1,100}+=)\s*+(?=[{\[])"
)
_ARRAY = re.compile(r"(?:\(object\)\s*+)?+array\s*+\(")  # as var_export prints them

# A quotation mark ends a text where the next member follows, or the end of the object or list;
# any other one stands in the text: She said "hi" to me.
_SHORT_NOTE = r"(?:(?://[^\n]{0,200}+\n|/\*[^*]{0,200}+\*/)\s*+)?+"
_NEXT = (
    rf"\s*+{_SHORT_NOTE}(?:[}}\]]|\Z|(?:,\s*+{_SHORT_NOTE})*+"
    r"""(?:"[^"]{0,200}+"|'[^']{0,200}+'|:?[\w$.-]{1,200}+)\s*+(?::|=>))"""
)
_IN_OBJECT = re.compile(
    rf'"([^"\\]*+(?:(?:\\.|"(?!{_NEXT}|\s*+,\s*+[}}\]]))[^"\\]*+)*+)"', re.DOTALL
)
_IN_LIST = re.compile(r'"([^"\\]*+(?:(?:\\.|"(?!\s*+[,\]]))[^"\\]*+)*+)"', re.DOTALL)
_SINGLE = re.compile(r"'([^'\\]*+(?:(?:\\.|'(?!\s*+[,}\])]))[^'\\]*+)*+)'", re.DOTALL)
_BARE = re.compile(
    r"""[^,}\]\n]*+(?:,(?!\s*+(?:["'}\])]|:?[\w$.-]{1,200}+\s*+(?::|=>)))[^,}\]\n]*+)*+"""
)
_BARE_IN_LIST = re.compile(r"[^,}\]\n]*+")

_ESCAPE = re.compile(r'\\u[0-9a-fA-F]{4}|\\.|"', re.DOTALL)
_ESCAPES = frozenset("\\" + char for char in '"\\/bfnrt')
_TYPOGRAPHIC = "“”„‟«»"
_NOTHING = frozenset({"", "null", "none", "nil", "undefined", "nan", "infinity", "-infinity"})


def is_wrapped(text: str) -> bool:
    """Whether it begins as no JSON does and is read all the same: JSONP, and PHP's arrays."""
    return bool(_CALL.match(text) or _ARRAY.match(text.lstrip()))


def read_leniently(text: str, limits: Limits) -> list[Any]:
    """Every value in the text, one after another: numbers as they were written, as text; None for
    what was left out. Raises Rejected: 400 not even like JSON, 413 too deep or too many values."""
    if text.count("\\") > limits.fields * _BACKSLASHES_PER_FIELD:
        raise _malformed(text, 0)
    if call := _CALL.match(text):
        text = text[call.end() :].rstrip().removesuffix(";").rstrip().removesuffix(")")
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)
    if '"' not in text:  # but perhaps those that a word processor makes
        for mark in _TYPOGRAPHIC:  # each at once, which is fifteen times as quick as a table
            text = text.replace(mark, '"')
    reader = _Reader(text, limits)
    found = [reader.value(_IN_LIST, _BARE_IN_LIST, depth=0)]
    while reader.more():
        found.append(reader.value(_IN_LIST, _BARE_IN_LIST, depth=0))
    return found


class _Reader:
    """Where in the text one is, and how many values were found."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._at = 0
        self._values = 0

    def more(self) -> bool:
        """Whether there is anything but space behind the last value."""
        self._skip(_SPACE)
        return self._at < len(self._text)

    def value(self, quoted: re.Pattern[str], bare: re.Pattern[str], depth: int) -> Any:
        self._count(depth)
        self._skip(_BLANK)
        match self._text[self._at : self._at + 1]:
            case "{":
                return self._object(depth + 1, "}")
            case "[" if self._has_names():
                return self._object(depth + 1, "]")
            case "[":
                return self._list(depth + 1)
            case '"' | "'" as mark:
                return _unescape(self._take(quoted if mark == '"' else _SINGLE))
            case "a" | "(" if array := _ARRAY.match(self._text, self._at):
                self._at = array.end() - 1
                return self._object(depth + 1, ")")
            case _ if depth:
                return _word(self._take(bare).strip())
        raise _malformed(self._text, self._at)

    def _object(self, depth: int, end: str) -> Any:
        self._at += 1
        members: list[tuple[str, Any]] = []
        while not self._ends(end):
            key = _KEY.match(self._text, self._at)
            if key is None:
                raise _malformed(self._text, self._at)
            self._at = key.end()
            name = _unescape(key[1] or key[2] or key[3] or "")
            members.append((name, self.value(_IN_OBJECT, _BARE, depth)))
        return merge_members(members)

    def _has_names(self) -> bool:
        """Whether a list's items have names: ['name' => 'Jane']."""
        blank = _BLANK.match(self._text, self._at + 1)
        key = blank and _KEY.match(self._text, blank.end())
        return bool(key and key[4])

    def _list(self, depth: int) -> list[Any]:
        self._at += 1
        items: list[Any] = []
        while not self._ends("]"):
            before = self._at
            items.append(self.value(_IN_LIST, _BARE_IN_LIST, depth))
            if self._at == before:
                raise _malformed(self._text, before)
        return items

    def _ends(self, bracket: str) -> bool:
        self._skip(_SPACE)
        if self._at >= len(self._text):
            raise _malformed(self._text, self._at)
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _skip(self, space: re.Pattern[str]) -> None:
        found = space.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None or found.end() == self._at == len(self._text):
            raise _malformed(self._text, self._at)
        self._at = found.end()
        return found[pattern.groups]

    def _count(self, depth: int) -> None:
        self._values += 1
        if depth > self._limits.depth:
            raise too_large(f"The JSON may be nested {self._limits.depth} deep at most.")
        if self._values > self._limits.fields * 2:
            raise too_large(f"The JSON may hold at most {self._limits.fields} values.")


def _word(text: str) -> Any:
    """What stands there without quotation marks: a truth, nothing, a number or words."""
    match text.lower():
        case "true" | "false" as truth:
            return truth == "true"
        case word if word in _NOTHING:
            return None
    return text


def _unescape(text: str) -> str:
    """The text behind JSON's escapes; a backslash that escapes nothing is one."""
    if "\\" not in text:
        return text
    decoded: str = json.loads(f'"{_ESCAPE.sub(_escape, text)}"', strict=False)
    return decoded


def _escape(found: re.Match[str]) -> str:
    given = found[0]
    if given == '"':
        return r"\""
    if given in _ESCAPES or len(given) > 2:
        return given
    return "'" if given == r"\'" else "\\" + given


def _malformed(text: str, at: int) -> Rejected:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Rejected(400, "Malformed JSON", f"It can't be read from line {line}, column {column}.")
