"""A centiaCRM by its page, for tests, and the leads they bring to it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from leadrelay.crm.base import Receipt
from leadrelay.crm.centia.delivery import Centia
from leadrelay.crm.centia.options import Options
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Attachment, Lead

SECRET = {
    "base_url": "https://crm.example.com/",
    "email": "api@example.com",
    "password": "right",
    "profile_id": "7",
    "company_id": 31,
    "origin_id": 2,
}
OPPORTUNITY: dict[str, Any] = {"also": "opportunity", "user_id": 4, "stage_id": 5}
TICKET: dict[str, Any] = {
    "also": "ticket",
    "user_id": 4,
    "ticket_origin_id": 6,
    "case_id": 8,
    "priority_id": 9,
}
NEW_COMPANY: dict[str, Any] = {
    "create_company": True,
    "company_type_id": 1,
    "company_industry_id": 3,
}

type Answer = Mapping[str, Any] | Exception | None  # None: refused


# What an account without tickets and without origins to choose from doesn't list.
_LISTS = (
    "Profiles.GetUsers",
    "Contacts.GetOrigins",
    "Contacts.GetTitles",
    "Contacts.GetPositions",
    "Contacts.GetDepartments",
    "Tickets.GetOrigins",
    "Tickets.GetCases",
    "Tickets.GetPriorities",
)


class Crm:
    """A centiaCRM as its page describes it; `style` is how it tells an error: 200 or 4xx. Its user
    may see none of its lists."""

    def __init__(self, style: int = 200) -> None:
        self.style = style
        self.tokens: list[str] = []
        self.dead: set[str] = set()
        self.requests: list[httpx.Request] = []
        self.contacts: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], Answer]] = {
            **dict.fromkeys(_LISTS, lambda _: None),
            "Auth.Login": self._login,
            "Profiles.GetProfiles": lambda _: {"profiles": [{"id": 7}, {"id": 8}]},
            "Contacts.CreateContact": self._create,
            "Contacts.GetContact": self._by_email,
            "Tickets.GetTickets": lambda _: {"tickets": [{"id": 1, "title": "x (LR-00000000)"}]},
            "Contacts.GetContacts": lambda _: {"contacts": self.contacts, "last_page": 1},
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = json.loads(request.content)
        name = f"{request.url.path.removeprefix('/api/v1/').capitalize()}.{body['method']}"
        if name != "Auth.Login" and self._token(request) not in {*self.tokens} - self.dead:
            return self._refusal(401, "Sesión no válida")
        answer = self.answers[name](body.get("parameters", {}))
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            return self._refusal(422, "No se puede")
        return httpx.Response(200, json={"success": True, "response": answer})

    @property
    def methods(self) -> list[str]:
        return [json.loads(request.content)["method"] for request in self.requests]

    def sent(self, method: str) -> Any:
        bodies = [json.loads(request.content) for request in self.requests]
        return next(body["parameters"] for body in bodies if body["method"] == method)

    def _refusal(self, status: int, words: str) -> httpx.Response:
        body = {"success": False, "response": [], "error": words}
        return httpx.Response(200 if self.style == 200 else status, json=body)

    @staticmethod
    def _token(request: httpx.Request) -> str:
        return str(request.headers.get("authorization", "")).removeprefix("Bearer ")

    def _login(self, given: dict[str, Any]) -> Answer:
        if given != {"email": "api@example.com", "password": "right"}:
            return None
        self.tokens.append(f"token-{len(self.tokens)}")
        return {"token": self.tokens[-1], "user": {"id": 4}}

    def _create(self, given: dict[str, Any]) -> Answer:
        self.contacts.append({"id": 90 + len(self.contacts), **given})
        return {"contact": self.contacts[-1]}

    def _by_email(self, given: dict[str, Any]) -> Answer:
        found = [c for c in self.contacts if c.get("email") == given["search_value"]]
        return {"contact": found[0]} if found else None


ASKED = "Enquiry via the form “web”, 1 Mar 2026, 12:00 (UTC)."


def adapter(crm: Crm, secret: Callable[[bool], Mapping[str, Any]] | None = None) -> Centia:
    client = httpx.Client(transport=httpx.MockTransport(crm))
    return Centia(client, secret or (lambda _: SECRET), lambda _: None)


def make_lead(**fields: Any) -> Lead:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    known: dict[str, Any] = {"id": "7Q2KX9BD" * 3, "ref": "LR-7Q2KX9BD", "source": "web"}
    return Lead(received_at=moment, **known, **fields)


def steps_of(done: Mapping[str, str] | None = None, *doubt: str) -> DeliverySteps:
    return DeliverySteps(done or {}, doubt=doubt, save=lambda *_: None)


def _no_file(_: Attachment) -> bytes:
    raise AssertionError("centia takes no files")


def deliver(crm: Centia, lead: Lead, steps: DeliverySteps | None = None, **options: Any) -> Receipt:
    return crm.create(lead, Options(**options), steps or steps_of(), _no_file)


ANA: dict[str, Any] = {
    "full_name": "Ana María Ruiz López",
    "email": "ana@example.com",
    "phone": "+12025550123",
}
