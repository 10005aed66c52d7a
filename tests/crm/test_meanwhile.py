"""What colleagues do to a record while its lead is on the way."""

from typing import Any

import pytest

from leadrelay.claim import ANY_STEP
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Refused, Unknown
from leadrelay.lead import Call, CallState, Kind, Lead
from tests.crm.contract import Account, again, fresh_steps, make_lead, texts

of_initiative = pytest.mark.parametrize("account", ["initiative"], indirect=True)


def convert(account: Account) -> str:
    """The lead becomes a contact, and no query shows it any more; the contact's id."""
    api: Any = account.crm.api
    (record,) = account.ones
    store: Any = account.simulator
    store.store.delete(record.id)
    told = {name: record.fields[name] for name in ("lastname", "description", "assigned_user_id")}
    made: str = api.create("Contacts", told)["id"]
    return made


@of_initiative
@pytest.mark.parametrize(
    ("kind", "link"), [("form", ""), ("resume", "related_to"), ("call", "contact_id")]
)
def test_a_lead_that_became_a_contact_is_not_made_again(
    account: Account, kind: Kind, link: str
) -> None:
    lead, steps = make_lead(kind, 1), fresh_steps()
    account.fail(kind, times=1, reset=True, after_saving=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps)
    contact = convert(account)
    before = len(account.simulator.records)
    receipt = account.deliver(lead, again(steps, lost.value))
    assert (receipt.record_id, receipt.created) == (contact, False)
    made = account.simulator.records[before:]
    assert {one.operation for one in made} <= {"create:Documents", "create:Events"}
    assert all(one.fields[link] == contact for one in made)


def call(state: CallState, **known: Any) -> Lead:
    told = Call(id="CA1", state=state, caller="+12025550177", called="+442079460018", **known)
    return make_lead("call", 1, call=told)


@pytest.mark.parametrize("account", ["collect"], indirect=True)
@pytest.mark.parametrize("lost", [False, True])
def test_how_a_call_ended_is_told_though_its_event_was_deleted(
    account: Account,
    lost: bool,  # noqa: FBT001  # a case
) -> None:
    steps = fresh_steps()
    account.deliver(call("ringing"), steps)
    simulator: Any = account.simulator
    simulator.store.rows["contact"].clear()
    ended = call("completed", duration=75)
    if lost:
        account.simulator.fail_next(operation="create:contact", reset=True, after_saving=True)
        with pytest.raises(Unknown) as error:
            account.deliver(ended, steps)
        steps = again(steps, error.value)
    account.deliver(ended, steps)
    (event,) = simulator.store.rows["contact"].values()
    assert "1 min 15" in event["co_description"]
    assert any(
        "1 min 15" in text for one in account.simulator.records for text in texts(one.fields)
    )


@pytest.mark.parametrize(
    ("account", "change", "made"),
    [("collect", "update:contact", "create:contact"), ("initiative", "update", "create:Events")],
    indirect=["account"],
)
@pytest.mark.parametrize("doubt", [(), (ANY_STEP,)], ids=["", "after a kill"])
def test_a_refused_change_makes_no_second_event_where_the_first_is(
    account: Account, change: str, made: str, doubt: tuple[str, ...]
) -> None:
    steps = fresh_steps()
    account.deliver(call("ringing"), steps)
    steps = DeliverySteps(steps.done, doubt=doubt, save=lambda *_: None)
    account.simulator.fail_next(operation=change, refuse="we don't take this one")
    ended = call("completed", duration=75)
    with pytest.raises(Refused) as refused:
        account.deliver(ended, steps)
    account.deliver(ended, again(steps, refused.value))
    assert [one.operation for one in account.simulator.records].count(made) == 1
    told = "\n".join(text for one in account.simulator.records for text in texts(one.fields))
    assert "1 min 15" in told


@pytest.mark.parametrize("account", ["collect", "initiative"], indirect=True)
def test_what_comes_later_is_told_in_the_event_that_took_its_place(account: Account) -> None:
    simulator: Any = account.simulator
    steps = fresh_steps()
    account.deliver(call("ringing"), steps)
    if account.name == "collect":
        simulator.store.rows["contact"].clear()
    else:
        (event,) = (one for one in simulator.records if one.operation == "create:Events")
        simulator.store.delete(event.id)
    account.deliver(call("answered"), steps)
    for duration in (75, 80):
        account.deliver(call("completed", duration=duration), steps)
    told = "\n".join(text for one in account.simulator.records for text in texts(one.fields))
    assert "1 min 15" in told
    assert "1 min 20" in told
