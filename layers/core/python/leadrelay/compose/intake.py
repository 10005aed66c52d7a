"""The intake put together from what is on AWS: the same for every receiving function."""

from functools import cache, partial
from typing import TYPE_CHECKING

from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.aws.queues import Queues
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.secrets import Secrets, source_secrets
from leadrelay.intake.files.of_lead import Attacher
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.keeping.canary import Passing
from leadrelay.intake.keeping.refused import Refusals
from leadrelay.intake.receive import Intake
from leadrelay.intake.soundness import unsound
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.counters import add, count
from leadrelay.ledger.enrichment import enrich
from leadrelay.ledger.quarantine import release
from leadrelay.ledger.spread import open_table
from leadrelay.settings import ReceiveSettings
from leadrelay.sources_file import Sources, judge
from leadrelay_config import SOURCES_TOML

if TYPE_CHECKING:
    from leadrelay.crm.base import Caller, Crm
    from leadrelay.intake.calls.caller_page import ScreenPops

_LOOK_UPS = 4  # at once in one function, where the one before has not been answered yet


class Callers:
    """Who has a number, by any CRM. What talks to a CRM is loaded when it is first asked: an
    answer that nobody's browser waits for must not wait for that."""

    def __init__(self, settings: ReceiveSettings) -> None:
        self._secrets = Secrets(client("secretsmanager"), settings.secret_prefix)
        self._crms: dict[str, Crm] = {}

    def __call__(self, crm: str, number: str) -> "Caller | None":
        """`crm.base.Crm.caller`, and also Unavailable."""
        if crm not in self._crms:
            self._crms[crm] = self._connected(crm)
        return self._crms[crm].caller(number)

    def _connected(self, crm: str) -> "Crm":
        from leadrelay.crm import http  # noqa: PLC0415  # see above
        from leadrelay.crm.base import adapter  # noqa: PLC0415

        secret = f"crm/{crm}"
        return adapter(crm)(
            http.client(_LOOK_UPS),
            lambda fresh: self._secrets.get(secret, fresh=fresh),
            partial(self._secrets.put, secret),
        )


def compose_intake(
    settings: ReceiveSettings,
    report: Reporting,
    attacher: Attacher | None = None,
    pops: "ScreenPops | None" = None,
) -> Intake:
    """Clients are made here and now: a function starts with them, and no request waits for one."""
    table = open_table(
        client("dynamodb"),
        settings.table_name,
        requests_per_second=settings.requests_per_second,
    )
    queues = Queues(client("sqs"), settings.queue_url_prefix)
    bucket = cache(lambda: Files(client("s3"), settings.files_bucket))  # few requests are refused
    return Intake(
        sources=Sources(judge(SOURCES_TOML.read_text("utf-8"), unsound)),
        secrets=partial(source_secrets, Secrets(client("secretsmanager"), settings.secret_prefix)),
        keeper=Keeper(
            accept=partial(accept, table),
            enrich=partial(enrich, table),
            release=partial(release, table),
            queue=queues.send,
            report=report,
            attacher=attacher,
        ),
        report=report,
        pops=pops,
        count=partial(count, table),
        refusals=Refusals(
            put=lambda key, content: bucket().put(key, content),
            add=partial(add, table),
            report=report,
        ),
        passing=Passing(canaries=Canaries(table), queue=queues.send_canary),
        max_body_bytes=settings.max_body_bytes,
        public_url=settings.public_url,
    )
