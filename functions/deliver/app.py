"""One CRM's queue: brings leads into that CRM."""

import os
from datetime import timedelta
from functools import partial
from typing import Any

from leadrelay.aws.calls import client
from leadrelay.aws.deliveries import Deliveries
from leadrelay.aws.files import Files
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets
from leadrelay.aws.table import Table
from leadrelay.crm import http
from leadrelay.crm.base import adapter
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.batch import deliver_batch
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.options import OptionsBySource
from leadrelay.settings import DeliverSettings
from leadrelay.sources import read_sources
from leadrelay_config import SOURCES_TOML

settings = DeliverSettings.from_env(os.environ)
report = Reporting(settings.stage)
files = Files(client("s3"), settings.files_bucket)
queues = Queues(client("sqs"), settings.queue_url_prefix)
secrets = Secrets(client("secretsmanager"), settings.secret_prefix)
secret_name = f"crm/{settings.crm}"
Crm = adapter(settings.crm)
deliverer = Deliverer(
    name=settings.crm,
    crm=Crm(
        http.client(settings.in_flight),
        lambda fresh: secrets.get(secret_name, fresh=fresh),
        partial(secrets.put, secret_name),
    ),
    options=OptionsBySource(Crm, settings.crm, read_sources(SOURCES_TOML.read_text("utf-8"))),
    ledger=Deliveries(Table(client("dynamodb"), settings.table_name)),
    dead_letter=queues.send_dead,
    read_file=lambda attachment: files.read(attachment.key),
    report=report,
    lease=settings.lease,
    backoff=Backoff(
        base=timedelta(seconds=settings.backoff_base_seconds),
        give_up_after=timedelta(hours=settings.give_up_after_hours),
    ),
)


@report.logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return deliver_batch(
        event["Records"],
        deliver=deliverer.deliver,
        put_back=partial(queues.put_back, settings.crm),
        report=report,
        in_flight=settings.in_flight,
    )
