"""Leads brought into Collect!: which rows, events and files they become, each of them once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadrelay.crm.collect.options import Options
from leadrelay.crm.collect.payload import LIMITS, debtor
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Refused, Unknown
from leadrelay.lead import Attachment, Call, Kind
from leadrelay.narrator.style import Style
from leadrelay.narrator.values import country, said
from leadrelay.plumbing import is_nothing, is_plumbing
from tests.crm.collect_vendor import (
    ASKED,
    REF,
    SECRET,
    Vendor,
    collect,
    deliver,
    make_lead,
    plain_lead,
)
from tests.crm.contract import Saved

CV = Attachment(filename="my: cv.pdf", media_type="application/pdf", size=3, sha256="0" * 64)
CALL = Call(caller="+12025550101", state="missed", started_at=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def test_a_plain_lead_is_one_request(vendor: Vendor) -> None:
    crm = collect(vendor, lambda _: {**SECRET, "client_rowid": "17"})
    crm.check()
    vendor.requests.clear()
    receipt = deliver(crm, plain_lead())
    assert vendor.log == ["POST collect/data/debtor"]
    assert (receipt.record_id, receipt.created) == ("123", True)
    assert vendor.last_json()["data"] == {
        "de_name": "Ruiz, Ana",
        "de_email": "ana@example.com",
        "de_cell_phone": "+12025550101",
        "de_status": "NEW",
        "de_user_1": REF,
        "de_rowid_client": "17",
        "de_noteblob": f"{ASKED}\n\nPlease call me back\n\nCompany: Acme, Inc.\n\nReference: {REF}",
    }


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"full_name": "Ana Ruiz"}, "Ruiz, Ana"),
        ({"full_name": "Ruiz, Ana"}, "Ruiz, Ana"),
        ({"first_name": "Ana"}, "Ana"),
        ({"company": "Acme, Inc."}, "Acme Inc."),
        ({"email": "ana@example.com"}, "ana@example.com"),
        ({}, "Unknown"),
    ],
)
def test_a_comma_stands_between_a_persons_names_only(fields: dict[str, str], name: str) -> None:
    assert debtor(make_lead(**fields), Options()).columns["de_name"] == name


def test_a_database_without_a_column_for_notes_gets_files(vendor: Vendor) -> None:
    vendor.notes = False
    crm = collect(vendor)
    deliver(crm, plain_lead())
    vendor.requests.clear()
    deliver(crm, plain_lead())
    assert vendor.log == ["POST collect/data/debtor", "POST collect/app/upload"]
    assert vendor.files[f"lead-{REF}.txt"].startswith(f"{ASKED}\n\nPlease call me back".encode())
    assert "de_noteblob" not in vendor.tables["debtor"]["124"]


@pytest.mark.parametrize("options", [{}, {"note_column": ""}, {"limits": {"de_noteblob": 100}}])
def test_a_long_message_arrives_whole(vendor: Vendor, options: dict[str, Any]) -> None:
    message = '\'; DROP TABLE debtor; -- "quotes"\n\t👋 ünïcode, {name} %s\n' * 200
    deliver(collect(vendor), make_lead(message=message), **options)
    kept = vendor.tables["debtor"]["123"].get("de_noteblob", "")
    text = vendor.files[f"lead-{REF}.txt"].decode() if options else kept
    assert text.startswith(f"{ASKED}\n\n{message}")
    assert len(kept) <= (100 if options.get("limits") else len(kept))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=90)
FIELDS = (
    *("first_name", "last_name", "full_name", "email", "phone", "company", "job", "message"),
    *("address1", "address2", "city", "state", "postal_code", "country", "linkedin"),
)
GIVEN = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(FIELDS, TEXT) | {"extra": st.dictionaries(TEXT, TEXT, max_size=2)},
)
CHOICES = st.sampled_from(
    [
        {},
        {"note_column": ""},
        {"columns": {"phone": "", "company": "de_poe", "city": "de_state"}},
        {"values": {"de_email": "none@example.com"}, "limits": {"de_noteblob": 9}},
        {"note_column": "de_user_1"},
    ]
)


def _is_untold(name: str, value: str) -> bool:
    return is_nothing(value) or is_plumbing(name, value)


@given(GIVEN, CHOICES)
@example({"first_name": "0", "extra": {"0": "FALSE"}}, {})
@example({"extra": {"Budget": "null"}}, {})
def test_no_field_is_lost_and_no_column_overfilled(
    fields: dict[str, Any], options: dict[str, Any]
) -> None:
    row = debtor(make_lead(**fields), Options(**options))
    sent = [*row.columns.values(), row.note]
    answers = fields.pop("extra", {}).items()
    told = [said(value, Style()) for name, value in answers if not _is_untold(name, value)]
    if "country" in fields:  # "AL" is Albania
        fields["country"] = country(fields["country"], Style())
    for value in [*told, *fields.values()]:
        assert any(value in text for text in sent)
    assert all(len(text) <= LIMITS.get(column, len(text)) for column, text in row.columns.items())
    assert row.columns["de_user_1"] == REF


def test_a_resume_is_uploaded_once_under_its_reference(vendor: Vendor) -> None:
    crm = collect(vendor)
    deliver(crm, make_lead(kind="resume", full_name="Ana Ruiz", resume=CV), plan="REV")
    deliver(crm, make_lead(kind="resume", full_name="Ana Ruiz", resume=CV), in_doubt=True)
    assert vendor.files == {f"{REF}-{'0' * 12}-my_ cv.pdf": b"%PDF"}
    assert len(vendor.tables["debtor"]) == 1
    bodies = dict(zip(vendor.log, vendor.requests, strict=True))
    assert json.loads(bodies["POST collect/app/runplan"].content) == {"plan": "REV", "debtor": 123}


def test_a_call_from_a_stranger_is_a_debtor_with_an_event(vendor: Vendor) -> None:
    deliver(collect(vendor), make_lead(kind="call", call=CALL))
    [row] = vendor.tables["debtor"].values()
    [event] = vendor.tables["contact"].values()
    assert row["de_cell_phone"] == "+12025550101"
    assert "Missed call from +1 202-555-0101" in row["de_noteblob"]
    assert event == {
        "co_rowid": "124",
        "co_type": "5",
        "co_date": "2026-03-02",
        "co_description": f"{REF} Missed call from +1 202-555-0101",
        "co_rowid_debtor": "123",
    }


@pytest.mark.parametrize("shape", ["list", "object"])
def test_a_call_from_a_known_number_is_an_event_and_a_file(vendor: Vendor, shape: str) -> None:
    vendor.list_shape = shape == "list"
    vendor.tables["debtor"]["55"] = {"de_rowid": "55", "de_home_phone": "202-555-0101"}
    lead = make_lead(kind="call", phone="+12025550101", call=CALL)
    receipt = deliver(collect(vendor), lead)
    assert (receipt.record_id, receipt.created) == ("55", False)
    [event] = vendor.tables["contact"].values()
    assert event["co_rowid_debtor"] == "55"
    assert b"Missed call from +1 202-555-0101" in vendor.files[f"lead-{REF}.txt"]
    assert vendor.tables["debtor"]["55"] == {"de_rowid": "55", "de_home_phone": "202-555-0101"}


def test_a_form_of_a_known_person_is_an_event_when_the_source_says_so(vendor: Vendor) -> None:
    for rowid in ("9", "55"):
        row = {"de_rowid": rowid, "de_name": "Ruiz, Ana", "de_email": "ana@example.com"}
        vendor.tables["debtor"][rowid] = row
    receipt = deliver(collect(vendor), plain_lead(), record="contact_event")
    assert receipt.record_id == "55"
    description = vendor.tables["contact"]["123"]["co_description"]
    assert description == f"{REF} form Ana Ruiz Please call me back"
    assert b"Please call me back" in vendor.files[f"lead-{REF}.txt"]


@pytest.mark.parametrize(("kind", "attempts"), [("resume", 3), ("call", 4)])
def test_lost_answers_make_nothing_twice(vendor: Vendor, kind: Kind, attempts: int) -> None:
    lead = make_lead(kind=kind, call=CALL if kind == "call" else None, resume=CV)
    crm, saved = collect(vendor), Saved(doubt=())
    vendor.lossy = True
    for _ in range(attempts - 1):
        steps = saved.begin()
        with pytest.raises(Unknown):
            crm.create(lead, Options(), steps, lambda _: b"%PDF")
    steps = saved.begin()
    assert crm.create(lead, Options(), steps, lambda _: b"%PDF").record_id == "123"
    assert len(vendor.tables["debtor"]) == 1
    assert len(vendor.tables["contact"]) == (kind == "call")
    assert len(vendor.files) == 1


def test_a_plan_in_doubt_is_left_to_a_person(vendor: Vendor) -> None:
    steps = DeliverySteps({"debtor": "123"}, doubt={"plan"}, save=lambda *_: None)
    with pytest.raises(Refused, match="plan"):
        collect(vendor).create(plain_lead(), Options(plan="REV"), steps, lambda _: b"")
    assert "POST collect/app/runplan" not in vendor.log


def test_a_lead_is_found_by_its_reference(vendor: Vendor) -> None:
    crm, options = collect(vendor), Options()
    assert crm.find(plain_lead(), options) is None
    made = deliver(crm, plain_lead())
    found = crm.find(plain_lead(), options)
    assert found
    assert (found.record_id, found.created) == (made.record_id, False)


def test_a_lead_is_found_by_its_event_on_a_known_debtor(vendor: Vendor) -> None:
    vendor.tables["debtor"]["55"] = {"de_rowid": "55", "de_work_phone": "+12025550101"}
    lead, crm = make_lead(kind="call", call=CALL), collect(vendor)
    assert crm.find(lead, Options()) is None
    deliver(crm, lead)
    found = crm.find(lead, Options())
    assert found
    assert found.record_id == "55"


def test_options_that_name_nothing_are_mistakes() -> None:
    for wrong in (
        {"columns": {"colour": "de_x"}},
        {"ref_column": "de__x"},
        {"values": {"de_x": "{no}"}},
    ):
        with pytest.raises(ValueError, match="validation error"):
            Options.model_validate(wrong)


def test_advice_tries_how_leads_are_looked_for(vendor: Vendor) -> None:
    crm = collect(vendor)
    assert crm.advise("form", Options()) == []
    vendor.filters_work = False
    (advice,) = crm.advise("form", Options())
    assert advice.key == "lookup_operator"
