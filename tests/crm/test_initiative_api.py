"""Initiative's API: what is checked before anything is sent, and how answers are read."""

from typing import Any

import pytest

from leadrelay.crm.initiative.operations import OPERATIONS
from leadrelay.crm.initiative.options import Options
from leadrelay.crm.initiative.vtql import Select
from leadrelay.errors import Refused
from tests.crm.vtiger import (
    EMPTY_500,
    FIELDS,
    JANE,
    Server,
    create,
    crm,
    good,
)


@pytest.fixture
def server() -> Server:
    return Server()


def options(**table: Any) -> Options:
    return Options(**table)


def test_the_table_holds_the_vendor_s_operations_and_logout() -> None:
    documented = (
        "getchallenge login listtypes describe retrieve create update query retrieve_related"
    )
    assert set(OPERATIONS) == {*documented.split(), "logout"}


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("nosuch", {}),
        ("retrieve", {}),
        ("retrieve", {"id": 3}),
        ("listtypes", {"sessionName": "x"}),
        ("create", {"elementType": "Leads", "element": "{'lastname': 'x'}"}),
        ("retrieve_related", {"id": "5x1", "relatedType": "Contacts"}),
    ],
)
def test_a_call_that_does_not_fit_is_refused_unsent(
    server: Server, operation: str, params: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        crm(server).api.call(operation, **params)
    assert not server.calls


@pytest.mark.parametrize(
    "element",
    [
        {"nosuch": "x"},
        {"birthday": "29/02/1980"},
        {"birthday": "1981-02-29"},
        {"birthday": "19800229"},
        {"assigned_user_id": "1"},
        {"account_id": "ACME"},
        {"lastname": ["Doe"]},
    ],
)
def test_a_value_that_vtiger_would_lose_in_silence_is_refused(
    server: Server, element: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match=next(iter(element))):
        crm(server).api.create("Contacts", element)
    assert not server.made


def test_values_travel_as_the_strings_that_vtiger_reads(server: Server) -> None:
    element = {"lastname": "Doe", "phone": 5, "birthday": "1980-02-29", "email": None}
    crm(server).api.create("Contacts", element)
    crm(server).api.create("Documents", {"notes_title": "x", "filestatus": True})
    assert list(server.made.values()) == [
        {"lastname": "Doe", "phone": "5", "birthday": "1980-02-29", "email": ""},
        {"notes_title": "x", "filestatus": "1"},
    ]


def test_a_field_added_to_the_crm_since_is_seen(server: Server) -> None:
    api = crm(server).api
    api.describe("Leads")
    server.fields["Leads"] = FIELDS["Leads"] + " cf_900"
    api.create("Leads", {"cf_900": "x"})
    assert server.made["10x1"] == {"cf_900": "x"}


def test_an_update_sends_the_whole_record_so_that_nothing_is_blanked(server: Server) -> None:
    record = {"lastname": "Doe", "phone": "1", "city": "Paris", "label": "x", "id": "10x3"}
    server.answers["retrieve"] = [good(record)]
    server.answers["update"] = [good(record)]
    crm(server).api.call("update", elementType="Leads", element={"id": "10x3", "phone": "2"})
    assert server.calls[-1]["element"] == (
        '{"lastname": "Doe", "phone": "2", "city": "Paris", "id": "10x3"}'
    )


def test_all_rows_come_page_by_page_until_one_is_empty(server: Server) -> None:
    server.answers["query"] = [good([{"id": "10x2"}, {"id": "10x9"}]), good([{"id": "10x11"}])]
    rows = crm(server).api.rows(Select("Leads"))
    assert [row["id"] for row in rows] == ["10x2", "10x9", "10x11"]
    assert [c["query"].split("Leads ")[1] for c in server.calls if "query" in c] == [
        "ORDER BY id LIMIT 100;",
        "WHERE id > '10x9' ORDER BY id LIMIT 100;",
        "WHERE id > '10x11' ORDER BY id LIMIT 100;",
    ]


def test_related_records_are_asked_for_with_their_label(server: Server) -> None:
    server.answers["retrieve_related"] = [good([{"id": "12x5"}])]
    related = {"id": "5x1", "relatedType": "Contacts", "relatedLabel": "Contacts"}
    assert crm(server).api.call("retrieve_related", **related) == [{"id": "12x5"}]
    assert related.items() <= server.calls[-1].items()


def test_an_error_s_text_holds_no_secret_and_nothing_of_the_lead(server: Server) -> None:
    server.answers["create"] = [EMPTY_500]
    with pytest.raises(Exception, match="HTTP 500") as caught:
        create(crm(server), JANE)
    for private in ("K3y", "acme/api", "acme-6d", "jane@example.com", "Doe"):
        assert private not in repr(caught.value)
