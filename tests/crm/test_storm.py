"""Everything at once, in random order: each lead is there once, whole, and with its own person."""

import pytest

from tests.crm.contract import Account
from tests.crm.storm import Storm

LEADS = 36
A_FEW, MANY = range(3), range(3, 30)


@pytest.mark.parametrize(
    "seed", [*A_FEW, *(pytest.param(one, marks=pytest.mark.long) for one in MANY)]
)
def test_each_lead_is_there_once_and_with_its_person(account: Account, seed: int) -> None:
    found = Storm(account, seed, LEADS).run()
    assert found.leads == LEADS
    assert found.delivered > LEADS / 2
    wrong = (found.lost, found.doubled, found.misplaced, found.needless, found.untold)
    assert wrong == ([], [], [], [], [])
