"""Once a day: mails what came, what was delivered, and what waits for a person."""

import os
from datetime import UTC, datetime
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.reporting import Reporting
from leadrelay.aws.topic import Topic
from leadrelay.delivery.digest import compose, last_day
from leadrelay.ledger.figures import count
from leadrelay.ledger.table import Table
from leadrelay.settings import DigestSettings

settings = DigestSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
table = Table(client("dynamodb"), settings.table_name)
topic = Topic(client("sns"), settings.topic_arn)
start.done()


@report.handler
def handler(_event: dict[str, Any], _context: object) -> dict[str, str]:
    now = datetime.now(UTC)
    figures = count(table, settings.crms, last_day(now))
    mail = compose(figures, name=settings.stack_name, stack=settings.stack_name, now=now)
    topic.tell(mail.subject, mail.text)
    report("digest.sent", subject=mail.subject)
    return {"subject": mail.subject}
