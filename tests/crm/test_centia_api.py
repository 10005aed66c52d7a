"""centiaCRM's methods as its page states them: the check before a call, the verdict after it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from leadrelay.crm.centia.api import Api
from leadrelay.crm.centia.operations import OPERATIONS
from leadrelay.crm.operations import Param
from leadrelay.errors import DeliveryError, Refused, Retryable, Unknown

SECRET = {
    "base_url": "https://crm.example.com/",
    "email": "api@example.com",
    "password": "right",
    "profile_id": 7,
}


def test_all_38_methods_are_there_by_module_and_name() -> None:
    assert len(OPERATIONS) == 38
    assert len({name.partition(".")[2] for name in OPERATIONS}) == 34
    assert {n for n, o in OPERATIONS.items() if not o.params} == {
        "Profiles.GetProfiles",
        "Profiles.GetCountries",
    }
    assert [n.partition(".")[2] for n, o in OPERATIONS.items() if o.writes] == [
        "CreateCompany",
        "CreateContact",
        "CreateProduct",
        "EditProduct",
        "CreateOpportunity",
        "CreateTicket",
    ]


def _all(params: tuple[Param, ...]) -> Iterator[Param]:
    for param in params:
        yield param
        yield from _all(param.fields)


def test_every_date_says_its_form() -> None:
    dates = [(o.name, p) for o in OPERATIONS.values() for p in _all(o.params) if p.type == "date"]
    assert len(dates) == 12
    assert {name for name, p in dates if p.form == "YYYY-MM-DD"} == {"Tickets.CreateTicket"}
    assert {p.form for _, p in dates} == {"YYYY-MM-DD", "DD/MM/YY"}


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("Contacts.Origins", {}, "no method"),
        ("Contacts.GetOrigins", {"colour": 1}, "no parameter colour"),
        ("Contacts.GetContact", {"search_by": "email"}, "needs search_value"),
        ("Contacts.GetContact", {"search_by": "x", "search_value": "y"}, "'id', 'email'"),
        ("Contacts.GetContacts", {"created_at": {"from": "2026-03-01"}}, "DD/MM/YY"),
        ("Contacts.GetContacts", {"origin_id": 2}, "ids of Contacts.GetOrigins"),
        ("Companies.CreateCompany", {"name": "A", "type_id": "1", "industry_id": 1}, "type_id"),
        (
            "Companies.CreateCompany",
            {"name": "A", "type_id": 1, "industry_id": 1, "billing_address": {"city": "León"}},
            "billing_address needs country",
        ),
    ],
)
def test_what_the_page_does_not_allow_is_never_sent(
    name: str, parameters: dict[str, Any], words: str
) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(500)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    with pytest.raises(Refused, match=words):
        Api(client, lambda _: SECRET).call(name, **parameters)
    assert requests == []


def test_the_secret_says_where_a_module_answers() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={"success": True, "response": {"token": "t"}})

    secret = SECRET | {"url_template": "{base}/rpc?m={module}"}
    Api(httpx.Client(transport=httpx.MockTransport(answer)), lambda _: secret).login()
    assert seen == ["https://crm.example.com/rpc?m=auth"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, text="<html>"), Unknown),
        (httpx.Response(200, json=[]), Unknown),
        (httpx.Response(200, json={"response": {"contact": {"id": 1}}}), Unknown),
        (httpx.Response(200, json={"success": True, "response": []}), Unknown),
        (httpx.Response(200, json={"success": False, "response": None, "error": "no"}), Refused),
        (httpx.Response(422, json={"success": False, "response": {}, "error": "no"}), Refused),
        (httpx.Response(500), Unknown),
        (httpx.Response(503), Retryable),
        (httpx.Response(429, headers={"retry-after": "7"}), Retryable),
        (httpx.ReadTimeout("slow"), Unknown),
        (httpx.ConnectError("down"), Retryable),
    ],
)
def test_an_answer_to_a_write_means_what_happens_next(
    answer: httpx.Response | Exception, error: type[DeliveryError]
) -> None:
    well = {b'"Login"': {"token": "t"}, b'"GetProfiles"': {"profiles": []}}

    def handle(request: httpx.Request) -> httpx.Response:
        for method, response in well.items():
            if method in request.content:
                return httpx.Response(200, json={"success": True, "response": response})
        if isinstance(answer, Exception):
            raise answer
        return answer

    api = Api(httpx.Client(transport=httpx.MockTransport(handle)), lambda _: SECRET)
    contact = {"company_id": 1, "origin_id": 1, "name": "Ana", "surname": "Ruiz"}
    with pytest.raises(error) as caught:
        api.create("Contacts.CreateContact", **contact)
    if caught.type is Refused:
        assert "no" in caught.value.words
