"""What the end of the proof would notice."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.lead import Call, Lead, lead_id, lead_ref
from leadrelay.ledger import items, life
from leadrelay.ledger.history import happened
from leadrelay.ledger.moves import begin
from leadrelay_sandbox.chaos.faults import KINDS, Dice, Tally
from leadrelay_sandbox.chaos.posts import message
from leadrelay_sandbox.chaos.report import Report
from leadrelay_sandbox.chaos.senders import Sent
from leadrelay_sandbox.chaos.verify import Findings, verify
from leadrelay_sandbox.chaos.wire import REFUSAL
from leadrelay_sandbox.simulator import Record

ID = lead_id("contact", "1")
LEAD = Lead(
    id=ID,
    ref=lead_ref(ID),
    source="contact",
    received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    first_name="Jane",
    last_name="Doe",
    message=message(1),
)
RECORD = Record(
    "77", "createLead", {"fullname": "Jane Doe", "description": f"{message(1)} ({LEAD.ref})"}
)


def end(*records: Record, sent: Sent | None = None, lead: Lead = LEAD, **delivery: Any) -> Findings:
    """What is found of one lead, delivered to TrackerRMS as record 77 unless `delivery` differs."""
    known = begin(
        life.ACCEPT,
        items.delivery_key(lead.id, "trackerrms"),
        now=lead.received_at,
        due=lead.received_at,
        facts={},
    )
    state = delivery.get("state", "delivered")
    told = [] if state == "queued" else ["started", *([] if state == "sending" else [state])]
    known["history"] += [happened(event, lead.received_at) for event in told]
    ledger = [
        items.lead_item(LEAD, 0),
        items.lead_item(lead, 0),
        known | {"state": "delivered", "record_id": "77", "attempts": 1} | delivery,
    ]
    return verify(ledger[lead is LEAD :], {"trackerrms": records}, sent or Sent())


def test_a_lead_that_is_there_once_is_well() -> None:
    found = end(RECORD, sent=Sent(accepted={1: {ID}}))
    assert (found.delivered, found.lost, found.doubled) == (1, [], [])


def test_a_state_that_no_history_leads_to_is_found() -> None:
    assert end(RECORD).untold == []
    (line,) = end(RECORD, history=[happened("queued", LEAD.received_at)]).untold
    assert line.startswith("trackerrms: ")


def test_a_parked_lead_is_accounted_for() -> None:
    found = end(state="parked", reason=f"refused: {REFUSAL}", reason_class="Refused")
    assert found.parked == {f"trackerrms: refused: {REFUSAL}": 1}
    assert (found.lost, found.needless) == ([], [])


def test_a_delivery_that_is_parked_without_a_word_is_told() -> None:
    assert len(end(state="parked", reason=None).untold) == 1


def test_what_no_crm_refused_is_parked_without_need() -> None:
    assert (
        len(end(state="parked", reason="no: Unauthenticated.", reason_class="Refused").needless)
        == 1
    )


@pytest.mark.parametrize(
    ("records", "delivery"),
    [
        ([], {}),
        ([RECORD], {"state": "sending"}),
        ([Record("77", "createActivity", RECORD.fields)], {}),
        ([Record("77", "createLead", {"description": f"({LEAD.ref})"})], {}),
    ],
    ids=["no record", "unsettled", "another kind", "no words"],
)
def test_what_is_not_where_it_should_be_is_lost(
    records: list[Record], delivery: dict[str, Any]
) -> None:
    assert len(end(*records, **delivery).lost) == 1


@pytest.mark.parametrize(
    ("records", "delivery"),
    [
        ([RECORD], {"record_id": "78"}),
        ([Record("77", "createLead", RECORD.fields | {"fullname": "Peter Doe"})], {}),
        ([RECORD, Record("78", "createActivity", RECORD.fields)], {}),
        (
            [
                Record("70", "typed in", {"fullname": "Peter Doe"}),
                Record("77", "createLead", {"linkRecordId": 70, "note": str(RECORD.fields)}),
            ],
            {"record_id": "70"},
        ),
    ],
    ids=["another's record", "another's name", "two records", "on another's record"],
)
def test_what_is_at_the_wrong_person_is_told(
    records: list[Record], delivery: dict[str, Any]
) -> None:
    assert len(end(*records, **delivery).misplaced) == 1


@pytest.mark.parametrize(("name", "wrong"), [("Jane Doe-Smith", 0), ("Peter Doe-Smith", 1)])
def test_whoever_was_corrected_is_the_same_person(name: str, wrong: int) -> None:
    corrected = Record(RECORD.id, RECORD.operation, {**RECORD.fields, "fullname": name})
    assert len(end(corrected).misplaced) == wrong


def test_an_accepted_lead_that_nobody_kept_is_lost() -> None:
    assert len(end(RECORD, sent=Sent(accepted={1: {ID}, 2: {"NOBODY"}})).lost) == 1


def test_two_records_of_a_lead_are_doubled_even_if_it_was_parked() -> None:
    assert len(end(RECORD, RECORD).doubled) == 1
    assert len(end(RECORD, RECORD, state="parked", reason="refused").doubled) == 1


def test_a_form_kept_as_two_leads_is_doubled() -> None:
    other = LEAD.model_copy(update={"id": lead_id("contact", "2"), "ref": "LR-00000000"})
    assert end(RECORD, lead=other).doubled == [f"{message(1)}: kept 2 times"]


def test_a_record_of_no_lead_is_told() -> None:
    stranger = Record("78", "createLead", {"description": "LR-ZZZZZZZZ"})
    assert len(end(RECORD, stranger).doubled) == 1


def report(**known: Any) -> Report:
    found: dict[str, Any] = {
        "seed": 1,
        "mutation": None,
        "findings": Findings(),
        "tally": Tally([]),
        "kinds": [],
        "made": Counter(),
        "crashes": [],
        "odd": [],
        "seconds": 1.0,
    }
    return Report(**found | known)


def test_a_run_in_which_a_kind_never_struck_fails() -> None:
    tally = Tally()
    for kind in KINDS[1:]:
        tally(kind, "somewhere")
    failed = report(tally=tally)
    assert failed.troubles == [f"NEVER STRUCK  {KINDS[0]}"]
    assert not failed.holds


def test_a_run_in_which_an_option_never_showed_fails() -> None:
    kinds = [("centia", "option value"), ("collect", "option plan")]
    failed = report(kinds=kinds, made=Counter({kinds[0]: 2}))
    assert failed.troubles == ["NEVER STRUCK  option plan at collect"]
    assert not failed.holds


def test_the_dice_fall_the_same_for_the_same_seed_and_give_each_kind_a_turn() -> None:
    kinds = tuple("abcdefgh")
    first, second = (Dice("7deliver/centia", kinds, 1.0, turn=0.5) for _ in range(2))
    drawn = [first.draw() for _ in range(40)]
    assert drawn == [second.draw() for _ in range(40)]
    assert {*drawn[: len(kinds)]} == {*kinds}


@pytest.mark.parametrize(("number", "strangers"), [("0001", 0), ("0002", 1)])
def test_a_nameless_caller_may_be_called_by_the_number_as_people_write_it(
    number: str, strangers: int
) -> None:
    call = Call(id="CA-1", caller=f"+44207946{number}")
    caller = LEAD.model_copy(update={"first_name": None, "last_name": None, "call": call})
    fields = RECORD.fields | {"fullname": "Caller +44 20 7946 0001"}
    assert len(end(Record("77", "createLead", fields), lead=caller).misplaced) == strangers
