"""A vtiger 6.0.0 for tests: what one answers, and leads and adapters to try it with."""

import hashlib
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from leadrelay.claim import ANY_STEP
from leadrelay.crm.initiative.delivery import Initiative
from leadrelay.crm.initiative.operations import POSTED
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Call, Lead

type Params = dict[str, str]
type Answer = httpx.Response | Callable[[Params], httpx.Response]

SECRET = {"base_url": "https://crm.example.com", "username": "acme/api", "access_key": "K3y"}
EMPTY_500 = httpx.Response(500, text="", headers={"content-type": "text/html"})
PERSON = "firstname lastname email phone mobile"
FIELDS = {
    "Leads": f"{PERSON} company designation website lane city state code country leadsource",
    "Contacts": f"{PERSON} title mailingstreet mailingcity account_id birthday",
    "HelpDesk": "ticket_title ticketstatus ticketpriorities",
    "Events": "subject date_start time_start due_date time_end activitytype eventstatus visibility"
    " duration_hours duration_minutes contact_id parent_id",
    "Documents": "notes_title notecontent filelocationtype filestatus",
}
PICKLISTS = {
    "ticketstatus": ["Open", "In Progress"],
    "ticketpriorities": ["Low", "Normal"],
    "leadsource": ["Web Site"],
    "activitytype": ["Call", "Meeting"],
    "visibility": ["Private", "Public"],
}
TYPES: dict[str, dict[str, Any]] = {
    "assigned_user_id": {"name": "owner"},
    "birthday": {"name": "date"},
    "filestatus": {"name": "boolean"},
    "account_id": {"name": "reference", "refersTo": ["Accounts"]},
    "contact_id": {"name": "reference", "refersTo": ["Contacts"]},
    "parent_id": {"name": "reference", "refersTo": ["Leads", "HelpDesk"]},
    **{
        name: {"name": "picklist", "picklistValues": [{"label": v, "value": v} for v in values]}
        for name, values in PICKLISTS.items()
    },
}
MANDATORY = {"lastname", "ticket_title", "ticketstatus", "notes_title", "assigned_user_id"}


def good(result: object) -> httpx.Response:
    return httpx.Response(200, json={"success": True, "result": result})


def bad(code: str | int, message: str = "no") -> httpx.Response:
    return httpx.Response(200, json={"success": False, "error": {"code": code, "message": message}})


class Server:
    """vtiger 6.0 as far as these tests go. `answers` overrule it: per operation, the next first."""

    def __init__(self) -> None:
        self.calls: list[Params] = []
        self.answers: dict[str, list[Answer]] = defaultdict(list)
        self.sessions: set[str] = set()
        self.token = ""
        self.made: dict[str, dict[str, str]] = {}
        self.seconds_a_call = 0.0
        self.fields = dict(FIELDS)
        self.mandatory = set(MANDATORY)
        self.rights: dict[str, dict[str, bool]] = {}
        self.hidden: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/wstiger.php"
        place = request.content.decode() if request.method == "POST" else request.url.query.decode()
        params = dict(parse_qsl(place, keep_blank_values=True))
        name = params["operation"]
        assert (name in POSTED) == (request.method == "POST")
        time.sleep(self.seconds_a_call)
        with self._lock:
            self.calls.append(params)
            if self.answers[name]:
                answer = self.answers[name].pop(0)
                return answer(params) if callable(answer) else answer
            if "sessionName" in params and params["sessionName"] not in self.sessions:
                return bad("INVALID_SESSIONID", "Session Identifier provided is Invalid")
            work: Callable[[Params], httpx.Response] = getattr(self, name)
            return work(params)

    def getchallenge(self, params: Params) -> httpx.Response:
        assert params["username"] == "acme/api"
        self.token = f"6b0218b4{len(self.calls):05}"
        return good({"token": self.token, "serverTime": 1795299508, "expireTime": 1795299808})

    def login(self, params: Params) -> httpx.Response:
        expected = hashlib.md5(f"{self.token}K3y".encode(), usedforsecurity=False).hexdigest()
        if params["accessKey"] != expected:
            return bad("INVALID_USER_CREDENTIALS", "Invalid username or password")
        name = f"acme-6d29332a{len(self.calls)}"
        self.sessions.add(name)
        return good({"sessionName": name, "userId": "19x1", "VtigerVersion": "6.0.0"})

    def listtypes(self, _: Params) -> httpx.Response:
        return good({"types": ["Leads", "Contacts"], "information": {}})

    def describe(self, params: Params) -> httpx.Response:
        return good(self.shape(params["elementType"]))

    def shape(self, module: str) -> dict[str, Any]:
        names = f"{self.fields[module]} assigned_user_id description id".split()
        fields = [
            {"name": n, "mandatory": n in self.mandatory, "type": TYPES.get(n, {"name": "string"})}
            for n in names
            if f"{module}.{n}" not in self.hidden
        ]
        rights = self.rights.get(module, {})
        return {"name": module, "fields": fields, "idPrefix": "10", "createable": True, **rights}

    def create(self, params: Params) -> httpx.Response:
        record_id = f"10x{len(self.made) + 1}"
        self.made[record_id] = json.loads(params["element"])
        return good({**self.made[record_id], "id": record_id})

    def retrieve(self, params: Params) -> httpx.Response:
        if params["id"] not in self.made:
            return bad("ACCESS_DENIED")
        return good({"description": "", **self.made[params["id"]], "id": params["id"]})

    def update(self, params: Params) -> httpx.Response:
        element = json.loads(params["element"])
        self.made.setdefault(element["id"], {}).update(element)
        return good(self.made[element["id"]])

    def query(self, _: Params) -> httpx.Response:
        return good([])

    def count(self) -> Counter[str]:
        return Counter(call["operation"] for call in self.calls)


OPTIONS = Initiative.Options()


def crm(server: Server, secret: Callable[[bool], dict[str, str]] = lambda _: SECRET) -> Initiative:
    client = httpx.Client(transport=httpx.MockTransport(server))
    return Initiative(client, secret, lambda _: None)


def steps(*, in_doubt: bool = False, done: dict[str, str] | None = None) -> DeliverySteps:
    return DeliverySteps(done or {}, doubt={ANY_STEP} if in_doubt else (), save=lambda *_: None)


def lead(**fields: Any) -> Lead:
    fixed = {"id": "7Q2KX9BD", "ref": "LR-7Q2KX9BD", "source": "contact-us"}
    received = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    return Lead.model_validate({**fixed, "received_at": received, **fields})


def call_lead(**fields: Any) -> Lead:
    call = Call(caller="+442079460018", state="missed", direction="inbound", duration=3700)
    return lead(kind="call", call=call, **fields)


def create(adapter: Initiative, one: Lead, options: Any = OPTIONS, **how: Any) -> str:
    return adapter.create(one, options, steps(**how), lambda _: b"%PDF").record_id


JANE = lead(full_name="Jane Doe", email="jane@example.com", message="It's 5 > 3 \\ 😀\n'; DROP")
