"""Who may go to a CRM that isn't known to work, and how often a paused one is asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from leadrelay.delivery.gate import Gate
from leadrelay.delivery.pausing import Pausing, probe_interval
from leadrelay.errors import DeliveryError, Misconfigured, Retryable, Unavailable, Unknown
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause, Standing

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LOGIN = Misconfigured("login refused", words="jane@example.com is unknown", login=True)
FORBIDDEN = Misconfigured("HTTP 403", words="Request blocked")


@dataclass
class Ledger:
    """As much of `Pauses` as one function sees; the real one is tested on a real table."""

    pause: Pause | None = None
    minutes: dict[datetime, tuple[int, int]] = field(default_factory=dict)
    gone: bool = False

    def standing(self, crm: str) -> Standing:
        if self.gone:
            raise Unavailable("ledger: Throttled")
        return Standing(crm=crm, pause=self.pause, minutes=self.minutes)

    def begin(self, pause: Pause) -> bool:
        if self.gone:
            raise Unavailable("ledger: Throttled")
        self.pause = pause
        return True

    def count(self, known: Standing, *, good: int, bad: int, at: datetime) -> Standing:
        if self.gone:
            raise Unavailable("ledger: Throttled")
        minute = at.replace(second=0, microsecond=0)
        before = self.minutes.get(minute, (0, 0))
        self.minutes[minute] = (before[0] + good, before[1] + bad)
        return self.standing(known.crm)


class Scene:
    """A gate, the ledger behind it, and all that it reports."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger or Ledger()
        self.reports: list[str] = []
        self.answer: DeliveryError | None = Retryable("HTTP 503")
        self.logins = 0
        self.gate = Gate(
            Pausing(
                crm="trackerrms",
                pauses=cast("Pauses", self.ledger),
                secret_version=lambda: "1",
                start_sweep=lambda: self.reports.append("sweep started"),
                report=lambda outcome, **facts: self.reports.append(f"{outcome} {facts}"),
            ),
            self.check,
        )

    def check(self) -> str:
        """Asked for a login, the CRM says `answer`."""
        self.logins += 1
        if self.answer:
            raise self.answer
        return "logged in"

    @contextmanager
    def batch(self, at: datetime = NOW) -> Iterator[Gate]:
        with self.gate.batch(lambda: at):
            yield self.gate

    def went(
        self, *, good: int = 0, at: datetime = NOW, bad: tuple[DeliveryError, ...] = ()
    ) -> None:
        """One batch with these outcomes."""
        with self.batch(at) as gate:
            for _ in range(good):
                gate.worked()
            for error in bad:
                assert isinstance(error, Misconfigured | Retryable | Unknown)
                gate.failed(error)

    @property
    def kind(self) -> str | None:
        """How the CRM is paused by now."""
        return self.ledger.pause.kind if self.ledger.pause else None


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_probes_grow_rarer_up_to_a_quarter_of_an_hour() -> None:
    minutes = [probe_interval(probes) / MINUTE for probes in (0, 1, 2, 3, 4, 5, 1_000_000)]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]


# -- the first -------------------------------------------------------------------------------


def test_the_first_goes_alone_and_a_refused_login_shuts_the_gate_for_the_others(
    scene: Scene,
) -> None:
    tried, all_there = [], threading.Barrier(10, timeout=5)

    def deliver(number: int) -> None:
        all_there.wait()
        with scene.gate.passage() as may:
            if may:
                tried.append(number)
                scene.gate.failed(LOGIN)

    with scene.batch(), ThreadPoolExecutor(10) as pool:
        list(pool.map(deliver, range(10)))
    assert len(tried) == 1
    assert scene.kind == "misconfigured"


def test_once_the_first_got_through_the_others_go_side_by_side(scene: Scene) -> None:
    side_by_side = threading.Barrier(9, timeout=5)

    def deliver(number: int) -> None:
        with scene.gate.passage() as may:
            assert may
            if number:
                side_by_side.wait()
            scene.gate.worked()

    with scene.batch(), ThreadPoolExecutor(10) as pool:
        deliver(0)
        list(pool.map(deliver, range(1, 10)))


def test_who_got_through_just_now_leads_the_next_batch_too(scene: Scene) -> None:
    side_by_side = threading.Barrier(10, timeout=5)
    scene.went(good=1)

    def deliver(_: int) -> None:
        with scene.gate.passage() as may:
            assert may
            side_by_side.wait()

    with scene.batch(), ThreadPoolExecutor(10) as pool:
        list(pool.map(deliver, range(10)))


def test_a_first_that_crashes_holds_nobody_up(scene: Scene) -> None:
    with scene.batch():
        with pytest.raises(ZeroDivisionError), scene.gate.passage():
            raise ZeroDivisionError
        with scene.gate.passage() as may:
            assert may


# -- when to pause ---------------------------------------------------------------------------


def test_a_refused_login_pauses_once_and_its_words_are_in_no_report(scene: Scene) -> None:
    scene.went(bad=(LOGIN, LOGIN))
    assert scene.ledger.pause == Pause(
        crm="trackerrms",
        kind="misconfigured",
        since=NOW,
        reason="login refused: jane@example.com is unknown",
        next_probe_at=NOW + MINUTE,
        secret_version="1",
    )
    paused, started = scene.reports
    assert "'kind': 'misconfigured', 'error': 'Misconfigured'" in paused
    assert ("jane" in paused, started) == (False, "sweep started")


@pytest.mark.parametrize("error", [Retryable("HTTP 503"), Unknown("no answer")])
def test_a_crm_where_hardly_anything_gets_through_is_down(
    scene: Scene, error: DeliveryError
) -> None:
    scene.went(good=2, bad=(error,) * 7)
    assert scene.kind is None
    scene.went(bad=(error,))
    assert scene.kind == "down"


def test_attempts_are_counted_over_two_minutes_and_no_longer() -> None:
    for later, kind in ((MINUTE, "down"), (2 * MINUTE, None)):
        scene = Scene()
        scene.went(bad=(Unknown("no answer"),) * 5)
        scene.went(bad=(Unknown("no answer"),) * 5, at=NOW + later)
        assert scene.kind == kind


def test_a_few_failures_are_no_outage(scene: Scene) -> None:
    scene.went(bad=(Retryable("HTTP 503"),) * 9)
    assert scene.kind is None


def test_where_nothing_failed_lately_nothing_is_counted(scene: Scene) -> None:
    scene.went(good=10)
    assert scene.ledger.minutes == {}
    scene.went(good=1, bad=(Unknown("no answer"),))
    scene.went(good=5, at=NOW + MINUTE)
    scene.went(good=5, at=NOW + 3 * MINUTE)
    assert scene.ledger.minutes == {NOW: (1, 1), NOW + MINUTE: (5, 0)}


def test_a_crm_that_is_only_busy_is_not_down(scene: Scene) -> None:
    scene.went(bad=(Retryable("HTTP 429", throttled=True),) * 50)
    assert (scene.kind, scene.ledger.minutes) == (None, {})


def test_what_failed_before_the_last_pause_was_another_outage() -> None:
    over = Pause(
        crm="trackerrms", kind="down", since=NOW, reason="", lifted_at=NOW + timedelta(seconds=70)
    )
    scene = Scene(Ledger(minutes={NOW: (0, 50)}))
    scene.ledger.pause = over
    scene.went(bad=(Retryable("HTTP 503"),), at=NOW + timedelta(seconds=80))
    assert scene.ledger.pause is over


@pytest.mark.parametrize(("later", "probes"), [(29 * MINUTE, 3), (31 * MINUTE, 0)])
def test_a_relapse_goes_on_with_the_intervals_it_had(later: timedelta, probes: int) -> None:
    before = Pause(
        crm="trackerrms", kind="down", since=NOW - MINUTE, reason="", probes=3, lifted_at=NOW
    )
    scene = Scene(Ledger(pause=before))
    scene.went(bad=(LOGIN,), at=NOW + later)
    assert scene.ledger.pause
    assert scene.ledger.pause.probes == probes
    assert scene.ledger.pause.next_probe_at == NOW + later + probe_interval(probes)


# -- what one lead is answered ----------------------------------------------------------------


def test_what_one_lead_is_refused_is_no_conclusion_about_the_account(scene: Scene) -> None:
    scene.answer = None
    with scene.batch() as gate:
        told = [gate.failed(FORBIDDEN) for _ in range(20)]
        with gate.passage() as may:
            assert may
    assert {type(error) for error in told} == {Retryable}
    assert told[0].reason == "HTTP 403, although the login works: Request blocked"
    assert (scene.kind, scene.logins, scene.ledger.minutes) == (None, 1, {})


def test_a_lead_is_refused_because_nobody_gets_in(scene: Scene) -> None:
    scene.answer = Misconfigured("HTTP 401", words="key revoked")
    with scene.batch() as gate:
        assert gate.failed(FORBIDDEN) is scene.answer
        with gate.passage() as may:
            assert not may
    assert scene.ledger.pause
    assert (scene.kind, scene.ledger.pause.reason) == ("misconfigured", "HTTP 401: key revoked")


def test_a_login_that_was_refused_is_not_tried_once_more(scene: Scene) -> None:
    scene.went(bad=(LOGIN,))
    assert (scene.kind, scene.logins) == ("misconfigured", 0)


def test_a_lead_is_refused_while_the_crm_does_not_answer(scene: Scene) -> None:
    with scene.batch() as gate:
        told = gate.failed(FORBIDDEN)
    assert (type(told), str(told)) == (Retryable, "HTTP 503")
    assert scene.ledger.minutes == {NOW: (0, 1)}


def test_a_crm_that_breaks_on_leads_and_takes_the_login_is_not_down(scene: Scene) -> None:
    scene.answer = None
    scene.went(bad=(Unknown("HTTP 500"),) * 30)
    assert scene.kind is None
    scene.answer = Misconfigured("login refused")
    scene.went(bad=(Unknown("HTTP 500"),))
    assert scene.kind == "misconfigured"


# -- what is paused --------------------------------------------------------------------------


def test_nobody_goes_to_a_paused_crm() -> None:
    scene = Scene(Ledger(pause=Pause(crm="trackerrms", kind="by hand", since=NOW, reason="")))
    with scene.batch(), scene.gate.passage() as may:
        assert not may


def test_a_ledger_that_is_gone_leaves_the_gate_as_it_was() -> None:
    paused = Scene(Ledger(pause=Pause(crm="trackerrms", kind="down", since=NOW, reason="")))
    paused.went()
    for scene, expected in ((paused, False), (Scene(), True)):
        scene.ledger.gone = True
        with scene.batch(), scene.gate.passage() as may:
            assert may is expected


def test_a_pause_that_can_not_be_kept_holds_for_this_batch(scene: Scene) -> None:
    scene.ledger.gone = True
    with scene.batch():
        scene.gate.failed(LOGIN)
        with scene.gate.passage() as may:
            assert not may
    assert scene.reports == ["crm.unpaused {'crm': 'trackerrms', 'error': 'ledger: Throttled'}"]
