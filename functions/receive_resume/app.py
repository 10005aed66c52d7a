"""POST /resumes/{source}, and /resumes/{source}/uploads for files too big for one request."""

import os
from typing import Any

from leadrelay import start
from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.intake import compose_intake
from leadrelay.intake.files.of_lead import Attacher
from leadrelay.settings import ReceiveFilesSettings

settings = ReceiveFilesSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
files = Files(client("s3"), settings.files_bucket)
intake = compose_intake(settings, report, Attacher(files, scan=settings.malware_scan))
start.done()


@report.handler
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return intake.receive(event, kind="resume")
