"""The query of a read: filter, fields, sort, join, limit and page, in the attested spellings.

filter=de_number__in=(1001,1002),de_name__nlike='%25Acme%25'
fields=de_number,cl_name & join=(client,inner,cl_rowid,de_rowid_client)
sort=de_number & limit=100 & page=2
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from leadrelay_sandbox.collect.refused import breach
from leadrelay_sandbox.collect.store import Store
from leadrelay_sandbox.collect.tables import TABLES, Row, table

DEFAULT_LIMIT = 1000
_PARAMETERS = {"filter", "fields", "sort", "join", "limit", "page"}
_TEXT = r"'[^']*'"
_NUMBER = r"-?\d+(?:\.\d+)?"
_ONE = rf"(?:{_TEXT}|{_NUMBER})"
_CONDITION = re.compile(rf"(\w+?)__([a-z]+)=({_ONE}|\({_ONE}(?:,{_ONE})*\))(?:,(?=\w)|$)")
_JOIN = re.compile(r"\((\w+),(\w+),(\w+),(\w+)\)")


def _like(value: str, pattern: str) -> bool:
    parts = (re.escape(part) for part in pattern.split("%"))
    return re.fullmatch(".*".join(parts), value, re.IGNORECASE | re.DOTALL) is not None


def _order(value: str) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return math.inf, value.casefold()


type _Test = Callable[[str, list[str]], bool]
# The help shows `nlike`; a public client of the API sends `in`.
ATTESTED: dict[str, _Test] = {
    "in": lambda value, wanted: value.casefold() in map(str.casefold, wanted),
    "nlike": lambda value, wanted: not _like(value, wanted[0]),
}
LIKELY: dict[str, _Test] = {
    "like": lambda value, wanted: _like(value, wanted[0]),
    "eq": lambda value, wanted: value.casefold() == wanted[0].casefold(),
    "ne": lambda value, wanted: value.casefold() != wanted[0].casefold(),
    "gt": lambda value, wanted: _order(value) > _order(wanted[0]),
    "ge": lambda value, wanted: _order(value) >= _order(wanted[0]),
    "lt": lambda value, wanted: _order(value) < _order(wanted[0]),
    "le": lambda value, wanted: _order(value) <= _order(wanted[0]),
}


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[Row]
    total: int
    pages: int


def read(
    store: Store,
    record: str,
    rows: Iterable[Row],
    asked: Mapping[str, str],
    operators: Mapping[str, _Test],
) -> Found:
    """The page of `rows` that a query asks for. Raises Refused: 400 for what it can't mean."""
    if unknown := asked.keys() - _PARAMETERS:
        raise breach(f"a read has no parameter {', '.join(sorted(unknown))}")
    known = [record]
    if "join" in asked:
        other, rows = _join(store, record, rows, asked["join"])
        known.append(other)
    tests = _tests(asked.get("filter"), known, operators)
    found = [row for row in rows if all(test(row) for test in tests)]
    if sort := asked.get("sort"):
        _check_column(sort, known)
        found.sort(key=lambda row: _order(row.get(sort, "")))
    limit, page = _count(asked, "limit", DEFAULT_LIMIT), _count(asked, "page", 1)
    shown = list(islice(found, (page - 1) * limit, page * limit))
    if fields := asked.get("fields"):
        columns = fields.split(",")
        for column in columns:
            _check_column(column, known)
        shown = [{column: row.get(column, "") for column in columns} for row in shown]
    return Found(shown, len(found), math.ceil(len(found) / limit))


def _join(store: Store, record: str, rows: Iterable[Row], text: str) -> tuple[str, list[Row]]:
    parts = _JOIN.fullmatch(text)
    if parts is None or parts[2] != "inner":
        raise breach("join must be (table,inner,its column,base column)")
    other, theirs, ours = parts[1], parts[3], parts[4]
    table(other)
    _check_column(theirs, [other])
    _check_column(ours, [record])
    pairs = ((row, one) for row in rows for one in store.rows[other].values())
    return other, [row | one for row, one in pairs if row.get(ours) == one.get(theirs)]


def _tests(
    text: str | None, known: list[str], operators: Mapping[str, _Test]
) -> list[Callable[[Row], bool]]:
    tests: list[Callable[[Row], bool]] = []
    position = 0
    while text is not None and position < max(len(text), 1):
        condition = _CONDITION.match(text, position)
        if condition is None:
            raise breach("filter must be column__operator=value, joined by commas")
        tests.append(_test(condition[1], condition[2], condition[3], known, operators))
        position = condition.end()
    return tests


def _test(
    column: str, operator: str, text: str, known: list[str], operators: Mapping[str, _Test]
) -> Callable[[Row], bool]:
    _check_column(column, known)
    if operator not in operators:
        raise breach(f"there is no operator {operator}")
    if text.startswith("(") != (operator == "in"):
        raise breach(f"{operator} takes {'a list' if operator == 'in' else 'one value'}")
    wanted = [one.strip("'") for one in re.findall(_ONE, text)]
    return lambda row: operators[operator](row.get(column, ""), wanted)


def _check_column(column: str, known: Iterable[str]) -> None:
    if not any(TABLES[record].has(column) for record in known):
        raise breach(f"there is no column {column}")


def _count(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not re.fullmatch(r"[1-9]\d*", text):
        raise breach(f"{name} must be a number from 1")
    return int(text)


def kind(record: str, **counts: Any) -> dict[str, Any]:
    """The `type` member of an answer."""
    return {"recId": record, "rowId": table(record).rowid, **counts}
