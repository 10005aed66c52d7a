"""News of a lead that is in the ledger already: nothing of it is lost, and each CRM gets it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.claim import Busy, Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import Call, Guard, Lead, State, lead_id, lead_ref
from leadrelay.ledger import enrichment, items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.history import read_history
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.search import read, search
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Atomic, Queue, aws
from tests.handlers.conftest import SOURCE, Ledger, Worker

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SOON, HOLD = timedelta(minutes=1), timedelta(hours=1)
EVERYWHERE = SOURCE.model_copy(update={"deliver": ("trackerrms", "initiative")})
DONE = Outcome(state="delivered", steps={"lead": "7"}, attempts=1, record_id="7")

type Add = Callable[[Lead], Lead]


def says(name: str, value: str = "new") -> Add:
    """News: one more field of `extra`."""
    return lambda lead: lead.model_copy(update={"extra": {**lead.extra, name: value}})


def enrich(
    table: Table, lead: str, add: Add, *, ready: bool = True, now: datetime = NOW + SOON
) -> tuple[str, ...]:
    return enrichment.enrich(table, lead, add, now=now, ready=lambda _: ready)


def kept(table: Table, *, doubt: str | None = None, held_for: timedelta | None = None) -> str:
    """A lead in the ledger; its id."""
    own_id = lead_id(SOURCE.name, "1")
    lead = Lead(id=own_id, ref=lead_ref(own_id), source=SOURCE.name, received_at=NOW)
    guard = Guard(key=own_id, window=None)
    accept(table, lead, SOURCE, guard=guard, doubt=doubt, held_for=held_for)
    return own_id


def claimed(table: Table, lead: str, *, now: datetime = NOW) -> Claim:
    claim = Deliveries(table).claim(lead, "trackerrms", now=now, until=now + SOON)
    assert isinstance(claim, Claim)
    return claim


def settled(table: Table, claim: Claim, outcome: Outcome = DONE) -> str:
    return Deliveries(table).settle(claim, outcome, now=NOW + SOON)


def extra(table: Table, lead: str) -> dict[str, str]:
    found = read(table, lead)
    assert found
    return found.lead.extra


class Failing(Table):
    """The ledger out of reach for updates of deliveries: a function that dies half-way."""

    def __init__(self) -> None:
        super().__init__(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])

    def query(self, *_: object, **__: object) -> Iterator[items.Item]:
        raise Unavailable("ledger: gone")


# -- the lead ---------------------------------------------------------------------------------


def test_of_twenty_pieces_of_news_at_once_none_is_lost(ledger: Ledger) -> None:
    lead, table = ledger.accept(), Atomic()
    names = [f"field {number}" for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda name: enrich(table, lead, says(name)), names))
    assert sorted(extra(table, lead)) == sorted(names)


def test_what_a_lead_is_found_by_follows_its_news(table: Table) -> None:
    lead = kept(table)
    enrich(table, lead, lambda known: known.model_copy(update={"email": "New@example.com"}))
    assert [one.lead.id for one in search(table, Filter(email="new@example.com"))] == [lead]


def test_news_of_an_erased_lead_brings_nothing_back(table: Table, ledger: Ledger) -> None:
    lead = ledger.accept()
    ledger.erase(lead)
    assert enrich(table, lead, says("late")) == ()
    assert read(table, lead) is None


def test_a_lead_erased_while_its_news_is_added_stays_erased(table: Table, ledger: Ledger) -> None:
    lead = ledger.accept()

    def add(known: Lead) -> Lead:
        ledger.erase(lead)
        return says("late")(known)

    assert enrich(table, lead, add) == ()
    assert ledger.items("lead") == []


def test_what_became_known_is_told_in_its_story(table: Table, ledger: Ledger) -> None:
    lead = kept(table)
    rings = Call(state="ringing", caller="+442079460958")
    over = rings.model_copy(update={"state": "completed", "duration": 60, "agent": "Sam"})
    for news in ({"call": rings, "phone": rings.caller}, {"call": over, "company": "Example"}):
        enrich(table, lead, lambda known, news=news: known.model_copy(update=news))  # type: ignore[misc]
    told = [event.facts["known"] for item in ledger.items("lead") for event in read_history(item)
            if event.name == "news"]  # fmt: skip
    assert told == ["phone, call ringing", "company, call completed, 60 s, agent"]


# -- its deliveries ---------------------------------------------------------------------------


def test_a_delivered_lead_is_queued_again_where_it_was_delivered(table: Table) -> None:
    lead = kept(table)
    settled(table, claimed(table, lead))
    assert enrich(table, lead, says("duration")) == ("trackerrms",)
    again = claimed(table, lead, now=NOW + SOON)
    assert again.lead.extra == {"duration": "new"}
    assert (again.steps, again.doubt, again.since) == ({"lead": "7"}, frozenset(), NOW + SOON)


def test_the_record_of_a_lead_that_goes_again_is_still_known(table: Table, ledger: Ledger) -> None:
    lead = kept(table)
    settled(table, claimed(table, lead))
    enrich(table, lead, says("duration"))
    assert ledger.delivery(lead)["record_id"] == "7"


def test_news_during_an_attempt_makes_it_go_again_once(table: Table) -> None:
    lead = kept(table)
    claim = claimed(table, lead)
    assert enrich(table, lead, says("duration")) == ()
    assert settled(table, claim) == "again"
    again = claimed(table, lead, now=NOW + SOON)
    assert (again.steps, again.since) == ({"lead": "7"}, NOW + SOON)
    assert again.lead.extra == {"duration": "new"}
    assert settled(table, again) == "settled"


def test_an_attempt_that_fails_anyway_needs_no_word_of_the_news(table: Table) -> None:
    lead = kept(table)
    claim = claimed(table, lead)
    enrich(table, lead, says("duration"))
    assert settled(table, claim, Outcome(state="queued", steps={}, attempts=1)) == "settled"
    assert settled(table, claimed(table, lead, now=NOW + SOON)) == "settled"


@pytest.mark.parametrize("outcome", [DONE, Outcome(state="queued", steps={}, attempts=1)])
@pytest.mark.parametrize("news", [(), ("duration",)])
def test_who_lost_the_lease_settles_nothing(
    table: Table, ledger: Ledger, outcome: Outcome, news: tuple[str, ...]
) -> None:
    lead = kept(table)
    claim = claimed(table, lead)
    later = claimed(table, lead, now=NOW + 2 * SOON)
    for name in news:
        enrich(table, lead, says(name))
    before = ledger.delivery(lead)
    assert settled(table, claim, outcome) == "lost"
    assert ledger.delivery(lead) == before
    assert settled(table, later) == ("again" if news else "settled")


def test_a_held_delivery_goes_when_what_it_waited_for_has_come(table: Table) -> None:
    lead = kept(table, held_for=HOLD)
    assert isinstance(
        Deliveries(table).claim(lead, "trackerrms", now=NOW + SOON, until=NOW + HOLD), Busy
    )
    assert enrich(table, lead, says("state", "ringing"), ready=False) == ()
    assert enrich(table, lead, says("state", "completed")) == ("trackerrms",)
    assert claimed(table, lead, now=NOW + SOON).lead.extra == {"state": "completed"}


def test_a_delivery_that_waits_for_its_next_try_is_not_hurried(
    table: Table, ledger: Ledger
) -> None:
    lead = kept(table, held_for=HOLD)
    claim = claimed(table, lead, now=NOW + HOLD)
    settled(table, claim, Outcome(state="queued", steps={}, attempts=1, until=NOW + 2 * HOLD))
    before = ledger.delivery(lead)
    assert enrich(table, lead, says("late")) == ()
    assert ledger.delivery(lead) == before


@pytest.mark.parametrize("state", ["parked", "quarantined", "unknown", "queued"])
def test_a_delivery_that_will_see_the_news_by_itself_is_left_alone(
    table: Table, ledger: Ledger, state: State
) -> None:
    lead = kept(table, doubt="a bot" if state == "quarantined" else None)
    if state in {"parked", "unknown"}:
        settled(table, claimed(table, lead), Outcome(state=state, steps={}, attempts=1))
    before = ledger.delivery(lead)
    assert enrich(table, lead, says("late")) == ()
    assert ledger.delivery(lead) == before
    assert extra(table, lead) == {"late": "new"}


def test_each_crm_hears_of_it_by_how_far_it_is(table: Table) -> None:
    own_id = lead_id(SOURCE.name, "1")
    lead = Lead(id=own_id, ref=lead_ref(own_id), source=SOURCE.name, received_at=NOW)
    accept(table, lead, EVERYWHERE, guard=Guard(key=own_id, window=None))
    settled(table, claimed(table, own_id))
    assert enrich(table, own_id, says("duration")) == ("trackerrms",)


# -- the same news again ----------------------------------------------------------------------


def test_news_that_is_known_wakes_nobody(table: Table, ledger: Ledger) -> None:
    lead = kept(table)
    enrich(table, lead, says("duration"))
    settled(table, claimed(table, lead))
    before = ledger.items()
    assert enrich(table, lead, says("duration")) == ()
    assert ledger.items() == before


def test_news_that_was_written_but_not_passed_on_is_passed_on_by_its_repeat(table: Table) -> None:
    lead = kept(table, held_for=HOLD)
    with pytest.raises(Unavailable):
        enrich(Failing(), lead, says("duration"))
    assert extra(table, lead) == {"duration": "new"}
    assert enrich(table, lead, says("duration")) == ("trackerrms",)
    assert enrich(table, lead, says("duration")) == ()


def test_later_news_passes_on_what_earlier_news_did_not(table: Table) -> None:
    lead = kept(table)
    settled(table, claimed(table, lead))
    with pytest.raises(Unavailable):
        enrich(Failing(), lead, says("duration"))
    assert enrich(table, lead, says("recording")) == ("trackerrms",)
    assert enrich(table, lead, says("duration")) == ()


# -- with the function that delivers ----------------------------------------------------------


def test_a_lead_that_got_richer_under_way_is_brought_again_at_once(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, worker: Worker, table: Table
) -> None:
    lead = ledger.accept(at=worker.now)
    queue.send(json.dumps({"lead_id": lead, "crm": "trackerrms"}))
    create = worker.deliverer.crm.create
    seen: list[dict[str, str]] = []

    class Crm:
        """TrackerRMS; news comes in while it writes."""

        def create(self, known: Lead, *rest: Any) -> object:
            seen.append(known.extra)
            enrich(table, lead, says("duration"), now=worker.now)
            return create(known, *rest)

    assert queue.deliver_to(worker.but(crm=Crm())) != []
    assert all(wait <= 1 for wait in queue.waits())
    queue.wake()
    assert queue.deliver_to(worker.but(crm=Crm()).later(SOON)) == []
    assert seen == [{}, {"duration": "new"}]
    assert ledger.delivery(lead)["state"] == "delivered"
    assert len(trackerrms.records) == 1
