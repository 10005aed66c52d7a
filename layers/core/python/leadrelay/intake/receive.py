"""A request becomes a lead: verify, read, keep, queue, answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

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
from leadrelay.intake.bodies import read_body
from leadrelay.intake.keep import Keeper
from leadrelay.intake.request import Request, from_event
from leadrelay.intake.senders import Submission, sender
from leadrelay.intake.token import check_token
from leadrelay.lead import Accepted
from leadrelay.report import Report
from leadrelay.sources import Source

_RETRY_AFTER_S = 5
_UPLOADS = "/uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything that receiving needs."""

    sources: Mapping[str, Source]
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name
    keeper: Keeper
    report: Report
    max_body_bytes: int
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def receive(self, event: Mapping[str, object], kind: str) -> dict[str, object]:
        """Answer an API Gateway proxy event for a source of this kind."""
        try:
            request = from_event(event)
        except Rejected as rejected:
            self.report("lead.rejected", status=rejected.status, error=rejected.title)
            return problem(rejected).to_event()
        name = request.path.removesuffix(_UPLOADS).rstrip("/").rpartition("/")[2]
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
            self.report(
                "intake.unavailable",
                source=source.name,
                error=str(error),
                request_id=request.request_id,
            )
            detail = "Nothing was kept. Send it again in a few seconds."
            busy = _told(request, Rejected(503, "Not available just now", detail))
            return Answer(503, busy.body, {**busy.headers, "Retry-After": str(_RETRY_AFTER_S)})

    def _refuse(self, request: Request, source: Source, rejected: Rejected) -> Answer:
        self.report(
            "lead.rejected",
            source=source.name,
            status=rejected.status,
            error=rejected.title,
            request_id=request.request_id,
        )
        if (known := sender(source.sender)).refusal:
            return known.refusal(rejected)
        return _told(request, rejected)

    def _accept(self, request: Request, source: Source) -> Answer:
        self._check_manners(request, source)
        known = sender(source.sender)
        secrets = self.secrets(source.name) if source.token or known.verify else ()
        if known.challenge and (answer := known.challenge(request, secrets)):
            return answer
        if request.method not in known.methods:
            raise Rejected(405, "Method not allowed", f"Send it with {known.methods[0]}.")
        if known.verify and not source.unverified:
            url = _public_url(request, source)
            known.verify(request.headers, request.body, url, secrets, self.now())
        if request.path.endswith(_UPLOADS):
            return self._offer_upload(request, source)
        read = known.read(request, source)
        submissions = read if isinstance(read, tuple) else (read,)
        check_token(source, request, submissions, secrets)
        kept = [self.keeper.keep(one, request, source, self.now()) for one in submissions]
        return (known.answer or _success)(request, source, kept)

    def _offer_upload(self, request: Request, source: Source) -> Answer:
        """For files too big for one request: the lead is kept at once, and waits for its file."""
        attacher = self.keeper.attacher
        if attacher is None:
            raise Rejected(404, "No uploads here", "Only a source of kind resume takes files.")
        body = read_body(request)
        submission = Submission(body.fields, body.document)
        check_token(source, request, [submission], self.secrets(source.name))
        kept = self.keeper.keep(submission, request, source, self.now(), file_follows=True)
        return attacher.offer(source, kept.lead_id)

    def _check_manners(self, request: Request, source: Source) -> None:
        if len(request.body) > self.max_body_bytes:
            detail = f"Send at most {self.max_body_bytes} bytes; this were {len(request.body)}."
            raise Rejected(413, "Too large", detail)
        origin = request.headers.get("origin")
        if origin and source.origins and origin.lower() not in source.origins:
            detail = "Add this page's origin to the source's `origins` in sources.toml."
            raise Rejected(403, "Origin not allowed", detail)


def _public_url(request: Request, source: Source) -> str:
    """The URL as the sender knows it, which is what it signs: behind a custom domain it isn't the
    one that API Gateway sees."""
    if source.public_url is None:
        return request.url
    _, mark, query = request.url.partition("?")
    return source.public_url + mark + query


def _told(request: Request, rejected: Rejected) -> Answer:
    if wants_page(request):
        return page(rejected.title, rejected.detail, status=rejected.status)
    return problem(rejected)


def _success(request: Request, source: Source, kept: Sequence[Accepted]) -> Answer:
    if wants_page(request):
        if source.thanks:
            return see_other(source.thanks)
        return page("Thank you", "Your message has arrived.")
    if len(kept) == 1:
        return as_json({"id": kept[0].lead_id, "duplicate": kept[0].duplicate})
    return as_json({"leads": [{"id": one.lead_id, "duplicate": one.duplicate} for one in kept]})
