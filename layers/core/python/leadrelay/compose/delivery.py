"""One CRM's delivery put together from what is on AWS."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial

from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.aws.functions import Functions
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets, source_secrets
from leadrelay.crm import http
from leadrelay.crm.base import adapter
from leadrelay.delivery.backoff import Backoff
from leadrelay.delivery.deliver import Deliverer
from leadrelay.delivery.gate import Gate
from leadrelay.delivery.options import OptionsBySource
from leadrelay.delivery.pausing import Pausing
from leadrelay.fetch.complete import Completer
from leadrelay.lead import Lead
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.changing import change
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.table import Table
from leadrelay.settings import DeliverSettings
from leadrelay.sources_file import Sources, judge
from leadrelay_config import SOURCES_TOML


def compose_pausing(
    settings: DeliverSettings, table: Table, secrets: Secrets, report: Reporting
) -> Pausing:
    functions = Functions(partial(client, "lambda"), settings.function_prefix)
    return Pausing(
        crm=settings.crm,
        pauses=Pauses(table),
        secret_version=partial(secrets.renew, settings.secret_name),
        start_sweep=partial(functions.start, "sweep", {}),
        report=report,
    )


def compose_deliverer(
    settings: DeliverSettings,
    pausing: Pausing,
    table: Table,
    secrets: Secrets,
    queues: Queues,
    report: Reporting,
) -> Deliverer:
    sources = Sources(judge(SOURCES_TOML.read_text("utf-8")))
    web = http.client(settings.in_flight)
    vendor = adapter(settings.crm)
    crm = vendor(
        web,
        lambda fresh: secrets.get(settings.secret_name, fresh=fresh),
        partial(secrets.put, settings.secret_name),
    )
    bucket = cache(lambda: Files(client("s3"), settings.files_bucket))  # few leads have a file
    completer = Completer(
        sources=sources,
        secrets=partial(source_secrets, secrets),
        save=partial(_save, table),
        client=web,
        base_urls={"meta": settings.graph_url, "linkedin": settings.linked_in_url},
    )
    return Deliverer(
        name=settings.crm,
        crm=crm,
        gate=Gate(pausing, crm.check),
        options=OptionsBySource(vendor, settings.crm, sources),
        complete=completer,
        doubt=completer.doubt,
        ledger=Deliveries(table),
        canaries=Canaries(table),
        dead_letter=queues.send_dead,
        read_file=lambda attachment: bucket().read(attachment.key),
        report=report,
        lease=settings.lease,
        backoff=Backoff(
            base=timedelta(seconds=settings.backoff_base_seconds),
            give_up_after=timedelta(hours=settings.give_up_after_hours),
        ),
    )


def _save(table: Table, lead_id: str, add: Callable[[Lead], Lead]) -> Lead | None:
    changed = change(table, lead_id, add)
    return changed.lead if changed else None
