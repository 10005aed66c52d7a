"""What looks for silent sources, put together from what is on AWS."""

from leadrelay.aws.clients import client
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.topic import Topic
from leadrelay.delivery.silence import Silence
from leadrelay.ledger.table import Table
from leadrelay.settings import SweepSettings
from leadrelay.sources_file import judge
from leadrelay_config import SOURCES_TOML


def compose_silence(settings: SweepSettings, table: Table, report: Reporting) -> Silence:
    judged = judge(SOURCES_TOML.read_text("utf-8"))
    return Silence(
        table=table,
        sources={name: one.source for name, one in judged.items() if one.source},
        stack=settings.stack_name,
        tell=Topic(client("sns"), settings.topic_arn).tell,
        report=report,
    )
