"""By invocation: plans what is parked, and with "yes" puts it on its way again."""

import os
from typing import Any

from leadrelay.aws.clients import client
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.delivery.replay import Replayer, invoke
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.table import Table
from leadrelay.settings import ReplaySettings

settings = ReplaySettings.from_env(os.environ)
report = Reporting(settings.stack_name)
queues = Queues(client("sqs"), settings.queue_url_prefix)
ledger = ParkedDeliveries(Table(client("dynamodb"), settings.table_name), queues, settings.crms)
replayer = Replayer(ledger=ledger, queue=queues.send)


@report.handler
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return invoke(
        replayer,
        event,
        who=context.invoked_function_arn,
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        report=report,
    )
