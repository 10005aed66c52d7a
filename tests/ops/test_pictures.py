"""The pictures of a terminal in docs/operating.md are what the command shows."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta

import pytest

from leadrelay_sandbox.home import ROOT
from tests.ops.room import MORNING, Room, open_room

_PICTURE = re.compile(r"<!-- ([\w ]+): ([^\n]*) -->\n```\n(.*?)\n```", re.DOTALL)
_OF_TODAY = re.compile(r"[ \d]?\d [A-Z][a-z]{2} \d\d:\d\d|\d+ \w+ ago|mapping \w{8}")
_PICTURES = [
    (columns, words, picture)
    for widths, words, picture in _PICTURE.findall((ROOT / "docs/operating.md").read_text("utf-8"))
    for columns in widths.split()
]


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with open_room() as room:
        done = room.accept(3, full_name="Sam Sample")
        for crm in ("trackerrms", "centia", "collect"):
            room.settle(done, crm, record_id="123")
        lost = room.accept(2, at=MORNING + timedelta(minutes=14))
        room.settle(lost, "centia", record_id="77")
        link = "https://collect.example.com/debtor/188"
        room.settle(lost, "collect", record_id="188", link=link)
        refused = "TrackerRMS refused createLead (99)"
        reason = {"message": refused, "reason": f"{refused}: Department Sales does not exist"}
        room.settle(lost, "trackerrms", "parked", reason_class="Refused", **reason)
        room.pause("initiative")
        yield room


@pytest.mark.parametrize(("columns", "words", "picture"), _PICTURES)
def test_a_picture_is_true(room: Room, columns: str, words: str, picture: str) -> None:
    width = None if columns == "pipe" else int(columns)
    told = room.told(*shlex.split(words), columns=width)
    assert plain(told) == plain(picture)


def test_each_command_is_pictured_at_each_width() -> None:
    pictured = {(columns, words.split()[0]) for columns, words, _ in _PICTURES}
    assert pictured >= {
        (columns, command)
        for columns in ("80", "100", "140", "pipe")
        for command in ("leads", "trace", "status", "parked", "replay")
    }


def plain(text: str) -> list[str]:
    """Without what is another every day, or with every change of sources.toml."""
    return [_OF_TODAY.sub("…", line.rstrip()) for line in text.strip("\n").splitlines()]
