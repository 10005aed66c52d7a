"""Once a minute: queues again what was kept but never queued, or lost its message; has each CRM's
queue read, or not, as its pause says. And now and then looks whether a source fell silent."""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.functions import Functions, Mappings
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.silence import compose_silence
from leadrelay.delivery.sweep import Sweep, follow
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.spread import open_table
from leadrelay.settings import SweepSettings

settings = SweepSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
table = open_table(
    client("dynamodb"), settings.table_name, requests_per_second=settings.requests_per_second
)
ledger = Deliveries(table)
queues = Queues(client("sqs"), settings.queue_url_prefix)
runs = partial(
    follow,
    pauses=Pauses(table),
    mappings=Mappings(partial(client, "lambda"), settings.mapping_of),
    functions=Functions(partial(client, "lambda"), settings.function_prefix),
    report=report,
)
silence = compose_silence(settings, table, report)
start.done()


@report.handler
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    now = datetime.now(UTC)
    once = Sweep(
        ledger=ledger, runs=partial(runs, now=now), queue=queues.send, report=report, now=now
    )
    count = once.run(settings.crms)
    silence.watch(now)
    return {"requeued": count}
