"""POST /forms/{source}: website forms and form vendors' webhooks."""

import os
from functools import partial
from typing import Any

from leadrelay.aws.acceptance import accept
from leadrelay.aws.calls import client
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets, source_secrets
from leadrelay.aws.table import Table
from leadrelay.intake.receive import Intake
from leadrelay.settings import ReceiveSettings
from leadrelay.sources import read_sources
from leadrelay_config import SOURCES_TOML

settings = ReceiveSettings.from_env(os.environ)
report = Reporting(settings.stage)
intake = Intake(
    sources=read_sources(SOURCES_TOML.read_text("utf-8")),
    secrets=partial(source_secrets, Secrets(client("secretsmanager"), settings.secret_prefix)),
    keep=partial(accept, Table(client("dynamodb"), settings.table_name)),
    queue=Queues(client("sqs"), settings.queue_url_prefix).send,
    report=report,
    max_body_bytes=settings.max_body_bytes,
)


@report.logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return intake.receive(event, kind="form")
