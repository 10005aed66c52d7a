"""Outcomes as structured log lines and as CloudWatch metrics (EMF), by Powertools.

Nothing else is written: what libraries log, and what an unexpected exception says, may quote a
lead or a secret.
"""

import logging
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from leadrelay.errors import LeadrelayError
from leadrelay.report import correlation_id, place

_NAMESPACE = "Leadrelay"

# What somebody should look at, as opposed to the daily round.
_WARNINGS = frozenset(
    {
        "canary.broken",
        "crm.paused",
        "delivery.parked",
        "delivery.misconfigured",
        "delivery.crashed",
        "file.unscanned",
        "function.crashed",
        "lead.unqueued",
        "source.broken",
        "source.silent",
    }
)

_TIMES = ("ms", "since_arrival_ms")  # facts that are metrics as well

type Handler[T] = Callable[[dict[str, Any], Any], T]


class Defect(Exception):
    """An exception that nobody expected, told by its class and place only."""


class Reporting:
    """A `leadrelay.report.Report`: `report("delivery.done", lead_id=…, crm=…, ms=…)`."""

    def __init__(self, stack: str) -> None:
        self.logger = Logger(service="leadrelay", location=None)
        # At DEBUG, which AWS_LAMBDA_LOG_LEVEL may ask for, botocore and httpcore write down bodies,
        # and at INFO httpx does URLs. What matters of theirs comes to us as exceptions.
        logging.getLogger().setLevel(logging.CRITICAL)
        self._stack = stack
        self._lock = Lock()

    def handler[T](self, function: Handler[T]) -> Handler[T]:
        """Decorates a function's handler. A defect fails the invocation, for Lambda to count and
        to try again; Lambda logs its text, so it has none of the exception's own words."""

        # False, as the environment could have it log every event
        @self.logger.inject_lambda_context(clear_state=True, log_event=False)
        @wraps(function)
        def reported(event: dict[str, Any], context: Any) -> T:
            try:
                return function(event, context)
            except LeadrelayError:
                raise  # our own words are safe
            except Exception as error:  # noqa: BLE001  # whatever it is, its words go no further
                kind, where = type(error).__name__, place(error)
            self("function.crashed", error=kind, where=where)
            raise Defect(f"{kind} at {where}")

        return reported

    def __call__(self, outcome: str, **facts: str | float | bool | None) -> None:
        known = {"correlation_id": correlation_id.get() or None, **facts}
        given = {name: value for name, value in known.items() if value is not None}
        log = self.logger.warning if outcome in _WARNINGS else self.logger.info
        with self._lock:  # deliveries run side by side; their lines must not
            log(outcome, extra=given)
            self._measure(outcome, given)

    def _measure(self, outcome: str, facts: dict[str, Any]) -> None:
        metrics = EphemeralMetrics(namespace=_NAMESPACE)  # one line for all
        metrics.add_metric(outcome, MetricUnit.Count, 1)
        for name in _TIMES:
            if name in facts:
                metrics.add_metric(f"{outcome}.{name}", MetricUnit.Milliseconds, float(facts[name]))
        metrics.add_dimension("stack", self._stack)
        if crm := facts.get("crm"):
            metrics.add_dimension("crm", str(crm))
        for detail in ("source", "event"):  # no dimensions: there may be any number of them
            if detail in facts:
                metrics.add_metadata(detail, facts[detail])
        metrics.flush_metrics()
