"""One CRM's queue: brings leads into that CRM."""

import os
from functools import partial
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets
from leadrelay.compose.delivery import compose_deliverer, compose_pausing
from leadrelay.delivery.batch import deliver_batch
from leadrelay.ledger.spread import open_table
from leadrelay.settings import DeliverSettings

settings = DeliverSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
table = open_table(
    client("dynamodb"), settings.table_name, requests_per_second=settings.requests_per_second
)
queues = Queues(client("sqs"), settings.queue_url_prefix)
secrets = Secrets(client("secretsmanager"), settings.secret_prefix)
pausing = compose_pausing(settings, table, secrets, report)
deliverer = compose_deliverer(settings, pausing, table, secrets, queues, report)
start.done()


@report.handler
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    if "Records" not in event:
        return {"resumed": pausing.probe(deliverer.crm.check)}
    with deliverer.gate.batch():
        return deliver_batch(
            event["Records"],
            deliver=deliverer.deliver,
            canary=deliverer.see_canary,
            put_back=partial(queues.put_back, settings.crm),
            report=report,
            in_flight=settings.in_flight,
        )
