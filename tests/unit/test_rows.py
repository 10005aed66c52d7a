"""A table sent as text is a submission for each row, and no cell of it is lost."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.read import read_bodies
from leadrelay.intake.body.rows import read_rows
from leadrelay.intake.limits import LIMITS
from tests.unit.test_inflate import posted

ROW = [("Name", "Jane Doe"), ("Email", "jane@example.com")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Name,Email\nJane Doe,jane@example.com\n", [ROW]),
        ("\ufeffName;Email\r\nJane Doe;jane@example.com\r\n\r\n", [ROW]),
        ("Name\tEmail\nJane Doe\tjane@example.com", [ROW]),
        ('Name,Email\n"Doe, ""J""\nJane",x', [[("Name", 'Doe, "J"\nJane'), ("Email", "x")]]),
        ("Name\nJane,more\nBob", [[("Name", "Jane"), ("column 2", "more")], [("Name", "Bob")]]),
    ],
)
def test_rows_are_read(text: str, rows: list[list[tuple[str, str]]]) -> None:
    assert read_rows(text, LIMITS) == rows


@pytest.mark.parametrize("text", ["", "Name,Email", "Name\n\n"])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match=r"^400"):
        read_rows(text, LIMITS)


def test_a_table_of_too_many_cells_is_refused() -> None:
    with pytest.raises(Rejected, match=r"^413"):
        read_rows("a\n" + "b\n" * (LIMITS.fields + 1), LIMITS)


CELLS = st.lists(st.text('ab,;"\n é', min_size=1, max_size=6).filter(str.strip), min_size=2)


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_no_cell_is_lost(rows: list[list[str]]) -> None:
    text = StringIO(newline="")
    csv.writer(text).writerows([["Name", "x", "y"], *rows])
    found = read_rows(text.getvalue(), LIMITS)
    assert [[value for _, value in row] for row in found] == rows


def test_each_row_is_a_submission() -> None:
    body = b"Name,Email\nJane,jane@example.com\nBob,bob@example.com"
    assert len(read_bodies(posted(body, "text/csv; charset=utf-8"))) == 2
