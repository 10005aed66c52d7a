"""Outcomes as structured log lines and as CloudWatch metrics (EMF), by Powertools."""

from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from leadrelay.report import correlation_id

_NAMESPACE = "Leadrelay"

# What somebody should look at, as opposed to the daily round.
_WARNINGS = frozenset(
    {
        "crm.paused",
        "delivery.parked",
        "delivery.misconfigured",
        "delivery.crashed",
        "lead.unqueued",
    }
)


class Reporting:
    """A `leadrelay.report.Report`: `report("delivery.done", lead_id=…, crm=…, ms=…)`."""

    def __init__(self, stage: str) -> None:
        self.logger = Logger(service="leadrelay")
        self._stage = stage
        self._lock = Lock()

    def __call__(self, outcome: str, **facts: str | float | bool | None) -> None:
        known = {"correlation_id": correlation_id.get() or None, **facts}
        given = {name: value for name, value in known.items() if value is not None}
        log = self.logger.warning if outcome in _WARNINGS else self.logger.info
        with self._lock:  # deliveries run side by side; their lines must not
            log(outcome, extra=given)
            self._measure(outcome, MetricUnit.Count, 1, given.get("crm"))
            if (milliseconds := given.get("ms")) is not None:
                unit = MetricUnit.Milliseconds
                self._measure(f"{outcome}.ms", unit, float(milliseconds), given.get("crm"))

    def _measure(self, name: str, unit: MetricUnit, value: float, crm: object) -> None:
        with single_metric(name=name, unit=unit, value=value, namespace=_NAMESPACE) as metric:
            metric.add_dimension("stage", self._stage)
            if crm:
                metric.add_dimension("crm", str(crm))
