"""What `replay --edit` changes: judged as the intake judges it, and told before it is done."""

from collections.abc import Iterable, Iterator, Mapping

from leadrelay.delivery.replay import Order, Plan
from leadrelay.intake.meaning.emails import email_in
from leadrelay.intake.meaning.phones import e164
from leadrelay.ledger.search import read as read_lead
from leadrelay.sources import Source
from leadrelay_ops.failures import Told
from leadrelay_ops.stack import Stack


def read(words: Iterable[str]) -> dict[str, str]:
    """field=value → {field: value}. Raises Told."""
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise Told(f"--edit {name}: write field=value")
    return {name: value.strip() for name, _, value in pairs}


def judged(order: Order, plan: Plan, sources: Mapping[str, Source]) -> Order:
    """With the address and the number as they would be kept. Raises Told for what is none."""
    edit = dict(order.edit)
    if edit.get("email"):
        edit["email"] = email_in(edit["email"])
        if not edit["email"]:
            raise Told(f"--edit email: {order.edit['email']!r} is no e-mail address")
    if edit.get("phone"):
        known = (sources.get(lead.source) for lead in plan.leads.values())
        region = next((source.default_region for source in known if source), None)
        edit["phone"] = e164(edit["phone"], region)
        if not edit["phone"].startswith("+"):
            raise Told(f"--edit phone: {order.edit['phone']!r} is no number; write +44 20 …")
    return order.model_copy(update={"edit": edit})


def told(stack: Stack, order: Order, plan: Plan) -> Iterator[str]:
    """What becomes what; and of one lead, who has the old already."""
    for name, value in sorted(order.edit.items()):
        was = [getattr(lead, name) or "nothing" for lead in plan.leads.values()]
        yield f"{name}: {was[0] if was else '…'} → {value or 'nothing'}, before it goes"
    for lead in plan.leads.values():
        found = read_lead(stack.table, lead.id)
        deliveries = found.deliveries if found else {}
        have = sorted(crm for crm, one in deliveries.items() if one.state == "delivered")
        if have:
            verb = "have" if len(have) > 1 else "has"
            yield f"{', '.join(have)} {verb} the old already: mend it there"
