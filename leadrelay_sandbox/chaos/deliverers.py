"""Lambda's side of delivering: each CRM's queue is handed to its functions, batch by batch."""

from threading import Event, Thread
from typing import Any

from leadrelay_sandbox.chaos.functions import Died, Function
from leadrelay_sandbox.chaos.place import Place
from leadrelay_sandbox.chaos.queue import Queue, Record


class Deliverers:
    """`functions` are those of each CRM, which each work in a thread of their own."""

    def __init__(self, stage: Place, functions: list[tuple[str, Function]]) -> None:
        self._stage = stage
        self._functions = functions

    def threads(self, stop: Event) -> list[Thread]:
        """They work while the queues misbehave, until stopped."""
        return [Thread(target=self._work, args=(*one, stop)) for one in self._functions]

    def work_off(self) -> None:
        """All that is in the queues."""
        threads = [Thread(target=self._work_off, args=one) for one in self._functions]
        start(threads)
        for thread in threads:
            thread.join()

    def end(self) -> None:
        for _, function in self._functions:
            function.end()

    def _work(self, crm: str, function: Function, stop: Event) -> None:
        queue = self._stage.queues[crm]
        while not stop.is_set():
            self._probe(crm, function)
            if batch := queue.next():
                _hand(function, queue, batch)
        function.end()

    def _work_off(self, crm: str, function: Function) -> None:
        queue = self._stage.queues[crm]
        self._probe(crm, function)
        while batch := queue.receive():
            _hand(function, queue, batch)

    def _probe(self, crm: str, function: Function) -> None:
        """What the sweep has started a deliver function for."""
        while (event := self._stage.lambda_api.take(f"deliver-{crm}")) is not None:
            invoke(function, event)


def start(threads: list[Thread]) -> None:
    for thread in threads:
        thread.daemon = True  # a run that is given up waits for none of them
        thread.start()


def invoke(function: Function, event: dict[str, Any]) -> dict[str, Any] | None:
    """The handler's answer; None if it died."""
    try:
        return function.invoke(event)
    except Died:
        return None


def _hand(function: Function, queue: Queue, batch: list[Record]) -> None:
    """As Lambda's event source does: what isn't named as failed is deleted."""
    answer = invoke(function, {"Records": batch})
    if answer is not None:
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        queue.delete([record for record in batch if record["messageId"] not in failed])
