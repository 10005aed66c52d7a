"""centiaCRM in doubt, and what it refuses: only the reference proves that a record is ours."""

from typing import Any

import pytest

from leadrelay.claim import ANY_STEP
from leadrelay.crm.base import Receipt
from leadrelay.crm.centia.options import Options
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Refused, Undecidable
from tests.crm.centia_vendor import (
    ANA,
    ASKED,
    TICKET,
    Answer,
    Crm,
    adapter,
    deliver,
    make_lead,
    steps_of,
)


@pytest.fixture(params=[200, 400])
def crm(request: pytest.FixtureRequest) -> Crm:
    return Crm(request.param)


# -- finding it again ---------------------------------------------------------------------


def test_a_lead_is_found_by_its_reference_only(crm: Crm) -> None:
    centia, options = adapter(crm), Options()
    assert centia.find(make_lead(**ANA), options) is None
    crm.contacts += [
        {"id": 1, "email": "ana@example.com"},
        {"id": 2, "phone_mobile": "+12025550123", "skype": "LR-00000000"},
        {"id": 4, "notes": [{"text": "LR-7Q2KX9BD\n\nHola"}]},
    ]
    assert centia.find(make_lead(**ANA), options) == Receipt("4", created=False)
    assert crm.sent("GetContacts")["created_at"] == {"from": "28/02/26"}
    del crm.contacts[-1]
    assert centia.find(make_lead(**ANA), options) is None


MAY_BE_OURS: list[dict[str, Any]] = [
    {"id": 1},
    {"id": 1, "email": "ANA@example.com"},
    {"id": 1, "name": "Ana", "surname": "Ruiz", "phone_mobile": "202-555-0123"},
]
IS_NOT_OURS: list[dict[str, Any]] = [
    {"id": 1, "email": "eva@example.com"},
    {"id": 1, "email": "ana@example.com", "name": "Eva", "surname": "Ruiz"},
    {"id": 1, "phone_mobile": "+12025550199"},
    {"id": 1, "email": "ana@example.com", "skype": None},
]


@pytest.mark.parametrize("found", MAY_BE_OURS)
def test_where_no_remark_is_shown_a_person_decides(crm: Crm, found: dict[str, Any]) -> None:
    crm.contacts.append(found)
    with pytest.raises(Undecidable, match="--redo"):
        deliver(adapter(crm), make_lead(**ANA), steps_of({}, "contact"))
    assert "CreateContact" not in crm.methods


@pytest.mark.parametrize("found", IS_NOT_OURS)
def test_what_cannot_be_ours_hinders_nothing(crm: Crm, found: dict[str, Any]) -> None:
    crm.contacts.append(found)
    assert deliver(adapter(crm), make_lead(**ANA), steps_of({}, "contact")).created


def test_one_contact_that_shows_its_remark_says_that_all_do(crm: Crm) -> None:
    crm.contacts += [MAY_BE_OURS[1], {"id": 2, "skype": "LR-00000000\n\nHola"}]
    assert deliver(adapter(crm), make_lead(**ANA), steps_of({}, "contact")).created


def test_with_a_ticket_the_same_person_s_contact_will_do(crm: Crm) -> None:
    crm.contacts.append({"id": 1, "email": "ana@example.com", "company_id": 77})
    crm.answers["Tickets.CreateTicket"] = lambda _: {"ticket": {"id": 6}}
    receipt = deliver(adapter(crm), make_lead(**ANA), steps_of({}, "contact"), **TICKET)
    assert (receipt, crm.sent("CreateTicket")["company_id"]) == (Receipt("1", created=False), 77)


def test_a_ticket_that_shows_no_title_is_left_to_a_person(crm: Crm) -> None:
    crm.answers["Tickets.GetTickets"] = lambda _: {"tickets": [{"id": 1}]}
    with pytest.raises(Undecidable, match="ticket"):
        deliver(adapter(crm), make_lead(**ANA), steps_of({"contact": "90"}, "ticket"), **TICKET)


def test_a_contact_in_doubt_is_looked_for_before_it_is_made(crm: Crm) -> None:
    centia = adapter(crm)
    deliver(centia, make_lead(**ANA))
    found = deliver(centia, make_lead(**ANA), steps_of({}, "contact"))
    assert (found.record_id, found.created) == ("90", False)
    assert len(crm.contacts) == 1


# -- what centia refuses --------------------------------------------------------------------


def _refusing(crm: Crm, *keys: str) -> None:
    """Contacts with one of these keys are refused."""
    take = crm.answers["Contacts.CreateContact"]
    crm.answers["Contacts.CreateContact"] = lambda given: (
        None if given.keys() & {*keys} else take(given)
    )


def test_a_refused_value_costs_no_lead_and_stands_in_the_remark(crm: Crm) -> None:
    crm.contacts.append({"id": 5, "email": "ana@example.com", "skype": None})
    _refusing(crm, "email")
    assert deliver(adapter(crm), make_lead(**ANA, message="Hola")).created
    made = crm.contacts[-1]
    assert f"{ASKED}\n\nHola\n\nE-mail: ana@example.com\nTelephone: +1 202" in made["skype"]
    assert made["name"] == "Ana María"


def test_with_a_ticket_a_refused_double_is_the_same_person(crm: Crm) -> None:
    crm.contacts.append({"id": 5, "email": "ana@example.com", "company_id": 77})
    _refusing(crm, "email")
    crm.answers["Tickets.CreateTicket"] = lambda _: {"ticket": {"id": 6}}
    centia = adapter(crm)
    assert deliver(centia, make_lead(**ANA, message="Hola"), **TICKET).record_id == "5"
    assert crm.sent("CreateTicket")["company_id"] == 77
    eva = ANA | {"full_name": "Eva Ruiz"}
    crm.contacts[0] |= {"name": "Ana María", "surname": "Ruiz"}
    assert deliver(centia, make_lead(**eva), **TICKET).record_id == "91"


def test_a_refusal_that_hides_a_write_is_seen_through(crm: Crm) -> None:
    def saved_but_refused(given: dict[str, Any]) -> Answer:
        crm.contacts.append({"id": 90, **given})
        return None

    crm.answers["Contacts.CreateContact"] = saved_but_refused
    found = deliver(adapter(crm), make_lead(**ANA))
    assert (found.record_id, found.created) == ("90", False)
    assert len(crm.contacts) == 1


def test_a_refused_title_costs_no_ticket(crm: Crm) -> None:
    crm.answers["Tickets.GetTickets"] = lambda _: {"tickets": []}
    crm.answers["Tickets.CreateTicket"] = lambda given: (
        {"ticket": {"id": 6}} if given["title"] == "LR-7Q2KX9BD" else None
    )
    deliver(adapter(crm), make_lead(**ANA, subject="Hola " * 99), **TICKET)
    assert crm.methods.count("CreateTicket") == 2


def test_a_remark_that_centia_cuts_is_left_to_a_person(crm: Crm) -> None:
    take = crm.answers["Contacts.CreateContact"]
    crm.answers["Contacts.CreateContact"] = lambda given: take(given | {"skype": "LR-7Q2KX9BD"})
    steps, lead = steps_of(), make_lead(**ANA, message="Hola")
    for _ in range(2):
        with pytest.raises(Refused, match="cut"):
            deliver(adapter(crm), lead, steps)
    assert len(crm.contacts) == 1
    crm.answers["Tickets.CreateTicket"] = lambda _: {"ticket": {"id": 6}}
    assert deliver(adapter(crm), lead, steps, **TICKET).record_id == "90"


@pytest.mark.parametrize("nobody", [{"email": "n/a"}, {"phone": "none"}])
def test_what_is_no_address_and_no_number_stands_in_the_remark(
    crm: Crm, nobody: dict[str, str]
) -> None:
    deliver(adapter(crm), make_lead(full_name="Ana Ruiz", **nobody))
    sent = crm.sent("CreateContact")
    assert not {"email", "phone_mobile"} & sent.keys()
    assert sent["skype"].endswith(": " + "".join(nobody.values()))


# -- what the ledger is told on the way ---------------------------------------------------


def tickets_asked_for(crm: Crm, saved: list[Any], **shown: Any) -> None:
    """Deliver a lead as a contact and a ticket; what is saved before the ticket goes out."""
    made: list[dict[str, Any]] = []

    def contact(given: dict[str, Any]) -> Answer:
        crm.contacts.append({"id": 90, **given})
        return {"contact": {**crm.contacts[-1], **shown}}

    def ticket(given: dict[str, Any]) -> Answer:
        made.append(given)
        raise KilledError

    crm.answers["Contacts.CreateContact"] = contact
    crm.answers["Tickets.CreateTicket"] = ticket
    steps = DeliverySteps({}, save=lambda done, doubt: saved.append((dict(done), set(doubt))))
    with pytest.raises(KilledError):
        deliver(adapter(crm), make_lead(**ANA), steps, **TICKET)
    assert len(made) == 1


class KilledError(Exception):
    """The function is no more."""


def test_a_contact_that_shows_its_reference_is_found_again_and_costs_no_save(crm: Crm) -> None:
    saved: list[Any] = []
    tickets_asked_for(crm, saved)
    assert saved == []
    crm.answers["Tickets.GetTickets"] = lambda _: {"tickets": []}
    crm.answers["Tickets.CreateTicket"] = lambda _: {"ticket": {"id": 5}}
    receipt = deliver(adapter(crm), make_lead(**ANA), steps_of({}, ANY_STEP), **TICKET)
    assert (receipt.record_id, len(crm.contacts)) == ("90", 1)


def test_one_that_does_not_is_saved_before_the_ticket_goes_out(crm: Crm) -> None:
    saved: list[Any] = []
    tickets_asked_for(crm, saved, skype=None)
    assert saved == [({"contact": "90//cut"}, {"ticket"})]
