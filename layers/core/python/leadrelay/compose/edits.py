"""What a replay edits, judged as at the intake."""

from leadrelay.delivery.order import Order, Plan
from leadrelay.intake.meaning.edits import judged
from leadrelay.sources import KnownSources


def judge(plan: Plan, sources: KnownSources) -> Order:
    """The order for what was planned, its edits as they would be kept. Raises NotAnOrder,
    SourceBroken."""
    order = plan.settled()
    lead = next(iter(plan.leads.values()), None)
    source = sources.get(lead.source) if lead else None
    countries = (lead.country or "").upper() if lead else "", source and source.default_region
    regions = [one for one in countries if one and len(one) == 2]
    return order.model_copy(update={"edit": judged(order.edit, regions or [None])})
