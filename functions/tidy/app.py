"""Once a day: leads that still wait are kept; the files of those that are no more go after them,
and those are told of that nobody took in."""

import os
from datetime import UTC, datetime
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.aws.reporting import Reporting
from leadrelay.crms import CRMS
from leadrelay.ledger.retention import keep_undelivered_leads
from leadrelay.ledger.table import Table
from leadrelay.ledger.tidying import GRACE, SOON, not_taken_in, tidy
from leadrelay.settings import TidySettings

settings = TidySettings.from_env(os.environ)
report = Reporting(settings.stack_name)
table = Table(client("dynamodb"), settings.table_name)
files = Files(client("s3"), settings.files_bucket)
start.done()


@report.handler
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    now = datetime.now(UTC)
    kept = keep_undelivered_leads(table, CRMS, now=now)
    report("leads.kept", count=kept)
    count = tidy(table, files, before=now - GRACE)
    report("files.tidied", count=count)
    for lead_id in not_taken_in(table, files, before=now - SOON):
        report("file.unscanned", lead_id=lead_id, status="no word came")
    return {"kept": kept, "deleted": count}
