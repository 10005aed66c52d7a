"""What sends canaries and tells of them, put together from what is on AWS."""

from functools import partial
from pathlib import Path

from leadrelay.aws.clients import client
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets, source_secrets
from leadrelay.aws.topic import Topic
from leadrelay.canary.probe import Prober
from leadrelay.canary.watch import Watch
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.table import Table
from leadrelay.settings import CanarySettings
from leadrelay.signing.samples import read_sample, sample_of
from leadrelay.sources_file import judge
from leadrelay_config import SOURCES_TOML


def compose_watch(settings: CanarySettings, report: Reporting, samples: Path) -> Watch:
    """`samples` is the folder of the senders' sample requests."""
    table = Table(client("dynamodb"), settings.table_name)
    secrets = Secrets(client("secretsmanager"), settings.secret_prefix)
    judged = judge(SOURCES_TOML.read_text("utf-8")).get(settings.canary_source)
    return Watch(
        name=settings.canary_source,
        source=judged.source if judged and not judged.mistakes else None,
        prober=Prober(
            table=table,
            called=settings.api_url,
            door=lambda source: source.public_url or settings.api_url + source.path,
            secrets=partial(source_secrets, secrets),
            sample=lambda sender: read_sample(sample_of(sender, samples)),
        ),
        canaries=Canaries(table),
        stack=settings.stack_name,
        tell=Topic(client("sns"), settings.topic_arn).tell,
        report=report,
    )
