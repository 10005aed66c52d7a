"""Many leads: whether time grows as they do, and memory doesn't.

`python -m bench.scale [SIZE …]` measures it alone.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from bench import quick_ministack
from bench.document import table
from bench.place import Place, aws, place
from bench.worker import most_memory_mb
from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.aws.queues import Queues
from leadrelay.delivery.order import Order
from leadrelay.delivery.replay import Replayer
from leadrelay.delivery.sweep import Sweep
from leadrelay.ledger import figures
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.search import search
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import copy_lead
from leadrelay_sandbox.parked import ParkedStack

SIZES = (1_000, 10_000)
_PERSON = "jane0@example.com"  # whose lead is copied
_HOW = """The same work with more leads in the ledger, each for one CRM: processor time for each
1,000 that it is done to, and the most memory that its process had, of which some 70 MB are
Python, botocore and ours. Time for each 1,000 and memory should stay as they are.

The ledger is MiniStack's, in a process of its own that no figure has in it. One lead is accepted,
and the others are copies of it, put there by DynamoDB's batches; an index's pages are found by
their keys (`bench/quick_ministack.py`), as MiniStack takes seconds for each where there are
100,000. Acceptance and erasure, which look at a lead at a time, are done to a tenth of so many
leads, among all of them. What is replayed is half of what is parked, in a ledger and a queue that
are made up as they are asked for. The digest, the sweep and `leadrelay leads` go through all.
"""


def section(sizes: tuple[int, ...] = SIZES) -> Iterator[str]:
    yield _HOW
    titles = ("", "leads in the ledger", "done to", "s for each 1,000", "memory, MB")
    yield table(titles, (row for size in sizes for row in _rows(size)))


def _rows(size: int) -> Iterator[tuple[str, ...]]:
    script = Path(quick_ministack.__file__)
    with TemporaryDirectory() as home, place(Path(home), script) as here:
        _fill(here, size)
        for what in ("leadrelay leads", "digest", "sweep", "replay", "leadrelay erase"):
            yield _row(what, size, here.run(what, str(size), module="bench.scale"))
        taken = here.run("accept", "one", str(size // 10))
        yield _row("acceptance", size, {"done": size // 10, "s": taken["s"], "mb": taken["mb"]})


def _row(what: str, size: int, told: dict[str, float]) -> tuple[str, ...]:
    each = 1000 * told["s"] / told["done"]
    print(
        f"    {what}, {size:,} leads: {each:.2f} s for each 1,000, {told['mb']:.0f} MB", flush=True
    )
    return what, f"{size:,}", f"{told['done']:,}", f"{each:.2f}", f"{told['mb']:.0f}"


def _fill(here: Place, size: int) -> None:
    """One lead is accepted, and its copies stand in the ledger as it does: queued."""
    here.run("accept", "one", "1")
    dynamodb = aws("dynamodb", here.environment["AWS_ENDPOINT_URL"])
    name = ENVIRONMENT["TABLE_NAME"]
    found = dynamodb.query(
        TableName=name,
        IndexName="by_email",
        KeyConditionExpression="email = :email",
        ExpressionAttributeValues={":email": {"S": _PERSON}},
    )
    (original,) = found["Items"]
    for _ in copy_lead(dynamodb, name, original["pk"]["S"].removeprefix("lead#"), size - 1):
        pass


def _leads(ledger: Table, _size: int) -> int:
    return sum(1 for _ in search(ledger, Filter()))


def _digest(ledger: Table, _size: int) -> int:
    now = datetime.now(UTC)
    span = figures.Span(now - timedelta(days=1), now + timedelta(minutes=1))
    return sum(figures.count(ledger, ["collect"], span).accepted.values())


def _sweep(ledger: Table, _size: int) -> int:
    """As many runs as it takes: each ends by itself."""
    once = Sweep(
        ledger=Deliveries(ledger),
        runs=lambda _: True,
        queue=Queues(client("sqs"), os.environ["QUEUE_URL_PREFIX"]).send,
        report=lambda *_, **__: None,
        now=datetime.now(UTC) + timedelta(hours=1),
    )
    return sum(iter(lambda: once.run(["collect"]), 0))


def _replay(_ledger: Table, size: int) -> int:
    """Of twice as many that are parked: every second one was refused."""
    stack = ParkedStack(2 * size)
    queues = Queues(stack, "https://sqs.example.com/leadrelay-")
    parked = ParkedDeliveries(Table(stack, "ledger"), queues, ["trackerrms"])
    order = Order(filter=Filter.model_validate({"class": "Refused"}), rate=1000)
    replayer = Replayer(ledger=parked, queue=queues.send, sleep=lambda _: None)
    return sum(1 for _ in replayer.replay(order, "bench"))


def _erase(ledger: Table, size: int) -> int:
    files = Files(client("s3"), os.environ["FILES_BUCKET"])
    eraser = Eraser(table=ledger, files=files, salt="bench")
    found = islice(search(ledger, Filter(email=_PERSON)), size // 10)
    return sum(eraser.erase(one.lead.id, by="bench") is not None for one in found)


WORK: dict[str, Callable[[Table, int], int]] = {
    "leadrelay leads": _leads,
    "digest": _digest,
    "sweep": _sweep,
    "replay": _replay,
    "leadrelay erase": _erase,
}


def work(what: str, size: int) -> dict[str, Any]:
    """What one kind of work costs among so many leads, in a process of its own."""
    ledger = Table(client("dynamodb"), os.environ["TABLE_NAME"])
    before = process_time()
    done = WORK[what](ledger, size)
    used = process_time() - before
    assert done >= size // 10, f"{what}: {done} of {size}"
    return {"done": done, "s": used, "mb": most_memory_mb()}


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WORK:
        print(json.dumps(work(sys.argv[1], int(sys.argv[2]))))
    else:
        print("\n".join(section(tuple(map(int, sys.argv[1:])) or SIZES)))
