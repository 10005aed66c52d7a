"""A person is found, and erased, by every address and number that their lead holds."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leadrelay.aws.files import Files
from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay.ledger.changing import change
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.known import keep_known
from leadrelay.ledger.retention import keep_undelivered
from leadrelay.ledger.search import read, search
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import aws
from tests.handlers.conftest import Ledger
from tests.handlers.test_receive_form import fetched, post, said

GIVEN = {
    "name": "Jane Doe",
    "email": "Jane@Example.com / jd@example.org",
    "E-Mail 2": "Second@example.com.",
    "phone": "+44 20 7946 0958 (home)",
    "other": "+44 20 7946 0321",
    "message": "or write to office@example.net, or ring +44 20 7946 0777",
}
EMAILS = ["jane@example.com", "jd@example.org", "second@example.com", "office@example.net"]
PHONES = ["+442079460958", "+442079460321", "+442079460777"]


@pytest.fixture
def lead() -> str:
    return str(said(post(replace(fetched(), body=json.dumps(GIVEN).encode())))["id"])


@pytest.fixture
def eraser(table: Table) -> Eraser:
    return Eraser(table=table, files=Files(aws("s3"), ENVIRONMENT["FILES_BUCKET"]), salt="this one")


@pytest.mark.parametrize(
    "wanted", [*(Filter(email=key) for key in EMAILS), *(Filter(phone=key) for key in PHONES)]
)
def test_a_lead_is_found_once_by_each(table: Table, lead: str, wanted: Filter) -> None:
    assert [one.lead.id for one in search(table, wanted)] == [lead]


def test_nobody_else_is_found_by_them(table: Table, lead: str) -> None:
    assert lead
    assert list(search(table, Filter(email="somebody@example.com"))) == []
    assert list(search(table, Filter(email=EMAILS[1], phone="+442079460000"))) == []


def test_an_erased_person_is_nowhere_and_the_receipt_is_found_by_each(
    table: Table, ledger: Ledger, lead: str, eraser: Eraser
) -> None:
    found = read(table, lead)
    assert found
    receipt = eraser.erase(lead, by="jo")
    assert receipt
    assert receipt.deliveries == len(found.deliveries)
    left = str(ledger.items())
    for key in (*EMAILS, *PHONES, "7946"):
        assert key not in left
    for key in EMAILS:
        assert [one.lead_id for one in eraser.proof(email=key)] == [lead]
    for key in PHONES:
        assert [one.lead_id for one in eraser.proof(phone=key)] == [lead]


def test_they_live_as_long_as_the_lead(table: Table, ledger: Ledger, lead: str) -> None:
    keep_undelivered(table, lead, now=datetime.now(UTC) + timedelta(days=99))
    kept = [one for one in ledger.items() if one["pk"] == f"lead#{lead}"]
    assert len({one["expires_at"] for one in kept}) == 1
    assert len(kept) > len(EMAILS) + len(PHONES) - 2
    assert items.lead_key(lead)["pk"] == kept[0]["pk"]


def held(table: Table, lead_id: str) -> tuple[items.Item, Lead]:
    item = table.get(items.lead_key(lead_id))
    assert item
    return item, items.read_lead(item)


def test_news_of_a_lead_is_found_and_erased_with_it(
    table: Table, ledger: Ledger, lead: str, eraser: Eraser
) -> None:
    def add(known: Lead) -> Lead:
        return known.model_copy(update={"known_by": (*known.known_by, "new@example.com")})

    for _ in range(2):
        change(table, lead, add)
    assert [one.lead.id for one in search(table, Filter(email="new@example.com"))] == [lead]
    kept = [one for one in ledger.items() if one["pk"] == f"lead#{lead}"]
    assert len({one["expires_at"] for one in kept}) == 1
    assert eraser.erase(lead, by="jo")
    assert "new@example.com" not in str(ledger.items())


def test_a_corrected_address_still_leads_to_its_person(table: Table, lead: str) -> None:
    change(table, lead, lambda known: known.model_copy(update={"email": "jane@example.net"}))
    for email in ("jane@example.com", "jane@example.net"):
        assert [one.lead.id for one in search(table, Filter(email=email))] == [lead]


def test_nothing_is_left_of_news_that_came_while_its_lead_was_erased(
    table: Table, ledger: Ledger, lead: str, eraser: Eraser
) -> None:
    item, before = held(table, lead)
    assert eraser.erase(lead, by="jo")
    keep_known(table, item, before, before.model_copy(update={"known_by": ("new@example.com",)}))
    assert "new@example.com" not in str(ledger.items())
    assert list(search(table, Filter(email="new@example.com"))) == []
