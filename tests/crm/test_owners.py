"""Whose a record is: who took the call, where a source wants that and the CRM knows them."""

from typing import Any

import pytest

from leadrelay.crm.owners import the_user
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Call
from tests.crm.contract import Account, fresh_steps, make_lead

USERS = [
    (1, ["alex", "alex.agent@example.com", "204", "Alex Agent"]),
    (2, ["kim", "kim@example.com", "205", "Kim Agent"]),
    (3, ["kim2", "kim@example.org", "", " "]),
]
AGENTS = ("Alex Agent", "alex.agent@example.com")
OWNED = {
    "trackerrms": ("createActivity", "userId", 21, None),
    "initiative": ("create:Events", "assigned_user_id", "19x12", "19x1"),
    "centia": ("Tickets.CreateTicket", "user_id", 6, 5),
}


@pytest.mark.parametrize(
    ("told", "user"),
    [
        ("Alex.Agent@example.com", 1),
        ("ALEX AGENT", 1),
        ("204", 1),
        ("kim@example.com", 2),
        ("kim", None),  # is also kim@example.org
        ("nobody", None),
        ("", None),
        ("Agent, Alex", 1),
        ("Alex Agent (204)", 1),
        ("Alex Agent <alex.agent@example.com>", 1),
        ("ext. 204", 1),
        ("SIP/204", 1),
        ("PJSIP/204-00000012", 1),
        ("sip:204@pbx.example.com", 1),
        ("+1204", None),
        ("2040", None),
    ],
)
def test_a_user_is_told_by_what_is_theirs_alone(told: str, user: int | None) -> None:
    assert the_user(told, USERS) == user


def call(state: str, agent: str | None) -> Any:
    told = Call(id="CA1", caller="+12025550199", called="+442079460018", agent=agent)
    return make_lead("call", call=told.model_copy(update={"state": state}))


def owner(account: Account) -> Any:
    operation, field, *_ = OWNED[account.name]
    made = [one.fields for one in account.simulator.records if one.operation == operation]
    return made[-1].get("activity", made[-1]).get(field)


@pytest.mark.parametrize("account", OWNED, indirect=True)
@pytest.mark.parametrize("agent", [*AGENTS, "Somebody Else", None])
def test_the_agent_of_a_call_owns_what_tells_it(account: Account, agent: str | None) -> None:
    record = {"record": "contact"} if account.name == "trackerrms" else {}
    account.deliver(call("completed", agent), options=account.options(owner="{agent}", **record))
    _, _, theirs, usual = OWNED[account.name]
    assert owner(account) == (theirs if agent in AGENTS else usual)


@pytest.mark.parametrize("account", ["initiative"], indirect=True)
def test_who_takes_a_call_gets_the_event_that_was_made_while_it_rang(account: Account) -> None:
    options, steps = account.options(owner="{agent}"), fresh_steps()
    account.deliver(call("ringing", None), steps, options)
    again = DeliverySteps(steps.done, save=lambda *_: None)
    account.deliver(call("completed", "Alex Agent"), again, options)
    renewed = [one for one in account.simulator.records if one.operation == "update:Events"][-1]
    assert renewed.fields["assigned_user_id"] == "19x12"


@pytest.mark.parametrize("account", ["initiative"], indirect=True)
@pytest.mark.parametrize("setting", [{"admin": False}, {"hidden_modules": ["Users"]}])
def test_whoever_may_not_give_records_away_keeps_them(
    account: Account, setting: dict[str, Any]
) -> None:
    account.simulator.switch |= setting
    account.deliver(call("completed", "Alex Agent"), options=account.options(owner="{agent}"))
    assert owner(account) == "19x1"


@pytest.mark.parametrize("account", OWNED, indirect=True)
@pytest.mark.parametrize(("told", "keys"), [("alex.agent@example.com", []), ("x@y.z", ["owner"])])
def test_check_knows_whom_the_crm_has(account: Account, told: str, keys: list[str]) -> None:
    advice = account.crm.advise("call", account.options(owner=told))
    assert [one.key for one in advice if one.key == "owner"] == keys
