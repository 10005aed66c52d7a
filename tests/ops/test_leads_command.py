"""`leadrelay leads` and `tail`: found by what people say, shown in a line."""

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast

import pytest

from leadrelay.crms import CRMS
from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.ledger.table import Table
from leadrelay_ops.leads import follow
from tests.ops.room import MORNING, Room, open_room


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as room:
        yield room


@pytest.mark.parametrize(
    "words",
    [
        ("Jane",), ("jane", "doe"), ("DOE",), ("Zoë",), ("zoe",), ("O'Hara",), ("ohara",),
        ("JANE@example.com",), ("mailto:jane@example.com",), ("Jane <jane@example.com>",),
        ("+44 20 7946 0123",), ("020 7946-0123",), ("0044 (0)20 79460123",), ("79460123",),
        ("half",), ("half without LR-",), ("ref",), ("ref in small letters",),
    ],
)  # fmt: skip
def test_a_lead_is_found_by_whatever_a_person_says(room: Room, words: tuple[str, ...]) -> None:
    name = "Jane Zoë O’Hara-Doe"
    lead = room.accept(1, full_name=name, email="jane@example.com", phone="+442079460123")
    room.accept(2, full_name="Jo Other", email="jo@example.com", phone="+12025550123")
    known = {
        "half": lead.ref[:7],
        "half without LR-": lead.ref[3:8],
        "ref": lead.ref,
        "ref in small letters": lead.ref.lower(),
    }
    asked = known.get(words[0], " ".join(words))
    found = [json.loads(line)["ref"] for line in room.told("leads", "--json", asked).splitlines()]
    assert found == [lead.ref]


@pytest.mark.parametrize(
    ("option", "value"),
    [("--phone", "02079460123"), ("--email", "JANE@example.com"), ("--ref", "half")],
)
def test_an_option_is_read_as_loosely(room: Room, option: str, value: str) -> None:
    lead = room.accept(1, email="jane@example.com", phone="+442079460123")
    assert lead.ref in room.told("leads", option, value.replace("half", lead.ref[3:7]))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--crm", "trakerrms"), "there is no CRM 'trakerrms'; did you mean trackerrms?"),
        (("--source", "contactus"), "there is no source 'contactus'; did you mean contact-us?"),
        (("--state", "park"), "there is no state 'park'; did you mean parked?"),
        (("--since", "Mnday"), "--since 'Mnday' is no time: write 2h,"),
        (("--ref", "LR-0000"), "there is no lead LR-0000"),
        (("--phone", "+442079460999"), "there is no lead +442079460999"),
        (("Nobody",), "there is no lead Nobody in the last 30 days"),
    ],
)
def test_what_there_isn_t_is_an_error_and_no_empty_table(
    room: Room, words: tuple[str, ...], told: str
) -> None:
    room.accept(1)
    ran = room.run("leads", *words)
    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert ran.stderr.splitlines()[-1].startswith(told)


def test_the_newest_is_first_and_fifty_are_a_page(room: Room) -> None:
    now = datetime.now(UTC)
    refs = [room.accept(n, "collect", at=now - timedelta(minutes=n)).ref for n in range(52)]
    ran = room.run("leads")
    assert [line.split()[3] for line in ran.stdout.splitlines()[1:]] == refs[:50]
    assert "--all shows them" in ran.stderr
    assert len(room.told("leads", "--all").splitlines()) == 1 + 52
    assert len(room.told("leads", "--json").splitlines()) == 52


def test_a_day_is_asked_for_by_its_name(room: Room) -> None:
    today = room.accept(1, at=datetime.now(UTC))
    before = room.accept(2, at=datetime.now(UTC) - timedelta(days=1))
    told = room.told("leads", "--since", "yesterday", "--until", "yesterday")
    assert before.ref in told
    assert today.ref not in told


def test_a_pause_is_a_state_and_is_told_below(room: Room) -> None:
    lead, done = room.accept(1), room.accept(2, "collect")
    room.settle(done, "collect")
    room.pause("initiative")
    ran = room.run("leads", "--state", "paused")
    assert lead.ref in ran.stdout
    assert done.ref not in ran.stdout
    assert "paused initiative" in ran.stdout
    assert "initiative waits: paused by hand since " in ran.stderr
    assert ran.stderr.endswith(": they move house\n")


@pytest.mark.parametrize("columns", [80, 100, 140, None])
def test_no_reference_crm_or_state_is_cut(room: Room, columns: int | None) -> None:
    lead = room.accept(1, full_name="A very long name indeed " * 9)
    room.settle(lead, "trackerrms", "parked", reason="no such department " * 20)
    room.settle(lead, "collect")
    told = room.told("leads", columns=columns)
    for word in (lead.ref, "parked trackerrms", "queued centia, initiative"):
        assert word in told
    assert ("delivered" in told) == (columns != 100)  # of what went well there is least to say
    if columns:
        assert max(map(len, told.splitlines())) <= columns


def test_of_ten_thousand_leads_no_more_are_read_than_are_shown() -> None:
    table = Thousands()
    found = search(cast("Table", table), Filter())
    assert len([*islice(found, 50)]) == 50
    assert (table.keys, table.read) == (100, 100 + 50 // 25 * 25 * len(CRMS))
    assert sum(1 for _ in found) == 9_950


class Thousands:
    """The questions of a search, answered as they are asked: 10,000 leads of one day."""

    keys = read = 0

    def is_spread(self) -> bool:
        return False

    def query(self, _: str, values: dict[str, str], **how: Any) -> Iterator[dict[str, str]]:
        assert how["newest_first"]
        for number in range(10_000) if values["key"] == f"{MORNING:%Y-%m-%d}" else ():
            self.keys += 1
            yield {"pk": f"lead#{number}", "received_at": timestamp(MORNING)}

    def get_many(self, keys: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
        for key in keys:
            self.read += 1
            if key["sk"] == "lead":
                number = key["pk"].removeprefix("lead#")
                lead = Lead(id=number, ref=f"LR-{number}", source="s", received_at=MORNING)
                yield items.lead_item(lead, 0) | key


def test_new_leads_are_followed_and_told_again_when_they_get_further(room: Room) -> None:
    now, rounds = datetime.now(UTC), itertools.count()

    def wait(_: float) -> None:
        match next(rounds):
            case 0:
                room.accept(1, "collect", at=now)
            case 1:
                room.settle(room.accept(1, "collect", at=now), "collect")
            case 3:
                raise KeyboardInterrupt

    told: list[str] = []
    followed = follow(room.stack, now - timedelta(seconds=1), wait)
    with suppress(KeyboardInterrupt):
        told.extend(found.deliveries["collect"].state for found in followed)
    assert told == ["queued", "delivered"]


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("parked", "parked trackerrms; paused initiative"),
        ("delivered", "paused initiative; delivered 3"),
    ],
)
def test_in_eighty_columns_a_lead_is_one_line(room: Room, state: Any, line: str) -> None:
    lead = room.accept(1, full_name="Jane Doe")
    for crm in ("centia", "collect"):
        room.settle(lead, crm)
    room.settle(lead, "trackerrms", state, reason="no such department")
    room.pause("initiative")
    (told,) = room.told("leads", columns=80).splitlines()[1:]
    assert f"{lead.ref}  Jane Doe       {line}" in told
    assert len(told) <= 80


def test_a_program_is_told_of_the_pause_too(room: Room) -> None:
    room.accept(1)
    room.pause("initiative")
    (found,) = map(json.loads, room.told("leads", "--json").splitlines())
    assert [*found["paused"]] == ["initiative"]
    assert found["paused"]["initiative"].endswith(": they move house")
