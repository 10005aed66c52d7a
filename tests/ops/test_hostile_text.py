"""Nothing that a sender, a file's name or a CRM says is markup or a terminal's order."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from rich.cells import cell_len
from typer.testing import Result

from leadrelay.lead import Attachment
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay_ops.file import local_name
from leadrelay_ops.leads import show
from leadrelay_ops.screen import clean
from tests.ops.room import Room, open_room

CORPUS = [
    "[/]", "[red]x[/red]", "[link=https://example.com]click[/link]", "[bold", "\\[x]", ":smile:",
    "\x1b[31mred", "\x1b]8;;https://example.com\x07link\x1b]8;;\x07", "\x1b]0;title\x07", "\x9b2J",
    "a\rb", "a\nb", "a\tb", "a\x00b", "a\x08\x08b", "\x7f", "\u202eevil\u202c", "\u2066x\u2069",
    "a\u2028b", "a\u2029b", "\ufeffa", "\U000e0001a", "{lead}", "{0}", "%s", "$(x)", "`x`",
]  # fmt: skip
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


LONG = "so it goes on and on " * 9 + "x" * 99


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with open_room() as room:
        s3 = boto3.client("s3")
        s3.create_bucket(
            Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        s3.put_object(Bucket="files", Key="a-file", Body=b"x")
        key = f"refused/{'contact-us-' * 5}/401-wrong-signature/2026-03-02T09:30:00.000Z-11111111"
        s3.put_object(Bucket="files", Key=key, Body=b"{}")
        for number, text in enumerate([*CORPUS, LONG]):
            lead = room.accept(number, "collect", "centia", "initiative", **_saying(text))
            refused = {"message": f"refused {text}", "reason": f"refused {text}: {text}"}
            room.settle(lead, "collect", "parked", reason_class="Refused", **refused)
            room.settle(lead, "initiative", record_id=f"7{text}", link=f"https://x.example/{text}")
            doubt = {"message": text, "reason": text}
            room.settle(lead, "centia", "quarantined", **doubt)
        room.pause("trackerrms", "".join([*CORPUS, LONG]))
        yield room


def _saying(text: str) -> dict[str, Any]:
    """A lead whose every text is this."""
    free = dict.fromkeys(("company", "message", "job_title", "city", "subject", "job"), text)
    attached = Attachment(
        filename=text, media_type="text/plain", size=1, sha256="0" * 64, key="a-file"
    )
    found = {"tracking": {text: text}, "extra": {text: text}, "attachments": (attached,)}
    return {"full_name": f"X {text}", "email": "x@example.com", **free, **found}


_FOLLOWED = re.compile(r"://|^ *(/\S+)$")  # an address, or a path


def _shown(ran: Result, columns: int | None) -> None:
    """As text and nothing else; in a terminal no line is wider, but for what is to be followed."""
    assert ran.exit_code == 0, ran.output
    assert not UNSEEN.search(ran.output.replace("\n", ""))
    if columns:
        lines = [line for line in ran.output.splitlines() if not _FOLLOWED.search(line)]
        assert max(map(cell_len, lines), default=0) <= columns


@pytest.mark.parametrize("columns", [80, 100, None])
@pytest.mark.parametrize(
    "words",
    [
        ("leads",), ("leads", "--state", "quarantined", "--all"), ("trace", "X"), ("parked",),
        ("status",), ("digest",), ("replay",), ("refused",), ("erase", "--email", "x@example.com"),
        ("cost",), ("sources",),
    ],
    ids="-".join,
)  # fmt: skip
def test_it_is_shown_as_text(room: Room, words: tuple[str, ...], columns: int | None) -> None:
    _shown(room.run(*words, columns=columns), columns)


def test_new_leads_are_shown_as_text(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    show(search(room.stack.table, Filter()), {})
    assert not UNSEEN.search(capsys.readouterr().out.replace("\n", ""))


def test_a_lead_is_released_and_its_file_fetched_by_names_that_are_text(
    room: Room, tmp_path: Path
) -> None:
    refs = [json.loads(line)["ref"] for line in room.told("leads", "--json", "--all").splitlines()]
    for ref in refs:
        _shown(room.run("file", ref, str(tmp_path), columns=80), None)
    _shown(room.run("release", *refs, columns=80), 80)
    assert len([*tmp_path.iterdir()]) == len(refs)
    assert not any(UNSEEN.search(one.name) for one in tmp_path.iterdir())


def test_json_is_one_line_each_and_says_it_all(room: Room) -> None:
    lines = room.told("leads", "--json").split("\n")[:-1]
    assert not UNSEEN.search("".join(lines))
    names = {json.loads(line)["full_name"] for line in lines}
    assert names == {f"X {text}" for text in (*CORPUS, LONG)}


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
        _shown(ran, columns)


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
