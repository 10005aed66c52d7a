"""Which CRMs are paused, and what is told of it wherever their leads are shown."""

from collections.abc import Mapping

from leadrelay.crms import CRMS
from leadrelay.lead import Delivery
from leadrelay.ledger.life import WAITING
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay_ops import times
from leadrelay_ops.stack import Stack


def paused_now(stack: Stack) -> dict[str, Pause]:
    """CRM → its pause, of those that are paused now. Raises Unavailable."""
    pauses = Pauses(stack.table)
    found = {crm: pauses.read(crm) for crm in CRMS}
    return {crm: pause for crm, pause in found.items() if pause and pause.is_on}


def state(crm: str, delivery: Delivery, paused: Mapping[str, Pause]) -> str:
    """What a delivery's state is: one that waits for a paused CRM is paused."""
    return "paused" if crm in paused and delivery.state in WAITING else delivery.state


def why(pause: Pause) -> str:
    """ "paused by hand since 28 Nov 14:02 CET: they move house" """
    told = f"paused {'as ' if pause.kind == 'misconfigured' else ''}{pause.kind}"
    return (
        f"{told} since {times.in_words(pause.since)}{f': {pause.reason}' if pause.reason else ''}"
    )
