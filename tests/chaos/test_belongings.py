"""Whose a CRM's records are, at the end of the proof."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.lead import Attachment, Lead, lead_id, lead_ref
from leadrelay.ledger import items, life
from leadrelay.ledger.history import happened
from leadrelay.ledger.moves import begin
from leadrelay_sandbox.chaos.senders import Sent
from leadrelay_sandbox.chaos.verify import Findings, verify
from leadrelay_sandbox.simulator import Record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def lead(source: str, number: int, **fields: Any) -> Lead:
    own = lead_id(source, str(number))
    known = {"id": own, "ref": lead_ref(own), "source": source, "received_at": NOW}
    person = {"first_name": "Jane", "last_name": "Roe", "message": f"flat {number}"}
    return Lead.model_validate(known | person | fields)


def file(name: str) -> Attachment:
    return Attachment(filename="cv.pdf", media_type="application/pdf", size=1, sha256=name * 64)


def delivered(one: Lead, crm: str, record_id: str) -> list[items.Item]:
    key = items.delivery_key(one.id, crm)
    delivery = begin(life.ACCEPT, key, now=NOW, due=NOW, facts={}) | {
        "state": "delivered",
        "record_id": record_id,
        "attempts": 1,
    }
    delivery["history"] += [happened("started", NOW), happened("delivered", NOW)]
    return [items.lead_item(one, 0), delivery]


def parked(one: Lead, crm: str, reason: str) -> list[items.Item]:
    item, delivery = delivered(one, crm, "")
    delivery |= {"state": "parked", "reason": reason, "reason_class": "Undecidable"}
    delivery["history"][-1] = happened("parked", NOW)
    return [item, delivery]


def end(ledger: Iterable[list[items.Item]], *made: Record, crm: str = "collect") -> Findings:
    found = verify([item for some in ledger for item in some], {crm: made}, Sent())
    assert found.misplaced == []
    assert found.untold == []
    return found


APPLICANT = lead("careers", 1, attachments=[file("a"), file("b")])
DEBTOR = Record(
    "7", "create:debtor", {"de_name": "Roe, Jane", "de_user_1": APPLICANT.ref, "note": "flat 1"}
)


def upload(name: str, content: str, debtor: str = "7") -> Record:
    return Record(name, "upload:debtor", {"debtor": debtor, "sha256": content * 64})


@pytest.mark.parametrize(
    ("uploads", "lost", "doubled"),
    [
        ([upload("a.pdf", "a"), upload("b.pdf", "b")], 0, 0),
        ([upload("a.pdf", "a"), upload("b.pdf", "b"), upload("a.pdf", "a")], 0, 0),
        ([upload("a.pdf", "a")], 1, 0),
        ([upload("cv.pdf", "a"), upload("cv.pdf", "b")], 1, 0),
        ([upload("1.pdf", "a"), upload("b.pdf", "b"), upload("2.pdf", "a")], 0, 1),
    ],
    ids=["both", "one again in its own place", "one missing", "one replaced", "one twice"],
)
def test_each_file_has_to_be_there_once(uploads: list[Record], lost: int, doubled: int) -> None:
    found = end([delivered(APPLICANT, "collect", "7")], DEBTOR, *uploads)
    assert (len(found.lost), len(found.doubled)) == (lost, doubled)


ENQUIRY = lead("enquiry", 1)


def with_plans(plans: int) -> list[Record]:
    fields = {"de_name": "Roe, Jane", "de_user_1": ENQUIRY.ref}
    text = {"debtor": "7", "text": f"flat 1 {ENQUIRY.ref}"}
    return [
        Record("7", "create:debtor", fields),
        Record(f"lead-{ENQUIRY.ref}.txt", "upload:debtor", text),
        *[Record("7", "runplan:REV", {"debtor": "7"})] * plans,
    ]


@pytest.mark.parametrize(("plans", "lost", "doubled"), [(1, 0, 0), (0, 1, 0), (2, 0, 1)])
def test_a_contact_plan_is_run_once_for_each_lead_whose_source_asks_for_it(
    plans: int, lost: int, doubled: int
) -> None:
    found = end([delivered(ENQUIRY, "collect", "7")], *with_plans(plans))
    assert (len(found.lost), len(found.doubled)) == (lost, doubled)


@pytest.mark.parametrize(("plans", "doubled"), [(0, 0), (1, 0), (2, 1)])
def test_one_that_was_parked_in_doubt_of_its_plan_may_have_run_it(plans: int, doubled: int) -> None:
    found = end([parked(ENQUIRY, "collect", "it can't be asked")], *with_plans(plans))
    assert (found.lost, len(found.doubled)) == ([], doubled)


@pytest.mark.parametrize(
    ("remark", "skype", "lost"),
    [
        ("centia took no ticket: see Skype", "flat 1", 0),
        ("centia took no ticket: see Skype", "", 1),
        (None, "flat 1", 1),
    ],
)
def test_words_may_be_where_a_remark_says_they_are(
    remark: str | None, skype: str, lost: int
) -> None:
    (item, delivery) = delivered(ENQUIRY, "centia", "7")
    fields = {"name": "Jane", "surname": "Roe", "skype": f"{ENQUIRY.ref} {skype}"}
    contact = Record("7", "Contacts.CreateContact", fields)
    found = end([[item, delivery | {"reason": remark}]], contact, crm="centia")
    assert len(found.lost) == lost


def test_what_a_later_lead_of_the_same_person_overwrote_is_not_lost() -> None:
    first, second = lead("overwrite", 1), lead("overwrite", 2)
    contact = {"fullname": "Jane Roe", "note": f"flat 2 {second.ref}"}
    ledger = [delivered(one, "trackerrms", "7") for one in (first, second)]
    found = end(ledger, Record("7", "createContact", {"contact": contact}), crm="trackerrms")
    assert (found.delivered, found.lost) == (2, [])
    ledger = [delivered(lead("person", 1), "trackerrms", "7"), ledger[1]]
    found = end(ledger, Record("7", "createContact", {"contact": contact}), crm="trackerrms")
    assert len(found.lost) == 1


def erased(*remains: str) -> items.Item:
    told = [{"crm": crm, "record_id": "7"} for crm in remains]
    return {"pk": f"erased#{APPLICANT.id}", "sk": "erased", "remains": told}


def test_of_an_erased_lead_nothing_is_left_that_its_receipt_does_not_tell() -> None:
    sent = Sent(accepted={1: {APPLICANT.id}})
    found = verify([erased("collect")], {"collect": [DEBTOR]}, sent)
    assert (found.erased, found.lost, found.doubled, found.untold) == (1, [], [], [])


@pytest.mark.parametrize(
    ("ledger", "bucket"),
    [
        ([erased()], []),
        ([erased("collect"), items.delivery_key(APPLICANT.id, "collect")], []),
        ([erased("collect")], [f"leads/{APPLICANT.id}/aaa"]),
    ],
    ids=["a record", "an item", "a file"],
)
def test_what_an_erased_lead_left_is_told(ledger: list[items.Item], bucket: list[str]) -> None:
    assert len(verify(ledger, {"collect": [DEBTOR]}, Sent(), bucket).untold) == 1
