"""Everything that the functions of the deployed twin can do, done at least once."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import boto3

from leadrelay.aws.files import Files
from leadrelay.aws.topic import Topic
from leadrelay.crms import CRMS
from leadrelay.delivery.silence import Silence
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger import items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.retention import keep_undelivered_leads
from leadrelay.ledger.search import read
from leadrelay.ledger.table import Table
from leadrelay.ledger.tidying import GRACE, tidy
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay_ops.send import of_stack, prepare, send
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT, TWIN_REGION
from leadrelay_sandbox.simulators import secret
from leadrelay_sandbox.trackerrms import oauth
from tests.senders.documents import pdf
from tests.stack.web import web

# CRM → the operation by which it takes a record, as its simulator calls it
WRITES = {
    "trackerrms": "createLead",
    "initiative": "create",
    "centia": "Contacts.CreateContact",
    "collect": "create:debtor",
}
BROWSER = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


type Eventually = Callable[[Callable[[], bool]], None]


class Exercise:
    """One run, and what it takes."""

    def __init__(self, stack: Stack, eventually: Eventually) -> None:
        self.stack = stack
        self.eventually = eventually

    def run(self) -> None:
        self.forms()
        self.leads_that_are_fetched()
        self.calls()
        self.a_rotated_token()
        self.applications()
        self.requests_that_are_refused()
        self.a_lead_that_nobody_queued()
        self.replays(self.leads_that_are_refused())
        self.pauses()
        self.tidying()
        self.a_source_that_falls_silent()
        self.canaries()
        self.invoke("Digest")

    # ---- what comes in ------------------------------------------------------------------

    def forms(self) -> None:
        fields = {"last_name": uuid4().hex, "email": f"{uuid4().hex}@example.com"}
        leads = {self.post("/forms/everywhere", data=fields)["id"] for _ in range(2)}
        self.settled(leads)

    def leads_that_are_fetched(self) -> None:
        """Once for each CRM, as whoever is first keeps what it fetched."""
        for crm in CRMS:
            self.send("meta", f"fetched-by-{crm}")

    def calls(self) -> None:
        self.send("aircall-1-answered")
        self.send("aircall-2-ended")
        for crm in CRMS:
            self.screen_pop(crm)

    def a_rotated_token(self) -> None:
        """TrackerRMS has its deliver function trade in a refresh token; a screen pop never does."""
        url = self.stack.crms["trackerrms"]
        tokens = {
            "base_url": url,
            "client_id": oauth.CLIENT_ID,
            "client_secret": oauth.CLIENT_SECRET,
            "refresh_token": oauth.REFRESH_TOKEN,
        }
        self.switch("trackerrms", rotate_refresh_tokens=True)
        self.stack.secrets.put("crm/trackerrms", tokens)
        seen = {self.stack.secrets.renew("crm/trackerrms")}
        self.fault("trackerrms", status=401)
        self.forms()
        self.eventually(partial(self._is_rotated, seen))
        self.stack.secrets.put("crm/trackerrms", secret("trackerrms", url))
        self.fault("trackerrms", status=401)
        self.forms()

    def _is_rotated(self, seen: set[str | None]) -> bool:
        return self.stack.secrets.renew("crm/trackerrms") not in seen

    def applications(self) -> None:
        """One twice, whose second file is not wanted, and one whose file comes later."""
        self.send("resume-json")  # whose sender has a secret
        person = {"last_name": uuid4().hex, "email": f"{uuid4().hex}@example.com"}
        file = {"cv": ("cv.pdf", pdf())}
        twice = [self.post("/resumes/careers", data=person, files=file)["id"] for _ in range(2)]
        later = self.post("/resumes/careers/uploads", data={**person, "subject": "later"})
        fields = {**later["fields"], "x-amz-meta-filename": "cv.pdf"}
        upload = web.post(later["url"], data=fields, files={"file": pdf()})
        assert upload.is_success, upload.text
        self.settled({*twice, later["id"]})

    # ---- what goes wrong ----------------------------------------------------------------

    def requests_that_are_refused(self) -> None:
        """By each function that receives, for what it can't read."""
        for path in ("forms/everywhere", "calls/asks-collect", "resumes/careers"):
            answer = web.post(f"{self.stack.api_url}/{path}", json={}, headers={"Origin": "null"})
            assert answer.status_code == 400, answer.text

    def a_lead_that_nobody_queued(self) -> None:
        lead = self.accept()
        self.invoke("Sweep")
        self.settled({lead})

    def leads_that_are_refused(self) -> list[str]:
        """Two, by every CRM."""
        for crm, operation in WRITES.items():
            self.fault(crm, refuse="closed on Sundays", operation=operation, times=20)
        leads = [self.accept(), self.accept()]
        self.invoke("Sweep")
        self.settled(leads, "parked")
        for crm in WRITES:  # a plainer form is tried after a refusal: nobody knows how often
            web.delete(f"{self.stack.crms[crm]}/_sandbox/fault").raise_for_status()
        return leads

    def replays(self, parked: list[str]) -> None:
        one, other = (read(self.stack.table, lead) for lead in parked)
        assert one
        assert other
        for wanted in ({"ref": one.lead.ref}, {"email": one.lead.email}, {"phone": "+12025550199"}):
            self.invoke("Replay", {"filter": wanted})
        soon = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
        for crm in CRMS:  # so soon forgotten that a replay has to make room
            key = items.delivery_key(other.lead.id, crm)
            self.stack.table.update(key, {"expires_at": soon}, condition="attribute_exists(pk)")
        order = {"filter": {"ref": other.lead.ref}, "edit": {"subject": "Mended"}, "yes": True}
        self.invoke("Replay", order)
        self.invoke("Replay", {"filter": {}, "yes": True})
        self.settled(parked)

    def pauses(self) -> None:
        """Every CRM is down for a while; its function is probed, and its queue is read no more."""
        pauses = Pauses(self.stack.table)
        for crm in CRMS:
            self.fault(crm, status=503, times=500)
            # so many that what went well in this minute is none to speak of
            pauses.count(pauses.standing(crm), good=0, bad=10_000, at=datetime.now(UTC))
        for _ in range(12):
            self.accept(queued=True)
        self.eventually(lambda: all(self.is_paused(pauses, crm) for crm in CRMS))
        self.invoke("Sweep")
        self.eventually(lambda: self.read_queues() == 1)  # but for that of arrivals
        for crm in CRMS:
            self.fault(crm)
            pause = pauses.read(crm)
            assert pause
            pauses.lift(pause, at=datetime.now(UTC))
        self.invoke("Sweep")
        self.eventually(lambda: self.read_queues() == len(CRMS) + 1)

    def tidying(self) -> None:
        """The files of an erased lead, as if a day had passed, and a lead that waits, as if weeks
        had: by the same code, in its role."""
        self.invoke("Tidy")
        bucket, client = self.stack.outputs["FilesBucket"], as_function(self.stack, "Tidy")
        self.stack.client("s3").put_object(Bucket=bucket, Key="leads/nobody/file", Body=b"")
        files = Files(client("s3"), bucket)
        table = Table(client("dynamodb"), self.stack.outputs["TableName"])
        assert tidy(table, files, before=datetime.now(UTC) + GRACE) == 1
        self.accept()
        assert keep_undelivered_leads(table, CRMS, now=datetime.now(UTC) + timedelta(days=86))

    def a_source_that_falls_silent(self) -> None:
        """As if two days had passed, by the code of the sweep and in its role."""
        client = as_function(self.stack, "Sweep")
        form = {"kind": "form", "sender": "html", "deliver": ["collect"], "expect": "1/d"}
        mailed: list[str] = []
        topic = Topic(client("sns"), self.stack.outputs["AlarmTopicArn"])

        def tell(subject: str, text: str) -> None:
            topic.tell(subject, text)
            mailed.append(subject)

        silence = Silence(
            table=Table(client("dynamodb"), self.stack.outputs["TableName"]),
            sources={"nobody": Source.model_validate({"name": "nobody", **form})},
            stack=self.stack.name,
            tell=tell,
            report=lambda *_, **__: None,
        )
        now = datetime.now(UTC).replace(minute=0)
        for day in range(3):
            silence.watch(now + timedelta(days=day))
        assert mailed == ["Leadrelay: nobody is silent"]

    # ---- how ----------------------------------------------------------------------------

    def post(self, path: str, **request: Any) -> dict[str, Any]:
        answer = web.post(self.stack.api_url + path, **request)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def send(self, sample: str, source: str | None = None) -> None:
        target = of_stack(self.stack, None)
        request = prepare(read_sample(ROOT / "events" / f"{sample}.http"), target, source, None)
        answer = send(self.stack.api_url, request)
        assert answer.is_success, answer.text

    def screen_pop(self, crm: str) -> None:
        number = f"+1202555{uuid4().int % 10_000:04}"
        url = f"{self.stack.api_url}/calls/asks-{crm}?Source={number}"
        assert not web.get(url, headers=BROWSER).is_error

    def accept(self, *, queued: bool = False) -> str:
        """A lead for all CRMs, straight into the ledger, and long since due."""
        own_id = lead_id("everywhere", uuid4().hex)
        lead = Lead(
            id=own_id,
            ref=lead_ref(own_id),
            source="everywhere",
            received_at=datetime.now(UTC) - timedelta(minutes=5),
            last_name=own_id,
            email=f"{own_id.lower()}@example.com",
        )
        source = Source(name="everywhere", kind="form", sender="html", deliver=tuple(CRMS))
        accept(self.stack.table, lead, source, guard=Guard(key=own_id, window=None))
        if queued:
            for crm in CRMS:
                self.stack.queues.send(own_id, crm)
        return own_id

    def settled(self, leads: Iterable[str], state: str = "delivered") -> None:
        def are() -> bool:
            found = [read(self.stack.table, lead) for lead in leads]
            return {one.state for lead in found if lead for one in lead.deliveries.values()} == {
                state
            }

        self.eventually(are)

    def canaries(self) -> None:
        """One that doesn't get through, which is told, and one that does."""
        for url in ("http://127.0.0.1:9", self.stack.api_url):
            with calling_the_api(self.stack, url):
                self.invoke("Canary")

    def invoke(self, name: str, event: Any = None) -> None:
        function = physical_id(self.stack, name)
        answer = self.stack.client("lambda").invoke(
            FunctionName=function, Payload=json.dumps(event or {}).encode()
        )
        assert "FunctionError" not in answer, answer["Payload"].read()

    def fault(self, crm: str, **fault: Any) -> None:
        self._sandbox(crm, "fault", fault)

    def switch(self, crm: str, **switch: Any) -> None:
        self._sandbox(crm, "switch", switch)

    def _sandbox(self, crm: str, door: str, body: dict[str, Any]) -> None:
        url = f"{self.stack.crms[crm]}/_sandbox/{door}"
        web.post(url, json=body).raise_for_status()

    def is_paused(self, pauses: Pauses, crm: str) -> bool:
        pause = pauses.read(crm)
        return pause is not None and pause.is_on

    def read_queues(self) -> int:
        """How many queues Lambda reads just now."""
        mappings = self.stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        return sum(one["State"] == "Enabled" for one in mappings)


@contextmanager
def calling_the_api(stack: Stack, url: str) -> Iterator[None]:
    """Has the canary's function know the API by another URL: the template's is one of AWS."""
    functions, physical = stack.client("lambda"), physical_id(stack, "Canary")
    known = functions.get_function_configuration(FunctionName=physical)["Environment"]["Variables"]

    def tell(variables: dict[str, str]) -> None:
        environment = {"Variables": variables}
        functions.update_function_configuration(FunctionName=physical, Environment=environment)

    tell({**known, "API_URL": url})
    try:
        yield
    finally:
        tell(known)


def physical_id(stack: Stack, name: str) -> str:
    """Of what the template calls so."""
    found = stack.client("cloudformation").describe_stack_resource(
        StackName=stack.name, LogicalResourceId=name
    )
    physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return physical


def as_function(stack: Stack, name: str, told_as: str = "") -> Callable[[str], Any]:
    """Clients that may do just what that function may; it is told as the function's doing, or
    another's."""
    iam, role = stack.client("iam"), physical_id(stack, f"{name}Role")
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    given = stack.client("sts").assume_role(
        RoleArn=iam.get_role(RoleName=role)["Role"]["Arn"],
        RoleSessionName=told_as or physical_id(stack, name),
    )["Credentials"]
    return partial(
        boto3.client,
        endpoint_url=stack.endpoint_url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=TWIN_REGION,
    )
