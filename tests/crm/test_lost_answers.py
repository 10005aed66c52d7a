"""Many at once, with every fifth answer lost and sessions deleted: each lead is there once."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import httpx
import pytest

from leadrelay.errors import Misconfigured, Retryable, Unknown
from leadrelay.lead import Lead
from tests.crm.contract import Account, again, fresh_steps, make_lead
from tests.crm.terms import THREADS

SHARE = 0.2  # of all answers that are lost, those to logins and looks too
_EXPIRE_EVERY_S = 0.1


@dataclass
class LossyWire:
    """Loses answers after the CRM has done its work."""

    random: Random = field(default_factory=lambda: Random(12))  # noqa: S311  # no secret
    lost: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, response: httpx.Response) -> None:
        with self.lock:
            if self.random.random() >= SHARE:
                return
            self.lost[response.request.method] += 1
        raise httpx.ReadError("lost")


@contextmanager
def deleted_sessions(account: Account) -> Iterator[list[float]]:
    """Meanwhile the CRM forgets every session now and then; when it did."""
    done, when = threading.Event(), []

    def work() -> None:
        while not done.wait(_EXPIRE_EVERY_S):
            account.terms.expire(account.simulator)
            when.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield when
    finally:
        done.set()
        thread.join()


def deliver(account: Account, lead: Lead) -> str:
    """Attempt after attempt, as the queue would have it."""
    steps = fresh_steps()
    while True:
        try:
            return account.deliver(lead, steps).record_id
        except (Unknown, Retryable, Misconfigured) as error:
            # Misconfigured: deleted twice during one call. A login works, so nobody believes it.
            steps = again(steps, error)


@pytest.mark.parametrize("count", [200, pytest.param(THREADS * 200, marks=pytest.mark.long)])
def test_each_lead_is_there_once_though_answers_and_sessions_are_lost(
    account: Account, count: int
) -> None:
    account.connect_with_sessions()
    wire = LossyWire()
    account.client.event_hooks = {"response": [wire]}
    leads = [make_lead("form", number) for number in range(count)]
    with deleted_sessions(account) as deleted, ThreadPoolExecutor(THREADS) as threads:
        delivered = list(threads.map(lambda lead: deliver(account, lead), leads))
    assert len(set(delivered)) == count
    assert sorted(delivered) == sorted(one.id for one in account.ones)
    assert account.made.count(account.terms.makes["form"][0]) == count
    lost = sum(wire.lost.values())
    assert lost > count * SHARE / 2
    assert deleted
    # Each thread may need one for each deletion; one whose answer is lost is made once more.
    assert account.simulator.logins <= (len(deleted) + 1) * THREADS / (1 - SHARE)
