"""A queue as SQS and Lambda's event source hand it to a function, at their worst.

SQS promises each message at least once and in no order. It doesn't lose one, but a message ends
with its retention, or by somebody's purge.
"""

import queue
import threading
import time
from collections.abc import Iterable
from itertools import batched
from random import Random
from typing import Any

from leadrelay_sandbox.chaos.faults import Dice, Tally

_BATCH = 5
_READY = 2  # batches that wait for a function at most
_LATE_S = (0.5, 4.0)  # ours

type Record = dict[str, Any]
"""A message as an event of Lambda has it."""


class Queue:
    """One CRM's queue. Safe to use from several threads."""

    def __init__(self, sqs: Any, url: str, crm: str, dice: Dice[str], tally: Tally) -> None:
        self.is_read = True  # the event source mapping's state
        self._sqs = sqs
        self._url = url
        self._crm = crm
        self._dice = dice
        self._tally = tally
        self._random = Random(dice.seed)  # noqa: S311  # repeatable, as nothing secret is
        self._ready: queue.SimpleQueue[list[Record]] = queue.SimpleQueue()
        self._late: list[tuple[float, Record]] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Read, and misbehave, until stopped."""
        self._thread.start()

    def stop(self) -> None:
        """From now on only `receive` reads. What was read and not handed out comes again."""
        self._stopped.set()
        self._thread.join()

    def next(self) -> list[Record]:
        """The next batch for a function, while the queue misbehaves; none after a short wait."""
        try:
            return self._ready.get(timeout=0.2)
        except queue.Empty:
            return []

    def receive(self, *, wait: int = 0) -> list[Record]:
        """Up to ten messages, as they come; none when there are none, or none may be read."""
        if not self.is_read:
            return []
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=wait
        )
        return [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
            }
            for message in answer.get("Messages", ())
        ]

    def delete(self, records: Iterable[Record]) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
            for number, record in enumerate(records)
        ]
        if entries:
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def length(self, *, hidden: bool) -> int:
        """How many messages wait, more or less."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names[: 1 + hidden])

    def _read(self) -> None:
        while not self._stopped.is_set():
            if not self.is_read or self._ready.qsize() >= _READY:
                time.sleep(0.02)
                continue
            twice: list[Record] = []
            now = [one for one in self._shuffled(self.receive(wait=1)) if self._passes(one, twice)]
            half = len(twice) // 2  # these meet themselves in one batch, or in another process
            for batch in batched([*self._due(), *now, *twice[half:]], _BATCH, strict=False):
                self._ready.put(list(batch))
            for record in twice[:half]:
                self._ready.put([record])

    def _due(self) -> list[Record]:
        now = time.monotonic()
        due = [record for at, record in self._late if at <= now]
        self._late = [one for one in self._late if one[0] > now]
        return due

    def _shuffled(self, records: list[Record]) -> list[Record]:
        shuffled = self._random.sample(records, len(records))
        if shuffled != records:
            self._tally("messages out of order", self._crm)
        return shuffled

    def _passes(self, record: Record, twice: list[Record]) -> bool:
        """Whether a message goes to the function now."""
        fault = self._dice.draw()
        if fault is None:
            return True
        self._tally(fault, self._crm)
        match fault:
            case "message late":
                self._late.append((time.monotonic() + self._random.uniform(*_LATE_S), record))
                return False
            case "message lost":
                self.delete([record])
                return False
            case _:
                twice.append(record)
                return True
