"""One canary: registered in the ledger, sent to a source's URL as its sender would, and followed
until each CRM's function has had it. Whoever doesn't do their part is named."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_urlsafe

from leadrelay.canaries import MARK
from leadrelay.canary.line import Answer, Send, send
from leadrelay.canary.steps import Step, crm_step, intake_step, mark_step, paused_step, secret_step
from leadrelay.errors import Unavailable
from leadrelay.intake.guards.proving import needs_secret, proving
from leadrelay.ledger.canaries import At, Canaries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from leadrelay.signing import proved
from leadrelay.signing.samples import Sample, for_source, with_headers
from leadrelay.signing.tokens import with_token
from leadrelay.sources import Source

_EVERY_S = 0.5
_LOOKS = 10  # for what became of a request whose answer was lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Prober:
    """What sends canaries. `called` is what the API takes its URLs to begin with, which is what
    senders sign; `door` is where a source's requests go."""

    table: Table
    called: str
    door: Callable[[Source], str]
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name. Raises Unavailable
    sample: Callable[[str], Sample]  # of a sender
    send: Send = send
    patience_s: float = 60  # for the queues, once it was taken in
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def probe(self, source: Source) -> Iterator[Step]:
        """Each step as it is made, up to the first that is broken; of the CRMs all."""
        flight = _Flight(self, source)
        try:
            yield from flight.steps()
        except Unavailable as error:
            yield Step("ledger", "broken", str(error).removeprefix("ledger: "))
        finally:
            flight.end()


@dataclass(slots=True)
class _Flight:
    """One canary on its way."""

    by: Prober
    source: Source
    mark: str = field(default_factory=lambda: token_urlsafe(24))
    paused: dict[str, Pause] = field(default_factory=dict)
    kept: tuple[str, ...] = ()  # the CRMs that the intake queued it for
    may_come: bool = False  # after we are gone: a request without an answer

    @property
    def _canaries(self) -> Canaries:
        return Canaries(self.by.table)

    def steps(self) -> Iterator[Step]:
        for leg in (self._register, self._prove, self._knock, self._fly):
            step = leg()
            yield step
            if step.state == "broken":
                return
        yield from self._arrivals()

    def end(self) -> None:
        """Leave nothing behind. What may come yet must be known as a canary then, and DynamoDB
        forgets it within two days."""
        if not self.may_come:
            with suppress(Unavailable):
                self._canaries.forget(self.mark)

    def _register(self) -> Step:
        self.paused = self._pauses(self.source.deliver)
        name, now = self.source.name, self.by.now()
        self._canaries.register(self.mark, name, [*self.paused], now=now)
        return Step("ledger", "works", "the canary is registered")

    def _pauses(self, crms: Sequence[str]) -> dict[str, Pause]:
        known = {crm: Pauses(self.by.table).read(crm) for crm in crms}
        return {crm: pause for crm, pause in known.items() if pause and pause.is_on}

    def _prove(self) -> Step:
        """The secret, as far as we can see it."""
        source = self.source
        try:
            secrets = proving(self.by.secrets(source.name), source)
        except Unavailable as error:
            return Step("secret", "broken", str(error))
        return secret_step(source, next(iter(secrets), None), needed=needs_secret(source))

    def _knock(self) -> Step:
        """Whether the mark gets through to our intake. Without it a canary would become a lead; an
        empty request can't."""
        try:
            answer = self._send(Sample("GET", self.source.path, [], b""))
        except Unavailable as error:
            return Step("API", "broken", str(error))
        return mark_step(answer, self.mark, self.by.door(self.source))

    def _fly(self) -> Step:
        self.may_come = True
        try:
            answer = self._send(self._request())
        except Unavailable as error:
            self.may_come = not self._has_come()
            return Step("API", "broken", str(error))
        self.may_come = False
        trail = self._canaries.trail(self.mark)
        self.kept = trail.kept or ()
        return intake_step(answer, trail, self.source)

    def _has_come(self) -> bool:
        """Whether the intake had it, of which no answer came."""
        for waits in range(_LOOKS):
            if waits:
                self.by.sleep(_EVERY_S)
            trail = self._canaries.trail(self.mark)
            if trail.stopped or trail.kept is not None:
                return True
        return False

    def _request(self) -> Sample:
        source, by = self.source, self.by
        sample = for_source(by.sample(source.sender), source)
        secrets = proving(by.secrets(source.name), source)
        if not secrets:
            return sample
        return proved(with_token(sample, source.token or "", secrets[0]), source, secrets[0],
                      by.called, by.now())  # fmt: skip

    def _send(self, sample: Sample) -> Answer:
        _, mark, query = sample.path.partition("?")
        marked = with_headers(sample, {MARK: self.mark})
        return self.by.send(self.by.door(self.source) + mark + query, marked)

    def _arrivals(self) -> Iterator[Step]:
        """Each CRM as its function has it; at last those that haven't."""
        yield from (paused_step(crm, pause) for crm, pause in self.paused.items())
        waiting = [*self.kept]
        for waits in range(int(self.by.patience_s / _EVERY_S) + 1):
            if waits:
                self.by.sleep(_EVERY_S)
            at = self._canaries.trail(self.mark).at
            for crm in [one for one in waiting if one in at]:
                waiting.remove(crm)
                yield self._arrived(crm, at[crm])
            if not waiting:
                return
        paused = self._pauses(waiting)
        told = f"its function hadn't got it from the queue after {self.by.patience_s:g} s"
        for crm in waiting:
            yield paused_step(crm, paused[crm]) if crm in paused else Step(crm, "broken", told)

    def _arrived(self, crm: str, at: At) -> Step:
        pause = self._pauses([crm]).get(crm) if at == "paused" else None
        return crm_step(crm, at, pause)
