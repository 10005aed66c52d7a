"""Who signs its URL is believed by the very bytes that it sent, and by nothing else."""

import json
from datetime import UTC, datetime

import pytest

from leadrelay.signing import proved
from leadrelay.signing.samples import Sample, read_sample
from leadrelay.sources import Source
from leadrelay_ops.send import of_stack, send
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.gateway import proxy_event
from leadrelay_sandbox.home import ROOT
from tests.stack.exercise import physical_id

# In an order and in escapes of the sender's own, as Twilio's GETs are.
CALL = (
    "AccountSid=AC1&CallSid=CA{}&CallStatus=ringing&Direction=inbound&From=%2b442079460123"
    "&To=%2B442079460999&ApiVersion=2010-04-01&CallerName=A+B%20C&StirVerstat=TN-Validation-Passed-A"
)
FORM = "site=caf%c3%a9&note=a+b%2Fc&site=two"
REQUESTS = {
    "Twilio by GET": Sample("GET", f"/calls/signs-urls?{CALL.format(1)}", [], b""),
    "three parameters": Sample(
        "POST",
        f"/forms/signs-urls-too?{FORM}",
        [("Content-Type", "application/json")],
        read_sample(ROOT / "events" / "hubspot.http").body,
    ),
}


def signed(stack: Stack, sample: Sample) -> Sample:
    target = of_stack(stack, None)
    source: Source = target.sources[sample.source]
    (secret,) = target.secrets(source.name)
    return proved(sample, source, secret, target.called, datetime.now(UTC))


@pytest.mark.parametrize("sample", REQUESTS.values(), ids=REQUESTS)
def test_its_order_and_its_escapes_are_what_is_checked(stack: Stack, sample: Sample) -> None:
    sent = signed(stack, sample)
    path, _, query = sent.path.partition("?")
    reordered = f"{path}?{'&'.join(reversed(query.split('&')))}"
    other = Sample(sent.method, reordered, sent.headers, sent.body)
    assert send(stack.api_url, other).status_code == 401
    assert send(stack.api_url, sent).status_code == 200


def test_the_pairs_that_come_beside_it_may_be_in_any_order(stack: Stack) -> None:
    """AWS says nothing of the order of `queryStringParameters`; here they are sorted."""
    sample = Sample("GET", f"/calls/signs-urls?{CALL.format(2)}", [], b"")
    sent, called = signed(stack, sample), of_stack(stack, None).called
    headers = [*sent.headers, ("Host", called.removeprefix("https://"))]
    event = proxy_event(sent.method, sent.path, headers, sent.body)
    assert list(event["queryStringParameters"]) == sorted(event["queryStringParameters"])
    answer = stack.client("lambda").invoke(
        FunctionName=physical_id(stack, "ReceiveCall"), Payload=json.dumps(event).encode()
    )
    assert json.loads(answer["Payload"].read())["statusCode"] == 200
