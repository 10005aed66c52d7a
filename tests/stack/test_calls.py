"""One call told of by seven requests, in any order and twice each, over HTTP: one lead."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, search
from leadrelay.signing.samples import Sample, read_sample
from leadrelay_ops.send import send, signed_anew
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT
from tests.stack.web import web

type Eventually = Callable[[Callable[[], bool]], None]

EVENTS = sorted((ROOT / "events").glob("twilio-*.http"))
PARENT, LEG = b"CA5f1c0de0a11ce0c0ffee0000000000a1", b"CA5f1c0de0a11ce0c0ffee0000000000b2"
CALLER = b"%2B442079460958"
TICKET = "Tickets.CreateTicket"


def a_call(caller: str) -> list[Sample]:
    """The seven events as those of a call that nobody else has: of another caller and CallSid."""
    other = {sid: b"CA" + uuid4().hex.encode() for sid in (PARENT, LEG)}
    other[CALLER] = caller.replace("+", "%2B").encode()
    samples = [read_sample(path) for path in EVENTS]
    for old, new in other.items():
        samples = [replace(one, body=one.body.replace(old, new)) for one in samples]
    return samples


def call_id(samples: list[Sample]) -> str:
    found = re.search(rb"CallSid=(\w+)", samples[0].body)
    assert found
    return found[1].decode()


def leads_of(stack: Stack, samples: list[Sample]) -> list[Found]:
    own = call_id(samples)
    found = search(stack.table, Filter(source="twilio"))
    return [one for one in found if one.lead.call and one.lead.call.id == own]


def subject(record: dict[str, Any]) -> str:
    """Of an activity, whose name tells a call's beginning from its recording and its end."""
    return str(record["fields"].get("activity", {}).get("subject", ""))


def records(stack: Stack, crm: str) -> list[dict[str, Any]]:
    answer = web.get(f"{stack.crms[crm]}/_sandbox/records")
    found: list[dict[str, Any]] = answer.json()["records"]
    return found


@pytest.mark.parametrize(("seed", "caller"), [(1, "+442079460971"), (2, "+442079460972")])
def test_seven_events_shuffled_and_doubled_are_one_lead_and_one_record(
    stack: Stack, eventually: Eventually, seed: int, caller: str
) -> None:
    samples = a_call(caller)
    signed = [signed_anew(one, stack.api_url) for one in samples * 2]
    random.Random(seed).shuffle(signed)  # noqa: S311  # an order, not a secret
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda one: send(stack.api_url, one), signed))
    assert [answer.status_code for answer in answers] == [200] * 14

    (lead,) = (one.lead for one in leads_of(stack, samples))
    assert lead.call
    assert (lead.call.state, lead.call.duration) == ("completed", 82)
    assert (lead.call.caller, lead.call.called) == (caller, "+442079460100")
    assert (lead.call.agent, lead.name, lead.phone) == ("+442079460123", "Grace Osample", caller)
    assert "RE00000000000000000000000000000001" in (lead.call.recording_url or "")

    def settled() -> bool:
        (one,) = leads_of(stack, samples)
        return {delivery.state for delivery in one.deliveries.values()} == {"delivered"}

    eventually(settled)
    (one,) = leads_of(stack, samples)
    for crm, delivery in one.deliveries.items():
        mine = [record for record in records(stack, crm) if lead.ref in json.dumps(record)]
        further = [json.dumps(record["fields"]) for record in mine if record["operation"] == TICKET]
        assert len(set(further)) == len(further), crm  # centia has one for each thing to tell
        mine = [record for record in mine if record["operation"] != TICKET]
        assert [record["id"] for record in mine].count(delivery.record_id) <= 1, crm
        # What is changed, or put in the place of an older one, is the same record still.
        distinct = {(record["operation"], subject(record), record["id"]) for record in mine}
        made = Counter((operation, about) for operation, about, _ in distinct)
        assert made, crm
        assert set(made.values()) == {1}, (crm, made)
