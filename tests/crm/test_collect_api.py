"""Collect!'s API: what each operation sends, the shared login, failures and filters."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm.collect.filters import condition, expressible
from leadrelay.crm.collect.operations import OPERATIONS, ROUTES
from leadrelay.crm.collect.options import Options
from leadrelay.errors import Misconfigured, Refused, Retryable, Unknown
from tests.crm.collect_vendor import SECRET, Vendor, answer_with, collect, deliver, plain_lead


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def test_a_call_bears_the_token_and_the_database(vendor: Vendor) -> None:
    crm = collect(vendor, lambda _: {**SECRET, "database": "cv_demodb"})
    crm.api.call("read", record="client", rowid="17")
    assert [r.headers["x-collect-database"] for r in vendor.requests] == ["cv_demodb"] * 2
    assert vendor.log == ["POST auth/login", "GET collect/data/client/17"]


@pytest.mark.parametrize(
    ("operation", "params", "line", "body"),
    [
        ("counts", {"record": "debtor", "rowid": "9"}, "GET collect/data/debtor/9/counts", None),
        (
            "update",
            {"record": "debtor", "rowid": "9", "data": {"de_status": "NEW"}},
            "PATCH collect/data/debtor/9",
            {"data": {"de_status": "NEW"}},
        ),
        ("delete", {"record": "debtor", "rowid": "9"}, "DELETE collect/data/debtor/9", None),
        (
            "runplan",
            {"plan": "REV", "debtor": 9, "websocket-id": "43tz=="},
            "POST collect/app/runplan",
            {"plan": "REV", "debtor": 9, "websocket-id": "43tz=="},
        ),
        (
            "report",
            {"report": "Aged", "starton": "debtor", "rowid": ["9"], "showmargins": False},
            "POST collect/app/report",
            {"report": "Aged", "starton": "debtor", "rowid": ["9"], "showmargins": False},
        ),
        ("form", {"formid": "35d01ff2-775d"}, "GET collect/ui/forms/35d01ff2-775d", None),
    ],
)
def test_each_operation_goes_where_its_page_says(
    vendor: Vendor, operation: str, params: dict[str, Any], line: str, body: Any
) -> None:
    assert collect(vendor).api.call(operation, **params) == {}
    assert vendor.log[-1] == line
    content = vendor.requests[-1].content
    assert (json.loads(content) if content else None) == body


def test_a_query_is_written_as_the_pages_print_it(vendor: Vendor) -> None:
    vendor.answers = [httpx.Response(200, json={})]
    filter_ = "af_form_name__nlike='%:%',de_number__in=(1,2)"
    collect(vendor).api.call(
        "read", record="application_form", filter=filter_, sort="af_form_name", limit=2
    )
    assert vendor.requests[-1].url.query == (
        b"filter=af_form_name__nlike='%25%3A%25',de_number__in=(1,2)&sort=af_form_name&limit=2"
    )


def test_every_operation_is_documented_and_has_a_way() -> None:
    assert set(OPERATIONS) == set(ROUTES) | {"login", "upload"}
    assert all(operation.source and operation.summary for operation in OPERATIONS.values())


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("drop", {}),
        ("read", {}),
        ("read", {"record": "debtor", "colour": "red"}),
        ("read", {"record": "debtor/../client"}),
        ("read", {"record": "debtor", "limit": "2"}),
        ("create", {"record": "debtor", "data": {}, "business-logic": 5}),
        ("runplan", {"plan": "REV"}),
        ("runplan", {"plan": "REV", "debtor": 1, "client": 2}),
        ("report", {"destination": "svg"}),
        ("upload", {"record": "contact", "rowid": 1, "filename": "a", "content": ""}),
    ],
)
def test_wrong_parameters_are_refused_before_anything_is_sent(
    vendor: Vendor, operation: str, params: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        collect(vendor).api.call(operation, **params)
    assert vendor.requests == []


def test_a_download_comes_whole_even_if_it_looks_like_a_failure(vendor: Vendor) -> None:
    vendor.answers = [httpx.Response(200, text='{"status": 7}')]
    answer = collect(vendor).api.call("download", record="attachment", rowid="9", field="at_file_2")
    assert base64.b64decode(answer["content"]) == b'{"status": 7}'
    assert vendor.requests[-1].url.query == b"record=attachment&rowid=9&field=at_file_2"


@pytest.mark.parametrize(
    "refusal", [httpx.Response(401), httpx.Response(200, json={"status": 401})]
)
def test_a_refused_token_costs_one_login_and_no_lead(
    vendor: Vendor, refusal: httpx.Response
) -> None:
    crm = collect(vendor)
    crm.check()
    vendor.answers = [refusal]
    assert deliver(crm, plain_lead()).created
    assert (vendor.logins, len(vendor.tables["debtor"])) == (2, 1)


def test_threads_share_one_new_login(vendor: Vendor) -> None:
    api = collect(vendor).api
    api.login()
    vendor.logins += 1  # the token at hand is stale now
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: api.call("read", record="client", rowid="17"), range(8)))
    assert vendor.log.count("POST auth/login") == 2


def test_a_changed_password_is_read_again(vendor: Vendor) -> None:
    vendor.password = "new"
    crm = collect(vendor, lambda fresh: {**SECRET, "op_password": "new"} if fresh else SECRET)
    assert crm.check() == "WEB (Website), database (the only one), notes in de_noteblob"


def test_a_wrong_password_is_misconfigured_and_tried_once(vendor: Vendor) -> None:
    vendor.password = "other"
    with pytest.raises(Misconfigured) as caught:
        collect(vendor).check()
    assert vendor.log == ["POST auth/login"]
    assert "hush" not in str(caught.value)


def test_a_secret_without_a_member_is_misconfigured(vendor: Vendor) -> None:
    with pytest.raises(Misconfigured, match="op_password"):
        collect(vendor, lambda _: {"base_url": "https://api.example.com", "op_id": "W"}).check()


def test_the_check_sees_whether_the_client_exists(vendor: Vendor) -> None:
    assert (
        "client Example Agency" in collect(vendor, lambda _: {**SECRET, "client_rowid": 17}).check()
    )
    with pytest.raises(Misconfigured, match="client_rowid"):
        collect(vendor, lambda _: {**SECRET, "client_rowid": 18}).check()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(404, json={"status": 404, "error": "no such client"}), Refused),
        (httpx.Response(200, json={"status": 422, "error": "no such client"}), Refused),
        (httpx.Response(429, headers={"retry-after": "7"}), Retryable),
        (httpx.Response(500, text="oops"), Unknown),
        (httpx.Response(200, html="<h1>Apache</h1>"), Unknown),
        (httpx.Response(200, json={"type": {"rowId": "de_rowid"}}), Unknown),
        (httpx.ReadTimeout("slow"), Unknown),
        (httpx.ConnectError("down"), Retryable),
    ],
)
def test_each_failure_says_what_happens_next(
    vendor: Vendor, answer: httpx.Response | Exception, error: type[Exception]
) -> None:
    crm = collect(vendor)
    crm.check()
    vendor.answers = [answer]
    with pytest.raises(error):
        crm.api.create("debtor", {"de_name": "Ruiz, Ana"})


# -- filters --------------------------------------------------------------------------------


@given(st.lists(st.text(), min_size=1))
def test_a_filter_holds_its_values_or_is_refused(values: list[str]) -> None:
    if not all(map(expressible, values)):
        with pytest.raises(Refused):
            condition("de_name", "in", *values)
        return
    listed = re.fullmatch(r"de_name__in=\('(.*)'\)", condition("de_name", "in", *values))
    assert listed
    assert listed[1].split("','") == values


@pytest.mark.parametrize("value", ["", "O'Brien", "a,b", "a)b", 'a"b', "a\\b", "50%", "a\n", " a"])
def test_what_could_be_misread_is_not_expressible(value: str) -> None:
    assert not expressible(value)


def test_another_operator_takes_one_value() -> None:
    assert condition("de_email", "eq", "a@example.com") == "de_email__eq='a@example.com'"
    with pytest.raises(Refused):
        condition("de_email", "eq", "a", "b")


def test_an_ignored_filter_is_noticed(vendor: Vendor) -> None:
    crm = collect(vendor)
    vendor.answers = [answer_with("debtor", [{"de_rowid": "1", "de_user_1": "LR-OTHER"}])]
    with pytest.raises(Misconfigured, match="filter"):
        crm.find(plain_lead(), Options())


@pytest.mark.parametrize("blank", [b"", b" \n"])
def test_an_upload_that_nobody_speaks_of_is_unknown(vendor: Vendor, blank: bytes) -> None:
    crm = collect(vendor)
    crm.check()
    vendor.answers = [httpx.Response(200, content=blank)]
    with pytest.raises(Unknown):
        crm.api.upload("123", "cv.pdf", b"%PDF-1.7")


def test_a_database_may_compare_without_accents(vendor: Vendor) -> None:
    crm = collect(vendor)
    crm.check()
    row = {"de_rowid": "123", "de_email": "JOSÉ@example.com"}
    vendor.answers = [httpx.Response(200, json={"type": {"rowId": "de_rowid"}, "data": [row]})]
    assert crm.api.lookup("debtor", "de_email", ["jose@example.com"]) == [row]
