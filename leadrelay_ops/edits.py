"""What `replay --edit` changes, told before it is done."""

from collections.abc import Iterable, Iterator

from leadrelay.delivery.order import Order, Plan
from leadrelay.lead import TEXT_FIELDS
from leadrelay.ledger.search import read as read_lead
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.stack import Stack


def read(words: Iterable[str]) -> dict[str, str]:
    """field=value → {field: value}. Raises Told."""
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise Told(f"--edit {name}: write field=value")
    return {choose("field", name, sorted(TEXT_FIELDS)): value.strip() for name, _, value in pairs}


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
