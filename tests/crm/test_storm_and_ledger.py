"""Everything at once, with the real ledger beneath: whatever breaks on either side, each lead is
there once, whole, and with its own person."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from leadrelay_sandbox.environment import ENVIRONMENT
from tests.crm.contract import Account
from tests.crm.ledger_storm import LedgerStorm
from tests.handlers.aws import Queue, aws, table_definition


@pytest.fixture(autouse=True)
def ledger(account: Account) -> Iterator[None]:
    with mock_aws():
        aws("dynamodb").create_table(TableName=ENVIRONMENT["TABLE_NAME"], **table_definition())
        Queue(f"{account.name}-dead")
        yield


@pytest.mark.parametrize(
    ("seed", "leads"),
    [(0, 10), *(pytest.param(seed, 36, marks=pytest.mark.long) for seed in range(1, 4))],
)
def test_each_lead_is_there_once_and_with_its_person(
    account: Account, seed: int, leads: int
) -> None:
    found = LedgerStorm(account, seed, leads).run()
    assert found.leads == leads
    assert found.delivered > leads / 2
    wrong = (found.lost, found.doubled, found.misplaced, found.needless, found.untold)
    assert wrong == ([], [], [], [], [])
