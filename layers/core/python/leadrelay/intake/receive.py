"""A request becomes a lead: verify, read, keep, queue, answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Self

from leadrelay.canaries import Canary
from leadrelay.errors import Rejected, SourceBroken, Unavailable
from leadrelay.intake.answer import Answer, as_json, correlated, problem
from leadrelay.intake.body.read import read_body
from leadrelay.intake.files.announced import announced_places
from leadrelay.intake.guards.captcha import PostForm, post_form
from leadrelay.intake.guards.doubts import doubts, render_token
from leadrelay.intake.guards.proving import has_secrets, needs_secret, prove, proving
from leadrelay.intake.guards.throttle import Count, check_rate
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.keeping.canary import Passing
from leadrelay.intake.keeping.refused import AGAIN, Refusals
from leadrelay.intake.limits import check_size
from leadrelay.intake.pages.script import script
from leadrelay.intake.pages.visitors import (
    language_asked_for,
    not_now,
    nowhere,
    thanks,
    turned_away,
)
from leadrelay.intake.proofs.token import check_body_token
from leadrelay.intake.request import Request, from_event, request_id
from leadrelay.intake.senders import Ignored, Sender, Submission, sender, submissions
from leadrelay.lead import Accepted
from leadrelay.report import Report, correlation_id
from leadrelay.sources import KnownSources, Source

if TYPE_CHECKING:  # a function that takes no calls doesn't load it
    from leadrelay.intake.calls.caller_page import ScreenPops

_UPLOADS = "/uploads"

type Refused = Callable[[str], None]
"""What is done with a request that becomes no lead, for a cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything that receiving needs."""

    sources: KnownSources
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name
    keeper: Keeper
    report: Report
    count: Count
    max_body_bytes: int
    public_url: str = ""  # what the senders' URLs begin with, where it isn't the API's own
    refusals: Refusals | None = None
    passing: Passing | None = None
    pops: "ScreenPops | None" = None  # of functions that calls come to
    post_form: PostForm = post_form
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def receive(self, event: Mapping[str, object], kind: str) -> dict[str, object]:
        """Answer an API Gateway event for a source of this kind."""
        correlation_id.set(request_id(event))
        if came := event.get(AGAIN):
            first = {name: value for name, value in event.items() if name != AGAIN}
            return self._as_of(datetime.fromisoformat(str(came))).receive(first, kind)
        return correlated(self._receive(event, kind), correlation_id.get()).to_event()

    def _as_of(self, came: datetime) -> Self:
        """For what was refused when it came, and is judged anew as of then."""
        return replace(self, now=lambda: came, count=lambda *_: 0, refusals=None)

    def _receive(self, event: Mapping[str, object], kind: str) -> Answer:
        try:
            request = from_event(event)
        except Rejected as rejected:
            self.report("lead.rejected", status=rejected.status, error=rejected.title)
            return problem(rejected)
        name = request.path.removesuffix(_UPLOADS).rstrip("/").rpartition("/")[2]
        if request.method == "GET" and (file := script(name)):
            return file
        try:
            source = self.sources.get(name)
            canary = self.passing.find(request, source) if self.passing else None
        except Unavailable as error:
            # What may be a canary is kept for nobody: taken in later it would become a lead.
            broken = isinstance(error, SourceBroken)
            self.report("source.broken" if broken else "intake.unavailable", error=str(error))
            return not_now(request, language_asked_for(request))
        if source is None or source.kind != kind:
            self.report("lead.rejected", status=404)
            return nowhere(request)
        if self.passing and canary:
            return self._let_pass(self.passing, canary, request, source)
        return self._answer(request, source, partial(self._refused, event, source))

    def _let_pass(
        self, passing: Passing, canary: Canary, request: Request, source: Source
    ) -> Answer:
        """An empty request only asks whether the mark gets through: without it, it is no lead."""
        if request.method == "GET" and not request.query:
            return as_json({"canary": canary.id})
        quiet = replace(
            self,
            keeper=passing.keeper(canary, self.keeper),
            report=partial(passing.note, canary),
            count=lambda *_: 0,
            post_form=lambda *_: {},
            pops=None,
        )
        return quiet._answer(request, source, lambda _: None)  # noqa: SLF001  # ourselves

    def _answer(self, request: Request, source: Source, refused: Refused) -> Answer:
        try:
            return self._accept(request, source, refused)
        except Rejected as rejected:
            self.report(
                "lead.rejected",
                source=source.name,
                status=rejected.status,
                error=rejected.title,
            )
            if rejected.status != 405:  # somebody looks what is here
                refused(f"{rejected.status} {rejected.title}")
            return turned_away(request, source.spoken, rejected)
        except Unavailable as error:
            self.report("intake.unavailable", source=source.name, error=str(error))
            refused("503 not available")
            return not_now(request, source.spoken)

    def _refused(self, event: Mapping[str, object], source: Source, cause: str) -> None:
        if self.refusals:
            self.refusals.keep(event, source, cause, self.now())

    def _accept(self, request: Request, source: Source, refused: Refused) -> Answer:
        check_size(request.body, self.max_body_bytes)
        known = sender(source.sender)
        secrets = self.secrets(source.name) if has_secrets(source) else ()
        if answer := self._greet(request, source, known, secrets):
            return answer
        _check_method(request, known)
        self._check_rate(request, source)
        if needs_secret(source) and not proving(secrets, source):
            # Once somebody puts the secret in, the sender's next attempt is taken.
            self.report("source.unverifiable", source=source.name)
            refused("503 no secret")
            return not_now(request, source.spoken)
        prove(request, source, secrets, public_url=self.public_url, now=self.now())
        if request.path.endswith(_UPLOADS):
            return self._offer_upload(request, source, secrets)
        read = self._read(request, source, known, refused)
        check_body_token(source, read, secrets)
        pop = self.pops.open(request, source, read) if self.pops else None
        if pop and pop.is_another_look:
            return pop.answer()
        kept = [self._keep(submission, request, source, secrets) for submission in read]
        return pop.answer() if pop else (known.answer or thanks)(request, source, kept)

    def _read(
        self, request: Request, source: Source, known: Sender, refused: Refused
    ) -> tuple[Submission, ...]:
        """What the request holds. Of one that holds nothing of ours a line stays."""
        read = known.read(request, source)
        if isinstance(read, Ignored):
            told = {"source": source.name, "sender": source.sender, "event": read.printable}
            self.report("request.ignored", **told)
            refused(f"200 ignored {read.printable}")
        return submissions(read)

    def _greet(
        self, request: Request, source: Source, known: Sender, secrets: Sequence[str]
    ) -> Answer | None:
        """What is asked before anything is sent: a sender's challenge, or a page's token."""
        if known.challenge and (answer := known.challenge(request, secrets)):
            return answer
        if source.min_fill and request.method == "GET":
            return as_json({"token": render_token(source, secrets, self.now())})
        return None

    def _check_rate(self, request: Request, source: Source) -> None:
        """No lead is lost for a count that can't be had."""
        try:
            check_rate(self.count, request.client_ip, source, self.now())
        except Unavailable as error:
            self.report("throttle.unavailable", source=source.name, error=str(error))

    def _keep(
        self,
        submission: Submission,
        request: Request,
        source: Source,
        secrets: Sequence[str],
        announced: Sequence[int] = (),
    ) -> Accepted:
        now = self.now()
        doubt = doubts(submission, request, source, secrets, now, self.post_form)
        return self.keeper.keep(submission, request, source, now, doubt=doubt, announced=announced)

    def _offer_upload(self, request: Request, source: Source, secrets: Sequence[str]) -> Answer:
        """For files too big for one request: the lead is kept at once, and waits for them."""
        attacher = self.keeper.attacher
        if attacher is None:
            raise Rejected(404, "No uploads here", "Only a source of kind resume takes files.")
        body = read_body(request)
        submission = Submission(body.fields, body.document)
        check_body_token(source, [submission], secrets)
        announced = announced_places(request.query, source)
        kept = self._keep(submission, request, source, secrets, announced)
        return attacher.offer(source, kept.lead_id, announced)


def _check_method(request: Request, known: Sender) -> None:
    if request.method not in known.methods:
        detail = f"Send it with {known.methods[0]}."
        allow = {"Allow": ", ".join(known.methods)}
        raise Rejected(405, "Method not allowed", detail, headers=allow)
