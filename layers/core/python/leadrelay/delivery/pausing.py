"""A CRM that takes no lead at all is paused, and probed until it does again.

    deliver ──writes──▶ pause ◀──writes── leadrelay pause | resume
       │                  ▲
       └─starts──▶ sweep ─┴ follows it, each minute too: has the queue read or not, and
                            has deliver probe

The pause in the ledger is the truth. Only the sweep switches event source mappings, so only it
may: a deliver function can't be told the one that it is read by (each would have to be made
before the other), so it starts the sweep. What Lambda still brings meanwhile is put back untried.
A deliver function is the only one that may read its CRM's secret, so it is the one that probes.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from leadrelay.errors import DeliveryError, Misconfigured, Unavailable
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause, PauseKind, Standing
from leadrelay.report import Report

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(minutes=15)
_RELAPSE = timedelta(minutes=30)  # a CRM paused again within this goes on with longer intervals

# Where few leads come, so many attempts in vain over so long a time are what there is to judge by.
_SEVERAL, _LONG = 3, timedelta(hours=1)


def probe_interval(probes: int) -> timedelta:
    """How long after so many probes that failed the next one is made."""
    # 1 << 10 is beyond the longest; without the limit a long outage would overflow.
    return min(_SHORTEST * (1 << min(probes, 10)), _LONGEST)


def is_doubtful(standing: Standing, now: datetime) -> bool:
    """Whether a CRM that isn't paused has to prove itself: it may be one lead that fails over and
    over, so it is asked before it is paused."""
    pause, streak = standing.pause, standing.streak
    if streak is None or (pause and pause.is_on):
        return False
    return streak.failed >= _SEVERAL and now - streak.since >= _LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing:
    """One CRM's pauses: begun and ended."""

    crm: str
    pauses: Pauses
    secret_version: Callable[[], str | None]  # it also has the secret read again when needed
    start_sweep: Callable[[], None]
    report: Report

    def read(self) -> Standing:
        """Raises Unavailable."""
        return self.pauses.standing(self.crm)

    def begin(
        self, kind: PauseKind, error: DeliveryError, now: datetime, *, last: Pause | None
    ) -> None:
        """Pause the CRM; `last` is the last pause, if there was one. Raises Unavailable."""
        relapse = last and last.lifted_at and now - last.lifted_at < _RELAPSE
        probes = last.probes if last and relapse else 0
        wait = probe_interval(probes)
        pause = Pause(
            crm=self.crm,
            kind=kind,
            since=now,
            reason=error.reason,
            probes=probes,
            next_probe_at=now + wait,
            secret_version=self._secret_version(),
        )
        if self.pauses.begin(pause):
            self._tell("crm.paused", kind, error, wait)
            self._start_sweep()

    def probe(self, check: Callable[[], str], now: datetime | None = None) -> bool:
        """Try the CRM by `Crm.check`: one that is doubtful, and is paused if that fails; one that
        is paused if it is time to, or its secret was changed. True when that ended a pause. The
        sweep asks for this each minute, so it raises nothing."""
        now = now or datetime.now(UTC)
        try:
            standing = self.read()
            if is_doubtful(standing, now):
                self._prove(check, now, standing)
            elif (pause := standing.pause) and pause.is_on and self._may_probe(pause, now):
                return self._probe(check, now, pause)
        except Unavailable as error:
            self.report("crm.unprobed", crm=self.crm, error=str(error))
        return False

    def _prove(self, check: Callable[[], str], now: datetime, standing: Standing) -> None:
        try:
            check()
        except DeliveryError as error:
            self.begin(_kind(error), error, now, last=standing.pause)
        else:
            self.pauses.end_streak(self.crm)
            self.report("crm.proved", crm=self.crm)

    def _may_probe(self, pause: Pause, now: datetime) -> bool:
        """Take the next probe, if it is time."""
        if pause.next_probe_at is None:
            return False
        version = self.secret_version()
        changed = pause.secret_version is not None and version != pause.secret_version
        if now < pause.next_probe_at and not changed:
            return False
        wait = probe_interval(pause.probes + 1)
        return self.pauses.take_probe(pause, version=version, next_at=now + wait)

    def _probe(self, check: Callable[[], str], now: datetime, pause: Pause) -> bool:
        try:
            check()
        except DeliveryError as error:
            self.pauses.found(pause, _kind(error), error.reason)
            self._tell("crm.probed", _kind(error), error, probe_interval(pause.probes + 1))
            return False
        if not self.pauses.lift(pause, at=now):
            return False
        self.report("crm.resumed", crm=self.crm, after_s=(now - pause.since).total_seconds())
        self._start_sweep()
        return True

    def _tell(self, outcome: str, kind: PauseKind, error: DeliveryError, wait: timedelta) -> None:
        name, seconds = type(error).__name__, wait.total_seconds()
        self.report(outcome, crm=self.crm, kind=kind, error=name, next_probe_s=seconds)

    def _secret_version(self) -> str | None:
        try:
            return self.secret_version()
        except Unavailable:  # no reason to go on; then only time tells when to probe
            return None

    def _start_sweep(self) -> None:
        with suppress(Unavailable):  # it comes by itself within a minute
            self.start_sweep()


def _kind(error: DeliveryError) -> PauseKind:
    return "misconfigured" if isinstance(error, Misconfigured) else "down"
