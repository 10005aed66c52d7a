"""GET and POST /calls/{source}: telephony webhooks and screen-pop URLs."""

import os
from typing import Any

from leadrelay import start
from leadrelay.aws.reporting import Reporting
from leadrelay.compose.intake import Callers, compose_intake
from leadrelay.intake.calls.caller_page import ScreenPops
from leadrelay.settings import ReceiveSettings

settings = ReceiveSettings.from_env(os.environ)
report = Reporting(settings.stack_name)
callers = Callers(settings)
intake = compose_intake(settings, report, pops=ScreenPops(look_up=callers, report=report))
start.done()


@report.handler
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return intake.receive(event, kind="call")
