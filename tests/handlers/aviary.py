"""A place for canaries: the real functions, whose API, ledger, secrets and queues can be broken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from functions.deliver import app as deliver
from functions.receive_call import app as call_app
from functions.receive_form import app as form_app
from functions.receive_resume import app as resume_app
from leadrelay.canary.line import Answer
from leadrelay.canary.probe import Prober
from leadrelay.canary.steps import Step
from leadrelay.crms import CRMS
from leadrelay.delivery.batch import deliver_batch
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.errors import Unavailable
from leadrelay.intake.keeping.canary import Passing
from leadrelay.intake.receive import Intake
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample, read_sample, sample_of
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_sandbox import gateway, senders
from tests.handlers.aws import ROOT, Queue, aws

APPS: Mapping[str, Any] = {"forms": form_app, "calls": call_app, "resumes": resume_app}
API = "https://api.example.com"
EVERY = f"deliver = {[*CRMS]}"
SOURCES = read_sources(f"""
[website]
kind = "form"
sender = "html"
{EVERY}
origins = ["https://www.example.com"]
honeypot = "website_url"
min_fill = "3s"
captcha = "turnstile"
throttle = "1/d"
expect = "1/d"

[signed]
kind = "form"
sender = "typeform"
{EVERY}

[in-the-body]
kind = "form"
sender = "json"
token = "body:secret"
{EVERY}
""")


class NoCrm:
    """One that nobody may ask anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a CRM was asked for {name}")


@dataclass
class Aviary:
    """`broken` are "API", CRMs whose function doesn't run, and what drops the mark: "proxy"."""

    table: Table
    queues: dict[str, Queue]
    sources: Mapping[str, Source] = field(default_factory=lambda: SOURCES)
    secrets: dict[str, Any] = field(default_factory=lambda: {"signed": "one", "in-the-body": "1"})
    theirs: dict[str, Any] = field(default_factory=dict)  # where the intake's are others
    broken: set[str] = field(default_factory=set)
    intake_table: Table | None = None
    asked: list[str] = field(default_factory=list)

    def prober(self) -> Prober:
        return Prober(
            table=self.table,
            called=API,
            door=lambda source: API + source.path,
            secrets=self.secrets_of,
            sample=lambda sender: read_sample(sample_of(sender, ROOT / "events")),
            send=self.send,
            patience_s=3,
            sleep=lambda _: self.work(),
        )

    def secrets_of(self, name: str) -> tuple[str, ...]:
        given = senders.private_key(name) or self.secrets.get(name, [])
        return (given,) if isinstance(given, str) else tuple(given)

    def steps(self, name: str) -> dict[str, Step]:
        return {step.part: step for step in self.prober().probe(self.sources[name])}

    def states(self, name: str) -> dict[str, str]:
        return {part: step.state for part, step in self.steps(name).items()}

    def broken_at(self, name: str) -> list[str]:
        return [part for part, state in self.states(name).items() if state == "broken"]

    def send(self, url: str, sample: Sample) -> Answer:
        self.asked.append(f"{sample.method} {url}")
        if "API" in self.broken:
            raise Unavailable("api.example.com doesn't answer: Connection refused")
        target = url.removeprefix(API)
        headers = [
            one for one in sample.headers if "proxy" not in self.broken or "Canary" not in one[0]
        ]
        event = gateway.proxy_event(sample.method, target, headers, sample.body)
        kind = urlsplit(url).path.split("/")[1]
        told: Any = self.intake(kind).receive(event, kind=kind.removesuffix("s"))
        is_problem = told["headers"].get("Content-Type", "").startswith("application/problem")
        return Answer(told["statusCode"], told["body"].encode(), is_problem)

    def intake(self, kind: str) -> Intake:
        made: Intake = APPS[kind].intake
        assert made.passing
        known = self.theirs or self.secrets
        passing = made.passing
        if self.intake_table:
            passing = Passing(canaries=Canaries(self.intake_table), queue=passing.queue)

        def secrets(name: str) -> tuple[str, ...]:
            given = known.get(name, [])
            return (given,) if isinstance(given, str) else tuple(given)

        return replace(made, sources=self.sources, secrets=secrets, passing=passing)

    def work(self) -> None:
        """The functions of CRMs that run read their queues."""
        for crm in CRMS:
            if crm not in self.broken and crm in self.queues:
                self.queues[crm].deliver_to(partial(self.deliver, crm))

    def deliver(self, crm: str, event: dict[str, Any], _context: object) -> dict[str, Any]:
        deliverer = self.deliverer(crm)
        with deliverer.gate.batch():
            return deliver_batch(
                event["Records"],
                deliver=deliverer.deliver,
                canary=deliverer.see_canary,
                put_back=lambda *_: None,
                report=deliver.report,
                in_flight=2,
            )

    def deliverer(self, crm: str) -> Deliverer:
        pausing = replace(deliver.pausing, crm=crm, pauses=Pauses(self.table))
        vendor = NoCrm()
        gate = Gate(pausing, lambda: str(vendor.check()))
        return replace(deliver.deliverer, name=crm, crm=vendor, gate=gate)  # type: ignore[arg-type]

    def messages(self) -> int:
        return sum(len(queue.bodies()) for queue in self.queues.values())

    def objects(self) -> list[str]:
        listed = aws("s3").list_objects_v2(Bucket="files").get("Contents", ())
        return [one["Key"] for one in listed]
