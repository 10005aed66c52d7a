"""The query language: lexer and parser, after VTQL_Lexer.plex and VTQL_parser.y of vtiger 6.0.

    SELECT *|columns|count(*) FROM Module [WHERE column op value {AND|OR …}]
    [ORDER BY columns [ASC|DESC]] [LIMIT n | LIMIT m,n] ;

There are no parentheses, and AND binds tighter than OR, whatever the documentation says: the text
goes on to MySQL.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Never

from leadrelay_sandbox.initiative.errors import internal, syntax

_TOKENS = re.compile(
    r"(?P<space>\s+)|(?P<quoted>'(?:[^']|'')+')|(?P<number>[+-]\d+|\d+(?!\w))"
    r"|(?P<word>\w+)|(?P<sign>[<>!]=|[,*()=<>;!])",
    re.ASCII,
)
_SIGNS = {
    ",": "COMMA", "*": "ASTERISK", "(": "PARENOPEN", ")": "PARENCLOSE", ";": "SEMICOLON",
    "=": "EQ", "<": "LT", ">": "GT", "<=": "LTE", ">=": "GTE", "!=": "NE", "!": "NOT",
}  # fmt: skip
_KEYWORDS = frozenset(
    "SELECT FROM WHERE ORDER BY ASC DESC LIMIT AND OR IN LIKE COUNT".split()  # noqa: SIM905  # reads better than a list
)
_OPERATORS = ("EQ", "LT", "GT", "LTE", "GTE", "NE", "IN", "LIKE")
_VALUES = ("QUOTED", "NUMBER", "WORD")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class Condition:
    column: str
    op: str
    """EQ, NE, LT, GT, LTE, GTE, IN or LIKE."""
    values: tuple[Token, ...]


@dataclass(frozen=True)
class Query:
    columns: tuple[str, ...] | Literal["*", "count"]
    module: str
    where: tuple[tuple[Condition, ...], ...] = ()
    """Any of these groups, all conditions of one."""
    order: tuple[str, ...] = ()
    descending: bool = False
    """Whether the last column of `order` is; the others can't be."""
    limit: tuple[int, int] | None = None
    """Offset, count."""


def parse(text: str) -> Query:
    """Read a query. Raises QUERY_SYNTAX_ERROR, or INTERNAL_SERVER_ERROR for what is no token:
    double quotes, decimals without quotes, and the empty literal ''."""
    return _Parser(text).query()


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if match is None or match.lastgroup is None:
            raise internal()
        position = match.end()
        if match.lastgroup == "space":
            continue
        word, kind = match[0], match.lastgroup.upper()
        if kind == "WORD" and word.upper() in _KEYWORDS:
            kind = word.upper()
        yield Token(_SIGNS.get(word, kind), word, text.count("\n", 0, match.start()) + 1)


class _Parser:
    """Looks one token ahead, so that an error of the grammar comes before one of a later token."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._last = Token("", "", 1)
        self._next = next(self._tokens, None)

    def query(self) -> Query:
        self._take("SELECT")
        columns = self._columns()
        self._take("FROM")
        module = self._take("WORD").text
        where = self._where() if self._try("WHERE") else ()
        order = self._order() if self._try("ORDER") else ()
        descending = bool(order) and self._direction()
        limit = self._limit() if self._try("LIMIT") else None
        self._take("SEMICOLON")
        if self._next is not None:
            self._fail("End of Input")
        return Query(columns, module, where, order, descending, limit)

    def _columns(self) -> tuple[str, ...] | Literal["*", "count"]:
        if self._try("ASTERISK"):
            return "*"
        if self._try("COUNT"):
            for kind in ("PARENOPEN", "ASTERISK", "PARENCLOSE"):
                self._take(kind)
            return "count"
        return self._names()

    def _names(self) -> tuple[str, ...]:
        names = [self._take("WORD").text]
        while self._try("COMMA"):
            names.append(self._take("WORD").text)
        return tuple(names)

    def _where(self) -> tuple[tuple[Condition, ...], ...]:
        groups = [[self._condition()]]
        while joint := self._try("AND", "OR"):
            if joint.kind == "OR":
                groups.append([])
            groups[-1].append(self._condition())
        return tuple(map(tuple, groups))

    def _condition(self) -> Condition:
        column = self._take("WORD").text
        op = self._take(*_OPERATORS).kind
        if op != "IN":
            return Condition(column, op, (self._take(*_VALUES),))
        self._take("PARENOPEN")
        values = [self._take(*_VALUES)]
        while self._try("COMMA"):
            values.append(self._take(*_VALUES))
        self._take("PARENCLOSE")
        return Condition(column, op, tuple(values))

    def _order(self) -> tuple[str, ...]:
        self._take("BY")
        return self._names()

    def _direction(self) -> bool:
        way = self._try("ASC", "DESC")
        return way is not None and way.kind == "DESC"

    def _limit(self) -> tuple[int, int]:
        first = int(self._take("NUMBER").text)
        return (first, int(self._take("NUMBER").text)) if self._try("COMMA") else (0, first)

    def _try(self, *kinds: str) -> Token | None:
        if self._next is None or self._next.kind not in kinds:
            return None
        self._last, self._next = self._next, next(self._tokens, None)
        return self._last

    def _take(self, *kinds: str) -> Token:
        token = self._try(*kinds)
        if token is None:
            self._fail(", ".join(kinds))
        return token

    def _fail(self, expected: str) -> Never:
        got = self._next or self._last
        unexpected = self._next.kind if self._next else "End of Input(0)"
        raise syntax(
            f"Syntax Error on line {got.line}: token '{got.text}' "
            f"Unexpected {unexpected}, expected one of: {expected}"
        )
