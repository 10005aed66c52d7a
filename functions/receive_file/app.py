"""Files that arrive on their own: S3's events, or GuardDuty's word on them."""

import os
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.files import Files, read_upload_key
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.intake import compose_intake
from leadrelay.intake.files.late import Arrivals
from leadrelay.intake.files.of_lead import Attacher
from leadrelay.settings import ReceiveFilesSettings

settings = ReceiveFilesSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
attacher = Attacher(Files(client("s3"), settings.files_bucket), scan=settings.malware_scan)
intake = compose_intake(settings, report, attacher)
arrivals = Arrivals(
    attacher=attacher,
    keeper=intake.keeper,
    sources=intake.sources,
    owner=read_upload_key,
    report=report,
)
start.done()


@report.handler
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    failed = [one["messageId"] for one in event["Records"] if not arrivals.take_in(one)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
