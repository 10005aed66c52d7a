"""What the TrackerRMS simulator does with its records: making, finding, changing them."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.trackerrms_samples import (
    FILE,
    LOGIN,
    PERSON,
    SAMPLES,
    Caller,
    changed,
    running,
)

KEY = {"username": "", "password": "", "oauthtoken": "", "apikey": "sandbox-api-key"}


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with running() as caller:
        yield caller


@pytest.fixture
def call(caller: Caller) -> Caller:
    caller.simulator.reset()
    return caller


# -- people and companies -----------------------------------------------------------------


def test_a_known_contact_is_overwritten_only_when_told(call: Caller) -> None:
    call("createContact")

    kept = call("createContact", changed("createContact", "contact.city", "Boston"))
    nodes = changed("createContact", "contact.city", "Boston")
    nodes["instructions"]["overwritecontact"] = True
    overwritten = call("createContact", nodes)

    assert (kept["status"], kept["recordId"]) == (3, 0)
    assert (overwritten["message"], overwritten["recordId"]) == ("updated", 1001)
    assert len(call.simulator.records) == 1
    assert call.simulator.records[0].fields["contact"]["city"] == "Boston"
    assert call.results(recordtype="N")[0]["details"]["town"] == "Boston"


def test_status_3_may_tell_the_record(call: Caller) -> None:
    call.switch(record_id_on_status_3=True)
    made = call("createResource")

    known = call("createResource")

    assert (known["status"], known["recordId"]) == (3, made["recordId"])


def test_a_company_is_made_with_its_contact_or_alone(call: Caller) -> None:
    call("createContact")
    alone = SAMPLES["createContact"] | {"contact": {"company": "Foo Ltd", "fullname": "Foo Ltd"}}

    assert call("createContact", alone)["recordName"] == "Foo Ltd"
    companies = [item["name"] for item in call.results(recordtype="C")]
    assert companies == ["ABC Incorporated", "Foo Ltd"]
    assert [item["name"] for item in call.results(recordtype="N")] == ["John Brown"]


def test_a_lead_makes_its_person_once_and_itself_each_time(call: Caller) -> None:
    assert call("createLead")["recordId"] != call("createLead")["recordId"]

    assert len(call.simulator.records) == 2
    assert len(call.results(recordtype="L")) == 2
    assert len(call.results(recordtype="N")) == 1


def test_a_person_made_with_a_lead_gets_a_record_when_overwritten(call: Caller) -> None:
    call("createLead")
    nodes = changed("createContact", "instructions.overwritecontact", value=True)

    assert call("createContact", nodes)["message"] == "updated"
    assert [r.operation for r in call.simulator.records] == ["createLead", "createContact"]


def test_unknown_departments_pass_unless_switched(call: Caller) -> None:
    unknown = changed("createLead", "lead.department", "Plumbing")
    assert call("createLead", unknown)["status"] == 0

    call.switch(refuse_unknown_names=True)
    assert call("createLead", unknown)["status"] == 99
    assert call("createLead")["status"] == 0


@pytest.mark.parametrize(
    ("parser", "content", "status"),
    [
        ("looks", b"%PDF-1.7", 0),
        ("looks", b"MZ no resume", 99),
        ("accepts", b"MZ no resume", 0),
        ("refuses", b"%PDF-1.7", 99),
    ],
)
def test_a_resume_that_the_parser_cannot_read_is_refused(
    call: Caller, parser: str, content: bytes, status: int
) -> None:
    call.switch(parser=parser)
    data = base64.b64encode(content).decode()

    answer = call(
        "createResourceFromResume", changed("createResourceFromResume", "file.data", data)
    )

    assert answer["status"] == status
    assert len(call.simulator.records) == (not status)
    assert call.simulator.violations == []


# -- looking up ---------------------------------------------------------------------------


def test_records_are_found_by_name_and_candidates_also_by_email(call: Caller) -> None:
    call("createLead")
    call("createResource")
    call("createOpportunity")

    assert [r["id"] for r in call.results(recordtype="L", searchtext="contact us")] == [1001]
    assert call.results(recordtype="L", searchtext="john.brown@example.com") == []
    candidate = call.results(recordtype="R", searchtext="john.brown@example.com")[0]
    assert candidate["details"]["mobiletelephone"] == PERSON["cellphone"]
    job = call.results(recordtype="O", searchtext="java", state="open")[0]
    assert job["name"] == f"JOB-{job['id']} Java Programmer"
    assert call.results(recordtype="O", searchtext="java", state="won") == []


def test_pages_start_at_zero_and_recordid_wins(call: Caller) -> None:
    ids = [call("createLead")["recordId"] for _ in range(5)]
    order = {"recordtype": "L", "sortfield": "id", "sortdir": "desc", "numrecords": 2}

    pages = [[r["id"] for r in call.results(**order, pagenum=page)] for page in range(4)]

    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]], []]
    one = call.results(recordtype="L", recordid=ids[1], searchtext="nobody", pagenum=3)
    assert [r["id"] for r in one] == [ids[1]]


def test_only_my_records_are_those_of_the_calling_user(call: Caller) -> None:
    call("createResource", None, KEY)

    assert call.results(recordtype="R", onlymyrecords=True) == []
    assert len(call.results(recordtype="R", onlymyrecords=False)) == 1


def test_records_are_bounded_by_their_last_update(call: Caller) -> None:
    call("createLead")

    assert call.results(recordtype="L", updatedbefore="2000-01-01 00:00:00") == []
    assert call.results(recordtype="L", updatedafter="2099-01-01 00:00:00") == []
    assert len(call.results(recordtype="L", updatedafter="2000-01-01 00:00:00")) == 1


def test_what_the_documentation_leaves_open_in_results_is_a_switch(call: Caller) -> None:
    for _ in range(3):
        call("createLead")
    call.switch(details="list", no_results=None, count_is_total=True)
    page = {"recordtype": "L", "numrecords": 1}

    answer = call("getRecords", {"instructions": page})
    nothing = call("getRecords", {"instructions": page | {"searchtext": "nobody"}})

    assert (answer["count"], answer["results"][0]["details"]) == (3, [])
    assert (nothing["status"], nothing["results"]) == (0, None)


def test_one_record_is_read_by_its_id(call: Caller) -> None:
    made = call("createOpportunity")["recordId"]

    answer = call("getIndividualRecord", {"instructions": {"recordtype": "O", "recordid": made}})

    assert answer["count"] == 1
    assert answer["results"][0]["name"] == f"JOB-{made} Java Programmer"


def test_a_person_is_known_by_email_or_phone_under_letters_of_its_own(call: Caller) -> None:
    nobody = call("checkPerson")
    call("createContact")
    call("createResource")

    by_phone = call("checkPerson", {"details": {"phone": "(1) 202-555-0100"}})

    assert (nobody["recordTypes"], nobody["firstRecord"]) == ("", None)
    assert by_phone["recordTypes"] == "CR"
    assert by_phone["firstRecord"]["fullname"] == "John Brown"


def test_settings_are_read_under_the_documented_key(call: Caller) -> None:
    assert {"Id": 1, "Name": "Sales"} in call("getSettingsData")["departments"]
    assert call.simulator.violations == []

    body = {"trackerrms": {"getSettingsData": {"credentials": LOGIN}}}
    own_key = call.client.post("/api/widget/getSettingsData", json=body).json()
    assert own_key["status"] == 0
    assert len(call.simulator.violations) == 1


# -- changing -----------------------------------------------------------------------------


def test_an_update_reaches_the_record_and_its_searches(call: Caller) -> None:
    made = call("createResource")["recordId"]
    nodes = {
        "instructions": {"recordtype": "R", "recordid": made},
        "updates": [
            {"column": "town", "value": "Boston"},
            {"column": "resourcestatusid", "value": "2"},
        ],
        "customfields": [{"id": 123, "value": "new"}],
        "skills": [{"id": 789, "value": "Yes"}],
    }

    assert call("updateRecord", nodes) == {"status": 0, "message": "success", "count": 0}
    found = call.results(recordtype="R", includecustomfields=True)[0]
    assert (found["details"]["town"], found["status"]) == ("Boston", "Placed")
    assert found["customfields"] == [{"id": 123, "value": "new"}]
    assert call.simulator.records[0].fields["updates"]["city"] == "Boston"
    assert call.simulator.violations == []


def test_a_column_by_the_name_of_the_create_calls_is_a_violation(call: Caller) -> None:
    made = call("createResource")["recordId"]
    nodes = {
        "instructions": {"recordtype": "R", "recordid": made},
        "updates": [{"column": "city", "value": "Boston"}],
    }

    assert call("updateRecord", nodes)["status"] == 0
    assert len(call.simulator.violations) == 1
    assert call.results(recordtype="R")[0]["details"]["town"] == "New York"


def hanging_on(resource: int) -> dict[str, dict[str, Any]]:
    """Each operation that writes to a candidate."""
    activity = changed("createActivity", "activity.linkRecordId", resource)
    activity["activity"]["linkRecordType"] = "R"
    return {
        "createActivity": activity,
        "resourceApplication": {
            "instructions": {
                "opportunityid": "2482",
                "resourceid": str(resource),
                "assigntolist": "short",
                "shortlistedby": "resource",
                "source": "Website",
            }
        },
        "attachDocument": {
            "file": {
                **FILE,
                "recordType": "R",
                "recordId": resource,
                "documentType": "resume",
                "primary": "n",
            }
        },
        "addComplianceItem": {
            "record": {
                "resourceId": resource,
                "complianceItemId": 0,
                "complianceItemName": "Passport",
                "mandatory": True,
                "dateCompleted": "2026-01-31",
                "dateExpires": "2036-01-31",
                "status": "Verified",
                "notes": "",
            },
            "file": FILE,
        },
        "updateRecord": {"instructions": {"recordtype": "R", "recordid": resource}},
    }


@pytest.mark.parametrize("operation", hanging_on(0))
def test_what_hangs_on_a_candidate_wants_one_that_is_there(call: Caller, operation: str) -> None:
    resource = call("createResource")["recordId"]

    assert call(operation, hanging_on(resource)[operation])["status"] == 0
    assert call(operation, hanging_on(4711)[operation])["status"] == 99
    call.switch(missing_on_write=0)
    assert call(operation, hanging_on(4711)[operation])["status"] == 0
    assert call.simulator.violations == []


def test_a_file_is_kept_by_its_hash(call: Caller) -> None:
    resource = call("createResource")["recordId"]
    call("attachDocument", hanging_on(resource)["attachDocument"])

    file = call.simulator.records[-1].fields["file"]

    assert (file["filename"], file["size"], len(file["sha256"])) == (FILE["filename"], 17, 64)
    assert "data" not in file


def test_jobs_may_be_the_agencys_own_unless_switched(call: Caller) -> None:
    call.switch(refuse_unknown_jobs=True)
    assert call("createResource")["status"] == 99
    assert call.simulator.records == []

    job = call("createOpportunity")["recordId"]
    nodes = changed("createResource", "instructions.assigntoopportunity", job)
    assert call("createResource", nodes)["status"] == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_screen_pop_comes_by_url(call: Caller, method: str) -> None:
    url = "/api/telephone/inboundCall"
    numbers = {"Source": "12025550100", "Destination": "12025550101"}

    answer = call.client.request(method, url, params=numbers)

    assert answer.json() == {"status": 0, "message": "success", "count": 0}
    assert call.simulator.violations == []
    assert call.simulator.records[0].fields["instructions"]["source"] == "12025550100"
    assert call.client.request(method, url, params={"Source": "1"}).json()["status"] == 99


# -- faults -------------------------------------------------------------------------------


def test_a_reset_after_saving_leaves_the_record(call: Caller) -> None:
    call.simulator.fail_next(reset=True, after_saving=True, operation="createLead")

    with pytest.raises(httpx.TransportError):
        call("createLead")

    assert [item["id"] for item in call.results(recordtype="L")] == [1001]


def test_503_comes_as_often_as_told_and_saves_nothing(call: Caller) -> None:
    call.client.post("/_sandbox/fault", json={"status": 503, "times": 2})
    body = {"trackerrms": {"createLead": {"credentials": LOGIN} | SAMPLES["createLead"]}}

    statuses = [call.client.post("/api/widget/createLead", json=body).status_code for _ in range(3)]

    assert statuses == [503, 503, 200]
    assert len(call.simulator.records) == 1
