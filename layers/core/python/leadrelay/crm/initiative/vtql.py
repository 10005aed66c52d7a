"""VTQL, the query language of vtiger: SELECTs whose values can't break out of their quotes.

The grammar is that of vtiger 6.0's VTQL_Lexer.plex and VTQL_parser.y. It knows no parentheses,
and AND binds tighter than OR (observed on vtiger 6.0; API v1.1, p. 15 says left to right), so a
condition is written as alternatives, each a list of conditions that hold together.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from leadrelay.errors import Refused

ROWS = 100
"""The most rows one query gives; a higher LIMIT is silently lowered to it."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WILD = re.compile(r"[\\%_]")


def quote(value: str) -> str:
    """A string literal. The server hands it on to MySQL verbatim, so a backslash is doubled too.

    Raises Refused for the empty string: the lexer has no literal for it.
    """
    if not value:
        raise Refused("VTQL can't hold an empty string")
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Refused("not a name of a module or field")
    return name


def compare(field: str, op: Literal["=", "!=", "<", ">", "<=", ">="], value: str) -> str:
    """`=` and `!=` ignore case and accents."""
    return f"{_name(field)} {op} {quote(value)}"


def one_of(field: str, values: Iterable[str]) -> str:
    """`IN`. Keep it short: a query travels in the URL, which servers cap at about 8 kB."""
    quoted = ", ".join(map(quote, values))
    if not quoted:
        raise Refused("VTQL can't hold an empty list")
    return f"{_name(field)} IN ({quoted})"


def like(field: str, *literals: str) -> str:
    """The field holds the `literals` in this order, with anything before, between and after."""
    escaped = (_WILD.sub(r"\\\g<0>", literal) for literal in literals)
    return f"{_name(field)} LIKE {quote('%' + '%'.join(escaped) + '%')}"


@dataclass(frozen=True, slots=True)
class Select:
    """One SELECT; `str()` of it is what the query operation takes.

    `any_of` holds alternatives; every condition of one of them must hold. Without `order_by`
    rows come in no order. Column "id" need not be named: it always comes.
    """

    module: str
    columns: Sequence[str] = ()
    any_of: Sequence[Sequence[str]] = ()
    order_by: str = ""
    limit: int = ROWS

    def __str__(self) -> str:
        if not 1 <= self.limit <= ROWS:
            raise Refused(f"a query gives 1 to {ROWS} rows")
        parts = ["SELECT", ", ".join(map(_name, self.columns)) or "*", "FROM", _name(self.module)]
        if self.any_of:
            parts.append(f"WHERE {' OR '.join(map(' AND '.join, self.any_of))}")
        if self.order_by:
            parts.append(f"ORDER BY {_name(self.order_by)}")
        parts.append(f"LIMIT {self.limit}")
        return " ".join(parts) + ";"

    def page(self, after: str = "") -> "Select":
        """The rows that follow the record `after`, by id."""
        if not after:
            return replace(self, order_by="id")
        later = compare("id", ">", after)
        alternatives = tuple((later, *conditions) for conditions in self.any_of or ((),))
        return replace(self, any_of=alternatives, order_by="id")
