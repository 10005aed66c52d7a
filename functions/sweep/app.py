"""Once a minute: queues again what was kept but never queued, or lost its message."""

import os
from datetime import UTC, datetime
from typing import Any

from leadrelay.aws.calls import client
from leadrelay.aws.deliveries import Deliveries
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.table import Table
from leadrelay.delivery.sweep import sweep
from leadrelay.settings import SweepSettings

settings = SweepSettings.from_env(os.environ)
report = Reporting(settings.stage)
ledger = Deliveries(Table(client("dynamodb"), settings.table_name))
queues = Queues(client("sqs"), settings.queue_url_prefix)


@report.logger.inject_lambda_context(clear_state=True)
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    count = sweep(
        settings.crms,
        ledger=ledger,
        queue=queues.send,
        report=report,
        now=datetime.now(UTC),
    )
    return {"requeued": count}
