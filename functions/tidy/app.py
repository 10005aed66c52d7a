"""Once a day: the files of leads that are no more go after them."""

import os
from datetime import UTC, datetime
from typing import Any

from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.aws.reporting import Reporting
from leadrelay.ledger.table import Table
from leadrelay.ledger.tidying import GRACE, tidy
from leadrelay.settings import TidySettings

settings = TidySettings.from_env(os.environ)
report = Reporting(settings.stack_name)
table = Table(client("dynamodb"), settings.table_name)
files = Files(client("s3"), settings.files_bucket)


@report.handler
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    count = tidy(table, files, before=datetime.now(UTC) - GRACE)
    report("files.tidied", count=count)
    return {"deleted": count}
