"""Which CRMs are paused, and how their last attempts went: the ledger's side of pausing.

    pk             sk         what
    pause#<crm>    pause      a `Pause`; the last one stays when it is lifted. Beside it how the
                              last attempts went: in `minute_0` and `minute_1`, an even and an odd
                              one, `good_…` and `bad_…`; and while none works, a `Streak`

One item, so that one read before a batch tells all of it. Where nothing failed lately nothing is
counted.

Every method raises Unavailable when the table can't be reached.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from leadrelay.lead import timestamp
from leadrelay.ledger import items
from leadrelay.ledger.table import ConditionFailed, Table

type PauseKind = Literal["misconfigured", "down", "by hand"]

_MINUTE = timedelta(minutes=1)
_TIMES = ("since", "next_probe_at", "lifted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is brought to a CRM from `since` until `lifted_at`.

    `probes` counts those that failed, with those of the pause that this one is a relapse into.
    A pause by hand is never probed, so it has no `next_probe_at`. `secret_version` is that of
    the secret which was found not to work.
    """

    crm: str
    kind: PauseKind
    since: datetime
    reason: str  # with the CRM's own words: for the ledger and a person, never for a log
    probes: int = 0
    next_probe_at: datetime | None = None
    secret_version: str | None = None
    lifted_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        return self.lifted_at is None


@dataclass(frozen=True, slots=True)
class Streak:
    """Attempts that failed, none between them that worked: since when, and about how many."""

    since: datetime
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a CRM: its pause, or the last one; how long nothing has worked; and how
    many attempts of a minute went well and badly, as far as they were counted."""

    crm: str
    pause: Pause | None = None
    streak: Streak | None = None
    minutes: Mapping[datetime, tuple[int, int]] = MappingProxyType({})

    def lately(self, now: datetime, *, since: datetime | None = None) -> tuple[int, int]:
        """Of this minute and the last, but of none that `since` isn't before."""
        minute = _minute(now)
        last = [minute - _MINUTE] if since is None or since <= minute - _MINUTE else []
        counted = [self.minutes.get(one, (0, 0)) for one in (minute, *last)]
        return sum(good for good, _ in counted), sum(bad for _, bad in counted)


_NO_STREAK = {"failing_since": None, "failed": None}


class Pauses:
    """The pauses of one table. Safe to use from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, crm: str) -> Pause | None:
        """The CRM's pause, or the last one; None when it never had one."""
        return self.standing(crm).pause

    def standing(self, crm: str) -> Standing:
        return _read_standing(crm, self._table.get(_key(crm)) or {})

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
        minute = _minute(at)
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
                return _read_standing(known.crm, item)
        return known

    def _write(
        self, crm: str, changes: dict[str, Any], condition: str, given: dict[str, Any]
    ) -> bool:
        try:
            self._table.update(_key(crm), changes, condition=condition, given=given)
        except ConditionFailed:
            return False
        return True


def _read_standing(crm: str, item: items.Item) -> Standing:
    minutes = {
        datetime.fromisoformat(item[f"minute_{slot}"]): (
            int(item[f"good_{slot}"]),
            int(item[f"bad_{slot}"]),
        )
        for slot in (0, 1)
        if f"minute_{slot}" in item
    }
    pause, streak = _read_pause(crm, item), _read_streak(item)
    return Standing(crm=crm, pause=pause, streak=streak, minutes=minutes)


def _read_pause(crm: str, item: items.Item) -> Pause | None:
    if "since" not in item:
        return None
    times = {name: datetime.fromisoformat(item[name]) for name in _TIMES if name in item}
    return Pause(
        crm=crm,
        kind=item["kind"],
        reason=item["reason"],
        probes=int(item["probes"]),
        secret_version=item.get("secret_version"),
        **times,
    )


def _read_streak(item: items.Item) -> Streak | None:
    if "failing_since" not in item:
        return None
    return Streak(datetime.fromisoformat(item["failing_since"]), int(item["failed"]))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _key(crm: str) -> items.Item:
    return {"pk": f"pause#{crm}", "sk": "pause"}


def _same(pause: Pause) -> tuple[str, dict[str, Any]]:
    """The condition that this pause is still on; a person's must not be mistaken for ours."""
    since = timestamp(pause.since)
    return "since = :since AND attribute_not_exists(lifted_at)", {"since": since}
