"""Eight threads, answers that get lost, sessions that end: each lead is there once."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from leadrelay.errors import Misconfigured, Retryable, Unknown
from tests.crm.contract import Account, again, fresh_steps, make_lead, texts
from tests.crm.terms import THREADS

_LOST = 0.2  # of the answers
_A_SESSION_LASTS = 50  # answers
_ATTEMPTS = 40


class Unsteady:
    """Loses answers, and ends all sessions every now and then."""

    def __init__(self, account: Account, chance: random.Random) -> None:
        self._account = account
        self._chance = chance
        self._lock = threading.Lock()
        self._answers = count(1)
        self.ended = 0
        account.client.event_hooks = {"response": [self._strike]}

    def _strike(self, _: httpx.Response) -> None:
        with self._lock:
            if next(self._answers) % _A_SESSION_LASTS == 0:
                self._account.terms.expire(self._account.simulator)
                self.ended += 1
            if self._chance.random() < _LOST:
                raise httpx.ReadError("lost")


@pytest.mark.parametrize("leads", [200, pytest.param(THREADS * 200, marks=pytest.mark.long)])
def test_each_lead_is_there_once(account: Account, leads: int) -> None:
    account.connect_with_sessions()
    wire = Unsteady(account, random.Random(1))  # noqa: S311  # not for secrets
    with ThreadPoolExecutor(THREADS) as threads:
        delivered = [*threads.map(lambda number: _deliver(account, number), range(leads))]
    assert sorted(delivered) == sorted(one.id for one in account.ones)
    assert len(set(delivered)) == leads
    told = "\n".join(text for one in account.ones for text in texts(one.fields))
    assert all(make_lead("form", number).ref in told for number in range(leads))
    # Each end of the sessions costs a login for all threads, more where its answer gets lost too,
    # or where another session ends meanwhile.
    assert wire.ended > 0
    logins = account.simulator.logins
    assert logins <= (wire.ended + 1) * account.terms.logins_after_expiry * 3


def _deliver(account: Account, number: int) -> str:
    """As the ledger does, until it is delivered."""
    lead, steps, errors = make_lead("form", number), fresh_steps(), Counter[str]()
    for _ in range(_ATTEMPTS):
        try:
            return account.deliver(lead, steps).record_id
        except (Retryable, Unknown, Misconfigured) as error:  # a session may end twice in a row
            steps = again(steps, error)
            errors[f"{type(error).__name__}: {error}"] += 1
    raise AssertionError(f"never delivered: {errors}")
