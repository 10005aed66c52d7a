"""Which CRMs are paused, and how their last attempts went: the ledger's side of pausing.

    pk             sk         what
    pause#<crm>    pause      a `Pause`; the last one stays when it is lifted. Beside it how the
                              last attempts went: in `minute_0` and `minute_1`, an even and an odd
                              one, `good_…` and `bad_…`; and while none works, a `Streak`

One item, so that one read before a batch tells all of it. Where nothing failed lately nothing is
counted.

Every method raises Unavailable when the table can't be reached.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from leadrelay.lead import timestamp
from leadrelay.ledger import items
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.standing import (
    Pause,
    PauseKind,
    Standing,
    minute_of,
    read_standing,
)
from leadrelay.ledger.table import Table

_NO_STREAK = {"failing_since": None, "failed": None}


class Pauses:
    """The pauses of one table. Safe to use from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, crm: str) -> Pause | None:
        """The CRM's pause, or the last one; None when it never had one."""
        return self.standing(crm).pause

    def standing(self, crm: str) -> Standing:
        return read_standing(crm, self._table.get(_key(crm)) or {})

    def begin(self, pause: Pause) -> bool:
        """Pause a CRM; False when it is paused. A person's pause takes the place of ours."""
        condition = "attribute_not_exists(since) OR attribute_exists(lifted_at)"
        if pause.kind == "by hand":
            condition += " OR kind <> :by_hand"
        return self._write(
            pause.crm,
            {
                "kind": pause.kind,
                "since": timestamp(pause.since),
                "reason": pause.reason,
                "probes": pause.probes,
                "next_probe_at": timestamp(pause.next_probe_at) if pause.next_probe_at else None,
                "secret_version": pause.secret_version,
                "lifted_at": None,
                **_NO_STREAK,
            },
            condition,
            {"by_hand": "by hand"} if pause.kind == "by hand" else {},
        )

    def take_probe(self, pause: Pause, *, version: str | None, next_at: datetime) -> bool:
        """Take the next probe; False when somebody else did, or the pause is over.

        It counts before it is made: a probe that kills its function is not repeated at once.
        """
        return self._write(
            pause.crm,
            {
                "probes": pause.probes + 1,
                "next_probe_at": timestamp(next_at),
                "secret_version": version,
            },
            "since = :since AND probes = :seen AND attribute_not_exists(lifted_at)",
            {"since": timestamp(pause.since), "seen": pause.probes},
        )

    def found(self, pause: Pause, kind: PauseKind, reason: str) -> None:
        """Keep why a probe failed."""
        self._write(pause.crm, {"kind": kind, "reason": reason}, *_same(pause))

    def lift(self, pause: Pause, *, at: datetime) -> bool:
        """End this very pause; False when it is over or another one by now."""
        return self._write(pause.crm, {"lifted_at": timestamp(at), **_NO_STREAK}, *_same(pause))

    def end_streak(self, crm: str) -> None:
        """Something worked."""
        self._write(crm, _NO_STREAK, "attribute_exists(failing_since)", {})

    def count(self, known: Standing, *, good: int, bad: int, at: datetime) -> Standing:
        """Add to a minute's attempts, and to the streak, which something that worked ends; how it
        stands then. Attempts of a minute that is over are counted no more."""
        minute = minute_of(at)
        slot, seen = minute.minute % 2, timestamp(minute)
        begun = timestamp(known.streak.since if known.streak else at)
        streak: dict[str, Any] = _NO_STREAK if good else {"failing_since": begun}
        failed = {} if good else {"failed": bad}
        first = {f"minute_{slot}": seen, f"good_{slot}": good, f"bad_{slot}": bad}
        more = {f"good_{slot}": good, f"bad_{slot}": bad}
        is_first = f"attribute_not_exists(minute_{slot}) OR minute_{slot} < :minute"
        for added, changes, condition in (
            (failed | more, streak, f"minute_{slot} = :minute"),
            (failed, streak | first, is_first),
            (failed | more, streak, f"minute_{slot} = :minute"),  # another was first just now
        ):
            with suppress(ConditionFailed):
                item = self._table.add(
                    _key(known.crm), added, changes, condition=condition, given={"minute": seen}
                )
                return read_standing(known.crm, item)
        return known

    def _write(
        self, crm: str, changes: dict[str, Any], condition: str, given: dict[str, Any]
    ) -> bool:
        try:
            self._table.update(_key(crm), changes, condition=condition, given=given)
        except ConditionFailed:
            return False
        return True


def _key(crm: str) -> items.Item:
    return {"pk": f"pause#{crm}", "sk": "pause"}


def _same(pause: Pause) -> tuple[str, dict[str, Any]]:
    """The condition that this pause is still on; a person's must not be mistaken for ours."""
    since = timestamp(pause.since)
    return "since = :since AND attribute_not_exists(lifted_at)", {"since": since}
