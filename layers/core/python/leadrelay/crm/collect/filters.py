"""Collect!'s `filter` parameter, built only from what is known to be read as meant."""

import re

from leadrelay.errors import Refused

_COLUMN = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")  # no "__": that ends the column's name
_OPERATOR = re.compile(r"[a-z]+")
# No page says how a quote, comma, bracket, backslash or wildcard inside a string is escaped.
_PLAIN = re.compile(r"[\w@.+\-/:#]+( [\w@.+\-/:#]+)*")


def expressible(value: str) -> bool:
    """Whether a string can be put into a filter without guessing how to escape it."""
    return _PLAIN.fullmatch(value) is not None


def condition(column: str, operator: str, *values: str) -> str:
    """`de_email__in=('a@example.com','b@example.com')`, or `column__operator='a'` for any
    operator but `in`, which takes one value.

    Strings stand in single quotes ("User Interface Forms" page); lists stand in brackets
    (seen in public code, with `in`, the only operator attested for equality).
    Raises Refused for what can't be expressed; several conditions are joined by commas.
    """
    if not _COLUMN.fullmatch(column) or not _OPERATOR.fullmatch(operator):
        raise Refused(f"{column}__{operator} is not a column and an operator")
    if not values or not all(map(expressible, values)):
        raise Refused(f"a value for {column} can't be written in a filter")
    quoted = [f"'{value}'" for value in values]
    if operator == "in":
        return f"{column}__in=({','.join(quoted)})"
    if len(quoted) > 1:
        raise Refused(f"the operator {operator} takes one value")
    return f"{column}__{operator}={quoted[0]}"
