"""A thousand leads to each CRM in one run: each is there once, and nothing piles up on the way."""

import gc
import tracemalloc
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.crm.contract import Account, make_lead
from tests.crm.terms import THREADS

LEADS = 1000
WATCHED = 100  # the last of them: watching memory makes everything slow
_SETTLES = 50  # before: what a connection holds, it holds however many leads there are
_PER_LEAD = 500  # bytes that may be left behind; a lead is several times that
_CLIENT = ("*/leadrelay/*", "*/httpx/*", "*/httpcore/*", "*/h11/*")


def test_a_thousand_leads_are_there_once_each_and_leave_nothing_behind(account: Account) -> None:
    account.connect_with_sessions()
    with ThreadPoolExecutor(THREADS) as threads:

        def deliver(numbers: Iterable[int]) -> list[str]:
            leads = (make_lead("form", number) for number in numbers)
            return [receipt.record_id for receipt in threads.map(account.deliver, leads)]

        delivered = deliver(range(LEADS - WATCHED - _SETTLES))
        tracemalloc.start()
        try:
            delivered += deliver(range(LEADS - WATCHED - _SETTLES, LEADS - WATCHED))
            before = _held_by_the_client()
            delivered += deliver(range(LEADS - WATCHED, LEADS))
            left_behind = _held_by_the_client() - before
        finally:
            tracemalloc.stop()
    assert len(set(delivered)) == LEADS
    assert sorted(delivered) == sorted(one.id for one in account.ones)
    assert account.simulator.logins in range(1, THREADS + 2)
    assert len(account.simulator.connections) <= THREADS + 1
    assert left_behind < WATCHED * _PER_LEAD


def _held_by_the_client() -> int:
    """Bytes that the adapter and the libraries below it hold; not the simulator's records."""
    gc.collect()
    snapshot = tracemalloc.take_snapshot()
    ours = snapshot.filter_traces([tracemalloc.Filter(True, pattern) for pattern in _CLIENT])
    return sum(trace.size for trace in ours.traces)
