"""POST /forms/{source}: website forms and form vendors' webhooks. And GET /health, which so tells
of the intake itself."""

import os
from typing import Any

from leadrelay import start
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.health import ROUTE, health
from leadrelay.compose.intake import compose_intake
from leadrelay.intake.request import route
from leadrelay.settings import ReceiveSettings

settings = ReceiveSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
intake = compose_intake(settings, report)
start.done()


@report.handler
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    if route(event) == ROUTE:
        return health(event)
    return intake.receive(event, kind="form")
