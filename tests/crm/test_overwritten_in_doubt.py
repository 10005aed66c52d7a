"""TrackerRMS overwrites whom it knows: after a write in doubt that makes nobody twice."""

from typing import Any

import pytest

from leadrelay.errors import Undecidable, Unknown
from tests.crm.contract import RESUME, Account, again, fresh_steps, make_lead

KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("createContact", {"record": "contact", "overwritecontact": True}),
    ("createResource", {"record": "resource", "overwriteresource": True}),
    ("createResourceFromResume", {"record": "resource", "overwriteresource": True}),
)
of_trackerrms = pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
however = pytest.mark.parametrize(("write", "options"), KINDS)
NAME_ONLY = {"email": None, "phone": None}


def lose(account: Account, write: str, options: dict[str, Any], **fields: Any) -> Any:
    """(the lead, the steps of its next attempt) after an answer that was lost."""
    resume = RESUME if write == "createResourceFromResume" else None
    lead, steps = make_lead(resume=resume, **fields), fresh_steps()
    account.simulator.fail_next(operation=write, reset=True, after_saving=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, account.options(**options))
    return lead, again(steps, lost.value)


@of_trackerrms
@however
@pytest.mark.parametrize("corrected", [{}, {"first_name": "Janet"}])
def test_it_is_written_again_over_itself(
    account: Account, write: str, options: dict[str, Any], corrected: dict[str, Any]
) -> None:
    lead, steps = lose(account, write, options)
    account.deliver(lead.model_copy(update=corrected), steps, account.options(**options))
    assert len({one.id for one in account.simulator.records}) == 1


@of_trackerrms
@however
@pytest.mark.parametrize(
    "corrected",
    [{"email": "corrected@example.com"}, {"email": "corrected@example.com", "phone": None}],
)
def test_a_correction_makes_nobody_anew(
    account: Account, write: str, options: dict[str, Any], corrected: dict[str, Any]
) -> None:
    lead, steps = lose(account, write, options)
    with pytest.raises(Undecidable, match="before the lead was corrected"):
        account.deliver(lead.model_copy(update=corrected), steps, account.options(**options))
    assert account.made == [write]


@of_trackerrms
def test_what_was_never_written_is_written_with_the_correction(account: Account) -> None:
    options = account.options(**KINDS[0][1])
    lead, steps = make_lead(), fresh_steps()
    account.simulator.fail_next(operation="createContact", reset=True)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps, options)
    corrected = lead.model_copy(update={"email": "corrected@example.com"})
    account.deliver(corrected, again(steps, lost.value), options)
    assert account.made == ["createContact"]


@of_trackerrms
@however
def test_who_is_known_by_a_name_only_is_made_once(
    account: Account, write: str, options: dict[str, Any]
) -> None:
    lead, steps = lose(account, write, options, **NAME_ONLY)
    with pytest.raises(Undecidable):
        account.deliver(lead, steps, account.options(**options))
    assert account.made == [write]
