"""Outcomes as structured log lines and as CloudWatch metrics (EMF), by Powertools."""

from threading import Lock

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

_NAMESPACE = "Leadrelay"

# What somebody should look at, as opposed to the daily round.
_WARNINGS = frozenset(
    {"delivery.parked", "delivery.misconfigured", "delivery.crashed", "lead.unqueued"}
)


class Reporting:
    """A `leadrelay.report.Report`: `report("delivery.done", lead_id=…, crm=…, ms=…)`."""

    def __init__(self, stage: str) -> None:
        self.logger = Logger(service="leadrelay")
        self._stage = stage
        self._lock = Lock()

    def __call__(self, outcome: str, **facts: str | float | bool | None) -> None:
        given = {name: value for name, value in facts.items() if value is not None}
        log = self.logger.warning if outcome in _WARNINGS else self.logger.info
        with self._lock:  # deliveries run side by side; their lines must not
            log(outcome, extra=given)
            with single_metric(
                name=outcome, unit=MetricUnit.Count, value=1, namespace=_NAMESPACE
            ) as metric:
                metric.add_dimension("stage", self._stage)
                if crm := given.get("crm"):
                    metric.add_dimension("crm", str(crm))
                if (milliseconds := given.get("ms")) is not None:
                    metric.add_metric(
                        name=f"{outcome}.ms",
                        unit=MetricUnit.Milliseconds,
                        value=float(milliseconds),
                    )
