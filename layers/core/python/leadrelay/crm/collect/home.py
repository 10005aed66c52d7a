"""The account that a lead belongs to in Collect!."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Home:
    """Where a lead is told; `text` is what has to go there as a file, "" if none."""

    rowid: str
    text: str
    is_known: bool = False
    is_new: bool = False
