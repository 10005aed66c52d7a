"""What Leadrelay asks of a CRM adapter, and what it hands to one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, Protocol

import httpx
from pydantic import BaseModel

from leadrelay.crms import CRMS
from leadrelay.lead import Attachment, Lead

type Secret = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The CRM has this lead. `created` is False when it had it before this attempt."""

    record_id: str
    created: bool = True
    link: str | None = field(default=None, kw_only=True)


class Steps(Protocol):
    """The writes that one lead needs at one CRM, each done once however often it is tried."""

    def once(
        self, name: str, act: Callable[[], str], look: Callable[[], str | None] | None = None
    ) -> str:
        """The result of the step `name`: remembered if an earlier attempt finished it.

        When an earlier attempt may have written this step without our knowing, `look` is asked
        first, and what it finds is the result; only when it finds nothing is `act` called.
        A step without `look` that is in doubt raises `Unknown`: it can't be decided here.
        """


class Crm(Protocol):
    """One CRM account. Safe to use from several threads; a login is shared by them."""

    Options: ClassVar[type[BaseModel]]
    """What a source may set for this CRM: the table [<source>.<crm>] of sources.toml."""

    def __init__(
        self,
        client: httpx.Client,
        secret: Callable[[bool], Secret],
        remember: Callable[[Secret], None],
    ) -> None:
        """`secret(fresh)` gives the credentials: cached, or with fresh=True read again (asked
        for once when the CRM refuses a login). `remember` stores a changed secret, for CRMs
        that rotate what they issued."""

    def create(
        self,
        lead: Lead,
        options: Any,
        steps: Steps,
        read_file: Callable[[Attachment], bytes],
    ) -> Receipt:
        """Bring the lead into the CRM, each write as one of `steps`; `options` is an `Options`.

        Raises Retryable, Unknown, Refused, Misconfigured.
        """

    def find(self, lead: Lead, options: Any) -> Receipt | None:
        """The record made from this lead: by its ref, else by e-mail or phone; None if the CRM
        surely has none."""

    def check(self) -> str:
        """Log in; a line that says as whom and where. Raises Misconfigured or Retryable."""


def adapter(name: str) -> type[Crm]:
    """The adapter class of a CRM in `CRMS`, imported now."""
    module, _, cls = CRMS[name].partition(":")
    found: type[Crm] = getattr(import_module(module), cls)
    return found
