"""Once, and to the right person: what is there already is never taken for our own write."""

import json
from typing import Any

import pytest

from leadrelay.errors import DeliveryError, Refused, Undecidable
from leadrelay.lead import Call, Lead
from tests.crm.contract import (
    CV,
    Account,
    again,
    fresh_steps,
    make_lead,
    texts,
)

JANE = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@example.com",
    "phone": "+12025550111",
}
FAMILY = {"last_name": "Doe", "email": "family@example.com", "phone": "+12025550111"}
trackerrms = pytest.mark.parametrize("account", ["trackerrms"], indirect=True)


def words(account: Account) -> str:
    return " | ".join(text for record in account.simulator.records for text in texts(record.fields))


def applications(account: Account) -> list[tuple[str, str]]:
    """Job and candidate of each."""
    made = [
        one.fields for one in account.simulator.records if one.operation == "resourceApplication"
    ]
    lists = [fields["instructions"] for fields in made]
    return [(one["opportunityid"], one["resourceid"]) for one in lists]


def overtaken(account: Account, write: str, first: Lead, second: Lead, options: Any) -> None:
    """The second's create is cut off and nothing saved; the first is delivered; then the second
    is tried again."""
    account.simulator.fail_next(operation=write, times=1, reset=True)
    steps = fresh_steps()
    with pytest.raises(DeliveryError) as lost:
        account.deliver(second, steps, options)
    account.deliver(first, options=options)
    account.deliver(second, again(steps, lost.value), options)


@trackerrms
def test_a_contact_made_meanwhile_is_told_what_the_lost_one_said(account: Account) -> None:
    first, second = (
        make_lead("form", number, **JANE, message=message)
        for number, message in ((1, "FIRST"), (2, "SECOND"))
    )
    overtaken(account, "createContact", first, second, account.options(record="contact"))
    assert account.made.count("createContact") == 1
    assert words(account).count("SECOND") == 1
    assert second.ref in words(account)


@trackerrms
def test_another_person_of_the_mailbox_is_not_taken_for_the_lost_one(account: Account) -> None:
    peter = JANE | {"first_name": "Peter", "message": "SECOND", "resume": CV, "attachments": ()}
    first, second = make_lead("resume", 1, **JANE), make_lead("resume", 2, **peter)
    with pytest.raises(Refused, match="by hand"):  # TrackerRMS itself takes them for one
        overtaken(account, "createResourceFromResume", first, second, account.options())
    assert CV.sha256 not in account.files
    assert second.ref not in words(account)


@trackerrms
def test_a_lost_create_that_was_saved_says_what_it_says_once(account: Account) -> None:
    account.simulator.fail_next(operation="createContact", times=1, reset=True, after_saving=True)
    lead, steps = make_lead("form", 1, **JANE, message="SECOND"), fresh_steps()
    options = account.options(record="contact")
    with pytest.raises(DeliveryError) as lost:
        account.deliver(lead, steps, options)
    account.deliver(lead, again(steps, lost.value), options)
    assert account.made == ["createContact", "createActivity"]
    assert words(account).count("SECOND") == 1


@trackerrms
@pytest.mark.parametrize("saved", [True, False])
def test_a_lost_resume_without_an_address_is_left_to_a_person(
    account: Account,
    saved: bool,  # noqa: FBT001  # a case
) -> None:
    parse = "createResourceFromResume"
    account.simulator.fail_next(operation=parse, times=1, reset=True, after_saving=saved)
    lead, steps = make_lead("resume", 1, **JANE | {"email": None}), fresh_steps()
    with pytest.raises(DeliveryError) as lost:
        account.deliver(lead, steps)
    with pytest.raises(Undecidable):
        account.deliver(lead, again(steps, lost.value))
    assert account.made.count(parse) == saved


@trackerrms
def test_a_namesake_of_a_lost_contact_is_neither_taken_nor_doubled(account: Account) -> None:
    lead, steps, options = make_lead("form", 1, **JANE), fresh_steps(), account.options
    account.deliver(
        make_lead("form", 2, **JANE | {"email": None, "phone": None}),
        options=options(record="contact"),
    )
    account.simulator.fail_next(operation="createContact", times=1, reset=True)
    with pytest.raises(DeliveryError) as lost:
        account.deliver(lead, steps, options(record="contact"))
    with pytest.raises(Undecidable, match="somebody of that name"):
        account.deliver(lead, again(steps, lost.value), options(record="contact"))
    assert account.made.count("createContact") == 1


@trackerrms
def test_a_correction_while_in_doubt_makes_no_second_person(account: Account) -> None:
    account.simulator.fail_next(operation="createContact", times=1, reset=True, after_saving=True)
    lead = make_lead("form", 3, **JANE | {"email": "jane@exmaple.example", "phone": None})
    steps, options = fresh_steps(), account.options(record="contact")
    with pytest.raises(DeliveryError) as lost:
        account.deliver(lead, steps, options)
    corrected = lead.model_copy(update={"email": "jane@example.com", "full_name": "Jane Q. Doe"})
    account.deliver(corrected, again(steps, lost.value), options)
    assert account.made == ["createContact", "createActivity"]
    assert "jane@example.com" in words(account)


@trackerrms
@pytest.mark.parametrize("operation", ["createLead", "createContact", "createActivity"])
def test_a_refusal_that_hides_a_write_is_looked_into(account: Account, operation: str) -> None:
    record = "lead" if operation == "createLead" else "contact"
    account.simulator.fail_next(operation=operation, times=1, refuse="Oops", after_saving=True)
    account.deliver(make_lead("form", 1, **JANE), options=account.options(record=record))
    assert account.made.count(operation) == 1


@trackerrms
def test_a_refusal_that_hides_a_parsed_resume_is_left_to_a_person(account: Account) -> None:
    parse = "createResourceFromResume"
    account.simulator.fail_next(operation=parse, times=1, refuse="Oops", after_saving=True)
    with pytest.raises(Undecidable, match="candidate"):
        account.deliver(make_lead("resume", 1, **JANE))
    assert account.made == [parse]


@trackerrms
@pytest.mark.parametrize(("cell", "name"), [("+332025550111", None), ("202-555-0111", "Jane Doe")])
def test_a_screen_pop_shows_nobody_of_another_country(
    account: Account, cell: str, name: str | None
) -> None:
    first = {"fullname": "Jane Doe", "cell": cell}
    known = {"status": 0, "recordTypes": "R", "firstRecord": first}
    account.simulator.fail_next(status=200, body=json.dumps(known))
    found = account.crm.caller("+12025550111")
    assert (found and found.name) == name


@trackerrms
def test_peter_of_the_family_leaves_jane_and_her_jobs_alone(account: Account) -> None:
    account.deliver(make_lead("resume", 1, first_name="Jane", **FAMILY, job="JOB-1007"))
    peter: dict[str, Any] = {"first_name": "Peter", **FAMILY, "job": "JOB-1008"}
    with pytest.raises(Refused, match="by hand"):
        account.deliver(make_lead("resume", 2, **peter, resume=CV, attachments=()))
    assert applications(account) == [("1007", "1001")]
    assert CV.sha256 not in account.files


@trackerrms
@pytest.mark.parametrize("email", ["n/a", "none", "noemail@example.com"])
def test_who_gives_no_address_is_nobody_else(account: Account, email: str) -> None:
    for number, name in enumerate(("Jane", "Max")):
        person: dict[str, Any] = {"first_name": name, "email": email, "phone": None}
        account.deliver(make_lead("resume", number, **person, attachments=()))
    assert [one.fields["resource"]["firstname"] for one in account.ones] == ["Jane", "Max"]
    assert words(account).count(f"E-mail: {email}") == 2


@trackerrms
@pytest.mark.parametrize(
    ("name", "goes_to"), [("Peter Doe", "Peter Doe"), ("Max Roe", None), ("", None)]
)
def test_a_call_from_a_shared_number(account: Account, name: str, goes_to: str | None) -> None:
    options = account.options(record="contact")
    holders = {}
    for number, first in enumerate(("Jane", "Peter")):
        holder = FAMILY | {"first_name": first, "email": f"{first}@example.com"}
        holders[f"{first} Doe"] = account.deliver(
            make_lead("form", number, **holder), None, options
        )
    told = Call(id="CA9", state="completed", caller="+12025550111", called="+442079460018")
    receipt = account.deliver(make_lead("call", 9, full_name=name or None, call=told))
    if goes_to:
        assert receipt.record_id == holders[goes_to].record_id
    else:
        assert receipt.record_id in {one.id for one in account.ones}
        assert receipt.created


@trackerrms
@pytest.mark.parametrize("write", ["attachDocument", "resourceApplication"])
def test_a_refused_step_that_nothing_shows_is_left_to_a_person(
    account: Account, write: str
) -> None:
    """It may be there all the same: a second file, or a second application, would be made."""
    account.simulator.fail_next(operation=write, refuse="Exception", after_saving=True)
    steps = fresh_steps()
    with pytest.raises(Undecidable, match="look there by hand") as lost:
        account.deliver(make_lead("resume", 1), steps)
    assert lost.value.words == "Exception"
    with pytest.raises(Undecidable):
        account.deliver(make_lead("resume", 1), again(steps, lost.value))
    assert account.made.count(write) == 1


@trackerrms
def test_a_refused_activity_of_a_call_s_end_may_be_there(account: Account) -> None:
    ringing = Call(id="CA1", state="ringing", caller="+12025550111", called="+442079460018")
    lead, steps = make_lead("call", 1, call=ringing), fresh_steps()
    account.deliver(lead, steps)
    ended = ringing.model_copy(update={"state": "completed", "duration": 61})
    account.simulator.fail_next(operation="createActivity", refuse="Oops", after_saving=True)
    account.deliver(lead.model_copy(update={"call": ended}), steps)
    assert account.made.count("createActivity") == 1


@trackerrms
def test_a_resume_that_was_refused_and_may_be_a_candidate_nothing_finds_is_left_to_a_person(
    account: Account,
) -> None:
    account.simulator.fail_next(
        operation="createResourceFromResume", times=1, refuse="no", after_saving=True
    )
    nobody = dict.fromkeys(("first_name", "last_name", "email"))
    with pytest.raises(Undecidable, match="nothing finds them"):
        account.deliver(make_lead("resume", 1, **nobody))
    assert account.made == ["createResourceFromResume"]


@trackerrms
def test_a_contact_known_by_a_name_only_is_looked_for_after_a_refusal(account: Account) -> None:
    account.simulator.fail_next(operation="createContact", times=1, refuse="no", after_saving=True)
    with pytest.raises(Undecidable, match="of that name"):
        account.deliver(
            make_lead("form", 1, email=None, phone=None), options=account.options(record="contact")
        )
