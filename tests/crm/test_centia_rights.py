"""What a user of centiaCRM may not see costs no lead, in both ways that it may be told."""

import pytest

from leadrelay.errors import Unknown
from tests.crm.contract import Account, make_lead


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


def test_an_answer_of_another_protocol_keeps_its_words(account: Account) -> None:
    body = '{"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params"}, "id": 1}'
    account.fail(status=200, body=body)
    with pytest.raises(Unknown) as raised:
        account.deliver(make_lead())
    assert "Invalid params" in raised.value.words
