"""The centiaCRM simulator takes what its page documents, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadrelay_sandbox.centia
from leadrelay_sandbox.centia import CentiaSimulator
from leadrelay_sandbox.simulator import serve

METHODS = json.loads(
    Path(leadrelay_sandbox.centia.__file__).with_name("methods.json").read_text(encoding="utf-8")
)
ANA = {
    "profile_id": 7,
    "company_id": 70,
    "name": "Ana",
    "surname": "Ruiz",
    "origin_id": 3,
    "email": "ana@example.com",
}
ADDRESS = {
    "country": "MX",
    "state": "JAL",
    "street": "Av. Ejemplo",
    "number": "10",
    "interior_number": "",
    "zip": "44100",
    "suburb": "",
    "city": "Guadalajara",
}
OPPORTUNITY = {
    "profile_id": 7,
    "user_id": 5,
    "title": "Sitio web",
    "value": 100.5,
    "estimated_end_at": "31/12/30",
    "prospect_type": "new",
    "operation_type": "new",
    "stage_id": 1,
    "company_id": 70,
    "contact_id": 101,
    "want_products": False,
    "want_tax": False,
    "notify": False,
}
TICKET = {
    "profile_id": 7,
    "title": "Consulta",
    "description": "…",
    "company_id": 70,
    "contact_id": 101,
    "user_id": 5,
    "origin_id": 3,
    "case_id": 1,
    "priority_id": 1,
    "estimated_end_at": "2030-12-31",
    "notify": True,
}
PRODUCT = {"product_id": 1, "amount": 2, "price": 5.0, "discount": 0, "tax": 0.16, "total": 10.0}


class Centia:
    """The simulator, and a client that says what it is told to."""

    def __init__(self, simulator: CentiaSimulator, http: httpx.Client) -> None:
        self.simulator = simulator
        self.http = http

    def login(self) -> None:
        given = {"email": "api@example.com", "password": "sandbox-password"}
        token = self.ask("Auth.Login", given)["response"]["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, operation: str, parameters: dict[str, Any] | None) -> httpx.Response:
        module, _, method = operation.partition(".")
        body = (
            {"method": method}
            if parameters is None
            else {"method": method, "parameters": parameters}
        )
        return self.http.post(f"/api/v1/{module.lower()}", json=body)

    def ask(self, operation: str, parameters: dict[str, Any] | None) -> Any:
        return self.post(operation, parameters).json()

    def error(self, operation: str, parameters: dict[str, Any] | None) -> str:
        answer = self.ask(operation, parameters)
        assert answer["success"] is False
        return str(answer["error"])


@pytest.fixture(scope="module")
def served() -> Iterator[Centia]:
    simulator = CentiaSimulator()
    server = serve(simulator, 0)
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as http:
        yield Centia(simulator, http)
    server.shutdown()
    server.server_close()


@pytest.fixture
def centia(served: Centia) -> Centia:
    served.simulator.reset()
    served.login()
    return served


def test_all_38_methods_are_in_the_table() -> None:
    assert len(METHODS) == 38


@pytest.mark.parametrize(
    "operation",
    [
        name
        for name, method in METHODS.items()
        if method.get("parameters", {}).keys() <= {"profile_id", "country"}
    ],
)
def test_a_list_has_the_documented_keys(centia: Centia, operation: str) -> None:
    method = METHODS[operation]
    known = {"profile_id": 7, "country": "MX"}
    asked = {name: known[name] for name in method["parameters"]} if "parameters" in method else None
    answer = centia.ask(operation, asked)
    assert answer["success"] is True
    assert "error" not in answer
    assert list(answer["response"]) == sorted(method["response"])
    assert centia.simulator.violations == []


def test_a_contact_is_made_kept_and_found_again(centia: Centia) -> None:
    made = centia.ask("Contacts.CreateContact", ANA | {"shipping_address": ADDRESS})
    number = made["response"]["contact"]["id"]
    assert centia.simulator.records[0].operation == "Contacts.CreateContact"
    assert centia.simulator.records[0].id == str(number)
    for by, value in (("id", str(number)), ("email", "ANA@example.com")):
        asked = {"profile_id": 7, "search_by": by, "search_value": value}
        assert centia.ask("Contacts.GetContact", asked)["response"]["contact"]["id"] == number
    assert centia.simulator.violations == []


def test_a_company_is_made_and_found_by_its_client_number(centia: Centia) -> None:
    asked = {"profile_id": 7, "name": "Acme", "type_id": 1, "industry_id": 2}
    made = centia.ask("Companies.CreateCompany", asked)["response"]["company"]
    by = {"profile_id": 7, "search_by": "client_number", "search_value": made["client_number"]}
    assert centia.ask("Companies.GetCompany", by)["response"]["company"] == made


def test_a_search_in_another_company_finds_nothing(centia: Centia) -> None:
    centia.ask("Contacts.CreateContact", ANA)
    asked = {"profile_id": 7, "search_by": "email", "search_value": ANA["email"]}
    assert centia.error("Contacts.GetContact", asked | {"company_id": 71})


def test_not_found_can_also_be_an_empty_success(centia: Centia) -> None:
    asked = {"profile_id": 7, "search_by": "email", "search_value": "nobody@example.com"}
    assert centia.error("Contacts.GetContact", asked) == "The contact was not found."
    centia.simulator.switch["not_found"] = "empty"
    assert centia.ask("Contacts.GetContact", asked) == {
        "success": True,
        "response": {"contact": []},
    }


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, 3),
        ({"query": "ana ruiz"}, 1),
        ({"query": "LUIS@EXAMPLE"}, 1),
        ({"company_id": 71}, 0),
        ({"origin_id": [1, 2]}, 1),
        ({"created_at": {"from": "01/01/20"}}, 3),
        ({"created_at": {"to": "01/01/20"}}, 0),
    ],
)
def test_contacts_are_filtered(centia: Centia, change: dict[str, Any], found: int) -> None:
    luis = {"name": "Luis", "email": "luis@example.com", "origin_id": 2}
    for other in ({}, luis, {"name": "Eva", "email": "eva@example.com"}):
        centia.ask("Contacts.CreateContact", ANA | other)
    answer = centia.ask("Contacts.GetContacts", {"profile_id": 7} | change)
    assert answer["response"]["total"] == found


def test_lists_come_in_pages(centia: Centia) -> None:
    for number in range(3):
        centia.ask("Contacts.CreateContact", ANA | {"name": f"Ana {number}"})
    asked = {"profile_id": 7, "pagination": 2, "page": 2}
    answer = centia.ask("Contacts.GetContacts", asked)["response"]
    assert (answer["total"], answer["current_page"], answer["last_page"]) == (3, 2, 2)
    assert [contact["name"] for contact in answer["contacts"]] == ["Ana 2"]


def test_addresses_and_contacts_are_shown_when_asked_for(centia: Centia) -> None:
    centia.ask("Contacts.CreateContact", ANA | {"shipping_address": ADDRESS})
    plain = centia.ask("Contacts.GetContacts", {"profile_id": 7})
    assert "shipping_address" not in plain["response"]["contacts"][0]
    full = centia.ask("Contacts.GetContacts", {"profile_id": 7, "with_addresses": True})
    assert full["response"]["contacts"][0]["shipping_address"] == ADDRESS
    asked = {"profile_id": 7, "query": "sitio web", "with_contacts": True}
    companies = centia.ask("Companies.GetCompanies", asked)["response"]["companies"]
    assert companies[0]["contacts"][0]["name"] == "Ana"


def test_an_opportunity_is_made_listed_and_read(centia: Centia) -> None:
    centia.ask("Contacts.CreateContact", ANA)
    wanted = OPPORTUNITY | {"want_products": True, "products": [PRODUCT]}
    made = centia.ask("Opportunities.CreateOpportunity", wanted)["response"]["opportunity"]
    listed = {
        "profile_id": 7,
        "status": "active",
        "contact_type": "new",
        "contact_origin": [3],
        "company_industry": [1],
        "stage": [1],
        "value": {"from": "100", "to": "101"},
        "estimated_end_at": {"from": "31/12/30", "to": "31/12/30"},
    }
    assert centia.ask("Opportunities.GetOpportunities", listed)["response"]["total"] == 1
    one = {"profile_id": 7, "opportunity_id": made["id"], "with_contact": True, "with_user": True}
    read = centia.ask("Opportunities.GetOpportunity", one)["response"]["opportunity"]
    assert read["contact"]["name"] == "Ana"
    assert read["user"]["id"] == 5
    assert "products" not in read


def test_a_ticket_is_made_and_listed(centia: Centia) -> None:
    centia.ask("Contacts.CreateContact", ANA)
    assert centia.ask("Tickets.CreateTicket", TICKET)["success"] is True
    tickets = centia.ask("Tickets.GetTickets", {"profile_id": 7})["response"]["tickets"]
    assert [ticket["title"] for ticket in tickets][-1] == "Consulta"


def test_a_product_is_made_and_edited(centia: Centia) -> None:
    given = {
        "profile_id": 7,
        "name": "Silla",
        "value": 10,
        "taxes": [1],
        "inputs": {"color": "rojo"},
    }
    made = centia.ask("Products.CreateProduct", given)["response"]["product"]
    edit = {"profile_id": 7, "product_id": made["id"], "name": "Mesa", "value": 20.5}
    assert centia.ask("Products.EditProduct", edit)["response"]["product"]["name"] == "Mesa"
    names = [
        row["name"]
        for row in centia.ask("Products.GetProducts", {"profile_id": 7})["response"]["products"]
    ]
    assert names == ["Asesoría", "Mesa"]


@pytest.mark.parametrize(
    ("operation", "parameters", "words"),
    [
        ("Contacts.CreateContact", {k: v for k, v in ANA.items() if k != "surname"}, "surname is"),
        ("Contacts.CreateContact", ANA | {"surname": ""}, "surname is required, not blank"),
        ("Contacts.CreateContact", ANA | {"company_id": "70"}, "company_id must be integer"),
        ("Contacts.CreateContact", ANA | {"email": None}, "email must be string"),
        ("Contacts.CreateContact", ANA | {"notes": "x"}, "notes is not a parameter"),
        (
            "Contacts.CreateContact",
            ANA | {"shipping_address": {"country": "MX", "city": "León"}},
            "shipping_address.state is required",
        ),
        ("Contacts.CreateContact", ANA | {"assistant": {"name": "Eva"}}, "assistant.surname is"),
        (
            "Contacts.GetContact",
            {"profile_id": 7, "search_by": "phone", "search_value": "1"},
            "search_by must be one of id, email",
        ),
        ("Contacts.GetContacts", {"profile_id": 7, "origin_id": ["3"]}, "origin_id must be array"),
        ("Contacts.GetContacts", {"profile_id": 7, "page": 0}, "page must be at least 1"),
        (
            "Contacts.GetContacts",
            {"profile_id": 7, "created_at": {"from": "2030-12-31"}},
            "created_at.from must have the form DD/MM/YY",
        ),
        (
            "Opportunities.CreateOpportunity",
            OPPORTUNITY | {"estimated_end_at": "31/12/2030"},
            "estimated_end_at must have the form DD/MM/YY",
        ),
        (
            "Tickets.CreateTicket",
            TICKET | {"estimated_end_at": "31/12/30"},
            "estimated_end_at must have the form YYYY-MM-DD",
        ),
        ("Profiles.GetProfiles", {}, "the body must have the members ['method'] and no other"),
        ("Profiles.GetStages", None, "the body must have the members ['method', 'parameters']"),
        ("Tickets.GetTitles", {"profile_id": 7}, "this module has no such method"),
    ],
)
def test_what_the_page_rules_out_is_refused_and_noted(
    centia: Centia, operation: str, parameters: dict[str, Any] | None, words: str
) -> None:
    assert centia.error(operation, parameters).startswith(words)
    assert words in centia.simulator.violations[0]
    assert centia.simulator.records == []


@pytest.mark.parametrize(
    ("operation", "parameters", "words"),
    [
        ("Contacts.CreateContact", ANA | {"company_id": 9}, "company_id"),
        ("Contacts.CreateContact", ANA | {"origin_id": 9}, "origin_id"),
        (
            "Contacts.CreateContact",
            ANA | {"billing_address": ADDRESS | {"country": "XX"}},
            "country",
        ),
        ("Contacts.CreateContact", ANA | {"billing_address": ADDRESS | {"state": "NY"}}, "state"),
        ("Contacts.CreateContact", ANA | {"profile_id": 8}, "profile"),
        ("Opportunities.CreateOpportunity", OPPORTUNITY | {"contact_id": 102}, "does not belong"),
        ("Tickets.CreateTicket", TICKET | {"contact_id": 102}, "does not belong"),
        ("Opportunities.CreateOpportunity", OPPORTUNITY | {"want_products": True}, "products"),
        (
            "Opportunities.CreateOpportunity",
            OPPORTUNITY | {"want_products": True, "products": [PRODUCT | {"tax": 16.0}]},
            "tax",
        ),
    ],
)
def test_a_record_that_refers_to_nothing_is_refused(
    centia: Centia, operation: str, parameters: dict[str, Any], words: str
) -> None:
    other = {"profile_id": 7, "name": "Acme", "type_id": 1, "industry_id": 1}
    company = centia.ask("Companies.CreateCompany", other)["response"]["company"]
    for company_id in (70, company["id"]):
        centia.ask("Contacts.CreateContact", ANA | {"company_id": company_id})
    before = len(centia.simulator.records)
    assert words in centia.error(operation, parameters)
    assert len(centia.simulator.records) == before
    assert centia.simulator.violations == []


@pytest.mark.parametrize(("style", "status"), [("200", 200), ("4xx", 422)])
@pytest.mark.parametrize("empty", [[], {}, None])
def test_an_error_has_the_style_it_is_told(
    centia: Centia, style: str, status: int, empty: Any
) -> None:
    centia.simulator.switch |= {"error_style": style, "empty_response": empty}
    answer = centia.post("Contacts.CreateContact", ANA | {"company_id": 9})
    assert answer.status_code == status
    assert answer.json()["response"] == empty


def test_an_injected_refusal_looks_like_a_real_one(centia: Centia) -> None:
    centia.simulator.fail_next(refuse="No.", operation="Contacts.CreateContact")
    assert centia.error("Contacts.CreateContact", ANA) == "No."
    assert centia.ask("Contacts.CreateContact", ANA)["success"] is True


def test_a_token_dies_after_so_many_calls_or_at_once(centia: Centia) -> None:
    centia.simulator.switch |= {"token_calls": 1, "error_style": "4xx"}
    statuses = [centia.post("Profiles.GetProfiles", None).status_code for _ in range(2)]
    assert statuses == [200, 401]
    centia.simulator.switch["token_calls"] = 0
    centia.login()
    centia.http.post("/_sandbox/switch", json={"expire_now": True})
    assert centia.post("Profiles.GetProfiles", None).status_code == 401
    centia.login()
    assert centia.post("Profiles.GetProfiles", None).status_code == 200
    assert centia.simulator.logins == 3
    assert centia.simulator.violations == []


def test_a_call_without_a_token_is_noted(centia: Centia) -> None:
    del centia.http.headers["Authorization"]
    assert centia.error("Profiles.GetProfiles", None) == "Unauthenticated."
    assert centia.simulator.violations == ["Profiles.GetProfiles: no bearer token"]


@pytest.mark.parametrize("change", [{"password": "another"}, {"active": False}])
def test_a_login_can_be_refused(centia: Centia, change: dict[str, Any]) -> None:
    centia.simulator.switch |= change
    assert centia.error("Auth.Login", {"email": "api@example.com", "password": "sandbox-password"})


def test_modules_can_live_at_another_address(centia: Centia) -> None:
    centia.simulator.switch["url_template"] = "{base}/rpc/{module}/call"
    answer = centia.http.post("/rpc/profiles/call", json={"method": "GetProfiles"})
    assert answer.json()["success"] is True
    assert centia.post("Profiles.GetProfiles", None).status_code == 404


def test_other_verbs_and_content_types_are_refused(centia: Centia) -> None:
    assert centia.http.get("/api/v1/profiles").status_code == 405
    answer = centia.http.post("/api/v1/profiles", content='{"method": "GetProfiles"}')
    assert "content type" in answer.json()["error"]
    assert len(centia.simulator.violations) == 2
