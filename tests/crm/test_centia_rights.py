"""What a user of centiaCRM may not see costs no lead, in both ways that it may be told."""

import pytest

from leadrelay.errors import Retryable, Unknown
from leadrelay.lead import Call
from tests.crm.contract import Account, again, fresh_steps, make_lead


@pytest.fixture(params=["centia"])
def account(account: Account) -> Account:
    return account


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize(
    "unseen",
    [
        "Tickets.GetTickets",
        "Tickets.GetCases",
        "Tickets.GetOrigins",
        "Contacts.GetOrigins",
        "Contacts.GetTitles",
        "Profiles.GetUsers",
    ],
)
def test_a_list_that_the_user_may_not_see_stops_no_lead(
    account: Account, unseen: str, status: int
) -> None:
    body = '{"success": false, "response": [], "error": "No access"}'
    account.simulator.fail_next(
        operation=unseen, times=99, status=status, body=body, content_type="application/json"
    )
    lead = make_lead(extra={"salutation": "Mr"})
    account.deliver(lead)
    held = [text for one in account.simulator.records for text in map(str, one.fields.values())]
    assert any(lead.message and lead.message in text for text in held)


LISTS = ["Tickets.GetCases", "Profiles.GetUsers"]


def hide(account: Account, unseen: str) -> None:
    """As a firewall does that takes one request for an attack."""
    account.simulator.fail_next(operation=unseen, times=2, status=403)


@pytest.mark.parametrize("unseen", LISTS)
def test_a_list_that_was_refused_once_parks_no_lead_that_needs_it(
    account: Account, unseen: str
) -> None:
    hide(account, unseen)
    account.deliver(make_lead(number=1))
    options = account.options(also="ticket")
    account.deliver(make_lead(number=2), options=options)
    assert account.made.count("Tickets.CreateTicket") == 1


@pytest.mark.parametrize("unseen", LISTS)
def test_nor_a_call_whose_words_go_into_a_ticket(account: Account, unseen: str) -> None:
    account.deliver(make_lead("form", 1))  # makes the ticket that shows that there can be some
    steps, call = fresh_steps(), make_lead("call", 2)
    account.fail(operation="Tickets.CreateTicket", times=1, status=503)
    with pytest.raises(Retryable):
        account.deliver(call, steps)
    account.connect(account.store.kept)  # another function, that has yet to ask
    hide(account, unseen)
    account.deliver(make_lead("form", 3))
    account.deliver(call, again(steps, Retryable("")))
    assert account.made.count("Tickets.CreateTicket") == 2


RINGING = Call(id="CA2", state="ringing", caller="+12025550102")
ENDED = RINGING.model_copy(update={"state": "completed", "duration": 75})


def test_nor_is_the_end_of_a_call_left_untold(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    account.connect(account.store.kept)
    hide(account, "Profiles.GetUsers")
    steps = fresh_steps()
    account.deliver(make_lead("call", 2, call=RINGING), steps)
    account.deliver(make_lead("call", 2, call=ENDED), steps)
    *_, ticket = [one for one in account.simulator.records if "Ticket" in one.operation]
    assert "1 min 15" in ticket.fields["description"]


def test_who_may_make_no_tickets_is_not_asked_for_each_event(account: Account) -> None:
    for unseen in ("Profiles.GetUsers", "Tickets.GetTickets"):
        account.simulator.fail_next(operation=unseen, times=99, status=403)
    steps = fresh_steps()
    account.deliver(make_lead("call", 2, call=RINGING), steps)
    asked = account.simulator.calls["Profiles.GetUsers"]
    account.deliver(make_lead("call", 2, call=ENDED), steps)
    assert account.simulator.calls["Profiles.GetUsers"] == asked


def test_an_operator_is_told_where_the_words_are(account: Account) -> None:
    hide(account, "Tickets.GetCases")
    assert "Skype" in (account.deliver(make_lead()).remark or "")
    nothing = account.options(also="nothing")
    assert account.deliver(make_lead(number=2), options=nothing).remark is None


def test_an_answer_of_another_protocol_keeps_its_words(account: Account) -> None:
    body = '{"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params"}, "id": 1}'
    account.fail(status=200, body=body)
    with pytest.raises(Unknown) as raised:
        account.deliver(make_lead())
    assert "Invalid params" in raised.value.words
