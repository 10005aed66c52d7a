"""The TrackerRMS simulator takes what the Widget API's documentation shows, and little else."""

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from leadrelay_sandbox.trackerrms import TrackerRmsSimulator
from tests.sandbox.trackerrms_samples import (
    FILE,
    LOGIN,
    NULL_REFERENCE,
    PDF,
    SAMPLES,
    Caller,
    changed,
    running,
)


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with running() as caller:
        yield caller


@pytest.fixture
def call(caller: Caller) -> Caller:
    caller.simulator.reset()
    return caller


@pytest.fixture
def simulator(call: Caller) -> TrackerRmsSimulator:
    return call.simulator


@pytest.fixture
def client(call: Caller) -> httpx.Client:
    return call.client


@pytest.mark.parametrize("operation", [*SAMPLES, "getSettingsData"])
def test_a_documented_sample_succeeds_without_violation(
    call: Caller, simulator: TrackerRmsSimulator, operation: str
) -> None:
    assert call(operation)["status"] == 0
    assert simulator.violations == []
    assert all(record.fields["_ignored"] == [] for record in simulator.records)


def test_a_lead_is_kept_as_it_was_sent(call: Caller, client: httpx.Client) -> None:
    answer = call("createLead")

    assert answer == {
        "status": 0,
        "message": "success",
        "count": 0,
        "recordId": 1001,
        "recordName": "New Contact Us Submission",
    }
    assert client.get("/_sandbox/records").json()["records"] == [
        {
            "id": "1001",
            "operation": "createLead",
            "fields": SAMPLES["createLead"] | {"_ignored": []},
        }
    ]


@pytest.mark.parametrize(
    ("operation", "path", "value"),
    [
        ("createLead", "instructions.createpersonifnotexists", "maybe"),
        ("createLead", "lead.leadpersontype", "C"),
        ("createLead", "lead.city", {"name": "New York"}),
        ("createLead", "lead", ["New Contact Us Submission"]),
        ("createLead", "lead.leadname", ""),
        ("createContact", "contact", None),
        ("createContact", "contact.image", []),
        ("createResource", "instructions.assigntolist", "middle"),
        ("createResource", "instructions.assigntoopportunity", "JOB-1654"),
        ("createResource", "resource.jobhistory", {"company": "Wonderful Java Inc."}),
        ("createResource", "resource.dateofbirth", "28/04/1984"),
        ("createResourceFromResume", "file", None),
        ("createResourceFromResume", "file.data", "%%%"),
        ("createResourceFromResume", "file.data", ""),
        ("createResourceFromResume", "file.filename", None),
        ("getRecords", "instructions.recordtype", "Q"),
        ("getRecords", "instructions.recordtype", None),
        ("getRecords", "instructions.sortdir", "up"),
        ("getIndividualRecord", "instructions.recordtype", "N"),
        ("getDocumentFolders", "instructions.recordtype", "X"),
        ("checkPerson", "details", None),
        ("inboundCall", "instructions", None),
        ("createActivity", "activity.linkRecordType", "X"),
        ("createActivity", "activity.time", "noon"),
    ],
)
def test_a_wrong_shape_is_status_99_and_makes_nothing(
    call: Caller, simulator: TrackerRmsSimulator, operation: str, path: str, value: Any
) -> None:
    answer = call(operation, changed(operation, path, value))

    assert answer["status"] == 99
    assert answer.get("recordId", 0) == 0
    assert simulator.records == []
    assert simulator.violations != []


@pytest.mark.parametrize(
    ("operation", "path", "value", "violation"),
    [
        ("createLead", "instructions.notifydepartment", "false", "is not true or false"),
        ("createLead", "lead.zipcode", 10263, "is not a string"),
        ("createResource", "instructions.assigntoopportunity", "1654", "is not an integer"),
        ("createResource", "resource.salary", "33000", "is not a number"),
        ("createActivity", "activity.time", "11:34", "is not a time as hh:mm AM"),
        ("getRecords", "instructions.recordtype", "A", "is not one of"),
        ("getRecords", "instructions.state", "active", "is not open, closed, won or blank"),
    ],
)
def test_what_only_the_live_server_lets_pass_is_a_violation(
    call: Caller,
    simulator: TrackerRmsSimulator,
    operation: str,
    path: str,
    value: Any,
    violation: str,
) -> None:
    assert call(operation, changed(operation, path, value))["status"] == 0
    assert [v.split(":")[0] for v in simulator.violations] == [operation]
    assert f"{path} {violation}" in simulator.violations[0]


def test_unknown_keys_are_ignored_and_listed(call: Caller, simulator: TrackerRmsSimulator) -> None:
    nodes = changed("createLead", "lead.customfields", {})
    nodes["instructions"]["overwritelead"] = True
    nodes["tracking"] = {"utm_source": "x"}

    assert call("createLead", nodes)["status"] == 0
    fields = simulator.records[0].fields
    assert sorted(fields["_ignored"]) == [
        "instructions.overwritelead",
        "lead.customfields",
        "tracking",
    ]
    assert "customfields" not in fields["lead"]
    assert len(simulator.violations) == 3


def test_instructions_among_the_credentials_are_refused(
    call: Caller, simulator: TrackerRmsSimulator
) -> None:
    nodes = {"lead": SAMPLES["createLead"]["lead"]}

    answer = call("createLead", nodes, LOGIN | {"createpersonifnotexists": True})

    assert (answer["status"], answer["message"]) == (99, NULL_REFERENCE)
    assert simulator.violations == [
        "createLead: credentials.createpersonifnotexists is not documented"
    ]


def test_a_resume_flattened_into_the_resource_is_refused(call: Caller) -> None:
    sample = SAMPLES["createResourceFromResume"]
    nodes = sample | {"resource": sample["resource"] | FILE}
    del nodes["file"]

    assert call("createResourceFromResume", nodes)["status"] == 99


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 99),
        (b"[]", "application/json", 99),
        (b'{"trackerrms": {"createContact": {}}}', "application/json", 99),
        (b'{"trackerrms": null}', "application/json", 99),
        (b'{"trackerrms": {"checkLogon": {}}}', "application/x-www-form-urlencoded", 99),
        (b'{"trackerrms": {"checkLogon": {"credentials": {}}}}', "text/json", 1),
        (b'{"trackerrms": {"checkLogon": {}}, "more": 1}', "application/json", 1),
    ],
)
def test_a_broken_envelope_is_told_in_the_body(
    client: httpx.Client,
    simulator: TrackerRmsSimulator,
    content: bytes,
    content_type: str,
    status: int,
) -> None:
    answer = client.post(
        "/api/widget/checkLogon", content=content, headers={"Content-Type": content_type}
    )

    assert answer.status_code == 200
    assert answer.json()["status"] == status
    assert len(simulator.violations) == 1


def test_raw_line_breaks_in_base64_pass_as_a_violation(
    client: httpx.Client, simulator: TrackerRmsSimulator
) -> None:
    wrapped = FILE["data"][:8] + "\r\n" + FILE["data"][8:]
    node = (
        '{"trackerrms": {"createResourceFromResume": {"credentials": {"apikey": "sandbox-api-key"},'
        f' "resource": {{"fullname": "Jane"}}, "file": {{"filename": "a.pdf", "data": "{wrapped}"}}'
        "}}}"
    )

    answer = client.post(
        "/api/widget/createResourceFromResume",
        content=node,
        headers={"Content-Type": "application/json"},
    )

    assert answer.json()["status"] == 0
    assert simulator.records[0].fields["file"] == {
        "filename": "a.pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    assert len(simulator.violations) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/API/widget/CHECKLOGON", 200),
        ("POST", "/api/widget/checkLogon/", 200),
        ("GET", "/api/widget/checkLogon", 405),
        ("POST", "/api/widget/createPlacement", 404),
    ],
)
def test_a_path_other_than_documented_is_a_violation(
    client: httpx.Client, simulator: TrackerRmsSimulator, method: str, path: str, status: int
) -> None:
    body = {"trackerrms": {"checkLogon": {"credentials": LOGIN}}}

    assert client.request(method, path, json=body).status_code == status
    assert len(simulator.violations) == 1


def test_a_fault_refuses_with_status_99_and_its_words(
    call: Caller, client: httpx.Client, simulator: TrackerRmsSimulator
) -> None:
    client.post("/_sandbox/fault", json={"refuse": "no more leads", "operation": "createLead"})

    assert call("checkLogon")["status"] == 0
    assert call("createLead") == {
        "status": 99,
        "message": "no more leads",
        "count": 0,
        "recordId": 0,
        "recordName": "",
    }
    assert simulator.records == []
    assert call("createLead")["status"] == 0
