"""Keeping a lead: in which order things are done, what is held back, and who hears of it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.errors import Unavailable
from leadrelay.intake.files.accept import File
from leadrelay.intake.files.of_lead import Attacher
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from leadrelay.intake.shapes import Place
from leadrelay.lead import Accepted, Arrival, Attachment, Call, CallState, Guard, Lead
from leadrelay.sources import Source

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FORM = Source(name="apply", kind="resume", sender="multipart", deliver=("trackerrms", "collect"))
CALLS = Source(name="pbx", kind="call", sender="screen_pop", deliver=("trackerrms", "collect"))
CV = File("cv.pdf", "application/pdf", b"%PDF-1.4 a CV")
LETTER = File("letter.pdf", "application/pdf", b"%PDF-1.4 a letter")
HELLO = Submission((("email", "kim@example.com"),))
REQUEST = Request("POST", "/x", Headers(()), (), "https://api.example.com/x", b"")


class World:
    """Everything that a keeper reaches, and in which order it did."""

    def __init__(self, *, known: bool = False, scan: bool = False) -> None:
        self.happened: list[str] = []
        self.reports: list[str] = []
        self.held_for: timedelta | None = None
        self.lead: Lead | None = None
        self.ready: Callable[[Lead], bool] | None = None
        self.broken: set[str] = set()
        self.released: tuple[str, ...] = ()
        self._known = known
        self.keeper = Keeper(
            accept=self._accept,
            enrich=self._enrich,
            release=self._release,
            queue=lambda _, crm: self._reach(f"queue {crm}"),
            report=lambda outcome, **_: self.reports.append(outcome),
            attacher=Attacher(self, scan=scan),
        )

    def keep(self, submission: Submission = HELLO, source: Source = FORM, **more: Any) -> Accepted:
        return self.keeper.keep(submission, REQUEST, source, NOW, **more)

    # the ledger

    def _accept(
        self,
        lead: Lead,
        source: Source,
        *,
        guard: Guard,
        doubt: str | None,
        held_for: timedelta | None,
        arrival: Arrival,
    ) -> Accepted:
        assert arrival.verified == "not at all"
        assert (lead.source, bool(guard.key)) == (source.name, True)
        self._reach("quarantine" if doubt else "accept")
        self.lead, self.held_for = lead, held_for
        return Accepted(lead_id="EARLIER" if self._known else lead.id, duplicate=self._known)

    def _enrich(
        self,
        lead_id: str,
        add: Callable[[Lead], Lead],
        *,
        now: datetime,
        ready: Callable[[Lead], bool],
    ) -> tuple[str, ...]:
        assert (lead_id, now) == ("EARLIER", NOW)
        self._reach("enrich")
        self.lead, self.ready = add(Lead(id="EARLIER", ref="", source="", received_at=NOW)), ready
        return ("collect",)

    def _release(self, lead_id: str, *, now: datetime) -> tuple[str, ...]:
        assert (lead_id, now) == ("EARLIER", NOW)
        self._reach("release")
        return self.released

    # the store

    def write(self, attachment: Attachment, content: bytes) -> None:
        assert attachment.size == len(content)
        self._reach(f"write {attachment.filename}")

    def upload(
        self, source: str, lead_id: str, position: int, filename: str, content: bytes
    ) -> None:
        assert (source, bool(content)) == ("apply", True)
        self._reach(f"upload {position} {filename} of {lead_id[:7]}")

    def holds(self, key: str, etag: str) -> bool:
        raise NotImplementedError

    def read_upload(self, key: str, etag: str) -> tuple[str, bytes] | None:
        raise NotImplementedError(key)

    def delete(self, key: str) -> None:
        raise NotImplementedError(key)

    def offer_upload(self, source: str, lead_id: str, position: int, max_bytes: int) -> Place:
        raise NotImplementedError(source, lead_id, max_bytes)

    def _reach(self, what: str) -> None:
        self.happened.append(what)
        if what in self.broken:
            raise Unavailable(f"{what}: ServiceUnavailable")


def with_files(*files: File) -> Submission:
    return replace(HELLO, files=files)


def call(state: CallState, caller: str | None = "+442079460964") -> Submission:
    told = Call(id="call-1", state=state, caller=caller)
    return Submission((), key="call-1", lead={"call": told})


def heard(states: Sequence[CallState], on: CallState) -> list[bool]:
    """Whether the first event of each state waits for more, at a source that wants `on`."""
    source, worlds = CALLS.model_copy(update={"on": on}), [World() for _ in states]
    for state, world in zip(states, worlds, strict=True):
        world.keep(call(state), source)
    return [world.held_for is not None for world in worlds]


# -- in which order ---------------------------------------------------------------------------


def test_files_are_stored_before_the_lead_is_accepted_and_queued_after() -> None:
    world = World()
    world.keep(with_files(CV, LETTER))
    assert world.happened[:3] == ["write cv.pdf", "write letter.pdf", "accept"]
    assert sorted(world.happened[3:]) == ["queue collect", "queue trackerrms"]
    assert world.lead
    assert world.lead.resume
    assert (world.lead.resume.filename, len(world.lead.attachments)) == ("cv.pdf", 1)


@pytest.mark.parametrize("broken", ["write cv.pdf", "write letter.pdf", "accept"])
def test_what_fails_before_it_is_accepted_ends_there(broken: str) -> None:
    world = World()
    world.broken = {broken}
    with pytest.raises(Unavailable):
        world.keep(with_files(CV, LETTER))
    assert world.happened[-1] == broken
    assert world.reports == []


def test_a_queue_out_of_reach_costs_nothing_but_a_word() -> None:
    world = World()
    world.broken = {"queue trackerrms"}
    world.keep()
    assert sorted(world.happened) == ["accept", "queue collect", "queue trackerrms"]
    assert world.reports == ["lead.accepted", "lead.unqueued"]


def test_the_queues_are_told_at_once_so_that_the_slowest_is_all_that_is_waited_for() -> None:
    all_there, world = threading.Barrier(len(FORM.deliver), timeout=5), World()

    def queue(_: str, crm: str) -> None:
        all_there.wait()
        world.happened.append(crm)

    world.keeper = replace(world.keeper, queue=queue)
    world.keep()
    assert sorted(world.happened[1:]) == sorted(FORM.deliver)


def test_files_to_be_scanned_are_handed_over_once_their_lead_is_there() -> None:
    world = World(scan=True)
    kept = world.keep(with_files(CV, LETTER))
    own = kept.lead_id[:7]
    assert world.happened == [
        *("accept", f"upload 1 cv.pdf of {own}", f"upload 2 letter.pdf of {own}")
    ]
    assert world.held_for == FORM.file_wait


def test_files_of_a_repeat_are_scanned_for_the_lead_that_is_there() -> None:
    world = World(known=True, scan=True)
    world.keep(with_files(CV))
    assert "upload 1 cv.pdf of EARLIER" in world.happened


# -- what is held back ------------------------------------------------------------------------


def test_nothing_is_held_that_waits_for_nothing() -> None:
    world = World()
    world.keep()
    assert world.held_for is None


def test_a_lead_whose_file_follows_is_held_for_it_and_says_so() -> None:
    world, source = World(), FORM.model_copy(update={"file_wait": timedelta(minutes=20)})
    world.keep(HELLO, source, announced=[1])
    assert world.held_for == timedelta(minutes=20)
    assert world.happened == ["accept"]
    assert world.lead
    assert (world.lead.awaits, world.lead.extra) == ((1,), {})


def test_a_call_is_held_until_the_state_that_its_source_delivers_at() -> None:
    every: list[CallState] = ["ringing", "answered", "missed", "voicemail", "completed"]
    assert heard(every, "ringing") == [False] * 5
    assert heard(every, "answered") == [True, False, False, False, False]
    assert heard(every, "completed") == [True, True, False, False, False]


def test_an_event_that_does_not_say_whose_call_it_is_waits_for_one_that_does() -> None:
    world = World()
    world.keep(call("answered", caller=None), CALLS)
    assert world.held_for == timedelta(minutes=1)


def test_what_is_doubtful_is_queued_nowhere() -> None:
    world = World()
    world.keep(doubt="the honeypot was filled in")
    assert world.happened == ["quarantine"]
    assert world.reports == ["lead.quarantined"]


# -- the same again ---------------------------------------------------------------------------


def test_the_same_form_again_adds_nothing_and_is_queued_nowhere() -> None:
    world = World(known=True)
    assert world.keep() == Accepted(lead_id="EARLIER", duplicate=True)
    assert "enrich" not in world.happened
    assert [what for what in world.happened if what.startswith("queue")] == []
    assert world.reports == ["lead.duplicate"]


def test_a_further_event_of_a_call_enriches_it_and_is_queued_where_that_is_wanted() -> None:
    world = World(known=True)
    world.keep(call("completed"), CALLS)
    assert world.happened == ["accept", "enrich", "queue collect", "release"]
    assert world.lead
    assert world.lead.id == "EARLIER"
    assert world.lead.call
    assert world.lead.call.state == "completed"


def test_a_call_is_ready_by_what_is_known_of_it_not_by_the_last_event() -> None:
    world, source = World(known=True), CALLS.model_copy(update={"on": "completed"})
    world.keep(call("ringing"), source)  # it comes late
    assert world.lead
    assert world.ready
    assert not world.ready(world.lead)
    ended = World(known=True)
    ended.keep(call("completed"), source)
    assert ended.lead
    assert world.ready(ended.lead)


def test_a_doubtful_repeat_wakes_nobody() -> None:
    world = World(known=True)
    world.keep(call("completed"), CALLS, doubt="a bot")
    assert world.happened == ["quarantine"]


def test_a_repeat_without_the_doubt_releases_what_was_put_aside() -> None:
    world = World(known=True)
    world.released = ("trackerrms",)
    world.keep()
    assert world.happened == ["accept", "release", "queue trackerrms"]
