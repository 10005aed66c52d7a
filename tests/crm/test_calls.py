"""A call that goes on after its record was made ends as one record that says how it ended; and
every CRM can tell who calls."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from leadrelay.crm.calls import renewed
from leadrelay.crm.mapping import note
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Retryable, Unknown
from leadrelay.lead import Call, Lead
from leadrelay.narrator.note import sentence
from leadrelay.narrator.style import Style
from leadrelay_sandbox.simulator import Record
from leadrelay_sandbox.trackerrms.lookups import WEB_APP
from tests.crm.contract import Account, again, fresh_steps, make_lead, texts

RECORDING = "https://recordings.example.com/RE1"
RINGING: dict[str, Any] = {"state": "ringing"}
COMPLETED: dict[str, Any] = {"state": "completed", "duration": 4000, "agent": "Alex Agent"}
RECORDED: dict[str, Any] = {**COMPLETED, "recording_url": RECORDING}

# What brings a record up to date that is there already.
FOLLOW_UP = {
    "trackerrms": ["createActivity"],
    "initiative": ["update:Events"],
    "centia": ["Tickets.CreateTicket"],  # nothing there can be changed
    "collect": ["update:contact", "upload:debtor"],
}
SCREEN_POP = "inboundCall"


def call(**told: Any) -> Lead:
    numbers: dict[str, Any] = {"caller": "+12025550100", "called": "+442079460018"}
    return make_lead("call", call=Call(id="CA1", direction="inbound", **numbers, **told))


def deliver(account: Account, *leads: Lead) -> DeliverySteps:
    """One delivery, tried again with each of the leads that it became."""
    steps = fresh_steps()
    for lead in leads:
        steps = DeliverySteps(steps.done, save=lambda *_: None)
        account.deliver(lead, steps)
    return steps


def made(account: Account) -> list[str]:
    return [operation for operation in account.made if operation != SCREEN_POP]


def last(account: Account, *operations: str) -> Record:
    """The newest record of one of these operations."""
    return next(
        record for record in reversed(account.simulator.records) if record.operation in operations
    )


def says_where_the_recording_is(account: Account) -> bool:
    """What brought the record up to date; of a file the simulator keeps the hash only."""
    if account.name == "collect":
        whole = hashlib.sha256(note(call(**RECORDED), Style()).encode()).hexdigest()
        return bool(last(account, "upload:debtor").fields["sha256"] == whole)
    (operation,) = FOLLOW_UP[account.name]
    return any(RECORDING in text for text in texts(last(account, operation).fields))


def test_a_call_that_ended_since_is_brought_up_to_date_once(account: Account) -> None:
    lead = call(**COMPLETED)
    deliver(account, call(**RINGING), call(state="answered"), lead, lead)
    assert made(account) == account.terms.makes["call"] + FOLLOW_UP[account.name]
    assert len(account.ones) == 1


@pytest.mark.parametrize("state", ["completed", "missed", "voicemail"])
def test_a_call_that_was_over_when_it_came_is_written_once(account: Account, state: str) -> None:
    lead = call(**{**COMPLETED, "state": state})
    deliver(account, lead, lead)
    assert account.made == account.terms.makes["call"]


def test_a_call_whose_end_never_comes_stays_as_it_is(account: Account) -> None:
    deliver(account, call(**RINGING), call(state="answered"), call(state="answered", agent="Alex"))
    assert made(account) == account.terms.makes["call"]


def test_a_recording_that_comes_late_is_told_without_a_further_record(account: Account) -> None:
    deliver(account, call(**RINGING), call(**COMPLETED), call(**RECORDED), call(**RECORDED))
    assert says_where_the_recording_is(account)
    new = [name for name in made(account) if not name.startswith(("update:", "upload:"))]
    told_anew = {"trackerrms": ["createActivity"], "centia": ["Tickets.CreateTicket"] * 2}
    assert new == account.terms.makes["call"] + told_anew.get(account.name, [])


def test_a_recording_of_a_call_that_was_over_when_it_came_is_told(account: Account) -> None:
    deliver(account, call(**COMPLETED), call(**RECORDED))
    assert made(account) == account.terms.makes["call"] + FOLLOW_UP[account.name]
    assert says_where_the_recording_is(account)


def test_a_record_that_could_not_be_made_before_the_end_needs_nothing_more(
    account: Account,
) -> None:
    steps = fresh_steps()
    account.fail("call", status=503)
    with pytest.raises(Retryable) as failed:
        account.deliver(call(**RINGING), steps)
    account.simulator.faults.clear()
    lead = call(**COMPLETED)
    account.deliver(lead, steps := again(steps, failed.value))
    account.deliver(lead, DeliverySteps(steps.done, save=lambda *_: None))
    assert made(account) == account.terms.makes["call"]


LOST = {"trackerrms": "createActivity", "initiative": "update", "collect": "update:contact"}


@pytest.mark.parametrize(("account", "operation"), LOST.items(), indirect=["account"])
def test_a_lost_answer_does_not_tell_the_end_twice(account: Account, operation: str) -> None:
    steps = deliver(account, call(**RINGING))
    account.simulator.fail_next(reset=True, after_saving=True, operation=operation)
    with pytest.raises(Unknown) as lost:
        account.deliver(call(**COMPLETED), steps)
    steps = again(steps, lost.value)
    account.deliver(call(**COMPLETED), steps)
    account.deliver(call(**COMPLETED), steps)
    assert len(account.ones) == 1
    assert account.made.count("createActivity") == (account.name == "trackerrms")
    new = [name for name in made(account) if name.startswith("create:")]
    assert account.name == "trackerrms" or new == account.terms.makes["call"]


# -- how it ended ---------------------------------------------------------------------------------

of_trackerrms = pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
of_initiative = pytest.mark.parametrize("account", ["initiative"], indirect=True)
of_collect = pytest.mark.parametrize("account", ["collect"], indirect=True)


@of_trackerrms
def test_trackerrms_gets_an_activity_on_the_record(account: Account) -> None:
    deliver(account, call(**RINGING), call(**COMPLETED))
    activity = last(account, "createActivity").fields["activity"]
    assert (activity["type"], activity["status"]) == ("Telephone", "Completed")
    assert (activity["linkRecordType"], activity["linkRecordId"]) == ("L", int(account.ones[0].id))
    assert activity["subject"].endswith(" ended")
    assert "; answered by Alex Agent; 1 hr 6 mins 40 secs." in activity["note"]


@of_trackerrms
def test_trackerrms_gets_it_on_the_record_of_somebody_known(account: Account) -> None:
    account.deliver(make_lead("form"))
    deliver(account, call(**RINGING), call(**COMPLETED))
    assert made(account) == ["createLead", "createActivity", "createActivity"]
    first, ended = (record.fields["activity"] for record in account.simulator.records[-2:])
    assert first["linkRecordType"] == ended["linkRecordType"] == "N"
    assert first["linkRecordId"] == ended["linkRecordId"]


@of_trackerrms
def test_a_screen_pop_is_for_a_call_that_is_on_just_now(account: Account) -> None:
    minutes_ago = datetime.now(UTC) - timedelta(minutes=2)
    deliver(account, call(**RINGING).model_copy(update={"received_at": minutes_ago}))
    assert SCREEN_POP not in account.made
    deliver(account, call(**RINGING), call(**RINGING), call(state="answered"))
    assert account.made.count(SCREEN_POP) == 1


@of_initiative
def test_initiatives_event_is_that_of_the_call_as_it_was(account: Account) -> None:
    deliver(account, call(**RINGING))
    assert last(account, "create:Events").fields["eventstatus"] == "Planned"
    deliver(account, call(**RINGING), call(**COMPLETED))
    event = last(account, "update:Events").fields
    assert (event["eventstatus"], event["duration_hours"], event["duration_minutes"]) == (
        *("Held", "1", "6"),
    )
    assert "; answered by Alex Agent; 1 hr 6 mins 40 secs." in event["description"]
    assert "call state: ringing" not in event["description"]


@of_initiative
def test_what_people_wrote_into_the_event_stays(account: Account) -> None:
    steps = deliver(account, call(**RINGING))
    event = last(account, "create:Events")
    element = {
        "id": event.id,
        "subject": "Ring her back",
        "description": f"Wants the flat\n{event.fields['description']}\nNot before ten",
    }
    account.crm.api.call("update", elementType="Events", element=element)
    account.deliver(call(**COMPLETED), steps)
    changed = last(account, "update:Events").fields
    assert changed["subject"] == "Ring her back"
    assert changed["description"].startswith("Wants the flat\n")
    assert changed["description"].endswith("\nNot before ten")
    assert "; answered by Alex Agent; 1 hr 6 mins 40 secs." in changed["description"]


@of_collect
def test_collects_event_says_how_the_call_ended_and_a_file_the_rest(account: Account) -> None:
    deliver(account, call(**RINGING), call(**COMPLETED))
    event, file = (last(account, operation) for operation in FOLLOW_UP["collect"])
    lead = call()
    description = f"{lead.ref} Incoming call from +1 202-555-0100; 1 hr 6 mins 40 secs"
    assert event.fields == {"co_description": description}
    assert file.fields["filename"] == f"lead-{lead.ref}.txt"


def test_of_a_note_the_sentence_is_renewed_and_what_came_since_is_added() -> None:
    before = note(call(**RINGING), Style()).replace("\n\n", "\n\nWants the flat.\n\n", 1)
    assert renewed(before, note(call(**RECORDED), Style())) == (
        f"{sentence(call(**RECORDED), Style())}\n\nWants the flat.\n\n"
        f"Recording: {RECORDING}\n\nReference: {call().ref}"
    )
    assert renewed("theirs", note(call(), Style())).startswith("theirs\nIncoming call from")


def test_while_it_rings_nothing_is_written_that_may_turn_out_wrong() -> None:
    told = sentence(call(state="ringing", agent="Alex Agent", duration=0), Style())
    assert told.partition(",")[0] == "Incoming call from +1 202-555-0100 to +44 20 7946 0018"
    assert "Alex" not in told


# -- who calls ------------------------------------------------------------------------------------


def test_whoever_has_the_number_is_known_by_name(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    account.deliver(make_lead("form", 2))
    found = account.crm.caller("+12025550102")
    assert found
    assert found.name == "Jane-2 Quillfeather"
    assert found.company in {"Acme Harbour 2", ""}
    assert bool(found.link) == (account.name == "trackerrms")


def test_nobody_is_known_by_the_number_of_a_stranger(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    assert account.crm.caller("+442079460777") is None


def test_a_crm_that_cannot_say_who_calls_says_so(account: Account) -> None:
    account.deliver(make_lead("form", 1))
    account.simulator.fail_next(status=503, times=9)
    with pytest.raises(Retryable):
        account.crm.caller("+12025550101")


@of_trackerrms
def test_a_colleague_of_whom_only_the_link_is_told_is_somebody(account: Account) -> None:
    account.client.event_hooks = {"response": [_nameless]}
    account.deliver(make_lead("form", 1))
    found = account.crm.caller("+12025550101")
    assert found
    assert (found.name, found.link[: len(WEB_APP)]) == ("", WEB_APP)


def _nameless(response: httpx.Response) -> None:
    """Takes the first record out of what checkPerson answers."""
    if response.url.path.endswith("checkPerson"):
        body = {**httpx.Response(200, content=response.read()).json(), "firstRecord": None}
        vars(response)["_content"] = httpx.Response(200, json=body).content
