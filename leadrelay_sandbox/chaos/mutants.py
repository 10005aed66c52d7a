"""The engine without one of its parts: what the proof has to notice."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Literal, get_args

from leadrelay.claim import Busy, Claim
from leadrelay.compose import delivery as composed
from leadrelay.crm.base import ReadFile
from leadrelay.crm.centia import find as find_in_centia
from leadrelay.crm.centia.api import Api as CentiaApi
from leadrelay.crm.collect import delivery as to_collect
from leadrelay.crm.collect import find as find_in_collect
from leadrelay.crm.collect.api import Api as CollectApi
from leadrelay.crm.collect.options import Options as CollectOptions
from leadrelay.crm.initiative import payload as for_initiative
from leadrelay.delivery import deliver
from leadrelay.delivery.steps import DeliverySteps, Look
from leadrelay.lead import Attachment, Lead, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.deliveries import Deliveries

type Mutation = Literal["look", "lease", "sweep", "reference", "steps", "files"]
MUTATIONS: tuple[Mutation, ...] = get_args(Mutation.__value__)


def mutate(part: Mutation) -> None:
    """Leave out this part in our process, before its handler is imported. What has the sweep
    started is the conductor's to leave out."""
    _LEAVE_OUT.get(part, lambda: None)()


class Blind(Deliveries):
    """Without the look before a create: no attempt ever knows of a doubt."""

    def claim(
        self, lead_id: str, crm: str, *, now: datetime, until: datetime
    ) -> Claim | Busy | None:
        claim = super().claim(lead_id, crm, now=now, until=until)
        return replace(claim, doubt=frozenset()) if isinstance(claim, Claim) else claim


class Lawless(Deliveries):
    """Without the lease: whoever comes may work on a delivery, and doesn't learn that somebody
    else does."""

    def claim(
        self, lead_id: str, crm: str, *, now: datetime, until: datetime
    ) -> Claim | Busy | None:
        found = self._table.get(items.delivery_key(lead_id, crm))
        claim = super().claim(lead_id, crm, now=now + timedelta(days=365), until=until)
        if not isinstance(claim, Claim) or found is None:
            return claim
        leased = found["state"] == "sending" and found["due_at"] >= timestamp(now)
        return replace(claim, doubt=frozenset()) if leased else claim


class Hasty(DeliverySteps):
    """Without the names of the steps in doubt: whichever step comes first is taken for it, and
    its look settles all doubt."""

    def look_for(self, name: str, look: Look | None) -> str | None:
        self.doubt = {name} if self.doubt else set()
        try:
            return super().look_for(name, look)
        finally:
            self.doubt = set()


def _replace(module: ModuleType, name: str, stand_in: object) -> None:
    """Raises KeyError where the engine has no such part any more."""
    vars(module)[name]
    vars(module)[name] = stand_in


def _without_look() -> None:
    _replace(composed, "Deliveries", Blind)


def _without_lease() -> None:
    _replace(composed, "Deliveries", Lawless)


def _without_names_of_steps() -> None:
    _replace(deliver, "DeliverySteps", Hasty)


def _without_reference() -> None:
    """Whoever has the lead's address is our own write."""

    def debtor(api: CollectApi, lead: Lead, options: CollectOptions) -> str | None:
        return find_in_collect.known(api, lead, options) or None

    def contact(api: CentiaApi, lead: Lead) -> str | None:
        found = api.contact_by_email(lead.email or "")
        return str(found["id"]) if found else None

    _replace(find_in_collect, "ours", debtor)
    _replace(find_in_centia, "contact", contact)


def _without_hashes_of_files() -> None:
    """A file is known by its place among the lead's."""
    by_hash = vars(to_collect)["uploads"]

    def named(
        lead: Lead, text: str, files: tuple[Attachment, ...], read_file: ReadFile
    ) -> Iterator[tuple[str, str, Callable[[], bytes]]]:
        for number, (step, name, content) in enumerate(by_hash(lead, text, files, read_file)):
            yield step, re.sub(r"(?<=LR-.{8}-)[0-9a-f]{12}", str(number), name), content

    def title(lead: Lead, attachment: Attachment) -> str:
        return f"{lead.ref}/{lead.files.index(attachment)} "

    _replace(to_collect, "uploads", named)
    _replace(for_initiative, "document_title", title)


_LEAVE_OUT: Mapping[str, Callable[[], Any]] = {
    "look": _without_look,
    "lease": _without_lease,
    "steps": _without_names_of_steps,
    "reference": _without_reference,
    "files": _without_hashes_of_files,
}
