"""centiaCRM: what goes over the wire, what its answers mean, and where a lead's fields end up."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from leadrelay.crm.base import Receipt
from leadrelay.crm.centia.options import Options
from leadrelay.errors import Misconfigured, Refused, Retryable, Unknown
from leadrelay.lead import STRUCTURED_FIELDS, TEXT_FIELDS, Attachment, Call
from tests.crm.centia_vendor import (
    ANA,
    ASKED,
    NEW_COMPANY,
    OPPORTUNITY,
    SECRET,
    TICKET,
    Crm,
    adapter,
    deliver,
    make_lead,
    steps_of,
)


@pytest.fixture(params=[200, 400])
def crm(request: pytest.FixtureRequest) -> Crm:
    return Crm(request.param)


# -- the wire -----------------------------------------------------------------------------


def test_a_call_is_posted_to_its_module_with_bearer_and_two_members(crm: Crm) -> None:
    crm.answers["Contacts.GetOrigins"] = lambda _: {"origins": [{"id": 2}]}
    assert adapter(crm).api.call("Contacts.GetOrigins") == {"origins": [{"id": 2}]}
    login, call = crm.requests
    assert (call.method, str(call.url)) == ("POST", "https://crm.example.com/api/v1/contacts")
    assert call.headers["authorization"] == "Bearer token-0"
    assert json.loads(call.content) == {"method": "GetOrigins", "parameters": {"profile_id": 7}}
    assert "authorization" not in login.headers


def test_a_method_without_parameters_has_no_such_member(crm: Crm) -> None:
    adapter(crm).api.profiles()
    assert json.loads(crm.requests[-1].content) == {"method": "GetProfiles"}


def test_pages_are_read_up_to_the_last_one(crm: Crm) -> None:
    crm.answers["Companies.GetCompanies"] = lambda p: {
        "companies": [{"id": p["page"]}],
        "last_page": 3,
    }
    pages = adapter(crm).api.pages("Companies.GetCompanies", query="a")
    assert [company["id"] for company in pages] == [1, 2, 3]


# -- the login ----------------------------------------------------------------------------


def test_a_dead_token_costs_one_login_however_many_threads_meet_it(crm: Crm) -> None:
    centia = adapter(crm)
    deliver(centia, make_lead(**ANA))
    crm.dead.update(crm.tokens)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: deliver(centia, make_lead(full_name="A B")), range(8)))
    assert all(receipt.created for receipt in receipts)
    assert crm.methods.count("Login") == 2
    assert len(crm.contacts) == 9


def test_a_token_that_is_dead_again_at_once_parks_nothing(crm: Crm) -> None:
    centia = adapter(crm)
    centia.api.login()
    crm.dead |= {"token-0", "token-1"}
    with pytest.raises(Retryable):
        deliver(centia, make_lead(**ANA))
    assert deliver(centia, make_lead(**ANA)).created
    assert (crm.methods.count("Login"), len(crm.contacts)) == (3, 1)


def test_a_refused_record_costs_no_login(crm: Crm) -> None:
    centia = adapter(crm)
    crm.answers["Contacts.CreateContact"] = lambda _: None
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            deliver(centia, make_lead(full_name="Ana Ruiz"))
        assert "No se puede" in refused.value.words
    assert crm.methods.count("Login") == 1


def test_a_refused_login_reads_the_secret_again_and_uses_what_it_finds(crm: Crm) -> None:
    stored = {False: SECRET | {"password": "old"}}

    def secret(fresh: bool) -> Mapping[str, Any]:  # noqa: FBT001  # as crm.base.Crm has it
        if fresh:
            stored[False] = SECRET
        return stored[False]

    assert deliver(adapter(crm, secret), make_lead(**ANA)).created
    assert crm.methods[:2] == ["Login", "Login"]
    assert crm.methods.count("Login") == 2


def test_wrong_credentials_are_tried_once_and_reported_without_them(crm: Crm) -> None:
    wrong = SECRET | {"password": "wr0ng"}
    with pytest.raises(Misconfigured, match="password") as error:
        adapter(crm, lambda _: wrong).check()
    assert crm.methods == ["Login"]
    assert "wr0ng" not in error.value.reason


def test_check_names_the_account_and_misses_a_foreign_profile(crm: Crm) -> None:
    assert "profile 7" in adapter(crm).check()
    with pytest.raises(Misconfigured, match=r"profile_id 9.*7, 8"):
        adapter(crm, lambda _: SECRET | {"profile_id": 9}).check()
    with pytest.raises(Misconfigured, match="no origin_id"):
        adapter(crm, lambda _: SECRET | {"origin_id": ""}).check()


# -- the delivery -------------------------------------------------------------------------


def test_a_plain_lead_is_one_call_once_logged_in(crm: Crm) -> None:
    centia = adapter(crm)
    deliver(centia, make_lead(**ANA))
    crm.requests.clear()
    made = deliver(centia, make_lead(**ANA, message='Hola,\n"¿precio?" 🙂 \'; DROP'))
    assert (made.record_id, made.created) == ("91", True)
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
        "skype": f'LR-7Q2KX9BD\n\n{ASKED}\n\nHola,\n"¿precio?" 🙂 \'; DROP',
    }


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Ana Ruiz Gil", ["Ana", "Ruiz", "Gil"]),
        ("RUIZ GIL Ana", ["Ana", "RUIZ", "GIL"]),
        ("Smith, John Michael", ["John Michael", "Smith"]),
        ("Nguyễn Văn An", ["Văn An", "Nguyễn"]),
    ],
)
def test_a_name_with_the_family_s_name_first_is_told_apart_there(
    crm: Crm, full_name: str, parts: list[str]
) -> None:
    deliver(adapter(crm), make_lead(full_name=full_name, email="ana@example.com"))
    sent = crm.sent("CreateContact")
    named = (sent.get(field) for field in ("name", "surname", "mother_surname"))
    assert [part for part in named if part] == parts


def test_whoever_gives_no_name_still_has_the_two_that_centia_wants(crm: Crm) -> None:
    caller = Call(caller="+12025550199")
    deliver(adapter(crm), make_lead(kind="call", call=caller))
    sent = crm.sent("CreateContact")
    assert (sent["name"], sent["surname"]) == ("Caller +1 202-555-0199", "-")
    assert sent["phone_mobile"] == "+12025550199"


@pytest.mark.parametrize("known", [[], [{"id": 55, "name": "ACME  mexico"}]])
def test_a_company_is_found_whatever_its_accents_else_created(
    crm: Crm, known: list[dict[str, Any]]
) -> None:
    crm.answers["Companies.GetCompanies"] = lambda _: {
        "companies": [{"id": 54, "name": "Acme México Norte"}, *known]
    }
    crm.answers["Companies.CreateCompany"] = lambda _: {"company": [{"id": 55}]}
    deliver(adapter(crm), make_lead(**ANA, company="Acme México"), **NEW_COMPANY)
    assert crm.sent("CreateContact")["company_id"] == 55
    assert crm.methods.count("CreateCompany") == (not known)
    assert "México" not in crm.sent("CreateContact")["skype"]


def test_a_ticket_holds_the_whole_lead_and_is_not_made_twice(crm: Crm) -> None:
    crm.answers["Tickets.CreateTicket"] = lambda _: httpx.ReadTimeout("saved, but who knows")
    centia, steps, lead = adapter(crm), steps_of(), make_lead(**ANA, message="Hola", job="Chef")
    with pytest.raises(Unknown):
        deliver(centia, lead, steps, **TICKET)
    sent = crm.sent("CreateTicket")
    assert sent["description"].startswith(f"{ASKED}\n\nHola\n")
    assert "Job: Chef" in sent["description"]
    assert (sent["contact_id"], sent["origin_id"]) == (90, 6)
    assert sent["estimated_end_at"] == "2026-03-08"
    assert crm.sent("CreateContact")["skype"] == "LR-7Q2KX9BD"

    crm.answers["Tickets.GetTickets"] = lambda _: {"tickets": [{"id": 1}, {"id": 2, **sent}]}
    crm.requests.clear()
    again = steps_of(steps.done, "ticket")
    assert deliver(centia, lead, again, **TICKET) == Receipt("90", created=False)
    assert again.done == {"contact": "90//cut", "ticket": "2"}  # it has the reference alone
    assert crm.methods == ["GetTickets"]


def test_an_opportunity_can_be_found_by_its_title(crm: Crm) -> None:
    crm.answers["Opportunities.CreateOpportunity"] = lambda _: {"opportunity": {"id": 3}}
    deliver(adapter(crm), make_lead(**ANA, subject="Cocina"), **OPPORTUNITY, title="{subject}")
    sent = crm.sent("CreateOpportunity")
    assert sent["title"] == "Cocina (LR-7Q2KX9BD)"
    assert sent["estimated_end_at"] == "08/03/26"
    assert (sent["notify"], "Subject: Cocina" in sent["comment"]) == (True, True)
    assert "Subject: Cocina" in crm.sent("CreateContact")["skype"]


@pytest.mark.parametrize(
    "options", [{"also": "opportunity", "user_id": 1}, {"create_company": True}]
)
def test_options_say_which_ids_are_missing(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="this needs"):
        Options(**options)


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
    lead = make_lead(**fields, extra=extra, resume=resume, call=call)
    deliver(adapter(crm), lead, **options)
    writes = [json.loads(r.content) for r in crm.requests if b'"Create' in r.content]
    words = {word for body in writes for word in _words(body["parameters"])}
    sent = "\n".join(words)  # the sentence of a call has brackets and commas around some
    ticked = {"consent"} if lead.consent in {"0", "1"} else set()
    said = [getattr(lead, name) or "" for name in TEXT_FIELDS - ticked]
    files = [file.filename for file in lead.files]
    assert [one for one in _words([*said, *lead.extra.values(), *files]) if one not in sent] == []
    assert lead.ref in sent
