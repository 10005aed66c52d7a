"""`details = "file"`: what a sender's program adds stands in a text file beside the record."""

import hashlib

import pytest

from leadrelay.lead import Call
from leadrelay.narrator.style import Style
from tests.crm.contract import Account, make_lead, texts

STYLE = Style(details="file")
TECHNICAL = {"formId": "f-4711", "ip": "203.0.113.7", "blob": '{"a": 1}'}
TOLD = "— Technical details —\nForm ID: f-4711"
DIGEST = hashlib.sha256(TOLD.encode()).hexdigest()
taking_files = pytest.mark.parametrize(
    "account", ["trackerrms", "initiative", "collect"], indirect=True
)


def said(account: Account) -> str:
    return "\n".join(text for one in account.simulator.records for text in texts(one.fields))


@taking_files
@pytest.mark.parametrize("kind", ["form", "call"])
def test_the_file_holds_them_and_the_note_does_not(account: Account, kind: str) -> None:
    lead = make_lead("call" if kind == "call" else "form", technical=TECHNICAL)
    account.deliver(lead, options=account.options().in_style(STYLE))
    assert account.files == [DIGEST]
    assert "f-4711" not in said(account).replace(TOLD, "")
    assert "203.0.113.7" not in said(account)


@taking_files
def test_a_call_that_is_on_has_none_yet(account: Account) -> None:
    call = Call(id="CA1", state="ringing", caller="+12025550100", called="+442079460018")
    lead = make_lead("call", call=call, technical=TECHNICAL)
    account.deliver(lead, options=account.options().in_style(STYLE))
    assert account.files == []


@taking_files
def test_there_is_none_where_there_is_nothing_to_tell(account: Account) -> None:
    account.deliver(make_lead(), options=account.options().in_style(STYLE))
    assert account.files == []


@pytest.mark.parametrize("account", ["centia"], indirect=True)
def test_centia_takes_no_files_and_check_says_so(account: Account) -> None:
    options = account.options().in_style(STYLE)
    (advice,) = account.crm.advise("form", options)
    assert "takes no files" in advice.text
    account.deliver(make_lead(technical=TECHNICAL), options=options)
    assert "f-4711" not in said(account)
