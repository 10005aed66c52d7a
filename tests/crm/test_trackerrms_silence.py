"""TrackerRMS where its pages are silent: which credentials an operation takes, whom status 3
means, how numbers are compared, whether activities are listed."""

from typing import Any

import pytest

from leadrelay.crm.base import Advice
from leadrelay.errors import Misconfigured, Refused, Undecidable, Unknown
from leadrelay.lead import Call
from tests.crm.contract import Account, again, fresh_steps, make_lead, texts

JANE: dict[str, Any] = {"first_name": "Jane", "last_name": "Doe", "company": None}
REACHED: dict[str, Any] = {"email": "jane@example.com", "phone": "+12025550111"}
NOT_FOUND = '{"status": 1, "message": "user not found", "count": 0}'


@pytest.fixture(params=["trackerrms"])
def account(account: Account) -> Account:
    return account


def test_who_is_not_known_to_one_operation_may_be_known_to_all_others(account: Account) -> None:
    """HTTP Basic has been seen in use for createActivity, and a token can't be sent so."""
    account.connect_with_sessions()
    account.fail(status=200, body=NOT_FOUND, operation="createActivity")
    with pytest.raises(Misconfigured) as raised:
        account.deliver(make_lead(), options=account.options(record="contact"))
    assert not raised.value.login
    assert account.crm.check()
    account.deliver(make_lead("form", 1))


def test_who_may_not_log_on_is_known_to_none(account: Account) -> None:
    account.simulator.switch["active"] = False
    with pytest.raises(Misconfigured) as raised:
        account.crm.check()
    assert raised.value.login


def test_settings_that_a_token_can_t_read_are_no_fault_of_the_login(account: Account) -> None:
    account.connect_with_sessions()
    account.simulator.switch["oauth_reads_settings"] = False
    assert account.crm.advise("form", account.options(department="Sales")) == []


def test_a_lead_that_is_taken_for_another_is_refused_with_words(account: Account) -> None:
    body = '{"status": 3, "message": "record found", "recordId": 0}'
    account.fail(status=200, body=body)
    with pytest.raises(Refused) as raised:
        account.deliver(make_lead())
    assert raised.value.words == "record found"


@pytest.mark.parametrize("spelled", ["J. Doe", "Jane A. Doe", "Doe, Jane"])
def test_whom_trackerrms_has_by_another_spelling_is_told_there(
    account: Account, spelled: str
) -> None:
    options = account.options(record="contact")
    first = make_lead("form", 1, **REACHED, company=None, first_name=None, last_name=None)
    known = account.deliver(first.model_copy(update={"full_name": spelled}), options=options)
    lead = make_lead("form", 2, **JANE, **REACHED, message="SECOND")
    receipt = account.deliver(lead, options=options)
    assert (receipt.record_id, receipt.created) == (known.record_id, False)
    assert any("SECOND" in text for one in account.simulator.records for text in texts(one.fields))


def test_somebody_else_with_the_address_is_left_to_a_person(account: Account) -> None:
    options = account.options(record="contact")
    account.deliver(make_lead("form", 1, **JANE, **REACHED), options=options)
    peter = make_lead("form", 2, **JANE | {"first_name": "Peter"}, **REACHED)
    with pytest.raises(Refused, match="same address"):
        account.deliver(peter, options=options)


@pytest.mark.parametrize("stored", ["020 7946 0011", "02079460011", "+442079460011"])
def test_a_caller_is_known_however_the_number_was_typed_in(account: Account, stored: str) -> None:
    jane = make_lead("form", 1, **JANE, email="jane@example.com", phone=stored)
    known = account.deliver(jane, options=account.options(record="contact"))
    told = Call(id="CA2", state="completed", caller="+442079460011", called="+442079460018")
    assert account.deliver(make_lead("call", 2, call=told)).record_id == known.record_id
    found = account.crm.caller("+442079460011")
    assert found
    assert found.name == "Jane Doe"


def test_an_activity_that_nobody_lists_is_left_to_a_person(account: Account) -> None:
    account.simulator.switch["lists_activities"] = False
    options, lead, steps = account.options(record="contact"), make_lead(), fresh_steps()
    account.fail(operation="createActivity", times=1, reset=True, after_saving=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, options)
    with pytest.raises(Undecidable, match=lead.ref):
        account.deliver(lead, again(steps, lost.value), options)
    with pytest.raises(Undecidable):
        account.crm.find(lead, options)


def test_a_user_without_an_id_owns_nothing(account: Account) -> None:
    users = [{"Username": None, "Email": "x@example.com"}, {"UserId": 20, "Username": "alex"}]
    account.crm.api.all_settings = lambda: {"users": users}  # type: ignore[attr-defined]
    assert account.crm.advise("form", account.options(owner="alex")) == []
    unknown = account.crm.advise("form", account.options(owner="none"))
    assert [type(one) for one in unknown] == [Advice]


def test_a_resume_may_want_the_key_beside_the_user(account: Account) -> None:
    """Lesson 358 asks for both."""
    account.simulator.switch["resume_needs_key"] = True
    with pytest.raises(Misconfigured) as raised:
        account.deliver(make_lead("resume"))
    assert "API Key" in raised.value.words
    account.connect({**account.store.kept, "api_key": "sandbox-api-key"})
    account.deliver(make_lead("resume"))
    account.deliver(make_lead("form", 1))
    assert "createResourceFromResume" in account.made
