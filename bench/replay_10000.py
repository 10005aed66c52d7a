"""Planning 10,000 parked deliveries and replaying half of them takes no more than 2 MB.

The ledger and the queues are made as they are asked for, so that all that is measured is ours.
What grows at all is a handle for each dead letter that stays, up to 10,000 of them.
"""

import time
import tracemalloc

from leadrelay.aws.queues import Queues
from leadrelay.delivery.replay import Order, Plan, Replayer
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.table import Table
from leadrelay_sandbox.parked import ParkedStack

MANY, FEW = 10_000, 1_000
ORDER = Order(filter=Filter.model_validate({"class": "Refused"}), rate=1000)


def main() -> None:
    _peak(FEW)  # imports and caches
    few = _peak(FEW)
    started = time.monotonic()
    many = _peak(MANY)
    took = time.monotonic() - started
    print(f"replay of {FEW}: peak {few / 1e6:.2f} MB; of {MANY}: {many / 1e6:.2f} MB, {took:.1f} s")
    assert many < 2_000_000, "memory grows with the number of parked deliveries"


def _peak(count: int) -> int:
    """Bytes at the most while so many are planned, and those of one reason replayed."""
    stack = ParkedStack(count)
    queues = Queues(stack, "https://sqs.example.com/leadrelay-")
    ledger = ParkedDeliveries(Table(stack, "ledger"), queues, ["trackerrms"])
    replayer = Replayer(ledger=ledger, queue=queues.send, sleep=lambda _: None)
    plan = Plan(ORDER)
    tracemalloc.start()
    for one in replayer.find(ORDER.filter):
        plan.add(one)
    replayed = sum(1 for _ in replayer.replay(ORDER, "bench"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert plan.planned == replayed == stack.queued == sum(stack.deleted) == count // 2
    return peak


if __name__ == "__main__":
    main()
