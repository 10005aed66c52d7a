"""One canary: registered in the ledger, sent to a source's URL as its sender would, and followed
until each CRM's function has had it. Whoever doesn't do their part is named."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Literal

from leadrelay.canaries import MARK, canary_id
from leadrelay.canary.line import Answer, Send, send
from leadrelay.errors import Unavailable
from leadrelay.intake.guards.proving import needs_secret, proving
from leadrelay.ledger.canaries import At, Canaries, Trail
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from leadrelay.signing import can_prove, proved
from leadrelay.signing.samples import Sample, for_source, with_headers
from leadrelay.signing.tokens import with_token
from leadrelay.sources import Source

type State = Literal["works", "paused", "broken"]

_EVERY_S = 0.5
_SECRET = {401, 403}


@dataclass(frozen=True, slots=True)
class Step:
    """What one part did: "ledger", "secret", "API", "intake", "sample", or a CRM by its name."""

    part: str
    state: State
    told: str


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
            yield Step("ledger", "broken", str(error))
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
        if needs_secret(source) and not secrets:
            told = f"there is none of {source.name}: `leadrelay secrets set source {source.name}`"
            return Step("secret", "broken", told)
        if secrets and not can_prove(source, secrets[0]):
            told = f"{source.sender} signs with a key that only it has: choose another source"
            return Step("secret", "broken", told)
        return Step("secret", "works", "there is one" if secrets else f"{source.sender} needs none")

    def _knock(self) -> Step:
        """Whether the mark gets through to our intake. Without it a canary would become a lead; an
        empty request can't."""
        try:
            answer = self._send(Sample("GET", self.source.path, [], b""))
        except Unavailable as error:
            return Step("API", "broken", str(error))
        if answer.status == 200 and _is_heard(answer, self.mark):
            return Step("API", "works", f"the mark gets through {self.by.door(self.source)}")
        if answer.status == 503 and answer.is_problem:
            return Step("ledger", "broken", "the intake can't reach it")
        if answer.status == 429 or answer.status >= 500:
            return Step("API", "broken", f"answers {answer.status}")
        why = " it doesn't know the source," if answer.status == 404 else ""
        told = (
            f"answers {answer.status}: what is before it drops the header {MARK},{why} or it runs"
        )
        return Step("API", "broken", f"{told} an older version")

    def _fly(self) -> Step:
        self.may_come = True
        try:
            answer = self._send(self._request())
        except Unavailable as error:
            return Step("API", "broken", str(error))
        self.may_come = False
        trail = self._canaries.trail(self.mark)
        if answer.status >= 400 or trail.stopped:
            return self._refused(answer, trail)
        if trail.kept is None:
            told = f"it was answered {answer.status}, but nobody wrote that it was taken in"
            return Step("ledger", "broken", told)
        self.kept = trail.kept
        return Step("intake", "works", f"took it in as {self.source.sender} sends it")

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

    def _refused(self, answer: Answer, trail: Trail) -> Step:
        if trail.stopped is None:
            ours = answer.status == 503 and answer.is_problem
            told = "the intake can't reach it" if ours else f"answers {answer.status}"
            return Step("ledger" if ours else "API", "broken", told)
        outcome, more = trail.stopped
        if outcome == "source.unverifiable":
            return Step("secret", "broken", "the intake has none to check the request with")
        if outcome == "lead.rejected" and answer.status in _SECRET:
            return Step("secret", "broken", f"the intake refuses what it signs: {more}")
        if outcome == "intake.unavailable":
            return Step("intake", "broken", more)
        return Step("sample", "broken", f"the intake takes none of {self.source.sender}'s: {more}")

    def _arrivals(self) -> Iterator[Step]:
        """Each CRM as its function has it; at last those that haven't."""
        yield from (_paused(crm, pause) for crm, pause in self.paused.items())
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
            yield _paused(crm, paused[crm]) if crm in paused else Step(crm, "broken", told)

    def _arrived(self, crm: str, at: At) -> Step:
        if at == "arrived":
            return Step(crm, "works", "its function got it from the queue")
        if at == "unqueued":
            return Step(crm, "broken", "its queue doesn't take messages from the intake")
        pause = self._pauses([crm]).get(crm)
        return _paused(crm, pause)


def _paused(crm: str, pause: Pause | None) -> Step:
    since = f" since {pause.since:%d %b %H:%M} UTC, {pause.kind}" if pause else ""
    return Step(crm, "paused", f"is paused{since}: its leads wait")


def _is_heard(answer: Answer, mark: str) -> bool:
    try:
        told = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("canary") == canary_id(mark)
