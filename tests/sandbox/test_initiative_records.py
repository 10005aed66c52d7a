"""What the Initiative simulator does to records: create, update, revise, delete, retrieve."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from leadrelay_sandbox.initiative import InitiativeSimulator
from tests.sandbox.initiative_client import DENIED, LEAD, Client, error, result, serving, talking

EVENT = {
    "subject": "Call",
    "assigned_user_id": "19x1",
    "date_start": "2026-11-21",
    "time_start": "10:00",
    "due_date": "2026-11-21",
    "time_end": "10:05",
    "duration_hours": "0",
    "eventstatus": "Held",
    "activitytype": "Call",
}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[InitiativeSimulator, str]]:
    with serving() as served:
        yield served


@pytest.fixture
def client(served: tuple[InitiativeSimulator, str]) -> Iterator[Client]:
    with talking(served) as client:
        client.session = result(client.log_in())["sessionName"]
        yield client


def retrieved(client: Client, record_id: str) -> dict[str, str]:
    record: dict[str, str] = result(client.get("retrieve", id=record_id))
    return record


# -- create -------------------------------------------------------------------------------


def test_create_answers_the_whole_record_in_strings_as_vtiger_6_does(client: Client) -> None:
    reply = client.create("Leads", **LEAD)
    lead = result(reply)
    now = lead["createdtime"]
    assert reply.text == (
        '{"success":true,"result":{"salutationtype":"","firstname":"","lead_no":"LEA1","phone":"",'
        '"lastname":"Dupont","mobile":"","company":"ACME","fax":"","designation":"","email":"",'
        '"leadsource":"","website":"","industry":"","leadstatus":"","annualrevenue":"0.00000000",'
        '"rating":"","noofemployees":"0","assigned_user_id":"19x1","secondaryemail":"",'
        f'"createdtime":"{now}","modifiedtime":"{now}","modifiedby":"19x1","emailoptout":"0",'
        '"lane":"","code":"","city":"","country":"","state":"","pobox":"","description":"",'
        '"id":"10x3"}}'
    )
    assert retrieved(client, "10x3") == lead
    (record,) = client.http.get("/_sandbox/records").json()["records"]
    assert (record["id"], record["operation"]) == ("10x3", "create:Leads")
    assert record["fields"] == {k: v for k, v in lead.items() if k != "id"}
    assert not client.violations


@pytest.mark.parametrize("element", ["{'lastname':'x'}", "({})", "", "hello", "[1,2]", '"\\ud83d"'])
def test_what_is_no_json_object_counts_as_empty(client: Client, element: str) -> None:
    reply = client.post("create", elementType="Leads", element=element)
    assert error(reply) == ("MANDATORY_FIELDS_MISSING", "lastname does not have a value")
    assert client.violations == ["create: element is no JSON object"]


def test_an_element_in_another_charset_counts_as_empty(client: Client) -> None:
    body = f"operation=create&sessionName={client.session}&elementType=Leads&element=".encode()
    reply = client.http.post(
        "/wstiger.php",
        content=body + b'{"lastname":"Andr\xe9","assigned_user_id":"19x1"}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert error(reply) == ("MANDATORY_FIELDS_MISSING", "lastname does not have a value")


def test_only_the_first_missing_field_is_named(client: Client) -> None:
    ticket: dict[str, Any] = {"assigned_user_id": "19x1", "ticketstatus": "Open"}
    for title in ({}, {"ticket_title": ""}, {"ticket_title": None}):
        assert error(client.create("HelpDesk", **ticket, **title)) == (
            "MANDATORY_FIELDS_MISSING",
            "ticket_title does not have a value",
        )
    assert client.created("HelpDesk", **ticket, ticket_title="0")["ticket_no"] == "TT1"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("10x3", ("REFERENCE_INVALID", "Invalid reference specified for account_id")),
        ("3", ("REFERENCE_INVALID", "Invalid reference specified for account_id")),
        ("99x3", ("ACCESS_DENIED", f"{DENIED} for id")),
    ],
)
def test_references_are_checked_before_mandatory_fields(
    client: Client, reference: str, expected: tuple[str, str]
) -> None:
    assert error(client.create("Contacts", account_id=reference)) == expected
    assert not client.simulator.records


def test_a_reference_to_nothing_is_accepted_and_forgotten(client: Client) -> None:
    contact = {"lastname": "A", "assigned_user_id": "19x1"}
    assert client.created("Contacts", **contact, account_id="3x999")["account_id"] == ""


def test_an_owner_who_does_not_exist_gets_the_record_and_an_error(client: Client) -> None:
    expected = ("INVALID_ID_ATTRIBUTE", "Invalid owner of the record")
    assert error(client.create("Leads", lastname="A", assigned_user_id="19x99")) == expected
    assert [record.id for record in client.simulator.records] == ["10x3"]
    assert error(client.get("query", query="SELECT * FROM Leads;")) == expected
    assert result(client.get("query", query="SELECT lastname FROM Leads;"))[0]["lastname"] == "A"


def test_who_is_no_administrator_cannot_assign_to_anybody(client: Client) -> None:
    client.switch(admin=False)
    refused = client.create("Leads", lastname="A", assigned_user_id="19x99")
    assert error(refused) == ("ACCESS_DENIED", "Cannot assign record to the given user")
    assert client.created("Leads", lastname="A", assigned_user_id="20x2")["id"] == "10x3"


def test_an_event_needs_the_visibility_that_describe_calls_optional(client: Client) -> None:
    described = result(client.get("describe", elementType="Events"))["fields"]
    visibility = next(field for field in described if field["name"] == "visibility")
    assert (visibility["mandatory"], visibility["nullable"]) == (False, False)
    assert error(client.create("Events", **EVENT)) == (
        "DATABASE_QUERY_ERROR",
        "LBL_DATABASE_QUERY_ERROR",
    )
    assert client.created("Events", **EVENT, visibility="Public")["time_start"] == "10:00"


@pytest.mark.parametrize(
    ("field", "sent", "kept", "noted"),
    [
        ("lastname", "x" * 90, "x" * 80, True),
        ("annualrevenue", "1234.5", "1234.50000000", False),
        ("annualrevenue", "1234,56", "1234.00000000", True),
        ("annualrevenue", "1 234,56", "1.00000000", True),
        ("noofemployees", 7, "7", False),
        ("emailoptout", "1", "1", False),
        ("emailoptout", "yes", "0", True),
        ("emailoptout", True, "1", True),
        ("emailoptout", 0, "1", True),
        ("leadsource", "Nowhere", "Nowhere", False),
        ("lead_no", "LEA99", "LEA1", True),
        ("nosuch", "x", None, True),
    ],
)
def test_values_are_stored_as_vtiger_6_stores_them(
    client: Client, field: str, sent: Any, kept: str | None, *, noted: bool
) -> None:
    assert client.created("Leads", **LEAD | {field: sent}).get(field) == kept
    assert bool(client.violations) is noted


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1981-02-28", "1981-02-28"),
        ("28-02-1981", "1981-02-28"),
        ("28/02/1981", ""),
        ("1981-02-29", "0000-00-00"),
    ],
)
def test_dates_are_lost_in_silence(client: Client, sent: str, kept: str) -> None:
    contact = {"lastname": "A", "assigned_user_id": "19x1"}
    assert client.created("Contacts", **contact, birthday=sent)["birthday"] == kept
    assert bool(client.violations) is (sent != kept)


def test_garbage_for_a_date_is_an_internal_error_and_no_record(client: Client) -> None:
    reply = client.create("Contacts", lastname="A", assigned_user_id="19x1", birthday="soon")
    assert error(reply) == ("INTERNAL_SERVER_ERROR", "Unknown Error while processing request")
    assert not client.simulator.records


def test_a_stock_database_loses_emoji(client: Client) -> None:
    assert client.created("Leads", **LEAD, description="é 😀")["description"] == "é ????"
    client.switch(utf8mb3=False)
    assert client.created("Leads", **LEAD, description="é 😀")["description"] == "é 😀"


# -- afterwards ---------------------------------------------------------------------------


def test_update_blanks_what_is_left_out(client: Client) -> None:
    lead = client.created(
        "Leads", **LEAD, phone="1", leadstatus="Hot", annualrevenue="5", emailoptout="1"
    )
    short = {"id": lead["id"], "lastname": "Martin", "assigned_user_id": "19x1"}
    updated = result(client.post("update", elementType="Leads", element=json.dumps(short)))
    assert (updated["lastname"], updated["company"], updated["phone"]) == ("Martin", "", "")
    assert (updated["annualrevenue"], updated["emailoptout"]) == ("0.00000000", "0")
    assert updated["leadstatus"] == "Hot"
    assert updated["createdtime"] == lead["createdtime"]


def test_update_of_a_later_vtiger_keeps_what_is_left_out(client: Client) -> None:
    client.switch(update_keeps=True)
    lead = client.created("Leads", **LEAD, phone="1")
    short = {"id": lead["id"], "lastname": "Martin", "assigned_user_id": "19x1"}
    assert result(client.post("update", element=json.dumps(short)))["phone"] == "1"


def test_a_retrieved_record_can_be_written_back(client: Client) -> None:
    lead = client.created("Leads", **LEAD, phone="1")
    again = result(client.post("update", element=json.dumps(lead)))
    assert again == lead | {"modifiedtime": again["modifiedtime"]}
    assert not client.violations


def test_update_needs_the_mandatory_fields_and_an_id(client: Client) -> None:
    lead = client.created("Leads", **LEAD)
    reply = client.post("update", element=json.dumps({"id": lead["id"], "lastname": "A"}))
    assert error(reply)[1] == "assigned_user_id does not have a value"
    assert error(client.post("update", element=json.dumps(LEAD)))[1] == f"{DENIED} for id"


def test_revise_changes_only_what_is_sent(client: Client) -> None:
    lead = client.created("Leads", **LEAD, phone="1")
    sent = {"id": lead["id"], "phone": "", "city": "Lyon"}
    revised = result(client.post("revise", element=json.dumps(sent)))
    assert (revised["phone"], revised["city"], revised["company"]) == ("", "Lyon", "ACME")
    refused = client.post("revise", element=json.dumps({"id": lead["id"], "lastname": ""}))
    assert error(refused) == ("MANDATORY_FIELDS_MISSING", "lastname does not have a value")


def test_what_is_deleted_is_denied_and_not_missing(client: Client) -> None:
    lead = client.created("Leads", **LEAD)
    deleted = client.post("delete", id=lead["id"])
    assert deleted.text == '{"success":true,"result":{"status":"successful"}}'
    assert error(client.post("delete", id=lead["id"])) == ("ACCESS_DENIED", DENIED)
    assert error(client.get("retrieve", id=lead["id"])) == ("ACCESS_DENIED", DENIED)


def test_ids_of_other_modules_and_of_none(client: Client) -> None:
    client.created("Leads", **LEAD)
    assert error(client.get("retrieve", id="4x3")) == (
        "INVALID_ID_ATTRIBUTE",
        "Id specified is incorrect",
    )
    for wrong in ("", "3", "x", "99x3"):
        assert error(client.get("retrieve", id=wrong)) == ("ACCESS_DENIED", f"{DENIED} for id")


def test_operations_that_initiative_does_not_document_can_be_closed(client: Client) -> None:
    client.switch(undocumented_operations=False)
    for operation in ("revise", "delete", "logout"):
        assert client.post(operation).status_code == 500


# -- faults -------------------------------------------------------------------------------


def test_an_error_reply_to_create_may_hide_a_record(client: Client) -> None:
    client.simulator.fail_next(refuse="no", after_saving=True, operation="create")
    assert error(client.create("Leads", **LEAD)) == ("ACCESS_DENIED", "no")
    assert len(client.simulator.records) == 1


def test_a_connection_can_be_cut_after_saving(client: Client) -> None:
    client.simulator.fail_next(reset=True, after_saving=True, operation="create")
    with pytest.raises(httpx.TransportError):
        client.create("Leads", **LEAD)
    assert client.created("Leads", **LEAD)["id"] == "10x4"  # the session is free again
