"""What a body holds: clean fields and files, and all of a text that is too long for a lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from leadrelay.intake.body.text import clean
from leadrelay.intake.files.accept import File, Upload
from leadrelay.intake.limits import LIMITS, Limits, too_large

TRUNCATED = "leadrelay_truncated"
"""The field that says what of a submission isn't among its fields, and where it is."""

_START = 10_000  # characters of a long text that stay in the lead
_NAME_MAX = 60

type Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """`document` is the parsed JSON that the fields come from, if they come from JSON; the files
    are in neither. `texts` are those that the fields only hold the beginning of."""

    fields: Pairs
    document: Any = None
    files: tuple[Upload, ...] = ()
    texts: tuple[File, ...] = ()


def to_body(
    pairs: Sequence[tuple[str, str]], document: Any, files: Sequence[Upload], limits: Limits
) -> Body:
    """Where files are taken, a text that a lead can't hold becomes one. Raises Rejected (413)."""
    if not limits.files:
        return Body(finish(pairs, limits), document, tuple(files))
    kept, texts = set_aside(pairs, limits)
    return Body(kept, document, tuple(files), texts)


def finish(pairs: Iterable[tuple[str, str]], limits: Limits = LIMITS) -> Pairs:
    """The pairs with clean text. Raises Rejected (413) when they are too much for one lead."""
    found = tuple((clean(name), clean(value)) for name, value in pairs)
    if sum(len(part.encode()) for pair in found for part in pair) > limits.text_bytes:
        raise too_large(f"All fields together may hold {limits.text_bytes // 1000} kB of text.")
    return found


def set_aside(pairs: Sequence[tuple[str, str]], limits: Limits) -> tuple[Pairs, tuple[File, ...]]:
    """The pairs as `finish` makes them, the longest texts shortened until a lead can hold them
    all; and each of those texts as a file. A field says which. Raises Rejected (413).

    A text counts as much as JSON makes of it, in which the ledger keeps it.
    """
    sizes = {at: _size(value) for at, (_, value) in enumerate(pairs)}
    over = sum(sizes.values()) - limits.text_bytes
    long: list[int] = []
    for at in sorted(sizes, key=lambda at: -sizes[at]):
        if over <= 0 or len(pairs[at][1]) <= _START:
            break
        long.append(at)
        over -= sizes[at] - _size(pairs[at][1][:_START])
    files = {at: _file(*pairs[at]) for at in sorted(long)}
    kept = [(name, text[:_START] if at in files else text) for at, (name, text) in enumerate(pairs)]
    notes = [
        (TRUNCATED, f"{pairs[at][0]}: the whole text is in the file {file.filename}")
        for at, file in files.items()
    ]
    return finish([*kept, *notes], limits), tuple(files.values())


def _file(name: str, value: str) -> File:
    plain = "".join(char if char.isalnum() else "-" for char in name[-_NAME_MAX:]).strip("-")
    return File(f"{plain or 'text'}.txt", "text/plain", clean(value).encode(), is_resume=False)


def _size(value: str) -> int:
    """The bytes of it in JSON, which escapes these with one more."""
    raw = value.encode("utf-8", "surrogatepass")
    return len(raw) + sum(map(raw.count, (b'"', b"\\", b"\n", b"\r", b"\t")))
