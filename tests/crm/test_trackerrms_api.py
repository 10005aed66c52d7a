"""The Widget API client: envelope, credentials, OAuth, the verdict of each status."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from leadrelay.crm.base import Secret
from leadrelay.crm.trackerrms.api import Api
from leadrelay.crm.trackerrms.hosts import host
from leadrelay.crm.trackerrms.operations import OPERATIONS
from leadrelay.crm.trackerrms.options import Options
from leadrelay.crm.trackerrms.tokens import request_token
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown
from tests.crm.trackerrms_vendor import (
    CANNOT_OVERWRITE,
    CREATED,
    LOGIN,
    NULL_REFERENCE,
    SUCCESS,
    Answer,
    Vendor,
    found,
    trackerrms,
)

NO_USER = {"status": 1, "message": "user not found", "count": 0}
KEY = {"base_url": "us", "api_key": "hush-key"}


def api(
    vendor: Callable[[httpx.Request], httpx.Response],
    *secrets: dict[str, Any],
    remember: Callable[[Secret], None] = lambda _: None,
) -> Api:
    """`secrets`: what is cached, and what is read when asked to read again."""
    known = secrets or (LOGIN,)
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    return Api(client, lambda fresh: known[-1] if fresh else known[0], remember)


def test_operation_credentials_and_payload_are_nested_as_documented() -> None:
    vendor = Vendor(createLead=CREATED)
    api(vendor).call("createLead", instructions={}, lead={"leadname": "x"})
    (request,) = vendor.requests
    assert request.method == "POST"
    assert request.url == "https://crm.example.com/api/widget/createLead"
    assert request.headers["content-type"] == "application/json"
    assert vendor.asked == [
        (
            "createLead",
            {
                "credentials": {"username": "api@example.com", "password": "hush"},
                "instructions": {},
                "lead": {"leadname": "x"},
            },
        )
    ]


def test_settings_are_asked_for_under_the_key_of_check_person() -> None:
    vendor = Vendor(getSettingsData={**SUCCESS, "departments": [{"Id": 1, "Name": "Sales"}]})
    assert api(vendor).call("getSettingsData")["departments"] == [{"Id": 1, "Name": "Sales"}]
    (request,) = vendor.requests
    assert request.url.path == "/api/widget/getSettingsData"
    assert b'"checkPerson"' in request.content


def test_the_screen_pop_by_get_carries_numbers_and_no_credentials() -> None:
    vendor = Vendor(inboundCall=httpx.Response(200, text="ok"))
    api(vendor).call("telephone/inboundCall", Source="12025550101", Destination="442079460018")
    (request,) = vendor.requests
    assert (request.method, request.url.path) == ("GET", "/api/telephone/inboundCall")
    assert vendor.asked[0][1] == {"Source": "12025550101", "Destination": "442079460018"}


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("createCompany", {}),
        ("createLead", {}),
        ("createLead", {"lead": {"name": "x"}}),
        ("createLead", {"lead": {"leadpersontype": "C"}}),
        ("createLead", {"lead": {}, "credentials": {}}),
        ("getRecords", {"instructions": {"recordtype": "Z"}}),
        ("getIndividualRecord", {"instructions": {"recordtype": "O", "recordid": "1"}}),
        ("createResourceFromResume", {"resource": {}, "file": {"filename": "a.pdf"}}),
        ("createResource", {"resource": {"jobhistory": ["ABC"]}}),
    ],
)
def test_what_is_not_documented_is_never_sent(operation: str, params: dict[str, Any]) -> None:
    vendor = Vendor()
    with pytest.raises(Refused):
        api(vendor).call(operation, **params)
    assert vendor.requests == []


def test_every_operation_names_its_source() -> None:
    assert len(OPERATIONS) == 18  # the 17 of the vendor, one of them in two forms
    assert all("Widget API" in op.source or "Lesson" in op.source for op in OPERATIONS.values())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (NO_USER, Misconfigured),
        ({"status": 2, "message": "user not active", "count": 0}, Misconfigured),
        (NULL_REFERENCE, Refused),
        ({"status": "99", "message": "Invalid request"}, Refused),
        ({"status": 42, "message": "?"}, Unknown),
        ({"message": "success"}, Unknown),
        (httpx.Response(200, text="<html>Sorry</html>"), Unknown),
        (httpx.Response(500, text="oops"), Unknown),
        (httpx.Response(503), Retryable),
        (httpx.Response(404), Misconfigured),
        (httpx.ReadTimeout("slow"), Unknown),
        (httpx.ConnectError("down"), Retryable),
    ],
)
def test_each_outcome_of_a_write_is_named_by_what_happens_next(
    answer: Answer, error: type[DeliveryError]
) -> None:
    with pytest.raises(error) as raised:
        api(Vendor(createLead=answer)).call("createLead", lead={})
    assert "hush" not in raised.value.reason


def test_a_question_without_a_usable_answer_can_be_asked_again() -> None:
    with pytest.raises(Retryable):
        api(Vendor(getRecords={"status": 42})).call("getRecords", instructions={"recordtype": "L"})


def test_a_refusal_keeps_the_words_of_the_crm() -> None:
    with pytest.raises(Refused) as raised:
        api(Vendor(createLead=NULL_REFERENCE)).call("createLead", lead={})
    assert raised.value.words == "Object variable or With block variable not set."


def test_a_record_that_was_found_is_a_result() -> None:
    made = api(Vendor(createContact=CANNOT_OVERWRITE)).create("createContact", contact={})
    assert (made.record_id, made.existed) == ("", True)


@pytest.mark.parametrize(
    ("sent", "read"), [(17, "17"), ("17", "17"), (0, ""), (None, ""), ("", "")]
)
def test_a_record_id_is_read_however_it_is_spelled(sent: object, read: str) -> None:
    vendor = Vendor(createLead={**SUCCESS, "recordId": sent})
    assert api(vendor).create("createLead", lead={}).record_id == read


def test_details_may_be_an_empty_list_and_results_null() -> None:
    listed = {**SUCCESS, "results": [{"id": 1, "name": "JOB-1 Cook", "details": []}]}
    vendor = Vendor(getRecords=[listed, {**SUCCESS, "results": None}])
    assert [record.details for record in api(vendor).records("O", "Cook")] == [{}]


def test_records_come_page_by_page_until_one_is_not_full() -> None:
    full = {**SUCCESS, "results": [{"id": n, "name": "Jane"} for n in range(1, 101)]}
    vendor = Vendor(getRecords=[full, found(101, "Jane")])
    assert len(list(api(vendor).records("N", "Jane"))) == 101
    pages = [node["instructions"]["pagenum"] for node in vendor.nodes("getRecords")]
    assert pages == [0, 1]


def test_a_server_that_ignores_paging_is_not_asked_for_ever() -> None:
    full = {**SUCCESS, "results": [{"id": n, "name": "Jane"} for n in range(1, 101)]}
    vendor = Vendor(getRecords=full)
    assert len(list(api(vendor).records("N", "Jane"))) == 100
    assert len(vendor.requests) == 2


# -- credentials ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "sent"),
    [
        ({"username": "u", "password": "p"}, {"username": "u", "password": "p"}),
        ({"oauth_token": "t", "username": "", "password": ""}, {"oauthtoken": "t"}),
        ({"api_key": "k"}, {"apikey": "k"}),
    ],
)
def test_exactly_one_kind_of_credentials_is_sent(
    secret: dict[str, str], sent: dict[str, str]
) -> None:
    vendor = Vendor(createResource=CREATED)
    api(vendor, {"base_url": "us", **secret}).call("createResource", resource={})
    assert vendor.nodes("createResource")[0]["credentials"] == sent
    assert "authorization" not in vendor.requests[0].headers


@pytest.mark.parametrize("operation", ["createLead", "createOpportunity", "getRecords"])
def test_an_api_key_is_not_tried_where_it_is_not_documented(operation: str) -> None:
    params: dict[str, dict[str, Any]] = {
        "createLead": {"lead": {}},
        "createOpportunity": {"opportunity": {}},
        "getRecords": {"instructions": {"recordtype": "L"}},
    }
    vendor = Vendor()
    with pytest.raises(Refused, match="put username") as raised:
        api(vendor, KEY).call(operation, **params[operation])
    assert vendor.requests == []
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize(
    "secret", [{"username": "u"}, {"client_id": "c", "refresh_token": "r"}, {"api_key": ""}]
)
def test_a_secret_without_a_whole_login_is_misconfigured(secret: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="the secret needs"):
        api(Vendor(), {"base_url": "us", **secret}).call("checkLogon")


def test_a_refused_login_is_tried_once_with_the_secret_read_again() -> None:
    vendor = Vendor(createLead=[NO_USER, CREATED])
    api(vendor, LOGIN, {**LOGIN, "password": "changed"}).call("createLead", lead={})
    sent = [node["credentials"]["password"] for node in vendor.nodes("createLead")]
    assert sent == ["hush", "changed"]


def test_a_login_that_stays_refused_is_not_tried_a_third_time() -> None:
    vendor = Vendor(checkLogon=NO_USER)
    with pytest.raises(Misconfigured):
        api(vendor).call("checkLogon")
    assert len(vendor.requests) == 2


def test_an_operation_that_may_want_http_basic_gets_it_after_a_refusal() -> None:
    vendor = Vendor(createActivity=[NO_USER, SUCCESS], createLead=[NO_USER, CREATED])
    api(vendor).call("createActivity", activity={})
    api(vendor).call("createLead", lead={})
    schemes = [request.headers.get("authorization", "")[:5] for request in vendor.requests]
    assert schemes == ["", "Basic", "", ""]


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("us", "https://evoapius.tracker-rms.com"),
        ("ca", "https://evoapica.tracker-rms.com"),
        ("global", "https://evoapi.tracker-rms.com"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ],
)
def test_base_url_is_a_region_or_a_url(base_url: str, url: str) -> None:
    assert host(base_url) == url


@pytest.mark.parametrize("base_url", ["uk", "", None, "ftp://crm.example.com"])
def test_any_other_base_url_is_misconfigured(base_url: str | None) -> None:
    with pytest.raises(Misconfigured, match="base_url"):
        host(base_url)


def test_no_secret_shows_in_a_repr() -> None:
    vendor = Vendor(Token={"access_token": "hush-access", "refresh_token": "hush-refresh"})
    client = httpx.Client(transport=httpx.MockTransport(vendor))
    assert "hush" not in repr(request_token(client, "us", grant_type="refresh_token"))
    assert "hush" not in repr(api(Vendor()).check_logon())


def test_check_says_where_and_as_whom() -> None:
    assert trackerrms(Vendor()).check() == "logged in to crm.example.com as api@example.com"


@pytest.mark.parametrize("answer", [NULL_REFERENCE, {"status": 2, "message": "user not active"}])
def test_a_login_that_fails_is_misconfigured(answer: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured) as raised:
        trackerrms(Vendor(checkLogon=answer)).check()
    assert LOGIN["password"] not in str(raised.value)


@pytest.mark.parametrize(("kind", "keys"), [("form", ["record"]), ("resume", [])])
def test_it_is_advised_what_an_api_key_can_not_make(kind: Any, keys: list[str]) -> None:
    crm = trackerrms(Vendor(), lambda _: KEY)
    assert [advice.key for advice in crm.advise(kind, Options())] == keys
