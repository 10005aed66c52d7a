"""1,000 and 10,000 leads: whether time grows as they do, and memory doesn't.

`python -m bench.scale 100000` does it with as many as are asked for.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from bench.document import table
from bench.place import Place, aws, place
from bench.worker import most_memory_mb
from leadrelay.aws.clients import client
from leadrelay.aws.queues import Queues
from leadrelay.delivery.replay import Order, Replayer
from leadrelay.ledger import figures
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.search import search
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import copy_lead
from leadrelay_sandbox.parked import ParkedStack

SIZES = (1_000, 10_000)


def section(sizes: tuple[int, ...] = SIZES) -> Iterator[str]:
    yield "## Scale\n"
    yield (
        "The same work with more leads in the ledger: processor time for each 1,000 of them, and"
        " the most memory that the process had, of which some 75 MB are Python, botocore and ours."
        " Time for each 1,000 and memory should stay as they are.\n"
    )
    yield table(("", "leads", "s for each 1,000", "memory, MB"), _rows(sizes))


def _rows(sizes: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    for size in sizes:
        with TemporaryDirectory() as home, place(Path(home)) as here:
            _fill(here, size)
            for what in WORK:
                told = here.run(what, str(size), module="bench.scale")
                yield what, f"{size:,}", f"{1000 * told['s'] / size:.2f}", f"{told['mb']:.0f}"


def _fill(here: Place, size: int) -> None:
    """One lead is accepted and its copies stand in the ledger as it does: queued."""
    here.run("arrive", "one", "1", "0")
    dynamodb = aws("dynamodb", here.environment["AWS_ENDPOINT_URL"])
    (original,) = {
        item["pk"]["S"]
        for item in dynamodb.scan(TableName=ENVIRONMENT["TABLE_NAME"])["Items"]
        if item["pk"]["S"].startswith("lead#")
    }
    name = ENVIRONMENT["TABLE_NAME"]
    for _ in copy_lead(dynamodb, name, original.removeprefix("lead#"), size - 1):
        pass


def _leads(ledger: Table, _size: int) -> int:
    return sum(1 for _ in search(ledger, Filter()))


def _digest(ledger: Table, _size: int) -> int:
    now = datetime.now(UTC)
    span = figures.Span(now - timedelta(days=1), now + timedelta(minutes=1))
    return sum(figures.count(ledger, ["collect"], span).accepted.values())


def _sweep(ledger: Table, _size: int) -> int:
    now = datetime.now(UTC) + timedelta(hours=1)
    deliveries, later = Deliveries(ledger), now + timedelta(minutes=5)
    found = deliveries.overdue("collect", before=now)
    return sum(deliveries.nudged(one, now=now, until=later) is not None for one in found)


def _replay(_ledger: Table, size: int) -> int:
    """Of twice as many that are parked: every second one was refused. Ledger and queues are made as
    they are asked for."""
    stack = ParkedStack(2 * size)
    queues = Queues(stack, "https://sqs.example.com/leadrelay-")
    parked = ParkedDeliveries(Table(stack, "ledger"), queues, ["trackerrms"])
    order = Order(filter=Filter.model_validate({"class": "Refused"}), rate=1000)
    replayer = Replayer(ledger=parked, queue=queues.send, sleep=lambda _: None)
    return sum(1 for _ in replayer.replay(order, "bench"))


WORK: dict[str, Callable[[Table, int], int]] = {
    "leadrelay leads": _leads,
    "digest": _digest,
    "sweep": _sweep,
    "replay": _replay,
}


def main(what: str, size: int) -> dict[str, Any]:
    """What one kind of work costs over so many leads, in a process of its own."""
    ledger = Table(client("dynamodb"), os.environ["TABLE_NAME"])
    before = process_time()
    done = WORK[what](ledger, size)
    used = process_time() - before
    assert done == size, done
    return {"s": used, "mb": most_memory_mb()}


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print("\n".join(section((int(sys.argv[1]),))))
    else:
        print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
