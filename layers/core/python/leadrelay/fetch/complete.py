"""A lead that arrived as an id gets its fields, once, before the first CRM sees it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, Protocol

import httpx

from leadrelay.errors import Retryable
from leadrelay.lead import TEST, Lead
from leadrelay.sources import KnownSources, Source


class _Vendor(NamedTuple):
    """A module, because most leads need none of them; and the field that holds the lead's id."""

    module: str
    id_field: str


_VENDORS = {
    "meta": _Vendor("leadrelay.fetch.meta", "leadgen_id"),
    "linkedin": _Vendor("leadrelay.fetch.linkedin", "leadGenFormResponse"),
}


class Save(Protocol):
    """Change the lead in the ledger; the lead as it is then, None if it was erased."""

    def __call__(self, lead_id: str, add: Callable[[Lead], Lead]) -> Lead | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Completer:
    """Safe to use from several threads. `base_urls` are the vendors', by the sender's name."""

    sources: KnownSources
    secrets: Callable[[str], Sequence[str]]  # of a source, by its name
    save: Save
    client: httpx.Client
    base_urls: Mapping[str, str]

    def __call__(self, lead: Lead) -> Lead:
        """The lead as it is, or whole. Raises Retryable, Refused, Unavailable."""
        source = self.sources.get(lead.source)
        vendor = _VENDORS.get(source.sender) if source else None
        if source is None or vendor is None or vendor.id_field not in lead.extra:
            return lead
        fetch = import_module(vendor.module).fetch
        base_url, secrets = self.base_urls[source.sender], self.secrets(source.name)
        submission = fetch(self.client, base_url, lead.extra[vendor.id_field], secrets)
        to_fields = import_module("leadrelay.intake.meaning.fields").to_lead_fields
        found = {**to_fields(submission, source), "test": submission.test}
        add = partial(_add, found, vendor.id_field, source)
        whole = self.save(lead.id, add)
        if whole is None:
            raise Retryable("the lead was erased while it was fetched")
        return whole

    def doubt(self, lead: Lead) -> str | None:
        """Why a lead is to wait for a person, now that it is whole: its vendor tells only with the
        answers that it is a test."""
        source = self.sources.get(lead.source)
        fetched = source is not None and source.sender in _VENDORS and not source.deliver_tests
        return TEST if lead.test and fetched else None


def _add(fields: Mapping[str, Any], id_field: str, source: Source, known: Lead) -> Lead:
    """The lead with what was filled in. All that the notification said are ids: they become
    technical, which also shows that the lead is whole."""
    if id_field not in known.extra:
        return known
    open_fields = {
        "tracking": {**known.tracking, **fields.get("tracking", {})},
        "technical": {**known.technical, **known.extra, **fields.get("technical", {})},
        "extra": fields.get("extra", {}),
    }
    changes = {**fields, **open_fields}
    findable = import_module("leadrelay.intake.meaning.known_by").findable
    whole: Lead = findable(known.model_copy(update=changes), source)
    return whole
