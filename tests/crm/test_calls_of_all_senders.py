"""A call of each telephony sender, as its own requests tell it: while it is on nothing is written
that the next minute may make wrong, and in the end each CRM has how it ended."""

from collections.abc import Iterator
from typing import Any

import pytest

from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Lead
from leadrelay.narrator.calls import ENDED
from leadrelay.narrator.note import sentence
from leadrelay.narrator.style import style_of
from leadrelay.sources import Source
from leadrelay_ops.records import stories
from tests.crm.contract import Account, fresh_steps, make_lead, texts

CALLS = {name: (source, leads) for name, source, leads in stories() if source.kind == "call"}
GOING_ON = {
    name: (source, leads)
    for name, (source, leads) in CALLS.items()
    if leads[0].call and leads[0].call.state not in ENDED
}
ENDING = {name: story for name, story in GOING_ON.items() if len(story[1]) > 1}
# What only the end of a call can tell, as the CRMs' own fields and our notes say it.
OF_AN_END = ("Completed", "Held", "Not Held", "No Answer", "ringing", "answered", "issed", "ended")

on = pytest.mark.parametrize("name", GOING_ON)
ended = pytest.mark.parametrize("name", ENDING)
for_known_and_new = pytest.mark.parametrize("known", [True, False], ids=["known", "new"])


def begin(account: Account, source: Source, leads: list[Lead], *, known: bool) -> tuple[Any, Any]:
    """The options, and the steps after the call's first request was delivered."""
    caller = leads[0].call and leads[0].call.caller
    if known and caller:
        names: dict[str, Any] = {"first_name": None, "last_name": None, "full_name": leads[0].name}
        account.deliver(make_lead("form", phone=caller, **names if leads[0].name else {}))
    options, steps = account.options().in_style(style_of(source)), fresh_steps()
    account.deliver(leads[0], steps, options)
    return options, steps


def written(account: Account, lead: Lead) -> Iterator[str]:
    for record in account.simulator.records:
        found = [*texts(record.fields)]
        if any(lead.ref in text for text in found) or "co_description" in record.fields:
            yield from found


@on
@for_known_and_new
def test_while_a_call_is_on_nothing_is_written_that_may_turn_out_wrong(
    account: Account,
    name: str,
    known: bool,  # noqa: FBT001  # a case
) -> None:
    source, leads = GOING_ON[name]
    begin(account, source, leads, known=known)
    told = [*written(account, leads[0])]
    assert any(sentence(leads[0], style_of(source)) in text for text in told)
    agent = leads[0].call and leads[0].call.agent
    for text in told:
        assert not [word for word in (*OF_AN_END, agent) if word and word in text], text


@ended
@for_known_and_new
def test_when_it_is_over_each_crm_has_how_it_ended(
    account: Account,
    name: str,
    known: bool,  # noqa: FBT001  # a case
) -> None:
    source, leads = ENDING[name]
    options, steps = begin(account, source, leads, known=known)
    for lead in leads[1:]:
        steps = DeliverySteps(steps.done, save=lambda *_: None)
        account.deliver(lead, steps, options)
    told = sentence(leads[-1], style_of(source))
    assert leads[-1].call
    assert leads[-1].call.state in ENDED
    assert any(told in text for text in written(account, leads[0]))


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
@pytest.mark.parametrize(("state", "status"), [("completed", "Completed"), ("missed", "No Answer")])
def test_trackerrms_has_the_status_of_the_first_activity_corrected(
    account: Account, state: str, status: str
) -> None:
    source, leads = ENDING["aircall-1-answered, aircall-2-ended"]
    options, steps = begin(account, source, leads, known=True)
    assert leads[-1].call
    call = leads[-1].call.model_copy(update={"state": state})
    again = DeliverySteps(steps.done, save=lambda *_: None)
    account.deliver(leads[-1].model_copy(update={"call": call}), again, options)
    first, end = (
        one.fields for one in account.simulator.records if one.operation == "createActivity"
    )
    assert first["activity"]["status"] == "Not Started"
    assert first["updates"] == {"taskstatus": status}
    assert end["activity"]["status"] == status
