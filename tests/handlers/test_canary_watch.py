"""That canaries don't get through is told once, and once that they do again, whatever clocks do."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.receive_form import app as form_app
from leadrelay.canary.watch import Watch
from leadrelay.errors import Unavailable
from leadrelay.ledger.canaries import Broken, Canaries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from tests.handlers.aviary import SOURCES, Aviary
from tests.handlers.aws import Queue, aws
from tests.handlers.conftest import Ledger

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
API_GONE, BACK = "Leadrelay: the canary stopped at API", "Leadrelay: the canary gets through again"


@dataclass
class Watching:
    """A run at a time, and what was mailed."""

    aviary: Aviary
    name: str = "website"
    subjects: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    topic_works: bool = True

    def at(self, *moments: datetime) -> list[str]:
        """What is told at these times, all together."""
        self.subjects.clear()
        for moment in moments:
            self.watch(moment).look(moment)
        return [*self.subjects]

    def watch(self, now: datetime) -> Watch:
        return Watch(
            name=self.name,
            source=SOURCES.get(self.name),
            prober=replace(self.aviary.prober(), now=lambda: now),
            canaries=Canaries(self.aviary.table),
            stack="leadrelay",
            tell=self._tell,
            report=form_app.report,
        )

    def _tell(self, subject: str, text: str) -> None:
        assert subject.isascii()
        assert len(subject) < 100
        if not self.topic_works:
            raise Unavailable("topic: down")
        self.subjects.append(subject)
        self.texts.append(text)


@pytest.fixture
def aviary(table: Table, queues: dict[str, Queue]) -> Aviary:
    return Aviary(table, queues)


@pytest.fixture
def watching(aviary: Aviary) -> Watching:
    return Watching(aviary)


def quarters(first: datetime, count: int) -> list[datetime]:
    return [first + number * QUARTER for number in range(count)]


def test_it_is_told_once_and_once_when_it_is_over(
    watching: Watching, aviary: Aviary, ledger: Ledger
) -> None:
    assert watching.at(*quarters(NOW, 3)) == []
    aviary.broken = {"API"}
    assert watching.at(*quarters(NOW, 5)) == [API_GONE]
    assert "leadrelay canary website --stack leadrelay" in watching.texts[0]
    aviary.broken = {"collect"}  # the API is back, and another part is not: one trouble still
    assert watching.at(*quarters(NOW + 2 * QUARTER, 2)) == []
    aviary.broken.clear()
    assert watching.at(*quarters(NOW + DAY, 3)) == [BACK]
    assert "it stopped at API" in watching.texts[-1]
    aviary.broken = {"API"}
    assert watching.at(NOW + 2 * DAY) == [API_GONE]
    assert [item["sk"] for item in ledger.items()] == ["canary"]


@pytest.mark.parametrize("leap", [400 * DAY, -400 * DAY, 5 * QUARTER, -5 * QUARTER])
def test_under_clock_leaps_there_is_one_alarm_and_one_end(
    watching: Watching, aviary: Aviary, leap: timedelta
) -> None:
    """The clock is another day in the middle of the trouble, at its begin, and at its end."""
    told: list[str] = []
    for number in range(24):
        aviary.broken = {"API"} if 6 <= number < 18 else set()
        leaps = number in {3, 6, 7, 10, 17, 18, 21}
        told += watching.at(NOW + number * QUARTER + (leap if leaps else timedelta(0)))
    assert told == [API_GONE, BACK]


@pytest.mark.parametrize(
    ("broken", "part"), [("API", "API"), ("initiative", "initiative"), ("proxy", "API")]
)
def test_the_mail_names_the_part(
    watching: Watching, aviary: Aviary, broken: str, part: str
) -> None:
    aviary.broken = {broken}
    assert watching.at(NOW) == [f"Leadrelay: the canary stopped at {part}"]


def test_a_wrong_secret_is_named_and_kept_nowhere(watching: Watching, aviary: Aviary) -> None:
    watching.name = "signed"
    aviary.theirs = {"signed": "another"}
    assert watching.at(NOW, NOW + QUARTER) == ["Leadrelay: the canary stopped at secret"]
    aviary.theirs = {}
    assert watching.at(NOW + DAY) == [BACK]
    assert aviary.objects() == []


def test_a_paused_crm_is_no_trouble_of_the_canary_s(watching: Watching, table: Table) -> None:
    Pauses(table).begin(Pause(crm="collect", kind="down", since=NOW, reason="HTTP 503"))
    assert watching.at(*quarters(NOW, 3)) == []


def test_what_a_network_lost_once_wakes_nobody(watching: Watching, aviary: Aviary) -> None:
    watch, lost = watching.watch(NOW), [True]

    def send(url: str, sample: object) -> object:
        if lost and lost.pop():
            raise Unavailable("api.example.com doesn't answer: timed out")
        return aviary.send(url, sample)  # type: ignore[arg-type]

    prober = replace(watch.prober, send=send)  # type: ignore[arg-type]
    assert replace(watch, prober=prober).look(NOW) is None
    assert watching.subjects == []


def test_what_could_not_be_told_is_told_by_the_next_run(watching: Watching, aviary: Aviary) -> None:
    aviary.broken = {"API"}
    watching.topic_works = False
    with pytest.raises(Unavailable):
        watching.at(NOW)
    watching.topic_works = True
    assert watching.at(NOW + QUARTER, NOW + 2 * QUARTER) == [API_GONE]
    aviary.broken.clear()
    watching.topic_works = False
    with pytest.raises(Unavailable):
        watching.at(NOW + DAY)
    watching.topic_works = True
    assert watching.at(NOW + DAY + QUARTER, NOW + 2 * DAY) == [BACK]


def test_of_two_runs_at_once_one_tells(table: Table) -> None:
    canaries, broken = Canaries(table), Broken(NOW, "API")
    assert [canaries.begin(broken) for _ in range(2)] == [True, False]
    assert [canaries.end(broken) for _ in range(2)] == [True, False]


def test_a_ledger_that_is_gone_fails_the_run_for_an_alarm_that_needs_none(
    watching: Watching, aviary: Aviary
) -> None:
    aviary.table = Table(aws("dynamodb"), "no-such-table")
    with pytest.raises(Unavailable):
        watching.at(NOW)
    assert watching.subjects == []


def test_a_source_that_is_not_in_the_file_is_told(watching: Watching) -> None:
    watching.name = "nobody"
    assert watching.at(NOW, NOW + QUARTER) == ["Leadrelay: the canary stopped at source"]
