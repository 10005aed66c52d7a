"""An answer that doesn't prove that nothing was written: the next attempt looks first."""

from typing import Any

import pytest

from leadrelay.errors import DeliveryError, Retryable, Undecidable, Unknown
from tests.crm.contract import Account, again, fresh_steps, make_lead

LOOKS = {
    "trackerrms": "getRecords",
    "centia": "Contacts.GetContacts",
    "collect": "read:debtor",
}
of_refusals = pytest.mark.parametrize("account", LOOKS, indirect=True)


def second_attempt(account: Account, number: int, error: type[DeliveryError]) -> None:
    """After a first one that ended with `error`."""
    lead, steps = make_lead("form", number), fresh_steps()
    with pytest.raises(error) as raised:
        account.deliver(lead, steps)
    account.simulator.faults.clear()
    account.deliver(lead, again(steps, raised.value))


@pytest.mark.parametrize("status", [408, 503])
def test_what_may_have_stood_before_the_crm_proves_nothing(account: Account, status: int) -> None:
    account.fail(status=status, after_saving=True)
    second_attempt(account, 1, Retryable)
    assert len(account.ones) == 1


BROKEN: tuple[dict[str, Any], ...] = (
    {"status": 500},
    {"status": 403, "body": "Request blocked"},
    {"status": 404, "body": "<h1>Not found</h1>"},
    {"status": 429},
    {"reset": True},
)


@of_refusals
@pytest.mark.parametrize("look", BROKEN, ids=str)
def test_a_look_without_an_answer_leaves_a_refused_write_in_doubt(
    account: Account, look: dict[str, Any]
) -> None:
    account.deliver(make_lead())
    account.fail(refuse="Something went wrong", after_saving=True)
    account.simulator.fail_next(operation=LOOKS[account.name], times=9, **look)
    error = Undecidable if (account.name, look.get("status")) == ("collect", 404) else Unknown
    if error is Unknown:
        second_attempt(account, 1, error)
        assert len(account.ones) == 2
    else:  # each record has a URL of its own: not found is an answer
        with pytest.raises(error):
            account.deliver(make_lead("form", 1))


@of_refusals
def test_a_look_that_is_refused_as_well_leaves_it_to_a_person(account: Account) -> None:
    account.deliver(make_lead())
    account.fail(refuse="Something went wrong", after_saving=True)
    account.simulator.fail_next(operation=LOOKS[account.name], times=9, refuse="Not for you")
    with pytest.raises(Undecidable, match="--redo") as raised:
        account.deliver(make_lead("form", 1))
    assert "Something went wrong" in raised.value.words


@pytest.mark.parametrize("account", ["centia"], indirect=True)
def test_a_refused_write_is_in_doubt_while_the_token_can_t_be_asked_about(account: Account) -> None:
    account.deliver(make_lead())
    account.fail(refuse="Something went wrong", after_saving=True)
    account.simulator.fail_next(operation="Profiles.GetProfiles", status=502)
    second_attempt(account, 1, Unknown)
    assert len(account.ones) == 2
