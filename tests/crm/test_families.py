"""Families with one address, callers without a name, late answers and kills, in random order:
each lead that is delivered has its words and its files once, and with nobody else."""

from random import Random
from typing import Any

import httpx
import pytest

from leadrelay.crm.names import same_name
from leadrelay.errors import Refused, Retryable, Unknown
from leadrelay.lead import Call, Lead
from leadrelay_sandbox.simulator import Record
from leadrelay_sandbox.trackerrms import TrackerRmsSimulator
from tests.crm.contract import Account, Saved, file, make_lead, texts
from tests.crm.terms import KINDS

PEOPLE = [("Jane", "Doe"), ("Peter", "Doe"), ("Max", "Roe"), ("Ana", "Ruiz")]
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "trackerrms": [{}, {"record": "contact"}, {"record": "resource"}, {"record": "opportunity"}],
    "initiative": [{}, {"module": "Contacts"}],
}
LEADS = 30
_SHARE = 0.2  # of the answers that are lost, and of these that a kill follows


def some_lead(number: int, random: Random) -> Lead:
    first, last = random.choice(PEOPLE)
    fields: dict[str, Any] = {"first_name": first, "last_name": last, "message": f"words-{number}."}
    fields["email"] = random.choice([f"{last}@example.com", f"{first}@example.com", None])
    kind = random.choice(KINDS)
    if kind == "call":
        caller = random.choice(["+12025550111", "anonymous"])
        called = "+442079460018"
        fields["call"] = Call(id=f"C{number}", state="completed", caller=caller, called=called)
        if random.random() < 0.3:
            fields |= {"first_name": None, "last_name": None}
    else:
        fields["phone"] = random.choice(["+12025550111", "+12025550199", None])
    if kind == "resume":
        content = f"%PDF-1.7 {number}".encode()
        fields |= {"resume": file(f"cv{number}.pdf", "application/pdf", content)}
        fields |= {"attachments": ()}
    return make_lead(kind, number, **fields)


def deliver_all(account: Account, random: Random) -> list[Lead]:
    """The leads that were delivered; the others are left to a person."""
    some = OPTIONS[account.name]
    waiting = [
        (some_lead(number, random), account.options(**random.choice(some)), Saved(doubt=()))
        for number in range(LEADS)
    ]
    delivered = []
    while waiting:
        lead, options, saved = waiting.pop(random.randrange(min(5, len(waiting))))
        steps = saved.begin()
        try:
            account.deliver(lead, steps, options)
            delivered.append(lead)
        except (Unknown, Retryable):
            killed = random.random() < _SHARE
            waiting.append((lead, options, saved if killed else Saved(steps.done, steps.doubt)))
        except Refused:
            continue
    return delivered


def strangers(account: Account, lead: Lead, record: Record) -> list[str]:
    """Who has this record of the lead's, if it is somebody with another name."""
    crm = account.simulator
    if not isinstance(crm, TrackerRmsSimulator) or "activity" not in record.fields:
        return []
    row = crm.directory.rows[int(record.fields["activity"]["linkRecordId"])]
    return [row.name] if same_name(row.name, lead.name) is False else []


@pytest.mark.parametrize("account", OPTIONS, indirect=True)
@pytest.mark.parametrize("seed", range(3))
def test_everybody_s_words_and_files_are_with_them_once(account: Account, seed: int) -> None:
    random = Random(seed)  # noqa: S311  # not for secrets

    def lose(_: httpx.Response) -> None:
        if random.random() < _SHARE:
            raise httpx.ReadError("lost")

    account.client.event_hooks = {"response": [lose]}
    delivered = deliver_all(account, random)
    assert len(delivered) > LEADS / 2
    for lead in delivered:
        said = [
            record
            for record in account.simulator.records
            if any(str(lead.message) in text for text in texts(record.fields))
        ]
        # Initiative's event of a call holds the whole lead, and so does a person made for it.
        assert len(said) in ({1, 2} if lead.kind == "call" else {1})
        assert [name for record in said for name in strangers(account, lead, record)] == []
        assert [account.files.count(one.sha256) for one in lead.files] == [1] * len(lead.files)
