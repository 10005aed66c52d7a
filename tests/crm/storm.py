"""The proof's cast at one CRM, without its processes and clocks: families, callers, applicants and
colleagues in random order, while each request may go wrong. Thousands of attempts take seconds."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import httpx

from leadrelay.claim import ANY_STEP
from leadrelay.errors import DeliveryError, Refused, Unknown
from leadrelay.intake.keeping.merge import merge
from leadrelay.lead import Attachment, Lead
from leadrelay.ledger import items, life
from leadrelay.ledger.history import happened
from leadrelay.ledger.moves import begin
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from leadrelay_ops.reading import leads_of
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.cast import person, type_in
from leadrelay_sandbox.chaos.senders import Sent
from leadrelay_sandbox.chaos.verify import Findings, verify
from leadrelay_sandbox.chaos.wire import REFUSAL, WIRE
from tests.crm.contract import Account, Saved, file

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SOURCES = read_sources(posts.SOURCES_TOML.read_text("utf-8"))

type News = Callable[[Lead], Lead]

_FIRST, _LAST = 1, 10  # requests of an attempt, of which one goes wrong
_WELL = 0.25  # of the attempts
_TYPES, _STARTS, _REPLAYS, _LATE = 0.05, 0.03, 0.1, 0.5
_AT_WORK = 8  # deliveries at once
_CALM_AFTER = 30  # rounds for each lead; then nothing goes wrong any more

_ANSWERS: dict[str, dict[str, Any]] = {
    "500 before": {"status": 500},
    "500 after": {"status": 500, "after_saving": True},
    "429": {"status": 429},
    "503": {"status": 503},
    "a page, after": {
        "status": 200,
        "body": "<html>Please stand by</html>",
        "content_type": "text/html",
        "after_saving": True,
    },
    "refusal": {"refuse": REFUSAL},
}
_FAULTS = ("lost before", "lost after", "killed before", "killed after", "expiry", *_ANSWERS)


class Killed(BaseException):
    """The function is gone, and tells nobody."""


@dataclass(slots=True)
class Delivery:
    lead: Lead
    news: list[News]
    saved: Saved = field(default_factory=lambda: Saved(doubt=()))
    state: str = "queued"
    reason: str | None = None
    record_id: str = ""
    attempts: int = 0

    def items(self, crm: str) -> Iterator[items.Item]:
        yield items.lead_item(self.lead, 0)
        known = begin(
            life.ACCEPT, items.delivery_key(self.lead.id, crm), now=NOW, due=NOW, facts={}
        )
        known["history"] += [happened("started", NOW), happened(self.state, NOW)]
        told = {"record_id": self.record_id, "reason": self.reason, "reason_class": "Refused"}
        yield known | told | {"state": self.state, "attempts": self.attempts}


class Storm:
    """One run, of the leads of so many numbers of the proof."""

    def __init__(self, account: Account, seed: int, leads: int) -> None:
        self._account = account
        self._random = Random(seed)  # noqa: S311  # repeatable, as nothing secret is
        first = 1 + len(posts.SOURCES) * self._random.randrange(90)
        self._numbers = [*range(first, first + leads)]
        self._random.shuffle(self._numbers)
        self._deliveries: list[Delivery] = []
        self._fault, self._left = "", 0
        account.client.event_hooks = {"request": [self._sent], "response": [self._answered]}

    def run(self) -> Findings:
        waiting, calm = [*self._numbers], _CALM_AFTER * len(self._numbers)
        while waiting or self._open():
            calm -= 1
            if waiting and self._chance(0.3):
                self._deliveries.append(self._begin(waiting.pop()))
            elif self._chance(_TYPES):
                known = person(self._random.choice(self._numbers))
                type_in(self._account.name, self._account.simulator, known)
            elif self._chance(_STARTS):
                self._account.connect(self._account.store.kept)
            elif (parked := self._parked()) and self._chance(_REPLAYS):
                self._replay(self._random.choice(parked))
            elif at_work := self._open()[:_AT_WORK]:
                self._go_on(self._random.choice(at_work), well=calm < 0 or self._chance(_WELL))
        simulator = self._account.simulator
        return verify(self._kept(), {self._account.name: simulator.records}, Sent())

    def _begin(self, number: int) -> Delivery:
        return _delivery(number, self._random)

    def _kept(self) -> list[items.Item]:
        return [item for one in self._deliveries for item in one.items(self._account.name)]

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _open(self) -> list[Delivery]:
        return [one for one in self._deliveries if one.state == "queued" or one.news]

    def _parked(self) -> list[Delivery]:
        """Those that a replay may help."""
        return [
            one for one in self._deliveries if one.state == "parked" and REFUSAL in str(one.reason)
        ]

    def _replay(self, one: Delivery) -> None:
        if self._chance(0.5):
            one.saved.doubt = {*one.saved.doubt, ANY_STEP}
        one.state = "queued"

    def _go_on(self, one: Delivery, *, well: bool) -> None:
        if one.news and (one.state != "queued" or self._chance(0.4)):
            self._tell(one, one.news.pop(0))
        elif one.state == "queued":
            self._fault = "" if well else self._random.choice(_FAULTS)
            self._left = self._random.randint(_FIRST, _LAST)
            self._attempt(one)
            self._fault = ""
            self._account.simulator.faults.clear()

    def _tell(self, one: Delivery, news: News) -> None:
        one.lead = news(one.lead)
        one.state = "queued" if one.state == "delivered" else one.state

    def _attempt(self, one: Delivery) -> None:
        one.attempts += 1
        options = self._account.options(**SOURCES[one.lead.source].options(self._account.name))
        steps = one.saved.begin()
        try:
            receipt = self._account.deliver(one.lead, steps, options)
        except Killed:
            return
        except DeliveryError as error:
            unknown = {ANY_STEP} if isinstance(error, Unknown) else set()
            one.saved = Saved(steps.done, steps.doubt or unknown)
            one.state = "parked" if isinstance(error, Refused) else "queued"
            one.reason = error.reason
        else:
            one.saved = Saved(steps.done, steps.doubt)
            one.state, one.reason, one.record_id = "delivered", receipt.remark, receipt.record_id

    # -- what goes wrong ------------------------------------------------------------------

    def _sent(self, _: httpx.Request) -> None:
        self._left -= 1
        if self._left or not self._fault:
            return
        if self._fault == "lost before":
            raise httpx.ReadError("lost")
        if self._fault == "killed before":
            raise Killed
        if self._fault == "expiry" and (expire := WIRE[self._account.name].expire):
            expire(self._account.simulator)
        if answer := _ANSWERS.get(self._fault):
            self._account.simulator.fail_next(**answer)

    def _answered(self, _: httpx.Response) -> None:
        if self._left == 0 and self._fault == "lost after":
            raise httpx.ReadError("lost")
        if self._left == 0 and self._fault == "killed after":
            raise Killed


def _delivery(number: int, random: Random) -> Delivery:
    """With what is told of a call later, and the files that come late."""
    first, *further = _leads(number)
    random.shuffle(further)
    news: list[News] = [partial(_merged, one) for one in further]
    late = [one for one in first.files if random.random() < _LATE]
    news += [partial(_with, late, nth + 1, first) for nth in range(len(late))]
    return Delivery(_with(late, 0, first, first), news)


def _merged(news: Lead, known: Lead) -> Lead:
    return merge(known, news)


def _with(late: list[Attachment], come: int, whole: Lead, known: Lead) -> Lead:
    """The lead once so many of its late files have come."""
    missing = late[come:]
    return known.model_copy(
        update={
            "resume": None if whole.resume in missing else whole.resume,
            "attachments": tuple(one for one in whole.attachments if one not in missing),
        }
    )


def _leads(number: int) -> Iterator[Lead]:
    source = SOURCES[posts.source(number)]
    contents = [
        file("document.pdf", "application/pdf", one) for one in posts.files(number).values()
    ]
    for event in posts.requests(number, posts.TOKEN):
        body, path = event["body"], event["rawPath"].removesuffix("/uploads")
        sent = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
        (lead,) = leads_of(Sample("POST", path, [*event["headers"].items()], sent), source, NOW)
        announced = source.name == posts.ANNOUNCED
        yield lead.model_copy(update={"resume": contents[0]}) if announced else lead
