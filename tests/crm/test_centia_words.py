"""Where the words of a lead stand in centiaCRM: in a ticket, else in the contact; never nowhere."""

from typing import Any

import httpx
import pytest

from leadrelay.crm.centia import desk
from leadrelay.errors import Misconfigured, Refused, Unknown
from leadrelay.lead import Kind
from leadrelay_sandbox.centia.fixtures import LISTS, USER
from leadrelay_sandbox.centia.simulator import CentiaSimulator
from tests.crm.centia_vendor import ANA, Crm, adapter, deliver
from tests.crm.centia_vendor import make_lead as lead_of
from tests.crm.contract import Account, again, fresh_steps, make_lead

of_centia = pytest.mark.parametrize("account", ["centia"], indirect=True)
WORDS = "Please ring me about the harbour flat"


def fields(account: Account, operation: str) -> dict[str, Any]:
    return next(one.fields for one in account.simulator.records if one.operation == operation)


def without_cases(account: Account) -> None:
    """So that the account can have no tickets."""
    account.simulator.switch["empty"] = ["Tickets.GetCases"]


@of_centia
@pytest.mark.parametrize(("kind", "origin"), [("form", "Sitio web"), ("call", "Teléfono")])
def test_a_ticket_of_the_account_s_own_choices_holds_the_words(
    account: Account, kind: Kind, origin: str
) -> None:
    lead = make_lead(kind)
    account.deliver(lead)
    contact = fields(account, "Contacts.CreateContact")
    ticket = fields(account, "Tickets.CreateTicket")
    assert contact["skype"] == lead.ref
    assert (lead.message or "Incoming call from +1 202-555-01") in ticket["description"]
    chosen = {
        "Tickets.GetOrigins": ("origin_id", origin),
        "Tickets.GetCases": ("case_id", "Consulta"),
        "Tickets.GetPriorities": ("priority_id", "Media"),
    }
    for method, (key, name) in chosen.items():
        assert {"id": ticket[key], "name": name} in LISTS[method]
    assert ticket["user_id"] == USER["id"]  # who logs in


@of_centia
def test_the_account_s_lists_are_read_once_for_many_leads(account: Account) -> None:
    for number in range(3):
        account.deliver(make_lead("form", number))
    read = [name for name in account.simulator.calls if name in LISTS]
    assert [account.simulator.calls[name] for name in read] == [1] * len(read)


@of_centia
def test_the_source_s_own_ids_are_taken_and_their_lists_not_asked_for(account: Account) -> None:
    ids = {"user_id": 6, "ticket_origin_id": 1, "case_id": 2, "priority_id": 3}
    account.deliver(make_lead(), options=account.options(**ids, origin_id=1))
    ticket = fields(account, "Tickets.CreateTicket")
    assert (ticket["user_id"], ticket["case_id"], ticket["priority_id"]) == (6, 2, 3)
    assert not account.simulator.calls.keys() & LISTS.keys()


@of_centia
def test_without_tickets_the_contact_holds_the_words_and_check_says_so(account: Account) -> None:
    without_cases(account)
    lead = make_lead()
    account.deliver(lead)
    assert account.made == ["Contacts.CreateContact"]
    assert WORDS in fields(account, "Contacts.CreateContact")["skype"]
    (advice,) = account.crm.advise("form", account.options())
    assert advice.key == "also"
    assert "case_id" in advice.text
    assert "Skype" in advice.text
    assert account.crm.advise("form", account.options(also="nothing")) == []


@of_centia
def test_a_ticket_that_is_asked_for_and_cannot_be_is_no_delivery(account: Account) -> None:
    without_cases(account)
    with pytest.raises(Refused, match="leadrelay check"):
        account.deliver(make_lead(), options=account.options(also="ticket"))
    assert account.made == []


@of_centia
@pytest.mark.parametrize("saved", [True, False])
def test_a_contact_without_the_words_is_never_all_that_is_delivered(
    account: Account,
    saved: bool,  # noqa: FBT001  # a case
) -> None:
    """Its answer is lost, and meanwhile the account has lost its tickets."""
    lead, steps = make_lead(), fresh_steps()
    account.fail(times=1, reset=True, after_saving=saved)
    with pytest.raises(Unknown) as lost:
        account.deliver(lead, steps)
    without_cases(account)
    account.connect(account.store.kept)
    if saved:
        with pytest.raises(Refused, match="doesn't hold all"):
            account.deliver(lead, again(steps, lost.value))
    else:
        account.deliver(lead, again(steps, lost.value))
        assert WORDS in fields(account, "Contacts.CreateContact")["skype"]


@of_centia
def test_a_refused_ticket_is_no_delivery_until_it_is_taken(account: Account) -> None:
    lead, steps = make_lead(), fresh_steps()
    account.simulator.fail_next(operation="Tickets.CreateTicket", refuse="no", times=2)
    with pytest.raises(Refused) as refused:
        account.deliver(lead, steps)
    account.deliver(lead, again(steps, refused.value), account.options(also="ticket"))
    assert account.made == account.terms.makes["form"]
    assert WORDS in fields(account, "Tickets.CreateTicket")["description"]


def without_a_right(account: Account, **refusal: Any) -> None:
    """The user may see the lists that a ticket needs, and make none."""
    account.simulator.fail_next(operation="Tickets.CreateTicket", times=99, **refusal)


@of_centia
@pytest.mark.parametrize("refusal", [{"refuse": "Sin permiso"}, {"status": 403}])
def test_where_tickets_are_refused_the_contact_holds_the_words_and_that_is_said(
    account: Account, refusal: dict[str, Any]
) -> None:
    assert isinstance(account.simulator, CentiaSimulator)
    account.simulator.store.rows["tickets"].clear()
    without_a_right(account, **refusal)
    for number in range(2):
        receipt = account.deliver(make_lead("form", number))
        assert "Skype field" in (receipt.remark or "")
    assert account.made == ["Contacts.CreateContact"] * 2
    for one in account.ones:
        assert WORDS in one.fields["skype"]
    (advice,) = account.crm.advise("form", account.options())
    assert advice.key == "also"
    assert "took none" in advice.text


@of_centia
def test_a_password_that_changes_before_the_ticket_is_no_missing_right(account: Account) -> None:
    simulator = account.simulator
    assert isinstance(simulator, CentiaSimulator)

    def change(answered: httpx.Response) -> None:
        if b'"CreateContact"' in answered.request.content:
            simulator.switch["password"] = "changed"
            simulator.tokens.expire()

    account.client.event_hooks = {"response": [change]}
    lead, steps = make_lead(), fresh_steps()
    with pytest.raises(Misconfigured) as refused:
        account.deliver(lead, steps)
    simulator.switch["password"] = simulator.switches["password"]
    assert account.deliver(lead, again(steps, refused.value)).remark is None
    assert WORDS in fields(account, "Tickets.CreateTicket")["description"]


@of_centia
def test_how_to_get_the_files_stands_below_them(account: Account) -> None:
    lead = make_lead("resume")
    account.deliver(lead)
    lines = fields(account, "Tickets.CreateTicket")["description"].split("\n")
    named = next(at for at, line in enumerate(lines) if line.startswith("Files: "))
    assert lines[named + 1] == f"To get them: leadrelay file {lead.ref}"


@of_centia
def test_a_user_who_may_not_see_tickets_is_not_counted_on_to_make_them(account: Account) -> None:
    account.simulator.fail_next(operation="Tickets.GetTickets", refuse="Sin permiso", times=99)
    lead = make_lead()
    assert account.deliver(lead).remark is None
    assert WORDS in fields(account, "Contacts.CreateContact")["skype"]
    assert WORDS in fields(account, "Tickets.CreateTicket")["description"]


@of_centia
def test_a_right_that_is_taken_away_parks_one_lead_and_the_next_contact_has_the_words(
    account: Account,
) -> None:
    account.deliver(make_lead("form", 0))
    without_a_right(account, refuse="Sin permiso")
    with pytest.raises(Refused, match="right to tickets") as refused:
        account.deliver(make_lead("form", 1))
    assert refused.value.words == "Sin permiso"
    assert account.deliver(make_lead("form", 2)).remark  # though the old tickets are still there
    assert WORDS in account.ones[-1].fields["skype"]


@of_centia
def test_whether_tickets_are_taken_is_asked_once_for_many_leads(account: Account) -> None:
    assert isinstance(account.simulator, CentiaSimulator)
    account.simulator.store.rows["tickets"].clear()
    without_a_right(account, refuse="Sin permiso")
    for number in range(3):
        account.deliver(make_lead("form", number))
    looks = 2 * 3  # after each refusal: of the usual desk, and of the account's first
    assert account.simulator.calls["Tickets.GetTickets"] == 1 + looks


@of_centia
@pytest.mark.parametrize("gone", ["user_id", "ticket_origin_id", "case_id", "priority_id"])
def test_an_id_that_the_account_lost_parks_no_lead(account: Account, gone: str) -> None:
    lead = make_lead()
    account.deliver(lead, options=account.options(**{gone: 4711}))
    assert account.made == account.terms.makes["form"]
    assert WORDS in fields(account, "Tickets.CreateTicket")["description"]
    advice = account.crm.advise("form", account.options(**{gone: 4711}))
    assert [one.key for one in advice] == [gone]


@of_centia
@pytest.mark.parametrize("saved", [True, False])
def test_the_ticket_that_tells_a_call_s_end_is_made_once(
    account: Account,
    saved: bool,  # noqa: FBT001  # a case
) -> None:
    ringing, steps = make_lead("call"), fresh_steps()
    ringing = ringing.model_copy(
        update={"call": ringing.call and ringing.call.model_copy(update={"state": "ringing"})}
    )
    account.deliver(ringing, steps)
    fault: dict[str, Any] = {"operation": "Tickets.CreateTicket", "times": 1, "reset": True}
    account.simulator.fail_next(**fault, after_saving=saved)
    ended = make_lead("call")
    with pytest.raises(Unknown) as lost:
        account.deliver(ended, steps := again(steps, Refused("")))
    account.deliver(ended, again(steps, lost.value))
    titles = [
        one.fields["title"]
        for one in account.simulator.records
        if one.operation == "Tickets.CreateTicket"
    ]
    assert [title.endswith(" ended)") for title in titles] == [False, True]


def test_a_user_who_is_not_told_by_the_address_owns_no_ticket() -> None:
    crm = Crm()
    for method in ("Tickets.GetOrigins", "Tickets.GetCases", "Tickets.GetPriorities"):
        crm.answers[method] = lambda _: {"list": [{"id": 1, "name": "x"}]}
    crm.answers["Profiles.GetUsers"] = lambda _: {"users": [{"id": 4}, {"id": 5}]}
    centia = adapter(crm)
    assert desk.missing(centia.api, centia.Options()) == ["user_id"]
    deliver(centia, lead_of(**ANA, message="Hola"))
    assert "Hola" in crm.sent("CreateContact")["skype"]


@of_centia
@pytest.mark.parametrize(
    ("told", "origin"),
    [
        ({"kind": "call"}, "Llamada"),
        ({"tracking": {"utm_source": "recomendacion"}}, "Recomendación"),
        ({"tracking": {"gclid": "x"}}, "Sitio web"),
    ],
)
def test_the_contact_s_origin_is_where_it_came_from(
    account: Account, told: dict[str, Any], origin: str
) -> None:
    account.deliver(make_lead(**told))
    chosen = fields(account, "Contacts.CreateContact")["origin_id"]
    assert {"id": chosen, "name": origin} in LISTS["Contacts.GetOrigins"]


@of_centia
def test_an_account_that_does_not_list_its_origins_gets_the_secret_s(account: Account) -> None:
    account.simulator.fail_next(operation="Contacts.GetOrigins", status=500, times=99)
    account.deliver(make_lead("call"))
    assert fields(account, "Contacts.CreateContact")["origin_id"] == 3
