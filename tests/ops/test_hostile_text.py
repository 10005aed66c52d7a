"""Nothing that a sender, a file's name or a CRM says is markup or a terminal's order."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadrelay_ops.file import local_name
from leadrelay_ops.screen import clean
from tests.ops.room import Room, open_room

CORPUS = [
    "[/]", "[red]x[/red]", "[link=https://example.com]click[/link]", "[bold", "\\[x]", ":smile:",
    "\x1b[31mred", "\x1b]8;;https://example.com\x07link\x1b]8;;\x07", "\x1b]0;title\x07", "\x9b2J",
    "a\rb", "a\nb", "a\tb", "a\x00b", "a\x08\x08b", "\x7f", "\u202eevil\u202c", "\u2066x\u2069",
    "a\u2028b", "a\u2029b", "\ufeffa", "\U000e0001a", "{lead}", "{0}", "%s", "$(x)", "`x`",
]  # fmt: skip
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with open_room() as room:
        for number, text in enumerate(CORPUS):
            said: dict[str, Any] = {"full_name": f"X {text}", "company": text, "message": text}
            lead = room.accept(number, "collect", **said)
            reason = {"message": "refused", "reason": f"refused: {text}"}
            room.settle(lead, "collect", "parked", reason_class="Refused", **reason)
        room.pause("centia", "".join(CORPUS))
        yield room


@pytest.mark.parametrize(
    "words", [("leads",), ("trace", "X"), ("parked",), ("status",), ("replay",)], ids="-".join
)
def test_it_is_shown_as_text(room: Room, words: tuple[str, ...]) -> None:
    for columns in (80, None):
        ran = room.run(*words, columns=columns)
        assert ran.exit_code == 0, ran.output
        assert not UNSEEN.search(ran.output.replace("\n", ""))


def test_json_is_one_line_each_and_says_it_all(room: Room) -> None:
    lines = room.told("leads", "--json").split("\n")[:-1]
    assert not UNSEEN.search("".join(lines))
    assert {json.loads(line)["full_name"] for line in lines} == {f"X {text}" for text in CORPUS}


def test_a_preview_shows_it_as_text(room: Room, tmp_path: Path) -> None:
    said = {f"answer {number} {text}": text for number, text in enumerate(CORPUS)}
    body = json.dumps({"email": "jo@example.com", "message": "".join(CORPUS)} | said)
    sample, sources = tmp_path / "x.http", tmp_path / "sources.toml"
    head = "POST /forms/contact HTTP/1.1\nHost: hooks.example.com\nContent-Type: application/json"
    sample.write_text(f"{head}\n\n{body}\n", "utf-8")
    sources.write_text(
        '[contact]\nkind = "form"\nsender = "json"\ndeliver = ["trackerrms", "centia"]\n', "utf-8"
    )
    for columns in (80, None):
        ran = room.run(
            "preview", "contact", str(sample), "--sources", str(sources), columns=columns
        )
        assert ran.exit_code == 0, ran.output
        assert not UNSEEN.search(ran.output.replace("\n", ""))


def test_what_can_be_seen_stays_as_it_is() -> None:
    for text in ("Zoë O’Hara", "山田 太郎", "👨\u200d👩\u200d👧", "می\u200cخواهم", "[/]"):
        assert clean(text) == text
    assert clean("a\x1b[31m") == "a␛[31m"
    assert clean("\u202eb") == "\\u202eb"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("cv.pdf", "cv.pdf"), ("../../etc/passwd", "passwd"), ("C:\\x\\cv.doc", "cv.doc"),
        ("\x1b[31m.pdf", "_31m.pdf"), ("", "file"), ("..", "file"), ("Lebenslauf Zoë.pdf",) * 2,
    ],
)  # fmt: skip
def test_a_sender_s_name_of_a_file_is_no_path(given: str, kept: str) -> None:
    assert local_name(given) == kept
