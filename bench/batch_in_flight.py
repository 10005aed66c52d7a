"""A batch of ten deliveries to a CRM that takes 200 ms each: side by side, not one by one.

The real function on moto, the TrackerRMS simulator on a loopback port. The ratio counts: at ten
in flight the batch takes little longer than one delivery.
"""

import json
import os
import time
from datetime import UTC, datetime
from typing import Any

from moto import mock_aws

from leadrelay_sandbox.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)

from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.table import Table
from leadrelay.sources import Source
from leadrelay_sandbox.ledger import create_ledger
from leadrelay_sandbox.simulator import serve
from leadrelay_sandbox.simulators import secret, simulator

BATCH, LATENCY_S = 10, 0.2


class Context:
    function_name = aws_request_id = invoked_function_arn = "bench"
    memory_limit_in_mb = 1024


def main() -> None:
    with mock_aws():
        import boto3

        tracker = simulator("trackerrms")
        server = serve(tracker)
        url = f"http://127.0.0.1:{server.server_port}"
        create_ledger(boto3.client("dynamodb"), ENVIRONMENT["TABLE_NAME"])
        for queue in ("leadrelay-trackerrms", "leadrelay-trackerrms-dead"):
            boto3.client("sqs").create_queue(QueueName=queue)
        boto3.client("secretsmanager").create_secret(
            Name="leadrelay/leadrelay/crm/trackerrms",
            SecretString=json.dumps(secret("trackerrms", url)),
        )
        from functions.deliver import app

        app.handler(_batch(1), Context())  # connections, login, caches
        one = _timed(app, tracker, 1)
        ten = _timed(app, tracker, BATCH)
        assert len(tracker.records) == 1 + 1 + BATCH
        print(f"1 delivery {one:.3f} s, a batch of {BATCH} {ten:.3f} s: {ten / one:.1f} times one")


def _timed(app: Any, tracker: Any, count: int) -> float:
    event = _batch(count)
    tracker.fail_next(times=count, delay=LATENCY_S, operation="createLead")
    started = time.monotonic()
    answer = app.handler(event, Context())
    assert answer == {"batchItemFailures": []}, answer
    return time.monotonic() - started


def _batch(count: int) -> dict[str, Any]:
    import boto3

    table = Table(boto3.client("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    source = Source(name="bench", kind="form", sender="html", deliver=("trackerrms",))
    records = []
    for number in range(count):
        now = datetime.now(UTC)
        own_id = lead_id("bench", str(count), str(number), now.isoformat())
        lead = Lead(
            id=own_id, ref=lead_ref(own_id), source="bench", received_at=now, last_name="Bench"
        )
        accept(table, lead, source, guard=Guard(key=own_id, window=None))
        body = json.dumps({"lead_id": own_id, "crm": "trackerrms"})
        records.append({"messageId": own_id, "receiptHandle": "bench", "body": body})
    return {"Records": records}


if __name__ == "__main__":
    main()
