"""A table as text, as spreadsheets and programs export it (RFC 4180): each row is a submission."""

import csv
from io import StringIO
from itertools import count

from leadrelay.errors import Rejected
from leadrelay.intake.limits import Limits, too_large

ROWS = frozenset({"text/csv", "text/tab-separated-values"})
_SEPARATORS = ",;\t"


def read_rows(text: str, limits: Limits) -> list[list[tuple[str, str]]]:
    """The rows, each as pairs with the names of the first one. Raises Rejected: 400 no row beside
    the names, 413 too many cells."""
    text = text.removeprefix("\ufeff").strip("\r\n")
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    if text.count(separator) + text.count("\n") > limits.fields:
        raise too_large(f"A table may have at most {limits.fields} cells.")
    try:
        names, *rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
    except (csv.Error, ValueError) as error:
        raise Rejected(400, "Malformed table", "It can't be read as CSV (RFC 4180).") from error
    found = [_pairs(names, row) for row in rows if any(map(str.strip, row))]
    if not found:
        raise Rejected(400, "No rows", "Put the names into the first line, and a row below it.")
    return found


def _pairs(names: list[str], row: list[str]) -> list[tuple[str, str]]:
    more = (f"column {number}" for number in count(len(names) + 1))
    return list(zip([*names, *(next(more) for _ in row[len(names) :])], row, strict=False))
