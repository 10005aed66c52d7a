"""The Initiative simulator answers as vtiger 6.0.0 was observed to, over a real port."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from leadrelay_sandbox.initiative import InitiativeSimulator
from tests.sandbox.initiative_client import (
    DENIED,
    LEAD,
    Client,
    digested,
    error,
    result,
    serving,
    talking,
)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[InitiativeSimulator, str]]:
    with serving() as served:
        yield served


@pytest.fixture
def stranger(served: tuple[InitiativeSimulator, str]) -> Iterator[Client]:
    with talking(served) as client:
        yield client


@pytest.fixture
def client(stranger: Client) -> Client:
    stranger.session = result(stranger.log_in())["sessionName"]
    return stranger


# -- login --------------------------------------------------------------------------------


def test_login_answers_an_opaque_session_with_the_tenants_prefix(stranger: Client) -> None:
    challenge = result(stranger.get("getchallenge", username="demo/api"))
    assert challenge["expireTime"] == challenge["serverTime"] + 300
    assert len(challenge["token"]) == 13
    reply = result(stranger.log_in(challenge["token"]))
    assert reply.pop("sessionName").startswith("demo-")
    assert reply == {"userId": "19x1", "version": "0.22", "VtigerVersion": "6.0.0"}
    assert stranger.simulator.logins == 1
    assert not stranger.violations


def test_login_can_name_its_version_as_stock_vtiger_does(stranger: Client) -> None:
    stranger.switch(documented_login=False)
    assert result(stranger.log_in())["vtigerVersion"] == "6.0.0"


def test_a_new_challenge_deletes_the_token_before_it(stranger: Client) -> None:
    first, second = stranger.token(), stranger.token()
    assert error(stranger.log_in(first)) == (
        "INVALID_USER_CREDENTIALS",
        "Invalid username or password",
    )
    sessions = {result(stranger.log_in(second))["sessionName"] for _ in range(2)}
    assert len(sessions) == 2


def test_an_expired_token_and_an_unknown_user_are_told_alike(stranger: Client) -> None:
    stranger.switch(token_seconds=0)
    expected = ("INVALID_AUTH_TOKEN", "Specified token is invalid or expired")
    assert error(stranger.log_in()) == expected
    stranger.switch(token_seconds=300)
    assert result(stranger.get("getchallenge", username="nobody"))["token"]
    assert error(stranger.post("login", username="nobody", accessKey="0")) == expected


def test_a_challenge_by_post_is_a_token_for_nobody(stranger: Client) -> None:
    token = result(stranger.post("getchallenge", username="demo/api"))["token"]
    assert error(stranger.log_in(token))[0] == "INVALID_AUTH_TOKEN"
    assert "getchallenge: sent by POST, and is for GET" in stranger.violations


def test_login_refuses_a_wrong_key_upper_case_and_the_wrong_name(stranger: Client) -> None:
    token = stranger.token()
    digest = digested(f"{token}sandboxAccessKey")
    for wrong in ({"accessKey": digest.upper()}, {"accesskey": digest}, {"accessKey": "0"}):
        reply = stranger.post("login", username="demo/api", **wrong)
        assert error(reply)[0] == "INVALID_USER_CREDENTIALS"
    assert stranger.violations == [
        "login: accessKey in upper case",
        "login: unknown parameter accesskey",
    ]
    assert stranger.get("login", username="demo/api", accessKey=digest).json()["success"] is False


def test_login_refuses_inactive_users_and_users_without_a_key(stranger: Client) -> None:
    stranger.switch(active=False)
    assert error(stranger.log_in()) == ("AUTHENTICATION_REQUIRED", "Given user is inactive")
    stranger.switch(access_key="")
    assert error(stranger.log_in())[0] == "ACCESSKEY_UNDEFINED"


# -- sessions -----------------------------------------------------------------------------


def test_calls_without_a_session_and_with_a_bad_one(stranger: Client) -> None:
    required = ("AUTHENTICATION_REQUIRED", "Authencation required")
    assert error(stranger.get("listtypes")) == required
    assert error(stranger.get("listtypes", sessionName="null")) == required
    assert error(stranger.get("listtypes", sessionName="demo-1")) == (
        "INVALID_SESSIONID",
        "Session Identifier provided is Invalid",
    )


def test_a_session_dies_after_its_calls_and_when_all_expire(client: Client) -> None:
    client.switch(session_calls=2)
    result(client.get("listtypes"))
    result(client.get("listtypes"))
    assert error(client.get("listtypes"))[0] == "INVALID_SESSIONID"
    client.switch(session_calls=0)
    client.session = result(client.log_in())["sessionName"]
    assert client.http.post("/_sandbox/expire").json() == {"expired": 1}
    assert error(client.get("listtypes"))[0] == "INVALID_SESSIONID"


def test_logout_ends_the_session(client: Client) -> None:
    assert client.post("logout").text == '{"success":true,"result":{"message":"successfull"}}'
    assert error(client.post("logout"))[0] == "INVALID_SESSIONID"


def test_extendsession_is_of_no_use(client: Client) -> None:
    assert error(client.post("extendsession")) == ("AUTHENTICATION_FAILURE", "Authencation Failed")
    assert client.violations


def test_calls_of_one_session_come_one_after_the_other(client: Client) -> None:
    client.simulator.fail_next(delay=0.1, times=3, operation="describe")
    started = time.monotonic()
    with ThreadPoolExecutor(3) as calls:
        for _ in range(3):
            calls.submit(client.get, "describe")
    assert time.monotonic() - started >= 0.3


def test_a_call_of_another_session_waits_for_none(client: Client) -> None:
    other = result(client.log_in())["sessionName"]
    with ThreadPoolExecutor(1) as calls:
        with client.simulator.sessions.holding(client.session):
            waits = calls.submit(client.get, "listtypes")
            assert result(client.get("listtypes", sessionName=other))
            assert not waits.done()
        assert result(waits.result())


# -- transport ----------------------------------------------------------------------------


def test_what_php_cannot_read_is_an_empty_500(client: Client) -> None:
    client.switch(post_max_size=2000)
    long = {"operation": "create", "element": "x" * 3000}
    replies = [
        client.get("nosuchop"),
        client.http.get("/wstiger.php"),
        client.http.put("/wstiger.php", params={"operation": "listtypes"}),
        client.http.post("/wstiger.php", json={"operation": "login"}),
        client.http.post("/wstiger.php", data=long),
    ]
    for reply in replies:
        assert (reply.status_code, reply.content) == (500, b"")
        assert reply.headers["Content-Type"].startswith("text/html")
    assert "nosuchop: no such operation" in client.violations
    assert ": a body of type application/json, not a form" in client.violations


@pytest.mark.parametrize(
    ("verb", "operation", "message"),
    [
        ("post", "query", f"{DENIED} for query"),
        ("post", "retrieve", f"{DENIED} for id"),
        ("get", "delete", f"{DENIED} for id"),
        ("get", "create", DENIED),
        ("post", "describe", f"{DENIED} for name"),
    ],
)
def test_the_wrong_verb_loses_all_parameters(
    client: Client, verb: str, operation: str, message: str
) -> None:
    given = {
        "id": "10x3",
        "query": "SELECT * FROM Leads;",
        "elementType": "Leads",
        "element": json.dumps(LEAD),
    }
    assert error(getattr(client, verb)(operation, **given)) == ("ACCESS_DENIED", message)
    assert client.violations[0].startswith(f"{operation}: sent by {verb.upper()}")


def test_operation_and_session_may_stand_in_the_query_string_of_a_post(client: Client) -> None:
    where = {"operation": "Create", "sessionName": client.session}
    form = {"elementType": "Leads", "element": json.dumps(LEAD)}
    assert result(client.http.post("/wstiger.php", params=where, data=form))["id"] == "10x3"
    assert not client.violations


def test_unknown_and_misplaced_parameters_are_noted(client: Client) -> None:
    client.http.post(
        "/wstiger.php",
        params={"operation": "create", "sessionName": client.session, "elementType": "Leads"},
        data={"element": json.dumps(LEAD), "elementtype": "Leads"},
    )
    assert client.violations == [
        "create: unknown parameter elementtype",
        "create: elementType is where a POST operation doesn't look",
    ]


def test_text_comes_back_as_it_was_sent_in_ascii_json(client: Client) -> None:
    client.switch(utf8mb3=False)
    text = "É <b>\"q\"</b> & 'a' \\ /\n'; DROP TABLE x; 😀" + "x" * 10_000
    reply = client.create("Leads", **LEAD, description=text)
    assert result(reply)["description"] == text
    assert reply.content.isascii()
    assert b"<\\/b>" in reply.content
    assert reply.headers["Content-Type"] == "application/json"
    assert not client.violations


# -- metadata -----------------------------------------------------------------------------


def test_describe_reads_as_initiative_prints_it(client: Client) -> None:
    described = result(client.get("describe", elementType="HelpDesk"))
    fields = {field["name"]: field for field in described.pop("fields")}
    assert described == {
        "label": "HelpDesk",
        "name": "HelpDesk",
        "createable": True,
        "updateable": True,
        "deleteable": True,
        "retrieveable": True,
        "idPrefix": "9",
        "isEntity": True,
        "labelFields": "title",
    }
    assert fields["parent_id"]["type"] == {"refersTo": ["Accounts"], "name": "reference"}
    assert fields["ticketstatus"]["mandatory"] is fields["ticketstatus"]["nullable"] is True
    assert fields["ticketstatus"]["type"]["defaultValue"] == "Open"
    assert list(fields)[-1] == "id"
    mandatory = {name for name, field in fields.items() if field["mandatory"]}
    assert mandatory == {"assigned_user_id", "ticketstatus", "ticket_title"}


def test_unknown_and_hidden_modules_are_denied(client: Client) -> None:
    assert error(client.get("describe", elementType="leads")) == (
        "ACCESS_DENIED",
        f"{DENIED} for name",
    )
    client.switch(admin=False, hidden_modules=["Leads"])
    types = result(client.get("listtypes"))
    assert list(types["information"]) == types["types"]
    assert not {"Leads", "Users"} & {*types["types"]}
    assert error(client.get("describe", elementType="Leads")) == ("ACCESS_DENIED", DENIED)


def test_id_prefixes_differ_between_installations(client: Client) -> None:
    client.switch(id_prefixes={"Leads": "42", "Users": "7"})
    assert result(client.get("describe", elementType="Leads"))["idPrefix"] == "42"
    lead = client.created("Leads", lastname="Dupont", assigned_user_id="7x1")
    assert (lead["id"], lead["assigned_user_id"]) == ("42x3", "7x1")


# -- documents ----------------------------------------------------------------------------


def upload(client: Client, **changes: str) -> dict[str, Any]:
    """Create a document with a file; what the simulator kept of it."""
    element = {"notes_title": "CV", "assigned_user_id": "19x1", "filelocationtype": "I"}
    form = {
        "elementType": "Documents",
        "element": json.dumps(element),
        "filename_attachment": base64.b64encode(b"\xfb\xff\xfe cv").decode(),
        "filename_attachment_name": "cv",
    }
    result(client.post("create", **form | changes))
    return client.simulator.records[-1].fields


def test_a_file_in_base64_is_kept_and_related(client: Client) -> None:
    lead = client.created("Leads", **LEAD)
    kept = upload(client, related_to=lead["id"])
    assert kept["sha256"] == hashlib.sha256(b"\xfb\xff\xfe cv").hexdigest()
    assert (kept["name"], kept["size"], kept["filesize"]) == ("cv", 6, "6")
    assert kept["related_to"] == lead["id"]
    related = client.get(
        "retrieve_related", id=lead["id"], relatedType="Documents", relatedLabel="Documents"
    )
    assert [row["notes_title"] for row in result(related)] == ["CV"]
    assert "filename" not in result(related)[0]
    assert not client.violations


def test_a_file_can_be_named_by_its_url(client: Client, served: tuple[Any, str]) -> None:
    kept = upload(client, filename_attachment=f"{served[1]}/_sandbox/switch")
    assert "sha256" not in kept  # that address takes POST only
    kept = upload(client, filename_attachment=f"{served[1]}/_sandbox/violations")
    assert kept["size"] > 0


@pytest.mark.parametrize(
    ("changes", "noted"),
    [
        ({"filename_attachment": "a b"}, "neither Base64 nor"),
        ({"element": '{"notes_title":"CV","assigned_user_id":"19x1"}'}, "filelocationtype"),
    ],
)
def test_a_file_that_cannot_be_kept_is_lost_in_silence(
    client: Client, changes: dict[str, str], noted: str
) -> None:
    assert "sha256" not in upload(client, **changes)
    assert noted in client.violations[0]


def test_stock_vtiger_takes_a_file_part_and_no_base64(client: Client) -> None:
    client.switch(initiative_attachments=False)
    assert "sha256" not in upload(client)
    element = {"notes_title": "CV", "assigned_user_id": "19x1", "filelocationtype": "I"}
    files = {"file": ("hello.txt", b"hello")}
    client.post("create", files=files, elementType="Documents", element=json.dumps(element))
    assert client.simulator.records[-1].fields["name"] == "hello.txt"
    assert client.simulator.records[-1].fields["filesize"] == "5"


def test_a_documents_title_is_notes_title(client: Client) -> None:
    reply = client.create("Documents", note_title="CV", assigned_user_id="19x1")
    assert error(reply) == ("MANDATORY_FIELDS_MISSING", "notes_title does not have a value")


def test_retrieve_related_wants_a_relation_and_its_label(client: Client) -> None:
    account = client.created("Accounts", accountname="ACME", assigned_user_id="19x1")
    client.created("Contacts", lastname="A", account_id=account["id"], assigned_user_id="20x2")
    asked = {"id": account["id"], "relatedType": "Contacts"}
    unknown = ("UNKOWN_ENTITY", "Relation specified is incorrect")
    assert error(client.get("retrieve_related", **asked)) == unknown
    assert error(client.get("retrieve_related", **asked, relatedLabel="X")) == unknown
    client.switch(related_label_required=False)
    assert [row["lastname"] for row in result(client.get("retrieve_related", **asked))] == ["A"]
