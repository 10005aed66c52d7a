"""The intake put together from what is on AWS: the same for every receiving function."""

from functools import partial

from leadrelay.aws.acceptance import accept
from leadrelay.aws.calls import client
from leadrelay.aws.enrichment import enrich
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets, source_secrets
from leadrelay.aws.table import Table
from leadrelay.intake.attach import Attacher
from leadrelay.intake.keep import Keeper
from leadrelay.intake.receive import Intake
from leadrelay.settings import ReceiveSettings
from leadrelay.sources import read_sources
from leadrelay_config import SOURCES_TOML


def compose_intake(
    settings: ReceiveSettings, report: Reporting, attacher: Attacher | None = None
) -> Intake:
    """Clients are made here and now: a function starts with them, and no request waits for one."""
    table = Table(client("dynamodb"), settings.table_name)
    return Intake(
        sources=read_sources(SOURCES_TOML.read_text("utf-8")),
        secrets=partial(source_secrets, Secrets(client("secretsmanager"), settings.secret_prefix)),
        keeper=Keeper(
            accept=partial(accept, table),
            enrich=partial(enrich, table),
            queue=Queues(client("sqs"), settings.queue_url_prefix).send,
            report=report,
            attacher=attacher,
        ),
        report=report,
        max_body_bytes=settings.max_body_bytes,
    )
