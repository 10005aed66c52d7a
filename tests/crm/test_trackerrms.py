"""Leads brought into TrackerRMS: which records they become, each of them once."""

import base64
from datetime import UTC, datetime

import httpx
import pytest

from leadrelay.crm.trackerrms.options import Options
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Refused, Undecidable, Unknown
from leadrelay.lead import Call, CallState
from tests.crm.contract import again
from tests.crm.trackerrms_vendor import (
    ASKED,
    CANNOT_OVERWRITE,
    CREATED,
    CV,
    JANE_RECORD,
    NOBODY,
    NULL_REFERENCE,
    PHOTO,
    REF,
    SUCCESS,
    Vendor,
    deliver,
    found,
    fresh_steps,
    jane,
    make_lead,
    trackerrms,
)

KEY = {"base_url": "us", "api_key": "hush-key"}
APPLICANT = {"kind": "resume", "resume": CV, "job": "JOB-1007"}
CALL = Call(
    id="CA1",
    state="answered",
    caller="+12025550101",
    called="+442079460018",
    direction="inbound",
    started_at=datetime(2026, 3, 2, 14, 5, tzinfo=UTC),
    duration=63,
)


# -- forms ------------------------------------------------------------------------------------


def test_a_form_is_one_call_that_makes_one_lead() -> None:
    vendor = Vendor(createLead=CREATED)
    receipt = deliver(
        trackerrms(vendor),
        jane(company="Acme", postal_code="10263", subject="Hello", extra={"budget": "5000"}),
        leadname="Form: {name}",
        department="Sales",
        source="Website",
    )
    assert (receipt.record_id, receipt.created) == ("188077", True)
    assert vendor.operations == ["createLead"]
    (node,) = vendor.nodes("createLead")
    assert node["instructions"] == {"createpersonifnotexists": True, "notifydepartment": False}
    sent = {name: value for name, value in node["lead"].items() if value}
    assert sent == {
        "leadname": f"Form: Jane Doe [{REF}]",
        "department": "Sales",
        "source": "Website",
        "description": f"{ASKED}\n\nPlease call me\n\nSubject: Hello\nBudget: 5000\n\n"
        f"Reference: {REF}",
        "leadpersontype": "N",
        "firstname": "Jane",
        "lastname": "Doe",
        "fullname": "Jane Doe",
        "company": "Acme",
        "zipcode": "10263",
        "businessphone": "+12025550101",
        "email": "jane@example.com",
    }


@pytest.mark.parametrize(
    ("record", "operation"),
    [
        ("lead", "createLead"),
        ("opportunity", "createOpportunity"),
        ("contact", "createContact"),
        ("resource", "createResource"),
    ],
)
def test_a_source_says_what_its_leads_become(record: str, operation: str) -> None:
    vendor = Vendor(**{operation: CREATED}, getRecords=NOBODY)
    assert deliver(trackerrms(vendor), jane(), record=record).record_id == "188077"
    assert operation in vendor.operations


def test_a_lead_made_without_an_id_in_the_answer_is_looked_up() -> None:
    vendor = Vendor(createLead={**CREATED, "recordId": 0}, getRecords=found(7, f"Jane [{REF}]"))
    assert deliver(trackerrms(vendor), jane()).record_id == "7"


def test_text_arrives_unchanged() -> None:
    message = "\"It's\"\n\t'; DROP TABLE leads; -- 😀 \\ é" + "x" * 10_000
    vendor = Vendor(createLead=CREATED)
    deliver(trackerrms(vendor), jane().model_copy(update={"message": message}))
    assert message in vendor.nodes("createLead")[0]["lead"]["description"]


def test_files_of_a_form_are_attached_to_its_lead_once_each() -> None:
    vendor = Vendor(createLead=CREATED, attachDocument=[SUCCESS, httpx.ConnectError("down")])
    steps = fresh_steps()
    crm = trackerrms(vendor)
    with pytest.raises(Exception, match="connect"):
        deliver(crm, jane(attachments=(PHOTO, CV)), steps)
    vendor.answers["attachDocument"] = [SUCCESS]
    deliver(crm, jane(attachments=(PHOTO, CV)), fresh_steps(steps.done))
    sent = [node["file"]["filename"] for node in vendor.nodes("attachDocument")]
    assert sent == ["jane.png", "jane.docx", "jane.docx"]  # the second one didn't connect
    assert vendor.operations.count("createLead") == 1
    assert vendor.nodes("attachDocument")[0]["file"] == {
        "filename": "jane.png",
        "data": base64.b64encode(b"bytes").decode(),
        "recordType": "L",
        "recordId": 188077,
        "documentType": "general",
        "primary": "n",
    }


# -- an outcome that is not known -------------------------------------------------------------


def test_a_lead_whose_answer_was_lost_is_found_by_its_reference_and_not_made_again() -> None:
    vendor = Vendor(createLead=httpx.ReadTimeout("slow"))
    crm = trackerrms(vendor)
    with pytest.raises(Unknown):
        deliver(crm, jane())
    no_opportunity, ours = NOBODY, found(7, f"Website: Jane Doe [{REF}]")
    vendor.answers["getRecords"] = [no_opportunity, ours]
    assert deliver(crm, jane(), fresh_steps(in_doubt=True)).record_id == "7"
    assert vendor.operations.count("createLead") == 1
    asked = vendor.nodes("getRecords")[-1]["instructions"]
    assert (asked["recordtype"], asked["searchtext"], asked["state"]) == ("L", REF, "")
    assert asked["onlymyrecords"] is False


def test_a_lead_that_is_not_there_is_made_again() -> None:
    vendor = Vendor(createLead=CREATED, getRecords=found(7, "Website: Jane Doe [LR-OTHER]"))
    assert deliver(trackerrms(vendor), jane(), fresh_steps(in_doubt=True)).record_id == "188077"


def test_a_candidate_that_shows_our_reference_after_a_lost_answer_keeps_one_resume() -> None:
    vendor = Vendor(getRecords=NOBODY, createResourceFromResume=httpx.ReadTimeout("slow"))
    crm, steps = trackerrms(vendor), fresh_steps()
    with pytest.raises(Unknown):
        deliver(crm, jane(**APPLICANT), steps)
    note = {**SUCCESS, "results": [{"id": 55, "note": f"Reference: {REF}"}]}
    no_lead, no_opportunity = NOBODY, NOBODY
    vendor.answers["getRecords"] = [no_lead, no_opportunity, JANE_RECORD, NOBODY]
    vendor.answers["getIndividualRecord"] = [note]
    receipt = deliver(crm, jane(**APPLICANT), fresh_steps(steps.done, in_doubt=True))
    assert receipt.record_id == "55"
    assert vendor.operations.count("createResourceFromResume") == 1
    assert vendor.operations[-3:] == ["createActivity", "updateRecord", "resourceApplication"]


def test_a_candidate_that_may_have_come_from_the_resume_is_left_to_a_person() -> None:
    vendor = Vendor(getRecords=NOBODY, createResourceFromResume=httpx.ReadTimeout("slow"))
    crm, steps = trackerrms(vendor), fresh_steps()
    with pytest.raises(Unknown):
        deliver(crm, jane(**APPLICANT), steps)
    vendor.answers["getRecords"] = [JANE_RECORD]
    with pytest.raises(Undecidable, match="candidate 55"):
        deliver(crm, jane(**APPLICANT), fresh_steps(steps.done, in_doubt=True))


def test_a_lost_answer_about_somebody_unrecognisable_is_left_to_a_person() -> None:
    vendor = Vendor(getRecords=NOBODY, createContact=httpx.ReadTimeout("slow"))
    crm, steps = trackerrms(vendor), fresh_steps()
    with pytest.raises(Unknown) as lost:
        deliver(crm, make_lead(full_name="Jane Doe"), steps, record="contact")
    doubtful = again(steps, lost.value)
    with pytest.raises(Refused, match="by hand"):
        deliver(crm, make_lead(full_name="Jane Doe"), doubtful, record="contact")


# -- find -------------------------------------------------------------------------------------


def test_find_wants_the_whole_reference() -> None:
    crm = trackerrms(Vendor(getRecords=found(7, f"Website: Jane Doe [{REF}0]")))
    assert crm.find(jane(), Options()) is None


def test_find_reads_the_name_of_a_job_behind_its_number() -> None:
    crm = trackerrms(Vendor(getRecords=found(7, f"JOB-1034 Website: Jane [{REF}]")))
    receipt = crm.find(jane(), Options(record="opportunity"))
    assert receipt
    assert (receipt.record_id, receipt.created) == ("7", False)


# -- résumés ----------------------------------------------------------------------------------


def test_a_resume_makes_a_candidate_on_the_list_of_the_job() -> None:
    vendor = Vendor(getRecords=NOBODY, createResourceFromResume=CREATED)
    receipt = deliver(trackerrms(vendor), jane(**APPLICANT), source="Careers page")
    assert receipt.record_id == "188077"
    assert vendor.operations[2:] == [
        "createResourceFromResume",
        "createActivity",
        "updateRecord",  # the number, which createResourceFromResume takes not
        "resourceApplication",
    ]
    (node,) = vendor.nodes("updateRecord")
    assert node["instructions"] == {"recordtype": "R", "recordid": 188077}
    assert node["updates"] == [{"column": "mobilephone", "value": "+12025550101"}]
    (node,) = vendor.nodes("createResourceFromResume")
    assert node["instructions"] == {}
    assert node["file"] == {"filename": "jane.docx", "data": base64.b64encode(b"bytes").decode()}
    assert node["resource"]["source"] == "Careers page"
    assert node["resource"]["note"] == f"Reference: {REF}"
    assert "phone: +1 202-555-0101" in vendor.nodes("createActivity")[0]["activity"]["note"]


def test_a_number_that_is_refused_costs_no_candidate() -> None:
    vendor = Vendor(
        getRecords=NOBODY, createResourceFromResume=CREATED, updateRecord=NULL_REFERENCE
    )
    steps = fresh_steps()
    deliver(trackerrms(vendor), jane(**APPLICANT), steps)
    assert steps.done["phone"] == "refused"
    assert vendor.operations[-1] == "resourceApplication"


def test_a_number_whose_answer_was_lost_is_written_again() -> None:
    vendor = Vendor(
        getRecords=NOBODY,
        createResourceFromResume=CREATED,
        updateRecord=[httpx.ReadTimeout("slow"), SUCCESS],
    )
    crm, steps = trackerrms(vendor), fresh_steps()
    with pytest.raises(Unknown):
        deliver(crm, jane(**APPLICANT), steps)
    again = DeliverySteps(steps.done, doubt=steps.doubt, save=lambda *_: None)
    assert deliver(crm, jane(**APPLICANT), again).record_id == "188077"
    assert vendor.operations.count("updateRecord") == 2
    assert vendor.operations.count("createResourceFromResume") == 1


def test_a_resume_the_parser_refuses_is_attached_to_a_candidate_from_the_form() -> None:
    vendor = Vendor(
        getRecords=NOBODY, createResourceFromResume=NULL_REFERENCE, createResource=CREATED
    )
    deliver(trackerrms(vendor), jane(**APPLICANT))
    reads = {"getRecords", "getSettingsData"}
    assert [name for name in vendor.operations if name not in reads] == [
        "createResourceFromResume",
        "createResource",
        "createActivity",
        "attachDocument",
        "resourceApplication",
    ]
    (node,) = vendor.nodes("createResource")
    assert node["resource"]["cellphone"] == "+12025550101"
    assert "could not read the résumé" in vendor.nodes("createActivity")[0]["activity"]["note"]
    file = vendor.nodes("attachDocument")[0]["file"]
    assert (file["recordType"], file["documentType"]) == ("R", "resume")


def test_a_known_candidate_gets_the_new_resume_the_application_and_the_message() -> None:
    vendor = Vendor(getRecords=JANE_RECORD)
    deliver(trackerrms(vendor), jane(**APPLICANT), assigntolist="long", source="Careers page")
    assert vendor.operations[1:] == ["createActivity", "attachDocument", "resourceApplication"]
    assert vendor.nodes("resourceApplication")[0]["instructions"] == {
        "opportunityid": "1007",
        "resourceid": "55",
        "assigntolist": "long",
        "shortlistedby": "resource",
        "source": "Careers page",
    }


def test_a_job_that_is_not_there_costs_neither_candidate_nor_resume() -> None:
    vendor = Vendor(
        getRecords=NOBODY, createResourceFromResume=CREATED, resourceApplication=NULL_REFERENCE
    )
    steps = fresh_steps()
    with pytest.raises(Refused, match="resourceApplication"):
        deliver(trackerrms(vendor), jane(**APPLICANT), steps)
    assert steps.done["resume"] == "188077"


def test_an_application_without_a_file_makes_a_candidate_from_the_form() -> None:
    vendor = Vendor(getRecords=NOBODY, createResource=CREATED)
    deliver(trackerrms(vendor), jane(kind="resume", job="Senior Cook"))
    assert vendor.operations[-2:] == ["createResource", "createActivity"]
    (node,) = vendor.nodes("createResource")
    assert node["instructions"] == {"overwriteresource": False}
    assert "Job: Senior Cook" in vendor.nodes("createActivity")[0]["activity"]["note"]


def test_further_files_are_attached_to_the_candidate() -> None:
    vendor = Vendor(getRecords=NOBODY, createResourceFromResume=CREATED)
    deliver(trackerrms(vendor), jane(**APPLICANT, attachments=(PHOTO,)))
    assert [node["file"]["filename"] for node in vendor.nodes("attachDocument")] == ["jane.png"]


def test_an_api_key_is_enough_for_resumes() -> None:
    vendor = Vendor(createResourceFromResume=CREATED)
    crm = trackerrms(vendor, lambda _: KEY)
    assert deliver(crm, jane(**APPLICANT, attachments=(PHOTO,))).record_id == "188077"
    assert vendor.operations == [
        "createResourceFromResume",
        "attachDocument",
        "resourceApplication",
    ]


def test_an_applicant_who_is_known_is_left_to_a_person_where_only_an_api_key_is_given() -> None:
    vendor = Vendor(createResourceFromResume=CANNOT_OVERWRITE)
    with pytest.raises(Refused, match="overwriteresource"):
        deliver(trackerrms(vendor, lambda _: KEY), jane(**APPLICANT))


# -- calls ------------------------------------------------------------------------------------


def test_a_call_from_a_stranger_pops_up_and_becomes_a_lead() -> None:
    vendor = Vendor(checkPerson={**SUCCESS, "recordTypes": ""}, createLead=CREATED)
    deliver(trackerrms(vendor), make_lead(kind="call", call=CALL))
    assert vendor.operations == [
        "inboundCall",
        *("checkPerson", "checkPerson"),  # the number as it is, then as it is dialled there
        "getSettingsData",
        "createLead",
    ]
    assert vendor.nodes("inboundCall")[0]["instructions"] == {
        "source": "12025550101",
        "destination": "442079460018",
    }
    lead = vendor.nodes("createLead")[0]["lead"]
    assert lead["businessphone"] == "+12025550101"
    assert lead["leadname"] == f"Call: +12025550101 [{REF}]"
    assert "to +44 20 7946 0018" in lead["description"]


def test_a_call_from_somebody_known_becomes_an_activity_of_theirs() -> None:
    known = {"recordTypes": "RU", "firstRecord": {"fullname": "Jane Doe", "cell": "202-555-0101"}}
    vendor = Vendor(
        checkPerson={**SUCCESS, **known, "recordLink": "https://x/55"},
        getRecords=found(55, "Jane Doe", mobiletelephone="+1 (202) 555-0101"),
    )
    receipt = deliver(trackerrms(vendor), make_lead(kind="call", call=CALL))
    assert (receipt.record_id, receipt.link) == ("55", "https://x/55")
    assert vendor.operations[1:] == ["checkPerson", "getRecords", "getRecords", "createActivity"]
    activity = vendor.nodes("createActivity")[0]["activity"]
    assert (activity["linkRecordType"], activity["linkRecordId"]) == ("R", 55)
    assert (activity["type"], activity["status"]) == ("Telephone", "Not Started")
    assert (activity["date"], activity["time"]) == ("2026-03-02", "02:05 PM")


@pytest.mark.parametrize("state", ["completed", "missed", "voicemail"])
def test_a_call_that_is_over_does_not_pop_up(state: CallState) -> None:
    vendor = Vendor(checkPerson=SUCCESS, createLead=CREATED)
    ended = CALL.model_copy(update={"state": state})
    deliver(trackerrms(vendor), make_lead(kind="call", call=ended))
    assert vendor.operations == ["checkPerson", "checkPerson", "getSettingsData", "createLead"]
    numbers = [node["details"]["phone"] for node in vendor.nodes("checkPerson")]
    assert numbers == ["+12025550101", "2025550101"]


def test_a_pop_up_that_is_refused_does_not_lose_the_lead() -> None:
    vendor = Vendor(inboundCall=NULL_REFERENCE, createLead=CREATED)
    assert deliver(trackerrms(vendor), make_lead(kind="call", call=CALL)).record_id == "188077"
