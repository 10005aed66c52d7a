"""A Collect! server by its pages, for tests, and the leads they bring to it."""

import email
import json
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import HTTP
from itertools import count
from typing import Any
from urllib.parse import unquote

import httpx

from leadrelay.claim import ANY_STEP
from leadrelay.crm.base import Receipt
from leadrelay.crm.collect.delivery import Collect
from leadrelay.crm.collect.options import Options
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Lead, lead_ref

SECRET = {"base_url": "https://api.example.com", "op_id": "WEB", "op_password": "hush"}
ID = "7Q2KX9BD0000000000000000"
REF = lead_ref(ID)
PREFIX = {"debtor": "de", "contact": "co", "client": "cl"}
ASKED = "Enquiry via the form “contact-us”, 2 Mar 2026, 09:30 (UTC)."


def make_lead(**fields: Any) -> Lead:
    received = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return Lead(id=ID, ref=REF, source="contact-us", received_at=received, **fields)


def plain_lead() -> Lead:
    return make_lead(
        first_name="Ana",
        last_name="Ruiz",
        email="ana@example.com",
        phone="+12025550101",
        company="Acme, Inc.",
        message="Please call me back",
    )


class Vendor:
    """What the pages say, and no more.

    `answers` stand in for the next answers (None: the true one; an exception is raised, and
    nothing done); with `lossy`, each write's first answer gets lost after it was done.
    """

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, dict[str, str]]] = {name: {} for name in PREFIX}
        self.tables["client"]["17"] = {"cl_rowid": "17", "cl_name": "Example Agency"}
        self.files: dict[str, bytes] = {}
        self.requests: list[httpx.Request] = []
        self.answers: list[httpx.Response | Exception | None] = []
        self.lossy = False
        self.logins = 0
        self.password = "hush"
        self.list_shape = True
        self.notes = True
        self.filters_work = True
        self._ids = count(123)
        self._lock = threading.Lock()

    @property
    def log(self) -> list[str]:
        return [
            f"{request.method} {request.url.path.removeprefix('/api/v1/')}"
            for request in self.requests
        ]

    def last_json(self) -> Any:
        return json.loads(self.requests[-1].content)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            _, _, path = request.url.path.partition("/api/v1/")
            if path == "auth/login":
                return self._login(json.loads(request.content))
            if request.headers.get("authorization") != f"Bearer T{self.logins}.a.b":
                return httpx.Response(401, text="Unauthorized")
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Exception):
                raise answer
            answer = answer or self._do(request, path)
            if self.lossy and request.method == "POST" and self.log.count(self.log[-1]) == 1:
                raise httpx.ReadTimeout("lost")
            return answer

    def _login(self, given: Mapping[str, str]) -> httpx.Response:
        if given != {"op_id": "WEB", "op_password": self.password}:
            return httpx.Response(200, json={"status": 401})
        self.logins += 1
        operator = {"op_rowid": "1", "op_id": "WEB", "op_name": "Website", "op_level": 10}
        token = f"T{self.logins}.a.b"
        result = {"nx_operator": operator, "access_token": token, "refresh_token": "R.a.b"}
        return httpx.Response(200, json={"status": 200, "result": result})

    def _do(self, request: httpx.Request, path: str) -> httpx.Response:
        match request.method, path.split("/"):
            case "POST", ["collect", "data", record]:
                return self._create(record, json.loads(request.content))
            case "GET", ["collect", "data", record]:
                return self._read(record, unquote(request.url.query.decode()))
            case "GET", ["collect", "data", record, rowid]:
                found = self.tables[record].get(rowid)
                return answer_with(record, found) if found else httpx.Response(404)
            case "GET", ["collect", "data", "debtor", rowid, "contact"]:
                events = self.tables["contact"].values()
                return answer_with(
                    "contact", [row for row in events if row["co_rowid_debtor"] == rowid]
                )
            case "POST", ["collect", "app", "upload"]:
                return self._upload(request)
        return httpx.Response(200)  # runplan answers nothing

    def _create(self, record: str, body: Mapping[str, Any]) -> httpx.Response:
        assert body["business-logic"] == 4
        rowid = str(next(self._ids))
        row = {f"{PREFIX[record]}_rowid": rowid} | body["data"]
        self.tables[record][rowid] = row
        return answer_with(record, row)

    def _read(self, record: str, query: str) -> httpx.Response:
        if "filter=" not in query:
            known = self.notes or "de_noteblob" not in query
            return answer_with(record, []) if known else httpx.Response(400, text="no such column")
        match = re.search(r"filter=(\w+?)__in=\((.*?)\)", query)
        assert match, query
        values = re.findall(r"'([^']*)'", match[2])
        if not self.filters_work:
            return answer_with(record, [{f"{PREFIX[record]}_rowid": "1", match[1]: "another"}])
        rows = [row for row in self.tables[record].values() if row.get(match[1]) in values]
        return answer_with(record, rows if self.list_shape else next(iter(rows), {}))

    def _upload(self, request: httpx.Request) -> httpx.Response:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + request.content, EmailMessage, policy=HTTP)
        first, second = message.iter_parts()
        assert first.get_param("name", header="content-disposition") == "json"
        target = json.loads(first.get_content())
        if str(target["debtor"]) not in self.tables["debtor"]:
            return httpx.Response(404, text="debtor not found")
        name = second.get_filename()
        assert name
        assert target["overwrite"] == "yes" or name not in self.files
        self.files[name] = bytes(second.get_payload(decode=True))
        return httpx.Response(200, json={"recordType": "debtor", "fileName": name, "fileNumber": 1})


def answer_with(record: str, data: Any) -> httpx.Response:
    kind = {"recId": record, "rowId": f"{PREFIX[record]}_rowid"}
    return httpx.Response(200, json={"type": kind, "data": data})


def collect(
    vendor: Vendor, secret: Callable[[bool], Mapping[str, Any]] = lambda _: SECRET
) -> Collect:
    """The adapter, connected to `vendor`."""
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    return Collect(client, secret, lambda _: None)


def deliver(crm: Collect, lead: Lead, *, in_doubt: bool = False, **options: Any) -> Receipt:
    """One attempt with nothing done before; every file holds b"%PDF"."""
    steps = DeliverySteps({}, doubt={ANY_STEP} if in_doubt else (), save=lambda *_: None)
    return crm.create(lead, Options(**options), steps, lambda _: b"%PDF")
