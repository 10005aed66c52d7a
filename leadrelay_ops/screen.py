"""What a person or a program reads: others' text as text and nothing else, and tables that cut
neither a reference nor a CRM nor a state."""

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.cells import cell_len, chop_cells, set_cell_size

_GAP = "  "
_FRONT = 30  # columns that stand in front of a sentence, such as a time, have no more
_ADDRESS = re.compile(r"[/&~.]|\S*://")
_BELOW = 4  # so far what has no room beside the others is set in
_JOINERS = {"\u200c", "\u200d"}  # Persian, Hindi and family emoji are written with them
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidi and other formats, line separators


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`least` is its width at least; what is longer than `most` is cut on a terminal, unless that
    is None: then it is never cut."""

    title: str
    least: int = 0
    most: int | None = None


class Cell(str):
    """A text with a colour."""

    __slots__ = ("colour",)

    def __new__(cls, text: str, colour: str | None = None) -> "Cell":
        made = super().__new__(cls, text)
        made.colour = colour
        return made

    colour: str | None


def clean(text: str) -> str:
    r"""The text in one line and without what a terminal or a reader's eye would obey: controls
    are shown as ␛, other unseen characters as \u202e."""
    return "".join(_seen(one) for one in text) if not text.isprintable() else text


def say(*lines: str, err: bool = False, colour: str | None = None) -> None:
    """Print lines; all that is unseen in them is made visible, an end of line too. What is longer
    than the terminal is wide goes on below, set in as far as its last column."""
    for line in lines:
        told = "\n".join(_wrapped(clean(line)))
        typer.secho(told, err=err, fg=colour or getattr(line, "colour", None))


def say_as_it_is(*lines: str) -> None:
    """Print lines that are to be copied, or read by a program: never wrapped."""
    for line in lines:
        typer.echo(clean(line))


def say_json(value: Any) -> None:
    """Print a value as one line of JSON, in which nothing unseen is left as it is."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    typer.echo("".join(_escaped(one) for one in text) if not text.isprintable() else text)


def width() -> int | None:
    """The columns of the terminal; None for a file or a pipe, where nothing is cut. $COLUMNS
    counts before both."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def show_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print rows as they come, below the columns' titles. What doesn't fit beside the others goes
    below them, rather than being cut."""
    titles = [one.title for one in columns]
    typer.secho(next(_lines(columns, titles)).rstrip(), bold=True)
    for row in rows:
        for line in _lines(columns, row):
            typer.echo(line.rstrip())


def rooms(columns: Sequence[Column]) -> tuple[int | None, ...]:
    """How wide a last column may be beside these, and below them; None for as wide as it likes."""
    total = width()
    if total is None:
        return (None,)
    return total - sum(one.least + len(_GAP) for one in columns), total - _BELOW


def cut(text: str, most: int | None) -> str:
    """As much as fits, with an ellipsis where the rest was; the columns of wide letters count."""
    if most is None or cell_len(text) <= most:
        return text
    return set_cell_size(text, max(0, most - 1)).rstrip() + "…"


def progress(text: str) -> None:
    """Tell on a terminal what is going on, over what was told before; "" wipes it away."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{clean(text)}")
        sys.stderr.flush()


def _wrapped(line: str, below: int | None = None) -> Iterator[str]:
    """The line in lines of the terminal's width, set in from the second on."""
    total = width()
    if total is None or cell_len(line) <= total:
        yield line
        return
    below = _hang(line) if below is None else below
    begin = len(line) - len(line.lstrip())
    used, told = begin, " " * begin
    for gap, word in _pieces(line[begin:], total - below):
        if used + len(gap) + cell_len(word) > total and told.strip():
            yield told
            used, told = below, " " * below + word
        else:
            used, told = used + len(gap), told + gap + word
        used += cell_len(word)
    yield told


def _pieces(text: str, room: int) -> Iterator[tuple[str, str]]:
    """The words, each with the gap before it; one that has no room of its own in several. What
    is to be copied is one: a command in backticks, an address, a path."""
    for gap, word in re.findall(r"( *)(`[^`]*`[^ ]*|[^ ]+)", text):
        parts = [word] if _ADDRESS.match(word) else chop_cells(word, max(room, 1))
        yield gap, parts[0]
        yield from (("", part) for part in parts[1:])


def _hang(line: str) -> int:
    """Where the sentence of a line begins, behind a time or a reference; else a little further in
    than the line itself."""
    found = re.match(r".*\S  +(?=\S)", line[:_FRONT])
    return cell_len(found[0]) if found else len(line) - len(line.lstrip()) + _BELOW


def _lines(columns: Sequence[Column], row: Sequence[str]) -> Iterator[str]:
    """A row: one line, or more where its last cell has no room beside the others."""
    total, line, used = width(), "", 0
    for column, given in zip(columns[:-1], row[:-1], strict=True):
        text = cut(clean(given), column.most if total else None)
        pad = " " * (max(column.least - cell_len(text), 0) + len(_GAP))
        line += _coloured(text, given) + pad
        used += cell_len(text) + len(pad)
    last = clean(row[-1])
    if not total or used + cell_len(last) <= total:
        yield line + _coloured(last, row[-1])
        return
    yield line
    below = " " * _BELOW
    yield from (_coloured(one, row[-1]) for one in _wrapped(f"{below}{last}", _BELOW))


def _coloured(text: str, given: str) -> str:
    colour = getattr(given, "colour", None)
    return typer.style(text, fg=colour) if colour else text


def _seen(one: str) -> str:
    code = ord(one)
    if code < 0x20:
        return chr(0x2400 + code)
    if unicodedata.category(one) not in _UNSEEN or one in _JOINERS:
        return one
    return "␡" if code == 0x7F else _escaped(one)


def _escaped(one: str) -> str:
    r"""As JSON and Python write it: \u202e, or two of them beyond 16 bits."""
    if unicodedata.category(one) not in _UNSEEN or one in _JOINERS:
        return one
    return json.dumps(one)[1:-1] if ord(one) != 0x7F else "\\u007f"
