"""A request becomes a lead: verify, read, keep, queue, answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from leadrelay.errors import Rejected, Unavailable
from leadrelay.intake.answer import (
    Answer,
    as_json,
    cors,
    page,
    preflight,
    problem,
    see_other,
    wants_page,
)
from leadrelay.intake.build import build_lead
from leadrelay.intake.fingerprint import fingerprint, sender_key
from leadrelay.intake.request import Request, from_event
from leadrelay.intake.senders import Submission, sender
from leadrelay.intake.token import check_token
from leadrelay.lead import Accepted, Lead, State, lead_id, lead_ref, timestamp
from leadrelay.report import Report
from leadrelay.sources import Source

_RETRY_AFTER_S = 5


class Keep(Protocol):
    """`aws.acceptance.accept`, its table filled in."""

    def __call__(
        self,
        lead: Lead,
        source: Source,
        *,
        dedupe: str,
        window: timedelta | None,
        state: State = "queued",
    ) -> Accepted: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything that receiving needs."""

    sources: Mapping[str, Source]
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name
    keep: Keep
    queue: Callable[[str, str], None]  # lead id, CRM
    report: Report
    max_body_bytes: int
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def receive(self, event: Mapping[str, object], kind: str) -> dict[str, object]:
        """Answer an API Gateway proxy event for a source of this kind."""
        try:
            request = from_event(event)
        except Rejected as rejected:
            return problem(rejected).to_event()
        name = request.path.rstrip("/").rpartition("/")[2]
        source = self.sources.get(name)
        if source is None or source.kind != kind:
            self.report("lead.rejected", status=404, request_id=request.request_id)
            detail = "There is no such source. Its name is the last part of the URL."
            return problem(Rejected(404, "Unknown source", detail)).to_event()
        origin = request.headers.get("origin")
        if request.method == "OPTIONS":
            return preflight(source.origins, origin).to_event()
        return cors(self._answer(request, source), source.origins, origin).to_event()

    def _answer(self, request: Request, source: Source) -> Answer:
        try:
            return self._accept(request, source)
        except Rejected as rejected:
            return self._refuse(request, source, rejected)
        except Unavailable as error:
            self.report("intake.unavailable", source=source.name, error=str(error))
            detail = "Nothing was kept. Send it again in a few seconds."
            busy = self._refuse(request, source, Rejected(503, "Not available just now", detail))
            return Answer(503, busy.body, {**busy.headers, "Retry-After": str(_RETRY_AFTER_S)})

    def _refuse(self, request: Request, source: Source, rejected: Rejected) -> Answer:
        self.report(
            "lead.rejected",
            source=source.name,
            status=rejected.status,
            error=rejected.title,
            request_id=request.request_id,
        )
        if wants_page(request):
            return page(rejected.title, rejected.detail, status=rejected.status)
        return problem(rejected)

    def _accept(self, request: Request, source: Source) -> Answer:
        self._check_manners(request, source)
        known = sender(source.sender)
        secrets = self.secrets(source.name) if source.token or known.verify else ()
        if known.challenge and (answer := known.challenge(request, secrets)):
            return answer
        if request.method != "POST":
            raise Rejected(405, "Method not allowed", "Send the form with POST.")
        if known.verify and not source.unverified:
            url = _public_url(request, source)
            known.verify(request.headers, request.body, url, secrets, self.now())
        read = known.read(request, source)
        submissions = read if isinstance(read, tuple) else (read,)
        check_token(source, request, submissions, secrets)
        kept = [self._keep(request, source, submission) for submission in submissions]
        return known.answer(request, source) if known.answer else _success(request, source, kept)

    def _check_manners(self, request: Request, source: Source) -> None:
        if len(request.body) > self.max_body_bytes:
            detail = f"Send at most {self.max_body_bytes} bytes; this were {len(request.body)}."
            raise Rejected(413, "Too large", detail)
        origin = request.headers.get("origin")
        if origin and source.origins and origin.lower() not in source.origins:
            detail = "Add this page's origin to the source's `origins` in sources.toml."
            raise Rejected(403, "Origin not allowed", detail)

    def _keep(self, request: Request, source: Source, submission: Submission) -> Accepted:
        now = self.now()
        key = submission.key or sender_key(request)
        content = fingerprint(submission.fields, source)
        dedupe = lead_id(source.name, "key", key) if key else lead_id(source.name, content)
        # A sender's own id is the same for ever; the same content may well come again next year.
        own_id = dedupe if key else lead_id(source.name, content, timestamp(now))
        lead = build_lead(submission, source, now, own_id, lead_ref(own_id))
        state: State = "quarantined" if _is_bot(submission, source) else "queued"
        kept = self.keep(
            lead, source, dedupe=dedupe, window=None if key else source.window, state=state
        )
        outcome = "lead.quarantined" if state == "quarantined" else "lead.accepted"
        self.report(
            "lead.duplicate" if kept.duplicate else outcome,
            lead_id=kept.lead_id,
            source=source.name,
            request_id=request.request_id,
        )
        if state == "queued" and not kept.duplicate:
            self._queue(kept.lead_id, source)
        return kept

    def _queue(self, lead_id: str, source: Source) -> None:
        for crm in source.deliver:
            try:
                self.queue(lead_id, crm)
            except Unavailable as error:
                # The lead is safe in the ledger, and the sweep will queue it.
                self.report("lead.unqueued", lead_id=lead_id, crm=crm, error=str(error))


def _public_url(request: Request, source: Source) -> str:
    """The URL as the sender knows it, which is what it signs: behind a custom domain it isn't the
    one that API Gateway sees."""
    if source.public_url is None:
        return request.url
    _, mark, query = request.url.partition("?")
    return source.public_url + mark + query


def _is_bot(submission: Submission, source: Source) -> bool:
    """People don't see the honeypot field, so they leave it empty."""
    return any(name == source.honeypot and value.strip() for name, value in submission.fields)


def _success(request: Request, source: Source, kept: Sequence[Accepted]) -> Answer:
    if wants_page(request):
        if source.thanks:
            return see_other(source.thanks)
        return page("Thank you", "Your message has arrived.")
    if len(kept) == 1:
        return as_json({"id": kept[0].lead_id, "duplicate": kept[0].duplicate})
    return as_json({"leads": [{"id": one.lead_id, "duplicate": one.duplicate} for one in kept]})
