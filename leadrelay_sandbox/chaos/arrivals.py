"""The bucket and the malware scan: they tell of each file when it hurts most, and tell it twice."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from leadrelay.aws.files import read_upload_key
from leadrelay.lead import lead_ref
from leadrelay.ledger.items import read_doubt
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.clock import real
from leadrelay_sandbox.chaos.faults import BESIDE, DELIVERED, IN_DOUBT, Tally
from leadrelay_sandbox.chaos.functions import Died, Function
from leadrelay_sandbox.chaos.place import Place
from leadrelay_sandbox.fault import Fault

_WAITS_S = (0.0, 2.0)  # ours
_FILES = ("file ", "attach ")  # begin the names of their steps
_LONGEST_S = 600.0  # of the functions': for the moment that it waits for
_MUCH_LONGER = 2
_A_FEW = 5  # whose deliveries are read at a time
_TWICE = 0.2
_NEVER = "it can't come any more"
_UNTRIED = "it has yet to come"

# Seldom is a lead in doubt whose file is to come: so an answer to a write of its own is lost at one
# of these CRMs, to a request of this operation that bears its reference so.
_LOSES: Mapping[str, Sequence[tuple[str, str, str]]] = {
    IN_DOUBT: (("initiative", "create", "{}"), ("collect", "create:debtor", "{}")),
    BESIDE: (("initiative", "create", "{}/"), ("collect", "upload", "{}-")),
}


@dataclass(frozen=True, slots=True)
class _Put:
    """An object that nobody has been told of."""

    key: str
    etag: str
    since: float
    wait: float
    moment: str
    """The bad moment that it comes at, if that comes in time."""
    loss: Fault | None
    """What brings that moment about."""

    @property
    def is_urgent(self) -> bool:
        """Whether its moment is about to pass, or it waits for none."""
        return not self.moment or bool(self.loss and not self.loss.times)


class Arrivals:
    """A thread that calls the function for each file that is put into the bucket.

    What a lead has beside its résumé comes at once. The résumés come when a write of their lead is
    in doubt, when that of the file beside them is, or when it was delivered without them; once
    each of these has struck, a fifth comes at once, too.
    """

    def __init__(
        self, stage: Place, function: Function, seed: str, tally: Tally, moments: Sequence[str]
    ) -> None:
        """`moments` are what the résumés wait for."""
        self._stage = stage
        self._function = function
        self._tally = tally
        self._awaited = moments
        self._random = Random(seed)  # noqa: S311  # repeatable, as nothing secret is
        self._seen: set[tuple[str, str]] = set()
        self._waiting: list[_Put] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether no file waits for its moment."""
        return not self._waiting

    def stop(self) -> None:
        """Tell of all that is left."""
        self._stopped.set()
        self._thread.join()
        self._look()
        for put in self._waiting:
            self._tell(put)
        self._function.end()

    def _run(self) -> None:
        while not self._stopped.wait(0.1):
            self._look()
            urgent = [put for put in self._waiting if put.is_urgent]
            others = [put for put in self._waiting if not put.is_urgent]
            looked_at = [*urgent, *others[:_A_FEW]]
            due = [put for put in looked_at if self._is_due(put)]
            self._waiting = [put for put in (*others[_A_FEW:], *looked_at) if put not in due]
            for put in due:
                self._tell(put)

    def _look(self) -> None:
        for key, etag in self._stage.uploads():
            if (key, etag) not in self._seen:
                self._seen.add((key, etag))
                _, lead_id, place = read_upload_key(key)
                moment = self._moment() if place == 1 else ""
                loss = self._lose(lead_id, moment) if moment in _LOSES else None
                wait = self._wait(moment)
                self._waiting.append(_Put(key, etag, time.monotonic(), wait, moment, loss))

    def _moment(self) -> str:
        missing = {*self._tally.missing()}
        unmet = [moment for moment in self._awaited if moment in missing]
        return self._random.choice(unmet or self._awaited)

    def _wait(self, moment: str) -> float:
        """How long a file waits for its moment at most. No lead has to be in doubt, but nearly
        each is delivered, sooner or later."""
        if moment == DELIVERED:
            return _MUCH_LONGER * real(_LONGEST_S)
        return real(_LONGEST_S) if moment else self._random.uniform(*_WAITS_S)

    def _lose(self, lead_id: str, moment: str) -> Fault:
        """Bring the moment about: lose the answer to a write of the lead."""
        crm, operation, mark = self._random.choice(_LOSES[moment])
        about = mark.format(lead_ref(lead_id))
        loss = Fault(reset=True, after_saving=True, operation=operation, about=about)
        with self._stage.simulators[crm].lock:
            self._stage.simulators[crm].faults.append(loss)
        return loss

    def _is_due(self, put: _Put) -> bool:
        moments = self._moments(put) if put.moment else set()
        if moments & {put.moment, _NEVER}:
            return True
        if _UNTRIED in moments and self._is_behind():
            return False
        return time.monotonic() - put.since >= put.wait

    def _is_behind(self) -> bool:
        return any(queue.length(hidden=False) for queue in self._stage.queues.values())

    def _moments(self, put: _Put) -> set[str]:
        """Which of the bad moments it is for a file."""
        _, lead_id, _ = read_upload_key(put.key)
        found = self._stage.deliveries(lead_id)
        states = {one["state"] for one in found}
        if states <= {"parked"}:  # or it is erased
            return {_NEVER}
        doubt = {step for one in found if one["state"] == "unknown" for step in read_doubt(one)}
        file_doubt = any(step.startswith(_FILES) for step in doubt)
        now = {
            IN_DOUBT: "unknown" in states,
            BESIDE: file_doubt,
            DELIVERED: "delivered" in states,
            _UNTRIED: not all(one["attempts"] for one in found),
        }
        return {moment for moment, is_now in now.items() if is_now}

    def _tell(self, put: _Put) -> None:
        for moment in self._moments(put) - {_NEVER, _UNTRIED}:
            self._tally(moment, "bucket")
        self._invoke(put)
        if self._random.random() < _TWICE:
            self._tally("file told of twice", "bucket")
            self._invoke(put)

    def _invoke(self, put: _Put) -> None:
        """SQS hands a message out until the function is done with it."""
        record = {"messageId": put.etag, "body": json.dumps(_event(put))}
        while True:
            try:
                answer = self._function.invoke({"Records": [record]})
            except Died:
                continue
            if not answer["batchItemFailures"]:
                return


def _event(put: _Put) -> dict[str, Any]:
    """GuardDuty's word where the file was to be scanned, else S3's own message."""
    source, _, _ = read_upload_key(put.key)
    if source == posts.SCANNED:
        return {
            "detail": {
                "scanStatus": "COMPLETED",
                "s3ObjectDetails": {"objectKey": put.key, "eTag": put.etag},
                "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND"},
            }
        }
    return {"Records": [{"s3": {"object": {"key": put.key, "eTag": put.etag}}}]}
