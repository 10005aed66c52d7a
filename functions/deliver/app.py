"""One CRM's queue: brings leads into that CRM."""

import os
from datetime import timedelta
from functools import partial
from typing import Any

from leadrelay.aws.calls import client
from leadrelay.aws.completion import save
from leadrelay.aws.deliveries import Deliveries
from leadrelay.aws.files import Files
from leadrelay.aws.functions import Functions
from leadrelay.aws.pauses import Pauses
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets, source_secrets
from leadrelay.aws.table import Table
from leadrelay.crm import http
from leadrelay.crm.base import adapter
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.batch import deliver_batch
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.delivery.options import OptionsBySource
from leadrelay.delivery.pausing import Pausing
from leadrelay.fetch.complete import Completer
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
table = Table(client("dynamodb"), settings.table_name)
sources = read_sources(SOURCES_TOML.read_text("utf-8"))
web = http.client(settings.in_flight)
crm = Crm(
    web,
    lambda fresh: secrets.get(secret_name, fresh=fresh),
    partial(secrets.put, secret_name),
)
functions = Functions(partial(client, "lambda"), settings.function_prefix)
pausing = Pausing(
    crm=settings.crm,
    pauses=Pauses(table),
    secret_version=partial(secrets.renew, secret_name),
    start_sweep=partial(functions.start, "sweep", {}),
    report=report,
)
deliverer = Deliverer(
    name=settings.crm,
    crm=crm,
    gate=Gate(pausing),
    options=OptionsBySource(Crm, settings.crm, sources),
    complete=Completer(
        sources=sources,
        secrets=partial(source_secrets, secrets),
        save=partial(save, table),
        client=web,
        base_urls={"meta": settings.graph_url, "linkedin": settings.linked_in_url},
    ),
    ledger=Deliveries(table),
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
    if "Records" not in event:
        return {"resumed": pausing.probe(crm.check)}
    with deliverer.gate.batch():
        return deliver_batch(
            event["Records"],
            deliver=deliverer.deliver,
            put_back=partial(queues.put_back, settings.crm),
            report=report,
            in_flight=settings.in_flight,
        )
