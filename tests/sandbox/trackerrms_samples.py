"""The Widget API's documented samples, and a caller that posts them to the simulator."""

import base64
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from leadrelay_sandbox.simulator import serve
from leadrelay_sandbox.trackerrms import TrackerRmsSimulator

LOGIN = {"username": "api@example.com", "password": "sandbox-password", "oauthtoken": ""}
NULL_REFERENCE = "Object variable or With block variable not set."
PDF = b"%PDF-1.4 a resume"
PERSON = {
    "firstname": "John",
    "lastname": "Brown",
    "fullname": "John Brown",
    "jobtitle": "Managing Director",
    "company": "ABC Incorporated",
    "address1": "2567 Lexington Avenue",
    "address2": "",
    "city": "New York",
    "state": "NY",
    "zipcode": "10263",
    "country": "United States",
    "homephone": "",
    "cellphone": "+1 202 555 0100",
    "email": "john.brown@example.com",
    "linkedin": "https://example.com/jbabc/",
}
FILE = {"filename": "Jane Selby Resume.pdf", "data": base64.b64encode(PDF).decode()}

# The documented samples, operation → the nodes beside the credentials.
SAMPLES: dict[str, dict[str, Any]] = {
    "checkLogon": {},
    "createContact": {
        "instructions": {"createcompanyifnotexists": True, "overwritecontact": False},
        "contact": PERSON
        | {"businessphone": "", "website": "", "note": "Lorem", "image": "http://example.com/i"},
    },
    "createResource": {
        "instructions": {
            "overwriteresource": False,
            "assigntoopportunity": 1654,
            "assigntolist": "short",
            "shortlistedby": "resource",
        },
        "resource": PERSON
        | {
            "workphone": "",
            "dateofbirth": "1984-04-28",
            "nationality": "United States",
            "languages": "French, English",
            "education": "Master's Degree",
            "source": "Website",
            "jobhistory": [
                {
                    "company": "Wonderful Java Inc.",
                    "jobtitle": "Java Programmer",
                    "startdate": "2016",
                    "enddate": "",
                    "description": "I programmed Java",
                }
            ],
            "salary": 33000,
            "note": "",
            "image": "",
            "skills": "1,2,3",
            "status": "Active",
            "customfields": [{"id": 123, "value": "text"}],
        },
    },
    "createResourceFromResume": {
        "instructions": {
            "assigntoopportunity": 1654,
            "assigntolist": "short",
            "shortlistedby": "user",
        },
        "resource": {
            "firstname": "Jane",
            "lastname": "Selby",
            "fullname": "Jane Selby",
            "jobtitle": "Java Programmer",
            "email": "jane.selby@example.com",
            "note": "Lorem",
            "source": "Website",
        },
        "file": FILE,
    },
    "createLead": {
        "instructions": {"createpersonifnotexists": True, "notifydepartment": False},
        "lead": PERSON
        | {
            "leadname": "New Contact Us Submission",
            "department": "Sales",
            "source": "Website ",
            "description": "Lorem ipsum dolor sit amet.",
            "leadpersontype": "N",
            "businessphone": "",
            "website": "",
            "image": "",
        },
    },
    "createOpportunity": {
        "instructions": {"createpersonifnotexists": True},
        "opportunity": PERSON
        | {
            "opportunityname": "Java Programmer",
            "department": "Sales",
            "worktype": "Permanent",
            "source": "Client Request",
            "description": "Lorem",
            "businessphone": "",
            "website": "",
        },
    },
    "getRecords": {
        "instructions": {
            "recordtype": "O",
            "recordid": 0,
            "state": "open",
            "searchtext": "",
            "onlymyrecords": True,
            "numrecords": 100,
            "pagenum": 0,
            "sortfield": "lastupdateddatetime",
            "sortdir": "asc",
            "updatedbefore": "2099-01-01 00:00:00",
            "updatedafter": "",
            "includecustomfields": False,
        }
    },
    "getIndividualRecord": {"instructions": {"recordtype": "O", "recordid": 1234}},
    "getDocumentFolders": {"instructions": {"recordtype": "O", "recordid": 1234}},
    "checkPerson": {"details": {"email": "a@example.com", "phone": "", "linkedin": ""}},
    "inboundCall": {"instructions": {"source": "12025550100", "destination": "12025550101"}},
    "createActivity": {
        "instructions": {},
        "activity": {
            "subject": "Call",
            "type": "Telephone",
            "date": "2026-01-31",
            "time": "11:34 AM",
            "status": "Completed",
            "priority": "Medium",
            "contactType": "Outbound",
            "note": "",
            "userId": 20,
            "linkRecordType": "N",
            "linkRecordId": 0,
        },
        "customfields": [{"id": 448, "value": "x"}],
    },
}


def changed(operation: str, path: str, value: Any) -> dict[str, Any]:
    """The sample with one value changed, `node.key`; None leaves the key out."""
    nodes = copy.deepcopy(SAMPLES[operation])
    *above, last = path.split(".")
    target = nodes
    for key in above:
        target = target[key]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return nodes


class Caller:
    """A simulator, a client of it on a real port, and the envelope of every operation."""

    def __init__(self, simulator: TrackerRmsSimulator, client: httpx.Client) -> None:
        self.simulator = simulator
        self.client = client

    def __call__(
        self,
        operation: str,
        nodes: dict[str, Any] | None = None,
        credentials: dict[str, Any] | None = LOGIN,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """The answer to an operation; `nodes` default to its documented sample."""
        node = SAMPLES.get(operation, {}) if nodes is None else nodes
        if credentials is not None:
            node = {"credentials": credentials} | node
        key = "checkPerson" if operation == "getSettingsData" else operation
        answer = self.client.post(
            f"/api/widget/{operation}", json={"trackerrms": {key: node}}, headers=headers
        )
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        return body

    def results(self, **instructions: Any) -> list[dict[str, Any]]:
        """What getRecords finds."""
        found: list[dict[str, Any]] = self("getRecords", {"instructions": instructions})["results"]
        return found

    def switch(self, **switches: Any) -> None:
        assert self.client.post("/_sandbox/switch", json=switches).status_code == 200


@contextmanager
def running() -> Iterator[Caller]:
    simulator = TrackerRmsSimulator()
    server = serve(simulator, 0)
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=5) as client:
        yield Caller(simulator, client)
    server.shutdown()
