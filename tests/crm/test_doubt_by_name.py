"""A lead may get richer between an attempt that was lost or killed and the next one: the new step
proves nothing about the old one, which is looked for by itself and done once."""

from collections import Counter
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadrelay.errors import DeliveryError, Undecidable, Unknown
from leadrelay.lead import Lead
from tests.crm.contract import LETTER, RESUME, Account, Saved, again, fresh_steps, make_lead

of_centia = pytest.mark.parametrize("account", ["centia"], indirect=True)
of_initiative = pytest.mark.parametrize("account", ["initiative"], indirect=True)
COMPANY: dict[str, Any] = {
    "create_company": True,
    "company_type_id": 1,
    "company_industry_id": 1,
}


# -- a lost answer, then news --------------------------------------------------------------


@of_centia
def test_a_company_that_came_since_proves_nothing_about_the_contact(account: Account) -> None:
    call, options = make_lead("call", 7), account.options(**COMPANY)
    account.simulator.fail_next(
        operation="Contacts.CreateContact", times=1, reset=True, after_saving=True
    )
    steps = fresh_steps()
    with pytest.raises(Unknown) as lost:
        account.deliver(call, steps, options)
    known = call.model_copy(update={"company": "Acme Harbour"})
    account.deliver(known, again(steps, lost.value), options)
    assert Counter(account.made) == {
        "Companies.CreateCompany": 1,
        "Contacts.CreateContact": 1,
        "Tickets.CreateTicket": 1,
    }


@of_initiative
def test_a_resume_that_came_since_proves_nothing_about_the_letter(account: Account) -> None:
    lost: list[int] = []

    def lose(response: httpx.Response) -> None:
        """The answer to the first document."""
        sent = response.request.read()
        if not lost and b"operation=create" in sent and b"Documents" in sent:
            lost.append(1)
            raise httpx.ReadError("lost")

    account.client.event_hooks = {"response": [lose]}
    lead, steps = make_lead("resume", 4, resume=None, attachments=(LETTER,)), fresh_steps()
    with pytest.raises(Unknown) as unknown:
        account.deliver(lead, steps)
    assert steps.doubt == {f"file {LETTER.sha256[:12]}"}
    account.deliver(lead.model_copy(update={"resume": RESUME}), again(steps, unknown.value))
    assert account.files == sorted([LETTER.sha256, RESUME.sha256])


# -- any order of news, kills and lost answers ---------------------------------------------


class Killed(Exception):
    """The function ended here."""


class Wire:
    """Breaks one request of a client: its answer is lost, or the function is killed before it is
    sent or when it is answered."""

    def __init__(self, account: Account, fault: str, number: int) -> None:
        self._left, self._fault = number, fault
        hook = "request" if fault == "killed before" else "response"
        account.client.event_hooks = {hook: [self._count]}

    def _count(self, _: object) -> None:
        self._left -= 1
        if self._left == 0:
            raise httpx.ReadError("lost") if self._fault == "lost" else Killed


def versions(kind: str) -> list[Lead]:
    """A lead, and what it is after each piece of news."""
    if kind == "call":
        first = make_lead("call", 7)
        named = first.model_copy(update={"company": "Acme Harbour", "full_name": "Jane Doe"})
        return [first, named, named.model_copy(update={"message": "Ring her back"})]
    first = make_lead("resume", 4, resume=None, attachments=(LETTER,), company=None)
    late = first.model_copy(update={"resume": RESUME})
    return [first, late, late.model_copy(update={"company": "Acme Harbour"})]


def attempt(account: Account, lead: Lead, saved: Saved, options: Any) -> bool:
    """One attempt, as the ledger remembers it; whether the lead is delivered."""
    steps = saved.begin()
    try:
        account.deliver(lead, steps, options)
    except Killed:
        return False
    except Undecidable:
        raise
    except DeliveryError as error:
        after = again(steps, error)
        saved.steps, saved.doubt = after.done, after.doubt
        return False
    saved.steps, saved.doubt = steps.done, ()
    return True


FAULTS = st.tuples(
    st.sampled_from(["lost", "killed before", "killed after", "none"]), st.integers(1, 14)
)


@settings(max_examples=25, suppress_health_check=[*HealthCheck], derandomize=True)
@given(
    kind=st.sampled_from(["call", "resume"]),
    story=st.lists(st.tuples(FAULTS, st.booleans()), min_size=1, max_size=5),
)
def test_no_step_is_doubled_or_lost(
    account: Account, kind: str, story: list[tuple[tuple[str, int], bool]]
) -> None:
    account.simulator.reset()
    account.connect(account.store.kept)
    options = account.options(**(COMPANY if account.name == "centia" else {}))
    leads, saved, left_to_a_person = versions(kind), Saved(doubt=()), False
    try:
        for (fault, number), has_news in story:
            account.client.event_hooks = {}
            if fault != "none":
                Wire(account, fault, number)
            attempt(account, leads[0], saved, options)
            if has_news and len(leads) > 1:
                leads.pop(0)
        account.client.event_hooks = {}
        while not attempt(account, leads[0], saved, options):
            pass
    except Undecidable:
        left_to_a_person = True
    assert len(account.ones) <= 1
    assert len(account.files) == len(set(account.files))
    for operation, times in account.writes.items():
        assert times <= MOST.get(operation, 1), (operation, account.made)
    if not left_to_a_person:
        assert account.ones
        files = [*leads[0].files] if account.terms.takes_files else []
        assert {file.sha256 for file in files} <= {*account.files}


# What may be there more than once: files, a note of each; a screen pop, which does no harm; what
# brings a record up to date.
MOST = {
    "attachDocument": 2,
    "create:Documents": 2,
    "upload:debtor": 4,
    "inboundCall": 9,
    "createActivity": 2,
    "update:Events": 9,
    "update:contact": 9,
}
