"""What the contract of every CRM is tried with: leads, an account at a simulator, broken wires."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from leadrelay.claim import ANY_STEP
from leadrelay.crm import http
from leadrelay.crm.base import Crm, Receipt, Secret, adapter
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import DeliveryError, Undecidable, Unknown
from leadrelay.lead import Attachment, Call, Kind, Lead, lead_id, lead_ref
from leadrelay_sandbox import simulators
from leadrelay_sandbox.simulator import Record, Simulator
from tests.crm.terms import TERMS, THREADS

MESSAGE = "Please ring me about the harbour flat"


def file(name: str, media_type: str, content: bytes) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    _CONTENTS[digest] = content
    return Attachment(filename=name, media_type=media_type, size=len(content), sha256=digest)


def content(attachment: Attachment) -> bytes:
    """Of a `file`."""
    return _CONTENTS[attachment.sha256]


_CONTENTS: dict[str, bytes] = {}
RESUME = file("Jane Doe.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff+/= a life in few words")
LETTER = file("letter.txt", "text/plain", "Dear Sirs, çà et là\n".encode())
CV = file("second cv.pdf", "application/pdf", b"%PDF-1.7\nsecond")
PHOTO = file("photo.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def make_lead(kind: Kind = "form", number: int = 0, **fields: Any) -> Lead:
    """Lead `number`, of another person than every other."""
    identity = lead_id("contact-us", str(number))
    moment = datetime.now(UTC)
    phone = f"+120255501{number % 100:02}"
    known: dict[str, Any] = {
        "first_name": f"Jane-{number}",
        "last_name": "Quillfeather",
        "email": f"jane{number}@example.com",
        "phone": phone,
        "company": f"Acme Harbour {number}",
        "message": MESSAGE,
    }
    if kind == "call":
        called = "+442079460018"
        known = {"call": Call(id=f"CA{number}", state="completed", caller=phone, called=called)}
    if kind == "resume":
        known |= {"resume": RESUME, "attachments": (LETTER, PHOTO), "job": "JOB-1007"}
    return Lead(
        id=identity,
        ref=lead_ref(identity),
        source="contact-us",
        received_at=moment,
        kind=kind,
        **known | fields,
    )


@dataclass
class SecretStore:
    """`kept` is what the store holds; what was read is known until it is asked for afresh."""

    kept: Secret
    asked_afresh: int = 0
    _known: Secret | None = None

    def read(self, fresh: bool) -> Secret:  # noqa: FBT001  # as the adapters call it
        self.asked_afresh += fresh
        if fresh or self._known is None:
            self._known = self.kept
        return self._known

    def remember(self, secret: Secret) -> None:
        self.kept = self._known = secret


class Account:
    """An adapter that is logged in, or will be, to a simulator on a real port."""

    def __init__(self, name: str, simulator: Simulator, url: str) -> None:
        self.name = name
        self.terms = TERMS[name]
        self.simulator = simulator
        self.client = http.client(THREADS)
        self.connect(simulators.secret(name, url))

    def connect(self, secret: Secret) -> None:
        """Start anew with this secret, as after a cold start."""
        self.store = SecretStore(secret)
        self.crm: Crm = adapter(self.name)(self.client, self.store.read, self.store.remember)

    def connect_with_sessions(self) -> None:
        """Start anew with credentials that stand for a session, which can expire."""
        if more := self.terms.session_secret:
            self.connect({"base_url": self.store.kept["base_url"], **more})

    def options(self, **options: Any) -> Any:
        return self.crm.Options(**options)

    def deliver_or_leave_to_a_person(
        self, lead: Lead, steps: DeliverySteps, options: Any = None
    ) -> Receipt | None:
        """An attempt after one in doubt: None for a step that no CRM can be asked about."""
        try:
            return self.deliver(lead, steps, options)
        except Undecidable:
            return None

    def deliver(
        self, lead: Lead, steps: DeliverySteps | None = None, options: Any = None
    ) -> Receipt:
        """One attempt."""
        return self.crm.create(
            lead,
            options or self.options(),
            steps or fresh_steps(),
            content,
        )

    def fail(self, kind: Kind = "form", **fault: Any) -> None:
        """Let the first write for a lead of this kind go wrong from now on."""
        write = self.terms.write or self.terms.makes[kind][0]
        wanted: dict[str, Any] = {"operation": write, "times": 99, **fault}
        self.simulator.fail_next(**wanted)

    @property
    def made(self) -> list[str]:
        """The operations of all records, in their order."""
        return [record.operation for record in self.simulator.records]

    @property
    def writes(self) -> Counter[str]:
        """How often each operation wrote something new."""
        made = Counter(self.made)
        if self.terms.replaces_files:
            made["upload:debtor"] = len(self.files)
        return +made

    @property
    def files(self) -> list[str]:
        """The hashes of the files that are there, sorted."""
        found = [record.fields.get("file", record.fields) for record in self.simulator.records]
        files = [file for file in found if "sha256" in file]
        if self.terms.replaces_files:
            files = list({file["filename"]: file for file in files}.values())
        return sorted(file["sha256"] for file in files)

    @property
    def ones(self) -> list[Record]:
        """The records that leads are known by."""
        return [one for one in self.simulator.records if one.operation in self.terms.ones]


def fresh_steps() -> DeliverySteps:
    return DeliverySteps({}, save=lambda *_: None)


def again(steps: DeliverySteps, error: DeliveryError) -> DeliverySteps:
    """The steps of the attempt after the one that ended with `error`."""
    doubt = steps.doubt or ({ANY_STEP} if isinstance(error, Unknown) else set())
    return DeliverySteps(steps.done, doubt=doubt, save=lambda *_: None)


@dataclass
class Saved:
    """What the ledger knows of an attempt that is killed: what was saved on the way."""

    steps: Mapping[str, str] = field(default_factory=dict)
    doubt: Collection[str] = (ANY_STEP,)

    def begin(self) -> DeliverySteps:
        """The steps of the next attempt."""
        steps = DeliverySteps(self.steps, doubt=self.doubt, save=self._save)
        self.doubt = {*self.doubt, ANY_STEP}
        return steps

    def _save(self, steps: Mapping[str, str], doubt: Collection[str]) -> None:
        self.steps, self.doubt = dict(steps), doubt


def crashing_steps() -> tuple[DeliverySteps, Callable[[], DeliverySteps]]:
    """The steps of an attempt whose end the ledger never learns of, and those of the next."""
    saved = Saved(doubt=())
    return saved.begin(), saved.begin


def texts(value: object) -> Iterator[str]:
    """Every text that a record's fields hold."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


class BrokenWire:
    """Breaks one request of a client: before it is sent, or after the CRM has answered it."""

    def __init__(self, client: httpx.Client, number: int, *, answered: bool) -> None:
        self._left = number
        self.struck = False
        hook = "response" if answered else "request"
        self._error = httpx.ReadError("lost") if answered else httpx.ConnectError("down")
        client.event_hooks = {hook: [self._count]}

    def _count(self, _: object) -> None:
        self._left -= 1
        if self._left == 0:
            self.struck = True
            raise self._error
