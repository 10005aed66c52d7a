"""A lead that the ledger can't hold is refused when it comes, not asked for again and again."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.receive_call import app as call_app
from functions.receive_form import app as form_app
from leadrelay.errors import Unavailable
from leadrelay.intake.limits import LEAD_BYTES
from leadrelay.intake.receive import Intake
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from tests.handlers.aws import proxy_event
from tests.handlers.conftest import Ledger

SOURCES = read_sources("""
[web]
kind = "form"
sender = "json"
deliver = ["trackerrms"]

[pbx]
kind = "call"
sender = "asterisk"
deliver = ["trackerrms"]
""")
LARGEST = form_app.settings.max_body_bytes
ITEM_BYTES = 400 * 1024  # docs.aws.amazon.com, DynamoDB, "Quotas": item size


def sent(path: str, body: bytes, media_type: str) -> dict[str, Any]:
    kind, app = ("call", call_app) if path.startswith("/calls") else ("form", form_app)
    event = proxy_event(Sample("POST", path, [("Content-Type", media_type)], body))
    intake: Intake = replace(app.intake, sources=SOURCES)
    return intake.receive(event, kind=kind)


def form(text: bytes) -> dict[str, Any]:
    """A form as large as it may be, nearly all of it this text."""
    names = [b"a", b"b", b"c", b"d"]
    room = LARGEST // len(names) - len(b"&a=")
    body = b"&".join(name + b"=x" + text * ((room - 1) // len(text)) for name in names)
    return sent("/forms/web", body, "application/x-www-form-urlencoded")


@pytest.mark.parametrize("text", [b'"', b"\\", b"x\n", b"\tx", b'"\\'])
def test_what_is_twice_as_long_in_json_is_refused_in_clear_words(
    ledger: Ledger, text: bytes
) -> None:
    answer = form(text)
    told = json.loads(answer["body"])
    assert (answer["statusCode"], told["title"]) == (413, "Too large")
    assert told["detail"].startswith("All fields together may hold 350 kB of text")
    assert ledger.items("lead") == []


@pytest.mark.parametrize("text", [b"x", b"\x01", "é".encode(), "😀".encode(), b"'<>/"])
def test_any_other_form_of_the_largest_size_is_kept(ledger: Ledger, text: bytes) -> None:
    assert form(text)["statusCode"] == 200
    assert len(ledger.items("lead")) == 1


def test_the_largest_lead_has_room_for_all_that_happens_to_it(ledger: Ledger) -> None:
    room = (LEAD_BYTES - 2_000) // 8
    body = "&".join(f"{name}={'"' * room}" for name in "abcd").encode()
    media_type = "application/x-www-form-urlencoded"
    for _ in range(25):  # of which twenty are remembered as duplicates
        assert sent("/forms/web", body, media_type)["statusCode"] == 200
    (item,) = ledger.items("lead")
    size = len(item.pop("lead").encode())
    assert LEAD_BYTES - 3_000 < size <= LEAD_BYTES
    assert size + len(str(item)) < ITEM_BYTES - 35_000


def test_moto_refuses_what_dynamodb_would(table: Table) -> None:
    item = {"pk": "lead#1", "sk": "lead", "lead": "x" * (ITEM_BYTES + 1_000)}
    with pytest.raises(Unavailable):
        table.put_together([(item, {})])


def test_the_events_of_one_call_can_not_outgrow_the_ledger_together(ledger: Ledger) -> None:
    def event(note: str) -> int:
        call = {"CallerIDNum": "+442079460963", "Uniqueid": "1.1"}
        notes = {f"{note}{number}": "x" * 90_000 for number in range(2)}
        answer = sent("/calls/pbx", json.dumps({**call, **notes}).encode(), "application/json")
        return int(answer["statusCode"])

    assert [event("a"), event("b"), event("a")] == [200, 413, 200]
    (item,) = ledger.items("lead")
    assert "a1" in item["lead"]
    assert "b1" not in item["lead"]
