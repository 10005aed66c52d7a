"""What a query finds: VTQL's meaning, which is MySQL's, with the collation utf8_general_ci."""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from leadrelay_sandbox.initiative import errors
from leadrelay_sandbox.initiative.entities import Entity
from leadrelay_sandbox.initiative.modules import NUMBERS, POINTERS, Module
from leadrelay_sandbox.initiative.store import Store
from leadrelay_sandbox.initiative.values import Note, leading_number
from leadrelay_sandbox.initiative.vtql import Condition, Query, Token, parse

CAP = 100
_COUNTED = NUMBERS | POINTERS | {"id"}
"""Types that are compared as numbers."""
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "LT": operator.lt,
    "GT": operator.gt,
    "LTE": operator.le,
    "GTE": operator.ge,
}
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}


def search(store: Store, text: str, note: Note) -> list[dict[str, str]]:
    """The result of the operation `query`: at most 100 rows, silently. `note` takes violations."""
    named = re.search(r"\bFROM\s+([^\s;]+)", text, re.IGNORECASE)
    if named is None:
        raise errors.denied("query")
    module = store.module(named[1])
    query = parse(text)
    return _Search(store, module, note).run(query)


class _Search:
    def __init__(self, store: Store, module: Module, note: Note) -> None:
        self._store = store
        self._note = note
        self._columns = {spec.name: spec.type for spec in module.readable()} | {"id": "id"}
        self._module = module

    def run(self, query: Query) -> list[dict[str, str]]:
        columns = self._selected(query)
        test = self._where(query)
        rows = [entity for entity in self._store.rows(self._module) if test(entity)]
        if query.columns == "count":
            return [{"count": str(len(rows))}]
        page = self._page(query, self._sorted(query, rows))
        return [self._row(entity, columns) for entity in page]

    def _selected(self, query: Query) -> list[str]:
        if isinstance(query.columns, str):
            return list(self._columns)
        for name in query.columns:
            if name not in self._columns:
                words = f"Permission to access '.{name}.' attribute denied."
                raise errors.WebServiceError("ACCESS_DENIED", words)
        return [name for name in query.columns if name != "id"] + ["id"]

    def _row(self, entity: Entity, columns: list[str]) -> dict[str, str]:
        owned = any(self._columns[name] == "owner" for name in columns)
        shown = self._store.shown(entity, check_owner=owned)
        return {name: shown[name] for name in columns}

    # -- ORDER BY and LIMIT ---------------------------------------------------------------

    def _sorted(self, query: Query, rows: list[Entity]) -> list[Entity]:
        if not set(query.order) <= self._columns.keys():
            raise errors.database()
        descending = query.descending
        for name in reversed(query.order):
            rows.sort(key=partial(self._key, name), reverse=descending)
            descending = False
        return rows

    def _page(self, query: Query, rows: list[Entity]) -> list[Entity]:
        offset, count = query.limit or (0, CAP)
        if offset < 0 or count < 0:
            raise errors.database()
        page = rows[offset : offset + min(count, CAP)]
        if not query.order and (offset or 1 < len(page) < len(rows)):
            self._note("a page of a query without ORDER BY")
        return page

    # -- WHERE ----------------------------------------------------------------------------

    def _where(self, query: Query) -> Callable[[Entity], bool]:
        groups = [[self._condition(one) for one in group] for group in query.where]
        return lambda entity: (
            not groups or any(all(test(entity) for test in group) for group in groups)
        )

    def _condition(self, condition: Condition) -> Callable[[Entity], bool]:
        name = condition.column
        if name not in self._columns:
            words = f"Permission to access .{name}. attribute denied."
            raise errors.WebServiceError("ACCESS_DENIED", words)
        if condition.op == "LIKE":
            pattern = _like(self._literal(name, condition.values[0], like=True))
            return lambda entity: pattern.fullmatch(_folded(self._text(entity, name))) is not None
        wanted = [self._wanted(name, token) for token in condition.values]
        if condition.op == "IN":
            return lambda entity: self._key(name, entity) in wanted
        compare = _COMPARE[condition.op]
        return lambda entity: compare(self._key(name, entity), wanted[0])

    def _text(self, entity: Entity, name: str) -> str:
        return str(entity.number) if name == "id" else entity.values[name]

    def _key(self, name: str, entity: Entity) -> Any:
        """What MySQL compares: a number, or text but for case, accents and blanks at its end."""
        return self._comparable(name, self._text(entity, name))

    def _comparable(self, name: str, text: str) -> Any:
        if self._columns[name] in _COUNTED:
            return leading_number(text)
        return _folded(text).rstrip(" ")

    def _wanted(self, name: str, token: Token) -> Any:
        text = self._literal(name, token, like=False)
        if self._columns[name] in POINTERS | {"id"}:
            match = re.fullmatch(r"\d+x(\d+)", text)  # whose prefix it is, nobody checks
            if match is None:
                raise errors.database() if name == "id" else errors.wrong_id()
            text = match[1]
        return self._comparable(name, text)

    def _literal(self, name: str, token: Token, *, like: bool) -> str:
        """A value as MySQL reads it: the text between the quotes goes to it as it is.

        A value that ends in one backslash swallows the closing quote, and so on: an open door,
        which is shut here with the error of a broken statement.
        """
        if token.kind != "QUOTED":
            if self._columns[name] not in _COUNTED:
                self._note(f"a value for {name} without quotes")
            return token.text
        return self._unescaped(token.text[1:-1], like=like)

    def _unescaped(self, raw: str, *, like: bool) -> str:
        if not re.fullmatch(r"(?:[^'\\]|''|\\.)*", raw, re.DOTALL):
            self._note("a value whose backslashes aren't doubled")
            raise errors.database()

        def plain(match: re.Match[str]) -> str:
            char = match[0][1]
            if match[0] != "''" and char != "\\" and not (like and char in "%_"):
                self._note("a value whose backslashes aren't doubled")
            return match[0] if char in "%_" else _ESCAPES.get(char, char)

        return re.sub(r"''|\\.", plain, raw, flags=re.DOTALL)


def _like(pattern: str) -> re.Pattern[str]:
    """`%` for anything, `_` for one character, a backslash before either for itself."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    regex = "".join(wild.get(part) or re.escape(_folded(part[-1])) for part in parts)
    return re.compile(regex, re.DOTALL)


def _folded(text: str) -> str:
    """utf8_general_ci: Latin, Greek and Cyrillic as capitals without accents, others as is."""
    return "".join(map(_weight, text))


def _weight(char: str) -> str:
    if 0x300 <= ord(char) < 0x370 or 0x600 <= ord(char) < 0x1E00 or ord(char) >= 0x2000:
        return char
    return unicodedata.normalize("NFD", char)[0].upper()[0]
