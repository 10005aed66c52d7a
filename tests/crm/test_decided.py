"""What a lead becomes is decided once, whatever `sources.toml` and the account say afterwards."""

from collections import Counter
from typing import Any

import pytest

from leadrelay.errors import Refused, Undecidable, Unknown
from leadrelay.lead import Call
from tests.crm.contract import (
    LETTER,
    RESUME,
    Account,
    again,
    crashing_steps,
    fresh_steps,
    make_lead,
    texts,
)

WORDS = "by the harbour, please"


def told(account: Account) -> Counter[str]:
    """The records that say it, by what made them."""
    records = account.simulator.records
    return Counter(
        one.operation for one in records if any(WORDS in text for text in texts(one.fields))
    )


@pytest.mark.parametrize(
    ("account", "write", "before", "after"),
    [
        ("trackerrms", "createOpportunity", {"record": "opportunity"}, {}),
        ("trackerrms", "createContact", {"record": "contact"}, {"record": "opportunity"}),
        ("trackerrms", "createActivity", {"record": "resource"}, {"record": "lead"}),
        (
            "trackerrms",
            "createActivity",
            {"record": "contact"},
            {"record": "contact", "overwritecontact": True},
        ),
        (
            "initiative",
            "create",
            {},
            {"module": "HelpDesk", "fields": {"ticketpriorities": "High"}},
        ),
        ("initiative", "create", {"module": "Contacts"}, {"module": "Leads"}),
        ("collect", "create:contact", {"record": "contact_event"}, {}),
    ],
    indirect=["account"],
)
@pytest.mark.parametrize("is_killed", [False, True])
def test_other_options_make_no_second_record(
    account: Account, write: str, before: dict[str, Any], after: dict[str, Any], *, is_killed: bool
) -> None:
    account.deliver(make_lead("form", 1, message="nothing"))  # somebody known, at Collect!
    there = len(account.simulator.records)
    lead = make_lead("form", 2, message=WORDS)
    steps, next_steps = crashing_steps()
    if account.name == "collect" and before.get("record"):
        lead = make_lead("form", 1, message=WORDS).model_copy(
            update={"id": lead.id, "ref": lead.ref}
        )
    account.simulator.fail_next(operation=write, reset=True, after_saving=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, account.options(**before))
    made = len(account.simulator.records)
    steps = next_steps() if is_killed else again(steps, lost.value)
    account.deliver(lead, steps, account.options(**after))
    further = {one.operation for one in account.simulator.records[made:]}
    assert further <= {"createActivity", "upload:debtor", "update"}
    assert made > there
    assert {*told(account).values()} == {1}


@pytest.mark.parametrize(
    ("account", "write", "before", "after", "made"),
    [
        ("trackerrms", "createOpportunity", {"record": "opportunity"}, {}, "createLead"),
        ("trackerrms", "createContact", {"record": "contact"}, {"record": "lead"}, "createLead"),
        ("initiative", "create", {}, {"module": "Contacts"}, "create:Contacts"),
    ],
    indirect=["account"],
)
def test_a_refused_lead_becomes_what_the_mended_options_say(
    account: Account, write: str, before: dict[str, Any], after: dict[str, Any], made: str
) -> None:
    account.simulator.fail_next(operation=write, refuse="no such record here", times=2)
    lead, steps = make_lead(), fresh_steps()
    with pytest.raises(Refused) as refused:
        account.deliver(lead, steps, account.options(**before))
    account.simulator.faults.clear()
    account.deliver(lead, again(steps, refused.value), account.options(**after))
    assert account.made == [made]


@pytest.mark.parametrize("account", ["collect"], indirect=True)
def test_a_column_that_shows_up_later_costs_no_words(account: Account) -> None:
    """A firewall refuses the question whether there is one for notes."""
    account.simulator.fail_next(operation="read:debtor", status=404)
    account.simulator.fail_next(operation="upload", refuse="not now")
    lead, steps = make_lead(message=WORDS, attachments=(LETTER,)), fresh_steps()
    with pytest.raises(Refused) as refused:
        account.deliver(lead, steps)
    account.connect(account.store.kept)  # another function, which asks itself
    account.deliver(lead, again(steps, refused.value))
    uploaded = [one.fields.get("text", "") for one in account.simulator.records]
    assert sum(WORDS in text for text in uploaded) == 1


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_a_resume_that_an_api_key_brought_is_not_attached_by_a_password(account: Account) -> None:
    secret = account.store.kept
    account.connect({"base_url": secret["base_url"], "api_key": "sandbox-api-key"})
    lead, steps = make_lead("resume"), fresh_steps()
    without = lead.model_copy(update={"attachments": (), "job": None})
    account.deliver(without, steps)
    account.connect(secret)
    account.deliver(without.model_copy(update={"attachments": (LETTER,)}), steps)
    assert account.files == sorted(one.sha256 for one in (RESUME, LETTER))


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_somebody_known_who_may_have_been_told_is_told_once(account: Account) -> None:
    contact = account.options(record="contact")
    account.deliver(make_lead("form", 1, message="nothing"), options=contact)
    there = len(account.simulator.records)
    first = make_lead("form", 2, message=WORDS)
    lead = make_lead("form", 1, message=WORDS).model_copy(update={"id": first.id, "ref": first.ref})
    steps = fresh_steps()
    account.simulator.fail_next(operation="createActivity", reset=True, after_saving=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, contact)
    account.deliver(lead, again(steps, lost.value), account.options())
    assert [one.operation for one in account.simulator.records[there:]] == ["createActivity"]


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_an_operator_is_told_what_an_api_key_can_t_tell(account: Account) -> None:
    steps, call = fresh_steps(), Call(id="CA2", state="ringing", caller="+12025550102")
    assert account.deliver(make_lead("call", 2, call=call), steps).remark is None
    account.connect({"base_url": account.store.kept["base_url"], "api_key": "sandbox-api-key"})
    ended = call.model_copy(update={"state": "completed", "duration": 75})
    assert "API key" in str(account.deliver(make_lead("call", 2, call=ended), steps).remark)


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
def test_what_an_api_key_may_not_make_is_made_once_it_is_a_password(account: Account) -> None:
    """Nothing was sent, so there is nothing to look for by hand."""
    secret, lead, steps = account.store.kept, make_lead(), fresh_steps()
    account.connect({"base_url": secret["base_url"], "api_key": "sandbox-api-key"})
    with pytest.raises(Refused, match="put username") as refused:
        account.deliver(lead, steps)
    assert not isinstance(refused.value, Undecidable)
    account.connect(secret)
    account.deliver(lead, again(steps, refused.value))
    assert account.made == ["createLead"]


@pytest.mark.parametrize("account", ["initiative"], indirect=True)
def test_an_earlier_version_knows_what_is_made(account: Account) -> None:
    """Should this deploy be taken back: the step has the name that it always had."""
    steps = fresh_steps()
    account.deliver(make_lead(), steps, account.options(module="Contacts"))
    assert "record" in steps.done
