"""A submission becomes a lead in the ledger, and its CRMs are told to fetch it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from leadrelay.errors import Unavailable
from leadrelay.intake.files.of_lead import Attacher, awaiting
from leadrelay.intake.keeping.identity import identify
from leadrelay.intake.keeping.merge import has_come_to, is_another_call, merge
from leadrelay.intake.meaning.building import build_lead, fitting
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission, sender
from leadrelay.lead import Accepted, Arrival, Guard, Lead
from leadrelay.report import Report
from leadrelay.sources import Source
from leadrelay.threads import side_by_side

# How long a call waits for the state that its source wants to deliver at; then it goes as it is.
_LONGEST_CALL = timedelta(hours=4)
# Some events of a call don't say whose it is, and may be the first to come.
_NAMELESS_CALL = timedelta(minutes=1)

# In one day.
_CALLS_OF_ONE_NUMBER = 50


class _AnotherCall(Exception):  # no error: the exchange counts its calls anew
    """What is known under a call's number is another call."""


class Accept(Protocol):
    """`ledger.acceptance.accept`, its table filled in."""

    def __call__(
        self,
        lead: Lead,
        source: Source,
        *,
        guard: Guard,
        doubt: str | None,
        held_for: timedelta | None,
        arrival: Arrival,
    ) -> Accepted: ...


class Enrich(Protocol):
    """`ledger.enrichment.enrich`, its table filled in; the CRMs to queue."""

    def __call__(
        self,
        lead_id: str,
        add: Callable[[Lead], Lead],
        *,
        now: datetime,
        ready: Callable[[Lead], bool],
    ) -> tuple[str, ...]: ...


class Release(Protocol):
    """`ledger.quarantine.release`, its table filled in; the CRMs to queue."""

    def __call__(self, lead_id: str, *, now: datetime) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Where leads are kept, and how their CRMs are told."""

    accept: Accept
    enrich: Enrich
    release: Release
    queue: Callable[[str, str], None]  # lead id, CRM
    report: Report
    attacher: Attacher | None = None  # of functions that take files

    def keep(
        self,
        submission: Submission,
        request: Request,
        source: Source,
        now: datetime,
        *,
        doubt: str | None = None,
        announced: Sequence[int] = (),
    ) -> Accepted:
        """Keep a lead, or add to the one it turns out to be. Raises Rejected, Unavailable.

        With a `doubt` it is put aside; the same again without one releases it, so that nobody's
        bad start (a form filled in too fast) stands in the way of their second try.
        The files of the places `announced` come on their own.
        """
        nameless = build_lead(submission, source, now, "", "")
        for nth in range(_CALLS_OF_ONE_NUMBER):
            identity = identify(submission, nameless, request, source, nth)
            lead = identity.named(nameless)
            if self.attacher and submission.files:
                lead = self.attacher.attach(lead, submission.files)
            lead = awaiting(lead, *announced)
            try:
                kept = self._keep(lead, identity.guard, request, source, doubt)
            except _AnotherCall:
                continue
            self._hand_over_files(lead, kept, submission)
            return kept
        raise Unavailable("too many calls have the same number")

    def _keep(
        self, lead: Lead, guard: Guard, request: Request, source: Source, doubt: str | None
    ) -> Accepted:
        """Raises _AnotherCall when what stands under the guard is another call."""
        held_for = _held_for(lead, source)
        kept = self.accept(
            lead,
            source,
            guard=guard,
            doubt=doubt,
            held_for=held_for,
            arrival=Arrival(verified=_verified(source), correlation_id=request.request_id),
        )
        if kept.duplicate and lead.call:
            self._add_to_call(lead, kept.lead_id, guard, source, doubt)
        outcome = "lead.quarantined" if doubt else "lead.accepted"
        self.report(
            "lead.duplicate" if kept.duplicate else outcome,
            lead_id=kept.lead_id,
            source=source.name,
        )
        if doubt:
            return kept
        if kept.duplicate:
            self._queue(kept.lead_id, self.release(kept.lead_id, now=lead.received_at))
        else:
            self._queue(kept.lead_id, () if held_for else source.deliver)
        return kept

    def _add_to_call(
        self, news: Lead, lead_id: str, guard: Guard, source: Source, doubt: str | None
    ) -> None:
        """Raises _AnotherCall. A guard without a window is a vendor's own id, and of one call for
        certain. What is doubtful adds nothing."""
        certain = guard.window is None
        if doubt and certain:
            return

        def add(known: Lead) -> Lead:
            if not certain and is_another_call(known, news):
                raise _AnotherCall
            return known if doubt else fitting(merge(known, news))

        self.add(
            lead_id,
            add,
            now=news.received_at,
            ready=lambda known: not doubt and _held_for(known, source) is None,
        )

    def _hand_over_files(self, lead: Lead, kept: Accepted, submission: Submission) -> None:
        if self.attacher:
            if kept.lead_id != lead.id:
                self.attacher.discard(lead)
            known = lead.model_copy(update={"id": kept.lead_id})
            self.attacher.hand_to_scan(known, submission.files)

    def add(
        self,
        lead_id: str,
        change: Callable[[Lead], Lead],
        *,
        now: datetime,
        ready: Callable[[Lead], bool],
    ) -> None:
        """Add news to a lead, which goes to its CRMs once it is `ready`. Raises Unavailable."""
        self._queue(lead_id, self.enrich(lead_id, change, now=now, ready=ready))

    def _queue(self, lead_id: str, crms: tuple[str, ...]) -> None:
        """The lead is safe in the ledger, and what isn't queued here the sweep will queue. At once,
        so that its sender waits for the slowest queue, and not for one after the other."""
        side_by_side([partial(self._queue_one, lead_id, crm) for crm in crms], len(crms))

    def _queue_one(self, lead_id: str, crm: str) -> None:
        try:
            self.queue(lead_id, crm)
        except Unavailable as error:
            self.report("lead.unqueued", lead_id=lead_id, crm=crm, error=str(error))


def _verified(source: Source) -> str:
    """How it is known who sent a lead of this source, once it was let in."""
    signed = sender(source.sender).verify and not source.unverified
    ways = ("signature" if signed else "", "token" if source.token else "")
    return " and ".join(filter(None, ways)) or "not at all"


def _held_for(lead: Lead, source: Source) -> timedelta | None:
    """How long the deliveries wait for what is still to come; None when nothing is."""
    if lead.awaits:
        return source.file_wait
    if source.on is not None and not has_come_to(lead.call, source.on):
        return _LONGEST_CALL
    if lead.call and not (lead.call.caller or lead.call.called or lead.call.hidden):
        return _NAMELESS_CALL
    return None
