"""A submission becomes a lead in the ledger, and its CRMs are told to fetch it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from leadrelay.errors import Unavailable
from leadrelay.intake.files.of_lead import Attacher, awaiting, awaits_a_file
from leadrelay.intake.keeping.fingerprint import fingerprint, sender_key
from leadrelay.intake.keeping.merge import has_come_to, merge
from leadrelay.intake.meaning.building import build_lead, fitting
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission, sender
from leadrelay.lead import Accepted, Arrival, Guard, Lead, lead_id, lead_ref, timestamp
from leadrelay.report import Report
from leadrelay.sources import Source

# How long a call waits for the state that its source wants to deliver at; then it goes as it is.
_LONGEST_CALL = timedelta(hours=4)
# Some events of a call don't say whose it is, and may be the first to come.
_NAMELESS_CALL = timedelta(minutes=1)


class Accept(Protocol):
    """`aws.acceptance.accept`, its table filled in."""

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
    """`aws.enrichment.enrich`, its table filled in; the CRMs to queue."""

    def __call__(
        self,
        lead_id: str,
        add: Callable[[Lead], Lead],
        *,
        now: datetime,
        ready: Callable[[Lead], bool],
    ) -> tuple[str, ...]: ...


class Release(Protocol):
    """`aws.quarantine.release`, its table filled in; the CRMs to queue."""

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
        file_follows: bool = False,
    ) -> Accepted:
        """Keep a lead, or add to the one it turns out to be. Raises Rejected, Unavailable.

        With a `doubt` it is put aside; the same again without one releases it, so that nobody's
        bad start (a form filled in too fast) stands in the way of their second try.
        `file_follows` says that its file was announced, and comes on its own.
        """
        guard, own_id = _identify(submission, request, source, now)
        lead = build_lead(submission, source, now, own_id, lead_ref(own_id))
        if self.attacher and submission.files:
            lead = self.attacher.attach(lead, submission.files)
        if file_follows:
            lead = awaiting(lead)
        held_for = _held_for(lead, source)
        kept = self.accept(
            lead,
            source,
            guard=guard,
            doubt=doubt,
            held_for=held_for,
            arrival=Arrival(verified=_verified(source), correlation_id=request.request_id),
        )
        outcome = "lead.quarantined" if doubt else "lead.accepted"
        self.report(
            "lead.duplicate" if kept.duplicate else outcome,
            lead_id=kept.lead_id,
            source=source.name,
        )
        if self.attacher:
            if kept.lead_id != lead.id:
                self.attacher.discard(lead)
            lead = lead.model_copy(update={"id": kept.lead_id})
            self.attacher.hand_to_scan(lead, submission.files)
        if doubt:
            return kept
        if not kept.duplicate:
            self._queue(kept.lead_id, () if held_for else source.deliver)
        elif source.kind == "call":
            self.add(
                kept.lead_id,
                partial(_add, lead),
                now=now,
                ready=lambda known: _held_for(known, source) is None,
            )
        else:
            self._queue(kept.lead_id, self.release(kept.lead_id, now=now))
        return kept

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
        for crm in crms:
            try:
                self.queue(lead_id, crm)
            except Unavailable as error:
                # The lead is safe in the ledger, and the sweep will queue it.
                self.report("lead.unqueued", lead_id=lead_id, crm=crm, error=str(error))


def _identify(
    submission: Submission, request: Request, source: Source, now: datetime
) -> tuple[Guard, str]:
    """What guards against the same lead coming twice, and the lead's id."""
    if key := submission.key or sender_key(request):
        # A sender's own id is the same for ever.
        own_id = lead_id(source.name, "key", key)
        return Guard(key=own_id, window=None), own_id
    # The same content may well come again next year, and is another lead then.
    content = submission.content or fingerprint(
        [*submission.fields, *(("file", file.attachment().sha256) for file in submission.files)],
        source,
    )
    guard = Guard(key=lead_id(source.name, content), window=source.window)
    return guard, lead_id(source.name, content, timestamp(now))


def _verified(source: Source) -> str:
    """How it is known who sent a lead of this source, once it was let in."""
    signed = sender(source.sender).verify and not source.unverified
    ways = ("signature" if signed else "", "token" if source.token else "")
    return " and ".join(filter(None, ways)) or "not at all"


def _held_for(lead: Lead, source: Source) -> timedelta | None:
    """How long the deliveries wait for what is still to come; None when nothing is."""
    if awaits_a_file(lead):
        return source.file_wait
    if source.on is not None and not has_come_to(lead.call, source.on):
        return _LONGEST_CALL
    if lead.call and not (lead.call.caller or lead.call.called or lead.call.hidden):
        return _NAMELESS_CALL
    return None


def _add(news: Lead, known: Lead) -> Lead:
    return fitting(merge(known, news))
