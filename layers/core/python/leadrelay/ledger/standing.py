"""What the ledger knows of a CRM: whether it is paused, and how the last attempts went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from leadrelay.ledger import items

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
        minute = minute_of(now)
        last = [minute - _MINUTE] if since is None or since <= minute - _MINUTE else []
        counted = [self.minutes.get(one, (0, 0)) for one in (minute, *last)]
        return sum(good for good, _ in counted), sum(bad for _, bad in counted)


def read_standing(crm: str, item: items.Item) -> Standing:
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


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
