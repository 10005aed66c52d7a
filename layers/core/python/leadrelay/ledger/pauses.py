"""Which CRMs are paused, and how their last attempts went: the ledger's side of pausing.

    pk             sk         what
    pause#<crm>    pause      a `Pause`; the last one stays when it is lifted. Beside it, while
                              attempts fail and none works, a `Streak`
    pulse#<crm>    <minute>   `good` and `bad`: how many attempts of that minute went how

Every method raises Unavailable when the table can't be reached.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from leadrelay.lead import timestamp
from leadrelay.ledger import items
from leadrelay.ledger.table import ConditionFailed, Table

type PauseKind = Literal["misconfigured", "down", "by hand"]

_PULSE_KEPT = timedelta(hours=1)
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


class Standing(NamedTuple):
    """What is known of a CRM: its pause, or the last one, and how long nothing has worked."""

    pause: Pause | None
    streak: Streak | None


_NO_STREAK = {"failing_since": None, "failed": None}


class Pauses:
    """The pauses of one table. Safe to use from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, crm: str) -> Pause | None:
        """The CRM's pause, or the last one; None when it never had one."""
        return self.standing(crm).pause

    def standing(self, crm: str) -> Standing:
        item = self._table.get(_key(crm)) or {}
        return Standing(_read_pause(crm, item), _read_streak(item))

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

    def note_failures(self, crm: str, known: Streak | None, failed: int, *, at: datetime) -> None:
        """Add to the streak that is known, or begin one. Where two write at once one counts."""
        since, before = (known.since, known.failed) if known else (at, 0)
        changes = {"failing_since": timestamp(since), "failed": before + failed}
        self._write(
            crm,
            changes,
            "attribute_not_exists(failing_since) OR failing_since = :since",
            {"since": timestamp(since)},
        )

    def end_streak(self, crm: str) -> None:
        """Something worked."""
        self._write(crm, _NO_STREAK, "attribute_exists(failing_since)", {})

    def tally(self, crm: str, minute: datetime, *, good: int, bad: int) -> tuple[int, int]:
        """Add to a minute's attempts; how many went well and how many badly by then."""
        item = self._table.add(
            _pulse_key(crm, minute),
            {"good": good, "bad": bad},
            expires_at=int((minute + _PULSE_KEPT).timestamp()),
        )
        return int(item["good"]), int(item["bad"])

    def pulse(self, crm: str, minute: datetime) -> tuple[int, int]:
        """How many attempts of a minute went well, and how many badly."""
        item = self._table.get(_pulse_key(crm, minute)) or {}
        return int(item.get("good", 0)), int(item.get("bad", 0))

    def _write(
        self, crm: str, changes: dict[str, Any], condition: str, given: dict[str, Any]
    ) -> bool:
        try:
            self._table.update(_key(crm), changes, condition=condition, given=given)
        except ConditionFailed:
            return False
        return True


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


def _key(crm: str) -> items.Item:
    return {"pk": f"pause#{crm}", "sk": "pause"}


def _pulse_key(crm: str, minute: datetime) -> items.Item:
    return {"pk": f"pulse#{crm}", "sk": timestamp(minute)}


def _same(pause: Pause) -> tuple[str, dict[str, Any]]:
    """The condition that this pause is still on; a person's must not be mistaken for ours."""
    since = timestamp(pause.since)
    return "since = :since AND attribute_not_exists(lifted_at)", {"since": since}
