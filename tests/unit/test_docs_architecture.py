"""docs/architecture.md has the table of moves as the code has it, and every state and attribute."""

import re
from pathlib import Path

from leadrelay.ledger import life
from leadrelay.ledger.moves import Move

DOCS = (Path(__file__).parents[2] / "docs/architecture.md").read_text("utf-8")
WHEN = {
    "not_before <= :now": "due",
    "due_at < :now": "lease over",
    "due_at = :seen": "as seen",
    "updated_at = :seen": "as seen",
    "attribute_not_exists(news)": "no news",
    "attribute_exists(news)": "news",
    "attribute_exists(held)": "held",
}


def row(move: Move) -> list[str]:
    before = [
        " ".join([state or "–", *(f"({told})" for told in when(also))])
        for state, also in move.before.items()
    ]
    ended = set(life.PARK.sets) <= set(move.sets)
    sets = ["how it ended"] if ended else list(move.sets)
    sets += ["a new life"] if move.anew else []
    return [
        move.name,
        ", ".join(before),
        move.after or "stays",
        "yes" if move.leased else "",
        ", ".join(sets),
        ", ".join(move.clears),
        move.told,
    ]


def when(also: str) -> list[str]:
    told = [WHEN[part] for part in also.split(" AND ")] if also else []
    return [", ".join(told)] if told else []


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without ticks."""
    _, _, below = DOCS.partition(f"\n{heading}\n")
    lines = re.search(r"(\|.*\n)+", below)
    assert lines, heading
    rows = [line.strip("|").split("|") for line in lines[0].splitlines()[2:]]
    return [[cell.strip().replace("`", "") for cell in cells] for cells in rows]


def test_the_moves_are_those_of_the_code() -> None:
    assert table("### Moves") == [row(move) for move in life.MOVES]


def test_every_state_is_explained() -> None:
    assert {state for state, *_ in table("### States")} == set(life.STATES)


def test_every_attribute_is_explained() -> None:
    known = {name for cell, _ in table("### Attributes") for name in cell.split(", ")}
    given = {name for move in life.MOVES for name in (*move.dates, *move.sets, *move.clears)}
    assert given | {"state", "crm_state", "attempts", "since", "updated_at", "history"} <= known
