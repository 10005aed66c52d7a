"""Whoever stops sending is told, once, and once when it is back; by what stands in the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.sweep import app
from leadrelay.delivery.silence import Silence
from leadrelay.errors import Unavailable
from leadrelay.lead import timestamp
from leadrelay.ledger import arrivals
from leadrelay.ledger.table import Table
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import Counting, aws
from tests.handlers.conftest import Ledger

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
SOURCES = read_sources("""
[contact-us]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
expect = "1/d"

[weekly]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
expect = "3/w"

[whenever]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
""")


@dataclass
class Watch:
    """The sweep's look at a time, and what was mailed."""

    silence: Silence
    ledger: Ledger
    subjects: list[str] = field(default_factory=list)
    number: int = 0
    topic_works: bool = True

    def __post_init__(self) -> None:
        known = {name: one for name, one in SOURCES.items() if name != "weekly"}
        self.silence = replace(self.silence, sources=known, tell=self._tell)

    def _tell(self, subject: str, text: str) -> None:
        assert subject.isascii()
        assert len(subject) < 100
        assert "@" not in text
        if not self.topic_works:
            raise Unavailable("topic: down")
        self.subjects.append(subject)

    def lead(self, at: datetime, source: str = "contact-us") -> None:
        self.number += 1
        self.ledger.accept(self.number, at=at, source=SOURCES[source])

    def at(self, *moments: datetime) -> list[str]:
        """What is told at these times, all together."""
        self.subjects.clear()
        for moment in moments:
            self.silence.watch(moment)
        return [*self.subjects]


@pytest.fixture
def watch(ledger: Ledger) -> Watch:
    return Watch(app.silence, ledger)


def every(step: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += step


def test_a_source_that_stops_is_told_once_and_once_when_it_is_back(watch: Watch) -> None:
    watch.lead(NOW - HOUR)
    assert watch.at(*every(HOUR, NOW, NOW + 22 * HOUR)) == []
    late = every(HOUR, NOW + 24 * HOUR, NOW + 90 * HOUR)
    assert watch.at(*late) == ["Leadrelay: contact-us is silent for 1 d"]
    watch.lead(NOW + 91 * HOUR)
    back = every(HOUR, NOW + 91 * HOUR, NOW + 100 * HOUR)
    assert watch.at(*back) == ["Leadrelay: contact-us sends again"]
    assert watch.at(*every(HOUR, NOW + 116 * HOUR, NOW + 140 * HOUR)) == [
        "Leadrelay: contact-us is silent for 1 d"
    ]


def test_a_new_source_has_its_first_span_and_is_told_then(watch: Watch) -> None:
    assert watch.at(*every(HOUR, NOW, NOW + 23 * HOUR)) == []
    assert watch.at(NOW + 24 * HOUR, NOW + 25 * HOUR) == ["Leadrelay: contact-us is silent"]


def test_as_many_are_expected_as_it_says(watch: Watch) -> None:
    watch.silence = replace(watch.silence, sources={"weekly": SOURCES["weekly"]})
    for day in (1, 2, 3):
        watch.lead(NOW - day * DAY, "weekly")
    assert watch.at(NOW, NOW + 3 * DAY) == []
    assert watch.at(NOW + 4 * DAY + HOUR) == ["Leadrelay: weekly is silent for 5 d"]
    watch.lead(NOW + 6 * DAY, "weekly")  # the second of that week, and no third
    assert watch.at(NOW + 6 * DAY) == []
    watch.lead(NOW + 6 * DAY + MINUTE, "weekly")
    watch.lead(NOW + 6 * DAY + 2 * MINUTE, "weekly")
    assert watch.at(NOW + 6 * DAY + HOUR) == ["Leadrelay: weekly sends again"]


@pytest.mark.parametrize("leap", [5 * DAY, -5 * DAY, 3 * HOUR, -3 * HOUR])
def test_a_clock_that_leaps_tells_at_most_once_and_ends_it_once(
    watch: Watch, leap: timedelta
) -> None:
    """The clock is another day for an hour, with a lead each three hours before and after."""
    told: list[str] = []
    for hour in range(60):
        if hour % 3 == 0:
            watch.lead(NOW + hour * HOUR)
        told += watch.at(NOW + hour * HOUR + (leap if hour in {10, 11} else timedelta(0)))
    ahead = ["Leadrelay: contact-us is silent for 5 d", "Leadrelay: contact-us sends again"]
    assert told == (ahead if leap == 5 * DAY else [])


def test_a_silence_is_neither_ended_nor_told_again_by_a_clock(watch: Watch) -> None:
    watch.lead(NOW)
    silent = ["Leadrelay: contact-us is silent for 2 d"]
    assert watch.at(NOW, NOW + 2 * DAY) == silent
    assert watch.at(NOW - 3 * DAY, NOW + HOUR, NOW + 9 * DAY, NOW + 2 * DAY) == []
    watch.lead(NOW + 2 * DAY)
    assert watch.at(NOW + 2 * DAY) == ["Leadrelay: contact-us sends again"]


def test_of_two_that_look_at_once_one_tells(watch: Watch, table: Table) -> None:
    watch.lead(NOW)
    watch.at(NOW)
    found = arrivals.look(table, NOW + 2 * DAY)
    assert watch.at(NOW + 2 * DAY) == ["Leadrelay: contact-us is silent for 2 d"]
    assert not arrivals.keep(table, found)


def test_what_could_not_be_told_is_told_at_the_next_look(watch: Watch) -> None:
    watch.lead(NOW)
    watch.at(NOW)
    watch.topic_works = False
    assert watch.at(NOW + DAY + HOUR) == []
    watch.topic_works = True
    assert watch.at(NOW + DAY + 2 * HOUR) == ["Leadrelay: contact-us is silent for 1 d"]
    assert watch.at(NOW + DAY + 3 * HOUR) == []


def test_a_source_that_nothing_is_expected_of_is_known_all_the_same(
    watch: Watch, table: Table
) -> None:
    watch.silence = replace(watch.silence, sources={"whenever": SOURCES["whenever"]})
    for hour in (0, 2, 4, 7):
        watch.lead(NOW + hour * HOUR, "whenever")
    assert watch.at(NOW + 8 * HOUR, NOW + 300 * HOUR) == []
    heard = arrivals.look(table, NOW + 300 * HOUR).heard["whenever"]
    assert (heard.came[-1], heard.usual_gap) == (NOW + 7 * HOUR, 2 * HOUR)


def test_a_source_that_was_taken_out_is_forgotten(watch: Watch, table: Table) -> None:
    watch.lead(NOW)
    watch.at(NOW, NOW + 2 * DAY)
    watch.silence = replace(watch.silence, sources={"whenever": SOURCES["whenever"]})
    assert watch.at(NOW + 3 * DAY) == []
    assert arrivals.silent(table) == {}


class Flood(Table):
    """A ledger with 20,000 leads of the last five minutes."""

    def __init__(self) -> None:
        super().__init__(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
        self.times = [timestamp(NOW - number * 15 * MILLISECOND) for number in range(20_000)][::-1]

    def query(
        self, condition: str, values: Mapping[str, Any], **how: Any
    ) -> Iterator[dict[str, Any]]:
        del condition, how
        for number, at in enumerate(self.times) if NOW.date().isoformat() == values["key"] else ():
            if values["first"] <= at <= values["last"]:
                yield {"pk": f"lead#{number}", "received_at": at}

    def get_many(
        self, keys: Sequence[dict[str, Any]], *, only: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        if "source" in only:
            yield from ({"pk": key["pk"], "source": "contact-us"} for key in keys)


def test_a_flood_is_caught_up_with(table: Table) -> None:
    del table  # made, and empty
    flood, looks = Flood(), 0
    while not (found := arrivals.look(flood, NOW + looks * 5 * MINUTE)).is_whole:
        assert arrivals.keep(flood, found)
        looks += 1
        assert looks < 8
    assert found.heard["contact-us"].came[-1] == NOW


def test_fifty_sources_cost_four_requests_and_a_quiet_look_three(
    watch: Watch, ledger: Ledger
) -> None:
    form: dict[str, Any] = {"kind": "form", "sender": "html", "deliver": ("trackerrms",)}
    many = {f"form-{n}": Source(name=f"form-{n}", **form) for n in range(50)}
    for number, source in enumerate(many.values()):
        ledger.accept(number, at=NOW - HOUR, source=source)
    counting = Counting()
    table = Table(counting, ENVIRONMENT["TABLE_NAME"])
    watch.silence = replace(watch.silence, sources=many, table=table)
    watch.at(NOW - HOUR + 5 * MINUTE)
    counting.calls.clear()
    watch.at(NOW - HOUR + 10 * MINUTE)
    assert counting.calls == {"get_item": 1, "query": 1, "batch_get_item": 1, "update_item": 1}
    counting.calls.clear()
    watch.at(NOW + HOUR)
    assert counting.calls == {"get_item": 1, "query": 1, "batch_get_item": 1, "update_item": 1}
    counting.calls.clear()
    watch.at(NOW + 2 * HOUR)
    assert counting.calls == {"get_item": 1, "query": 1, "update_item": 1}
    watch.at(NOW + 2 * HOUR + MINUTE)  # not in every minute
    assert counting.calls.total() == 3
