"""A Widget API by its pages, for tests: scripted answers, and the leads and secrets they need."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from leadrelay.claim import ANY_STEP
from leadrelay.crm.base import Receipt, Secret
from leadrelay.crm.trackerrms.delivery import TrackerRms
from leadrelay.crm.trackerrms.options import Options
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Attachment, Lead, lead_ref

ID = "7Q2KX9BD0000000000000000"
REF = lead_ref(ID)
RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOGIN = {"base_url": "https://crm.example.com", "username": "api@example.com", "password": "hush"}
OAUTH = {
    "base_url": "https://crm.example.com",
    "client_id": "EvoApi_1.0",
    "client_secret": "hush-client",
    "refresh_token": "hush-refresh-1",
}
CV = Attachment(filename="jane.docx", media_type="application/msword", size=5, sha256="ab" * 32)
PHOTO = Attachment(filename="jane.png", media_type="image/png", size=5, sha256="cd" * 32)

SUCCESS = {"status": 0, "message": "success", "count": 0}
CREATED = {**SUCCESS, "message": "created", "recordId": 188077, "recordName": "Jane Doe"}
NOBODY: dict[str, Any] = {**SUCCESS, "results": []}
CANNOT_OVERWRITE = {
    "status": 3,
    "message": "record found and cannot be overwritten",
    "count": 0,
    "recordId": 0,
    "recordName": None,
}
NULL_REFERENCE = {
    "status": 99,
    "message": "Object variable or With block variable not set.",
    "count": 0,
    "recordId": 0,
    "recordName": "",
}

type Answer = Mapping[str, Any] | Exception | httpx.Response | Callable[[Any], Mapping[str, Any]]
ASKED = "Enquiry via the form “contact-us”, 2 Mar 2026, 09:30 (UTC)."


def found(record_id: int, name: str, **details: Any) -> dict[str, Any]:
    return {**SUCCESS, "count": 1, "results": [{"id": record_id, "name": name, "details": details}]}


JANE_RECORD = found(55, "Jane Doe", email="Jane@Example.com")


class Vendor:
    """Answers an operation with its scripted answers in turn, the last one for ever.

    `asked` are (operation, its node of the request) in order; for a token, its form.
    """

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        self.answers = {
            name: list(given) if isinstance(given, list) else [given]
            for name, given in answers.items()
        }
        self.asked: list[tuple[str, Any]] = []
        self.requests: list[httpx.Request] = []

    @property
    def operations(self) -> list[str]:
        return [name for name, _ in self.asked]

    def nodes(self, operation: str) -> list[Any]:
        return [node for name, node in self.asked if name == operation]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        name = request.url.path.rpartition("/")[2]
        self.asked.append((name, _node(request)))
        script = self.answers.get(name, [SUCCESS])
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(self.asked[-1][1])
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


def _node(request: httpx.Request) -> Any:
    if request.url.path == "/oAuth2/Token":
        return dict(parse_qsl(request.content.decode()))
    if request.method == "GET":
        return dict(request.url.params)
    (node,) = json.loads(request.content)["trackerrms"].values()
    return node


def trackerrms(
    vendor: Callable[[httpx.Request], httpx.Response],
    secret: Callable[[bool], Secret] = lambda _: LOGIN,
    remember: Callable[[Secret], None] = lambda _: None,
) -> TrackerRms:
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    return TrackerRms(client, secret, remember, now=lambda: RECEIVED)


def fresh_steps(done: Mapping[str, str] | None = None, *, in_doubt: bool = False) -> DeliverySteps:
    return DeliverySteps(done or {}, doubt={ANY_STEP} if in_doubt else (), save=lambda *_: None)


def deliver(
    crm: TrackerRms, lead: Lead, steps: DeliverySteps | None = None, **options: Any
) -> Receipt:
    return crm.create(lead, Options(**options), steps or fresh_steps(), lambda _: b"bytes")


def make_lead(**fields: Any) -> Lead:
    return Lead(id=ID, ref=REF, source="contact-us", received_at=RECEIVED, **fields)


def jane(**fields: Any) -> Lead:
    known = {"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com"}
    return make_lead(**known, phone="+12025550101", message="Please call me", **fields)
