"""centiaCRM: what goes over the wire, what its answers mean, and where a lead's fields end up."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from leadrelay.crm.base import Receipt
from leadrelay.crm.centia.delivery import Centia
from leadrelay.crm.centia.options import Options
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Misconfigured, Refused, Retryable, Unknown
from leadrelay.lead import STRUCTURED_FIELDS, TEXT_FIELDS, Attachment, Call, Lead, leftovers

SECRET = {
    "base_url": "https://crm.example.com/",
    "email": "api@example.com",
    "password": "right",
    "profile_id": "7",
    "company_id": 31,
    "origin_id": 2,
}
OPPORTUNITY: dict[str, Any] = {"also": "opportunity", "user_id": 4, "stage_id": 5}
TICKET: dict[str, Any] = {
    "also": "ticket",
    "user_id": 4,
    "ticket_origin_id": 6,
    "case_id": 8,
    "priority_id": 9,
}
NEW_COMPANY: dict[str, Any] = {
    "create_company": True,
    "company_type_id": 1,
    "company_industry_id": 3,
}

type Answer = Mapping[str, Any] | Exception | None  # None: refused


class Crm:
    """A centiaCRM as its page describes it; `style` is how it tells an error: 200 or 4xx."""

    def __init__(self, style: int = 200) -> None:
        self.style = style
        self.tokens: list[str] = []
        self.dead: set[str] = set()
        self.requests: list[httpx.Request] = []
        self.contacts: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "Auth.Login": self._login,
            "Profiles.GetProfiles": lambda _: {"profiles": [{"id": 7}, {"id": 8}]},
            "Contacts.CreateContact": self._create,
            "Contacts.GetContact": self._by_email,
            "Contacts.GetContacts": lambda _: {"contacts": self.contacts, "last_page": 1},
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = json.loads(request.content)
        name = f"{request.url.path.removeprefix('/api/v1/').capitalize()}.{body['method']}"
        if name != "Auth.Login" and self._token(request) not in {*self.tokens} - self.dead:
            return self._refusal(401, "Sesión no válida")
        answer = self.answers[name](body.get("parameters", {}))
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            return self._refusal(422, "No se puede")
        return httpx.Response(200, json={"success": True, "response": answer})

    @property
    def methods(self) -> list[str]:
        return [json.loads(request.content)["method"] for request in self.requests]

    def sent(self, method: str) -> Any:
        bodies = [json.loads(request.content) for request in self.requests]
        return next(body["parameters"] for body in bodies if body["method"] == method)

    def _refusal(self, status: int, words: str) -> httpx.Response:
        body = {"success": False, "response": [], "error": words}
        return httpx.Response(200 if self.style == 200 else status, json=body)

    @staticmethod
    def _token(request: httpx.Request) -> str:
        return str(request.headers.get("authorization", "")).removeprefix("Bearer ")

    def _login(self, given: dict[str, Any]) -> Answer:
        if given != {"email": "api@example.com", "password": "right"}:
            return None
        self.tokens.append(f"token-{len(self.tokens)}")
        return {"token": self.tokens[-1], "user": {"id": 4}}

    def _create(self, given: dict[str, Any]) -> Answer:
        self.contacts.append({"id": 90 + len(self.contacts), **given})
        return {"contact": self.contacts[-1]}

    def _by_email(self, given: dict[str, Any]) -> Answer:
        found = [c for c in self.contacts if c.get("email") == given["search_value"]]
        return {"contact": found[0]} if found else None


@pytest.fixture(params=[200, 400])
def crm(request: pytest.FixtureRequest) -> Crm:
    return Crm(request.param)


def _adapter(crm: Crm, secret: Callable[[bool], Mapping[str, Any]] | None = None) -> Centia:
    client = httpx.Client(transport=httpx.MockTransport(crm))
    return Centia(client, secret or (lambda _: SECRET), lambda _: None)


def _lead(**fields: Any) -> Lead:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    known: dict[str, Any] = {"id": "7Q2KX9BD" * 3, "ref": "LR-7Q2KX9BD", "source": "web"}
    return Lead(received_at=moment, **known, **fields)


def _steps(done: Mapping[str, str] | None = None, *, in_doubt: bool = False) -> DeliverySteps:
    return DeliverySteps(done or {}, in_doubt=in_doubt, save=lambda _: None)


def _no_file(_: Attachment) -> bytes:
    raise AssertionError("centia takes no files")


def _deliver(
    crm: Centia, lead: Lead, steps: DeliverySteps | None = None, **options: Any
) -> Receipt:
    return crm.create(lead, Options(**options), steps or _steps(), _no_file)


ANA: dict[str, Any] = {
    "full_name": "Ana María Ruiz López",
    "email": "ana@example.com",
    "phone": "+12025550123",
}


# -- the wire -----------------------------------------------------------------------------


def test_a_call_is_posted_to_its_module_with_bearer_and_two_members(crm: Crm) -> None:
    crm.answers["Contacts.GetOrigins"] = lambda _: {"origins": [{"id": 2}]}
    assert _adapter(crm).api.call("Contacts.GetOrigins") == {"origins": [{"id": 2}]}
    login, call = crm.requests
    assert (call.method, str(call.url)) == ("POST", "https://crm.example.com/api/v1/contacts")
    assert call.headers["authorization"] == "Bearer token-0"
    assert json.loads(call.content) == {"method": "GetOrigins", "parameters": {"profile_id": 7}}
    assert "authorization" not in login.headers


def test_a_method_without_parameters_has_no_such_member(crm: Crm) -> None:
    _adapter(crm).api.profiles()
    assert json.loads(crm.requests[-1].content) == {"method": "GetProfiles"}


def test_pages_are_read_up_to_the_last_one(crm: Crm) -> None:
    crm.answers["Companies.GetCompanies"] = lambda p: {
        "companies": [{"id": p["page"]}],
        "last_page": 3,
    }
    pages = _adapter(crm).api.pages("Companies.GetCompanies", query="a")
    assert [company["id"] for company in pages] == [1, 2, 3]


# -- the login ----------------------------------------------------------------------------


def test_a_dead_token_costs_one_login_however_many_threads_meet_it(crm: Crm) -> None:
    centia = _adapter(crm)
    _deliver(centia, _lead(**ANA))
    crm.dead.update(crm.tokens)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: _deliver(centia, _lead(full_name="A B")), range(8)))
    assert all(receipt.created for receipt in receipts)
    assert crm.methods.count("Login") == 2
    assert len(crm.contacts) == 9


def test_a_token_that_is_dead_again_at_once_parks_nothing(crm: Crm) -> None:
    centia = _adapter(crm)
    centia.api.login()
    crm.dead |= {"token-0", "token-1"}
    with pytest.raises(Retryable):
        _deliver(centia, _lead(**ANA))
    assert _deliver(centia, _lead(**ANA)).created
    assert (crm.methods.count("Login"), len(crm.contacts)) == (3, 1)


def test_a_refused_record_costs_no_login(crm: Crm) -> None:
    centia = _adapter(crm)
    crm.answers["Contacts.CreateContact"] = lambda _: None
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            _deliver(centia, _lead(full_name="Ana Ruiz"))
        assert "No se puede" in refused.value.words
    assert crm.methods.count("Login") == 1


def test_a_refused_login_reads_the_secret_again_and_uses_what_it_finds(crm: Crm) -> None:
    stored = {False: SECRET | {"password": "old"}}

    def secret(fresh: bool) -> Mapping[str, Any]:  # noqa: FBT001  # as crm.base.Crm has it
        if fresh:
            stored[False] = SECRET
        return stored[False]

    assert _deliver(_adapter(crm, secret), _lead(**ANA)).created
    assert crm.methods == ["Login", "Login", "CreateContact"]


def test_wrong_credentials_are_tried_once_and_reported_without_them(crm: Crm) -> None:
    wrong = SECRET | {"password": "wr0ng"}
    with pytest.raises(Misconfigured, match="password") as error:
        _adapter(crm, lambda _: wrong).check()
    assert crm.methods == ["Login"]
    assert "wr0ng" not in error.value.reason


def test_check_names_the_account_and_misses_a_foreign_profile(crm: Crm) -> None:
    assert "profile 7" in _adapter(crm).check()
    with pytest.raises(Misconfigured, match=r"profile_id 9.*7, 8"):
        _adapter(crm, lambda _: SECRET | {"profile_id": 9}).check()
    with pytest.raises(Misconfigured, match="no origin_id"):
        _adapter(crm, lambda _: SECRET | {"origin_id": ""}).check()


# -- the delivery -------------------------------------------------------------------------


def test_a_plain_lead_is_one_call_once_logged_in(crm: Crm) -> None:
    centia = _adapter(crm)
    _deliver(centia, _lead(**ANA))
    crm.requests.clear()
    assert _deliver(centia, _lead(**ANA, message='Hola,\n"¿precio?" 🙂 \'; DROP')) == Receipt("91")
    assert crm.methods == ["CreateContact"]
    assert crm.sent("CreateContact") == {
        "profile_id": 7,
        "company_id": 31,
        "origin_id": 2,
        "name": "Ana María",
        "surname": "Ruiz",
        "mother_surname": "López",
        "email": "ana@example.com",
        "phone_mobile": "+12025550123",
        "skype": 'LR-7Q2KX9BD\n\nHola,\n"¿precio?" 🙂 \'; DROP',
    }


def test_whoever_gives_no_name_still_has_the_two_that_centia_wants(crm: Crm) -> None:
    caller = Call(caller="+12025550199")
    _deliver(_adapter(crm), _lead(kind="call", call=caller))
    sent = crm.sent("CreateContact")
    assert (sent["name"], sent["surname"]) == ("+12025550199", "-")
    assert sent["phone_mobile"] == "+12025550199"


@pytest.mark.parametrize("known", [[], [{"id": 55, "name": "ACME  mexico"}]])
def test_a_company_is_found_whatever_its_accents_else_created(
    crm: Crm, known: list[dict[str, Any]]
) -> None:
    crm.answers["Companies.GetCompanies"] = lambda _: {
        "companies": [{"id": 54, "name": "Acme México Norte"}, *known]
    }
    crm.answers["Companies.CreateCompany"] = lambda _: {"company": [{"id": 55}]}
    _deliver(_adapter(crm), _lead(**ANA, company="Acme México"), **NEW_COMPANY)
    assert crm.sent("CreateContact")["company_id"] == 55
    assert crm.methods.count("CreateCompany") == (not known)
    assert crm.sent("CreateContact")["skype"] == "LR-7Q2KX9BD"


def test_a_ticket_holds_the_whole_lead_and_is_not_made_twice(crm: Crm) -> None:
    crm.answers["Tickets.CreateTicket"] = lambda _: httpx.ReadTimeout("saved, but who knows")
    centia, steps, lead = _adapter(crm), _steps(), _lead(**ANA, message="Hola", job="Chef")
    with pytest.raises(Unknown):
        _deliver(centia, lead, steps, **TICKET)
    sent = crm.sent("CreateTicket")
    assert sent["description"].startswith("Hola\n")
    assert "job: Chef" in sent["description"]
    assert (sent["contact_id"], sent["origin_id"]) == (90, 6)
    assert sent["estimated_end_at"] == "2026-03-08"
    assert crm.sent("CreateContact")["skype"] == "LR-7Q2KX9BD"

    crm.answers["Tickets.GetTickets"] = lambda _: {"tickets": [{"id": 1}, {"id": 2, **sent}]}
    crm.requests.clear()
    again = _steps(steps.done, in_doubt=True)
    assert _deliver(centia, lead, again, **TICKET) == Receipt("90", created=False)
    assert again.done == {"contact": "90", "ticket": "2"}
    assert crm.methods == ["GetTickets"]


def test_an_opportunity_can_be_found_by_its_title(crm: Crm) -> None:
    crm.answers["Opportunities.CreateOpportunity"] = lambda _: {"opportunity": {"id": 3}}
    _deliver(_adapter(crm), _lead(**ANA, subject="Cocina"), **OPPORTUNITY, title="{subject}")
    sent = crm.sent("CreateOpportunity")
    assert sent["title"] == "Cocina (LR-7Q2KX9BD)"
    assert sent["estimated_end_at"] == "08/03/26"
    assert (sent["notify"], "subject: Cocina" in sent["comment"]) == (True, True)
    assert "subject: Cocina" in crm.sent("CreateContact")["skype"]


@pytest.mark.parametrize("options", [{"also": "ticket", "user_id": 1}, {"create_company": True}])
def test_options_say_which_ids_are_missing(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="this needs"):
        Options(**options)


# -- finding it again ---------------------------------------------------------------------


def test_a_lead_is_found_by_reference_email_or_phone(crm: Crm) -> None:
    centia, options = _adapter(crm), Options()
    assert centia.find(_lead(**ANA), options) is None
    crm.contacts += [
        {"id": 1, "email": "eva@example.com"},
        {"id": 2, "phone_mobile": "+12025550123", "skype": "LR-00000000"},
        {"id": 3, "phones": [{"number": "+12025550124"}]},
        {"id": 4, "skype": "LR-7Q2KX9BD\n\nHola"},
    ]
    assert centia.find(_lead(email="eva@example.com"), options) == Receipt("1", created=False)
    assert centia.find(_lead(phone="+12025550124"), options) == Receipt("3", created=False)
    assert centia.find(_lead(phone="+12025550123"), options) == Receipt("4", created=False)
    assert crm.sent("GetContacts")["created_at"] == {"from": "28/02/26"}


def test_a_contact_in_doubt_is_looked_for_before_it_is_made(crm: Crm) -> None:
    centia = _adapter(crm)
    _deliver(centia, _lead(**ANA))
    assert _deliver(centia, _lead(**ANA), _steps(in_doubt=True)) == Receipt("90", created=False)
    assert len(crm.contacts) == 1


def test_a_refused_double_is_the_same_person_unless_words_would_be_lost(crm: Crm) -> None:
    crm.contacts.append({"id": 5, "email": "ana@example.com", "company_id": 77})
    crm.answers["Contacts.CreateContact"] = lambda _: None
    crm.answers["Tickets.CreateTicket"] = lambda _: {"ticket": {"id": 6}}
    centia = _adapter(crm)
    assert _deliver(centia, _lead(**ANA)) == Receipt("5", created=False)
    with pytest.raises(Refused):
        _deliver(centia, _lead(**ANA, message="Hola"))
    assert _deliver(centia, _lead(**ANA, message="Hola"), **TICKET).record_id == "5"
    assert crm.sent("CreateTicket")["company_id"] == 77


# -- nothing is lost ----------------------------------------------------------------------

_TEXT = st.text("aá0Ñ ñ'\"\n🙂de", min_size=1, max_size=12)
_PLAIN = sorted(TEXT_FIELDS)
_FIELDS = sorted(TEXT_FIELDS | STRUCTURED_FIELDS - {"call"})
_FILE = Attachment(filename="cv de Ana.pdf", media_type="application/pdf", size=3, sha256="ab12")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _words(item)
    else:
        yield from str(value).split()


@given(
    fields=st.dictionaries(st.sampled_from(_PLAIN), _TEXT),
    extra=st.dictionaries(_TEXT, _TEXT, max_size=2),
    resume=st.sampled_from([None, _FILE]),
    call=st.sampled_from([None, Call(id="CA1", caller="+12025550199", duration=61)]),
    options=st.sampled_from([{}, OPPORTUNITY, TICKET, NEW_COMPANY]),
)
def test_whatever_a_lead_says_is_sent(
    fields: dict[str, Any], extra: dict[str, str], resume: Any, call: Any, options: dict[str, Any]
) -> None:
    crm = Crm()
    crm.answers |= {
        "Companies.GetCompanies": lambda _: {"companies": []},
        "Companies.CreateCompany": lambda _: {"company": {"id": 1}},
        "Opportunities.CreateOpportunity": lambda _: {"opportunity": {"id": 2}},
        "Tickets.CreateTicket": lambda _: {"ticket": {"id": 3}},
    }
    lead = _lead(**fields, extra=extra, resume=resume, call=call)
    _deliver(_adapter(crm), lead, **options)
    writes = [json.loads(r.content) for r in crm.requests if b'"Create' in r.content]
    sent = {word for body in writes for word in _words(body["parameters"])}
    assert set(_words(leftovers(lead, frozenset()))) <= sent
    assert any(lead.ref in word for word in sent)
