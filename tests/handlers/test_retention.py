"""How long leads and their files are kept: never too short for one that is under way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.tidy import app as tidy_app
from leadrelay.aws.files import Files
from leadrelay.claim import Claim
from leadrelay.crms import CRMS
from leadrelay.errors import Unavailable
from leadrelay.lead import Guard, Lead, State
from leadrelay.ledger import items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.enrichment import enrich
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.quarantine import release
from leadrelay.ledger.retention import keep_undelivered_leads
from leadrelay.ledger.table import Table
from leadrelay.ledger.tidying import GRACE, tidy
from leadrelay.sources import Source
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.applying import NOW as APPLIED
from tests.handlers.applying import apply, intake
from tests.handlers.aws import Context, aws
from tests.handlers.conftest import Ledger

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WITHIN_THE_WINDOW = APPLIED + timedelta(minutes=5)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SOURCE = Source(
    name="contact-us",
    kind="form",
    sender="html",
    deliver=("trackerrms", "initiative"),
    retention=60 * DAY,
)
PDF = b"%PDF-1.7\n" + b"x" * 100


def together(ledger: Ledger) -> datetime:
    """When all the items of the one lead go that there is; its guard has a time of its own."""
    (when,) = {int(item["expires_at"]) for item in ledger.items() if item["sk"] != "key"}
    return datetime.fromtimestamp(when, UTC)


def keep(table: Table, at: datetime) -> int:
    """The daily run."""
    return keep_undelivered_leads(table, CRMS, now=at)


def settle(table: Table, lead: str, state: End, at: datetime, crm: str = "trackerrms") -> None:
    claim = Deliveries(table).claim(lead, crm, now=at, until=at + MINUTE)
    assert isinstance(claim, Claim)
    outcome = Outcome(state=state, steps={}, attempts=1, record_id="7", until=at)
    Deliveries(table).settle(claim, outcome, now=at)


# -- leads ------------------------------------------------------------------------------------


def test_a_lead_that_goes_well_is_kept_for_its_source_s_retention(
    ledger: Ledger, table: Table
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    for crm in SOURCE.deliver:
        assert together(ledger) == NOW + 60 * DAY
        settle(table, lead, "delivered", NOW + DAY, crm)
    assert together(ledger) == NOW + 60 * DAY


@pytest.mark.parametrize("state", ["queued", "unknown", "sending"])
def test_a_lead_that_waits_is_kept_however_short_its_source_s_retention(
    ledger: Ledger, table: Table, state: State
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE.model_copy(update={"retention": 7 * DAY}))
    if state == "sending":
        Deliveries(table).claim(lead, "trackerrms", now=NOW, until=NOW + MINUTE)
    else:
        settle(table, lead, state, NOW)  # type: ignore[arg-type]  # both are ends
    for days in range(2):
        assert keep(table, NOW + days * DAY) == 0
    assert keep(table, NOW + 3 * DAY) > 0
    assert together(ledger) == NOW + 400 * DAY
    assert [keep(table, NOW + days * DAY) for days in range(4, 440, 20)] == [0] * 22


def test_a_run_that_fails_is_made_up_for_by_the_next(ledger: Ledger, table: Table) -> None:
    """Half of the items have the new time, the delivery is the last of them."""
    lead = ledger.accept(at=NOW, source=SOURCE)
    with pytest.raises(Unavailable):
        keep(Stopping(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"]), NOW + 56 * DAY)
    assert ledger.items("lead")[0]["expires_at"] > ledger.delivery(lead)["expires_at"]
    keep(table, NOW + 57 * DAY)
    assert together(ledger) == NOW + 400 * DAY


def test_the_last_delivery_of_what_had_to_wait_brings_the_end_nearer_for_all(
    ledger: Ledger, table: Table
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    keep(table, NOW + 56 * DAY)
    settle(table, lead, "delivered", NOW + 57 * DAY)
    assert together(ledger) == NOW + 400 * DAY
    settle(table, lead, "delivered", NOW + 58 * DAY, "initiative")
    assert together(ledger) == NOW + 118 * DAY


def test_what_was_parked_and_not_kept_is_seen_to_by_the_daily_run(
    ledger: Ledger, table: Table
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    settle(Throttled(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"]), lead, "parked", NOW + 4 * DAY)
    settle(table, lead, "delivered", NOW, "initiative")
    assert together(ledger) == NOW + 60 * DAY
    assert keep(table, NOW + 56 * DAY) == 1
    assert together(ledger) == NOW + 404 * DAY
    assert keep(table, NOW + 403 * DAY) == 0  # nobody came


def test_what_is_parked_waits_from_then_on_for_a_person_its_delivered_sister_with_it(
    ledger: Ledger, table: Table
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    settle(table, lead, "parked", NOW + 4 * DAY)
    settle(table, lead, "delivered", NOW + 5 * DAY, "initiative")
    assert together(ledger) == NOW + 404 * DAY


def test_what_is_delivered_after_a_replay_is_kept_like_any_other(
    ledger: Ledger, table: Table
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    settle(table, lead, "delivered", NOW, "initiative")
    settle(table, lead, "parked", NOW + DAY)
    revived = {"state": "queued", "crm_state": "trackerrms#queued"}
    table.update(items.delivery_key(lead, "trackerrms"), revived, condition="attribute_exists(pk)")
    settle(table, lead, "delivered", NOW + 300 * DAY)
    assert together(ledger) == NOW + 360 * DAY


def test_doubtful_leads_are_kept_for_a_month_and_released_ones_as_all_others(
    ledger: Ledger, table: Table
) -> None:
    lead = Lead(id="L1", ref="LR-L1", source=SOURCE.name, received_at=NOW)
    accept(table, lead, SOURCE, guard=Guard(key="L1", window=None), doubt="the honeypot")
    assert together(ledger) == NOW + 30 * DAY
    release(table, "L1", now=NOW + 20 * DAY)
    assert together(ledger) == NOW + 420 * DAY


@pytest.mark.parametrize(("days", "room"), [(1, 60 * DAY), (56, 456 * DAY)])
def test_a_delivered_lead_that_goes_again_has_the_time_it_takes(
    ledger: Ledger, table: Table, days: int, room: timedelta
) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    for crm in SOURCE.deliver:
        settle(table, lead, "delivered", NOW, crm)
    assert together(ledger) == NOW + 60 * DAY

    def add(known: Lead) -> Lead:
        return known.model_copy(update={"company": "Example"})

    enrich(table, lead, add, now=NOW + days * DAY, ready=lambda _: True)
    assert together(ledger) == NOW + room


def test_a_later_lead_s_guard_keeps_its_own_time(ledger: Ledger, table: Table) -> None:
    lead = Lead(id="L1", ref="LR-L1", source=SOURCE.name, received_at=NOW)
    later = Lead(id="L2", ref="LR-L2", source=SOURCE.name, received_at=NOW + DAY)
    for one in (lead, later):
        accept(table, one, SOURCE, guard=Guard(key="same", window=MINUTE))
    for crm in SOURCE.deliver:
        settle(table, "L1", "delivered", NOW + DAY, crm)
    (guard,) = ledger.items("key")
    assert guard["lead_id"] == "L2"
    assert int(guard["expires_at"]) == int((NOW + 2 * DAY + MINUTE).timestamp())


@pytest.mark.parametrize(
    ("window", "again", "known_for"),
    [(None, None, 60 * DAY), (MINUTE, "key", 60 * DAY), (MINUTE, None, DAY + MINUTE)],
)
def test_a_sender_s_own_id_is_known_for_the_retention_and_what_it_says_for_the_window(
    ledger: Ledger,
    table: Table,
    window: timedelta | None,
    again: str | None,
    known_for: timedelta,
) -> None:
    lead = Lead(id="L1", ref="LR-L1", source=SOURCE.name, received_at=NOW)
    accept(table, lead, SOURCE, guard=Guard(key="L1", window=window, again=again))
    (guard,) = ledger.items("key")
    assert int(guard["expires_at"]) == int((NOW + known_for).timestamp())


class Stopping(Table):
    """Gets no further than the lead's own item."""

    def update(self, key: items.Item, *given: Any, **more: Any) -> items.Item:
        if key["sk"] != "lead":
            raise Unavailable("ledger: throttled")
        return super().update(key, *given, **more)


class Throttled(Table):
    """Fails at what comes after a delivery is settled."""

    def query(self, *_: Any, **__: Any) -> Iterator[items.Item]:
        raise Unavailable("ledger: throttled")


def test_a_delivery_is_settled_whatever_becomes_of_that(ledger: Ledger) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    throttled = Throttled(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    states: tuple[End, ...] = ("delivered", "parked")
    for crm, state in zip(SOURCE.deliver, states, strict=True):
        settle(throttled, lead, state, NOW, crm)
        assert ledger.delivery(lead, crm)["state"] == state


def test_an_erased_lead_does_not_come_back_by_being_kept(ledger: Ledger, table: Table) -> None:
    lead = ledger.accept(at=NOW, source=SOURCE)
    claim = Deliveries(table).claim(lead, "trackerrms", now=NOW, until=NOW + MINUTE)
    assert isinstance(claim, Claim)
    ledger.erase(lead, whole=False)
    parked = Outcome(state="parked", steps={}, attempts=1)
    assert Deliveries(table).settle(claim, parked, now=NOW) == "settled"
    assert ledger.items("lead") == []


# -- files ------------------------------------------------------------------------------------


@pytest.fixture
def files() -> Files:
    return Files(aws("s3"), ENVIRONMENT["FILES_BUCKET"])


def kept(files: Files) -> list[str]:
    return [key for key, _ in files.list_below("")]


def put(files: Files, *keys: str) -> None:
    for key in keys:
        files.s3.put_object(Bucket=files.bucket, Key=key, Body=PDF)


def test_files_go_after_their_lead_and_not_before(
    ledger: Ledger, table: Table, files: Files
) -> None:
    lead, gone = ledger.accept(1), ledger.accept(2)
    put(files, *(f"leads/{one}/{name}" for one in (lead, gone) for name in ("a", "b")))
    ledger.erase(gone)
    assert tidy(table, files, before=datetime.now(UTC) + MINUTE) == 2
    assert kept(files) == [f"leads/{lead}/a", f"leads/{lead}/b"]


def test_a_file_that_was_kept_just_now_may_still_get_its_lead(table: Table, files: Files) -> None:
    put(files, "leads/NOBODY/a")
    assert tidy_app.handler({}, Context()) == {"kept": 0, "deleted": 0}
    assert tidy(table, files, before=datetime.now(UTC) - GRACE) == 0
    assert kept(files) == ["leads/NOBODY/a"]


def test_uploads_that_nobody_has_looked_at_are_left_to_the_bucket_s_rule(
    table: Table, files: Files
) -> None:
    put(files, "uploads/careers/NOBODY/1/a")
    assert tidy(table, files, before=datetime.now(UTC) + MINUTE) == 0


def test_hundreds_of_folders_are_looked_at(ledger: Ledger, table: Table, files: Files) -> None:
    lead = ledger.accept()
    put(files, *(f"leads/{number:03}/a" for number in range(120)), f"leads/{lead}/a")
    assert tidy(table, files, before=datetime.now(UTC) + MINUTE) == 120
    assert kept(files) == [f"leads/{lead}/a"]


def test_the_file_of_a_duplicate_is_not_kept_twice(files: Files, ledger: Ledger) -> None:
    given = [("resume", "cv.pdf", PDF)]
    first = apply(given)
    again = apply(given, by=intake(at=WITHIN_THE_WINDOW))
    assert first["id"] == again["id"]
    (lead,) = ledger.items("lead")
    (key,) = kept(files)
    assert key.startswith(f"leads/{first['id']}/")
    assert key in lead["lead"]
