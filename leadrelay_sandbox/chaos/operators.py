"""Operators: while everything breaks they replay, correct, pause, erase and change secrets."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from leadrelay.crms import CRMS
from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.cast import Person, corrected
from leadrelay_sandbox.chaos.clock import Clock, real
from leadrelay_sandbox.chaos.faults import Tally
from leadrelay_sandbox.chaos.functions import Died, Function
from leadrelay_sandbox.chaos.homes import flat, sha256
from leadrelay_sandbox.chaos.place import Place
from leadrelay_sandbox.chaos.senders import Senders

_KEPT_S = 300.0  # how long a function may have a secret in hand
_AT_EASE = timedelta(minutes=10)  # after which a CRM has surely done what it will do
_PAUSED_S = 90.0
_ONE_IN = 40  # leads is erased
_REFUSED, _UNDECIDABLE = "Refused", "Undecidable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What operators have before them. `erase` and `replay` are their commands' processes."""

    stage: Place
    senders: Senders
    erase: Function
    replay: Function
    clock: Clock
    tally: Tally


class Operators:
    """Four of them, each in a thread of their own."""

    def __init__(self, room: Room, seed: str) -> None:
        self._room = room
        self._random = Random(seed)  # noqa: S311  # repeatable, as nothing secret is
        self._stopped = threading.Event()
        self._erased: set[str] = set()
        self._token = 0
        self._looks = True
        self._edits = cycle((True, False))  # every other one
        works = (self._replay, self._pause, self._erase, self._change_secret)
        self._threads = [
            threading.Thread(target=self._go_on, args=(one,), daemon=True) for one in works
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        self._room.erase.end()
        self._room.replay.end()

    def _go_on(self, work: Callable[[], None]) -> None:
        while not self._stopped.wait(self._random.uniform(0.3, 1.5)):
            work()

    def _wait(self, seconds: float) -> None:
        """So long by the functions' clocks, unless it is over before."""
        self._stopped.wait(real(seconds))

    # -- replays --------------------------------------------------------------------------

    def _replay(self) -> None:
        crm = self._random.choice([*CRMS])
        parked = [one for one in self._parked(crm) if not self._stopped.is_set()]
        for lead, delivery in parked:
            only = {"id": lead.id, "crm": crm}
            if delivery["reason_class"] == _UNDECIDABLE:
                if self._is_missing(crm, lead, delivery):
                    self._order("replayed with redo", crm, filter=only, redo=True)
            elif not lead.call and next(self._edits):
                edit = self._correction(lead)
                self._order("replayed with an edit", crm, filter=only, edit=edit)
        kind = "replayed with a look" if self._looks else "replayed"
        if self._order(kind, crm, filter={"crm": crm, "class": _REFUSED}, look=self._looks):
            self._looks = not self._looks

    def _order(self, kind: str, crm: str, **order: Any) -> bool:
        """Whether there was something to replay."""
        event = {"yes": True, "rate": 1000, "reason": "what was wrong is mended", **order}
        done = bool(self._until_done(self._room.replay, event)["replayed"])
        if done:
            self._room.tally(kind, crm)
        return done

    def _until_done(self, function: Function, event: dict[str, Any]) -> dict[str, Any]:
        """A command that died is given once more; to do something again it isn't, as what it did
        may be in doubt by now, and has to be looked for again."""
        while True:
            try:
                return function.invoke(event)
            except Died:
                if event.get("redo"):
                    return {"replayed": 0}

    def _parked(self, crm: str) -> Iterator[tuple[Lead, items.Item]]:
        for delivery in self._room.stage.in_state(crm, "parked"):
            if lead := self._room.stage.lead(delivery["pk"]):
                yield lead, delivery

    def _correction(self, lead: Lead) -> dict[str, str]:
        """What the person had got wrong; nobody else's address or number comes of it."""
        right = corrected(Person(lead.first_name or "", lead.last_name or "", "", lead.phone or ""))
        changes = {
            "email": {"email": right.email},
            "phone": {"phone": right.phone},
            "name": {"last_name": right.last_name},
            "place": {"city": "Leeds"},
        }
        return changes[self._random.choice([*changes])]

    def _is_missing(self, crm: str, lead: Lead, delivery: items.Item) -> bool:
        """Whether the step that can't be asked about is surely not done: they have looked."""
        parked_at = datetime.fromisoformat(delivery["updated_at"])
        if self._room.clock.now() - parked_at < _AT_EASE:
            return False
        step, _, digest = str(delivery.get("undecided")).partition(" ")
        records = self._room.stage.records()[crm]
        match step:
            case "attach":
                return not any(sha256(one).startswith(digest) for one in records)
            case "application" if lead.job:
                number = lead.job.removeprefix("JOB-")
                jobs = (dict(flat(one.fields)).get("opportunityid") for one in records)
                return number not in {str(job) for job in jobs}
            case "plan":
                rowid = delivery["steps"]["debtor"].partition(" ")[0]
                plans = (one for one in records if one.operation.startswith("runplan"))
                return rowid not in {str(one.fields.get("debtor")) for one in plans}
        return False

    # -- the others -----------------------------------------------------------------------

    def _pause(self) -> None:
        """And resume, or the sweep's probe would never lift it."""
        crm, pauses = self._random.choice([*CRMS]), Pauses(self._room.stage.table)
        since = self._room.clock.now()
        if pauses.begin(Pause(crm=crm, kind="by hand", since=since, reason="maintenance")):
            self._room.tally("paused by hand", crm)
            self._room.stage.lambda_api.start("sweep")
            self._wait(_PAUSED_S)
            pause = pauses.read(crm)
            if pause:
                pauses.lift(pause, at=self._room.clock.now())
            self._room.stage.lambda_api.start("sweep")
        self._wait(_PAUSED_S)

    def _erase(self) -> None:
        known = [one for one in self._room.senders.done_with() if one not in self._erased]
        if known and len(self._erased) <= self._room.senders.asked / _ONE_IN:
            lead_id = self._random.choice(known)
            self._erased.add(lead_id)
            self._until_done(self._room.erase, {"lead_id": lead_id})
            self._room.tally("erased", "operator")

    def _change_secret(self) -> None:
        """Of a source: the new one beside the old, until every function has it and its sender
        sends it; then the old one goes."""
        senders, old = self._room.senders, self._room.senders.token
        self._token += 1
        new = f"{posts.TOKEN}-{self._token}"
        self._room.stage.put_token([new, old])
        self._wait(1.2 * _KEPT_S)
        senders.token = new
        self._wait(60)
        self._room.stage.put_token([new])
        self._room.tally("source's secret changed", "enquiry")
        self._wait(_KEPT_S)
