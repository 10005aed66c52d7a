"""By invocation: plans what is parked, and with "yes" puts it on its way again."""

import os
from functools import partial
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.edits import judge
from leadrelay.delivery.replay import Replayer, invoke
from leadrelay.ledger.parked_deliveries import ParkedDeliveries
from leadrelay.ledger.spread import open_table
from leadrelay.settings import ReplaySettings
from leadrelay.sources_file import Sources
from leadrelay.sources_file import judge as judge_sources
from leadrelay_config import SOURCES_TOML

settings = ReplaySettings.from_env(os.environ)
report = Reporting(settings.stack_name)
queues = Queues(client("sqs"), settings.queue_url_prefix)
table = open_table(
    client("dynamodb"), settings.table_name, requests_per_second=settings.requests_per_second
)
ledger = ParkedDeliveries(table, queues, settings.crms)
replayer = Replayer(ledger=ledger, queue=queues.send)
sources = Sources(judge_sources(SOURCES_TOML.read_text("utf-8")))
start.done()


@report.handler
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return invoke(
        replayer,
        event,
        judge=partial(judge, sources=sources),
        who=context.invoked_function_arn,
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        report=report,
    )
