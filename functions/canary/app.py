"""Every few minutes: sends a canary to one source, and tells people once that none gets through."""

import os
from datetime import UTC, datetime
from typing import Any

from events import FOLDER
from leadrelay import start
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.canary import compose_watch
from leadrelay.settings import CanarySettings

settings = CanarySettings.from_env(os.environ)
report = Reporting(settings.stack_name)
watch = compose_watch(settings, report, FOLDER)
start.done()


@report.handler
def handler(_event: dict[str, Any], _context: object) -> dict[str, str | None]:
    return {"broken": watch.look(datetime.now(UTC))}
