"""What Leadrelay asks of a CRM adapter, and what it hands to one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from typing import Any, ClassVar, NamedTuple, Protocol

import httpx

from leadrelay.crm.mapping import OptionsModel
from leadrelay.crm.operations import Operation
from leadrelay.crms import CRMS
from leadrelay.lead import Attachment, Kind, Lead

type Secret = Mapping[str, Any]
type ReadFile = Callable[[Attachment], bytes]
"""The bytes of a lead's file. Raises Unavailable."""

_SHOWN = 20  # of what the CRM has, in one line


@dataclass(frozen=True, slots=True)
class Receipt:
    """The CRM has this lead. `created` is False when it had it before this attempt; `remark` is
    what an operator should know of it, and holds nothing of the lead."""

    record_id: str
    created: bool = True
    link: str | None = field(default=None, kw_only=True)
    remark: str | None = field(default=None, kw_only=True)


class Advice(NamedTuple):
    """What a source's options name and the CRM doesn't have, or the other way round.

    `key` is the option's, dotted where it is a table: "department", "fields.lastname"; "" for
    none in particular. `text` says what is wrong, and how to mend it.
    """

    key: str
    text: str

    @classmethod
    def unlisted(cls, key: str, value: object, listed: Iterable[str]) -> "Advice":
        """The CRM lists what it has, and `value` isn't among it."""
        first = [*islice(listed, _SHOWN + 1)]
        more = ", …" if len(first) > _SHOWN else ""
        has = f"it has {', '.join(first[:_SHOWN])}{more}"
        return cls(key, f"the CRM has no {value!r}; {has}. It may refuse leads for that")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody the CRM knows by a telephone number, as shown to whom they call. `link` leads to
    their record in the CRM, where the CRM tells it."""

    name: str
    company: str = ""
    link: str = ""


class Api(Protocol):
    """A CRM's whole documented API."""

    def call(self, operation: str, /, **params: Any) -> Any:
        """Call one of the adapter's `operations`; what it answers, as JSON.

        Raises Refused before anything is sent for what isn't in the table, else what
        `Operation.raises` says.
        """


class Findable(str):
    """What a step gives that its look is sure to find again: the CRM showed the reference in it.
    So it needn't be saved before the next write, which is a request to the ledger less."""

    __slots__ = ()


class Steps(Protocol):
    """The writes that one lead needs at one CRM, each done once however often it is tried."""

    def once(
        self, name: str, act: Callable[[], str], look: Callable[[], str | None] | None = None
    ) -> str:
        """The result of the step `name`: remembered if an earlier attempt finished it.

        When an earlier attempt may have written this step without our knowing, `look` is asked
        first, and what it finds is the result; only when it finds nothing is `act` called.
        A step without `look` that is in doubt raises `Undecidable`.
        """

    def begun(self, name: str) -> str | None:
        """What an earlier attempt made of a step: its result, "" if it may have been done, else
        None. What has begun in one way is finished so, whatever `sources.toml` says since."""

    @property
    def unnamed(self) -> bool:
        """Whether an earlier attempt may have begun with any step: it left no word of which."""


class Crm(Protocol):
    """One CRM account. Safe to use from several threads; a login is shared by them."""

    Options: ClassVar[type[OptionsModel]]
    """What a source may set for this CRM: the table [<source>.<crm>] of sources.toml."""

    operations: ClassVar[Mapping[str, Operation]]
    """The CRM's documented operations, by name."""

    secret_keys: ClassVar[tuple[frozenset[str], ...]]
    """The keys that the secret has to have, for each way to log in that there is."""

    @property
    def api(self) -> Api: ...

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
        read_file: ReadFile,
    ) -> Receipt:
        """Bring the lead into the CRM, each write as one of `steps`; `options` is an `Options`.

        Somebody known is told where they are (see `identity`), and nobody else's record is
        touched. Raises Retryable, Unknown, Refused, Undecidable, Misconfigured.
        """

    def find(self, lead: Lead, options: Any) -> Receipt | None:
        """The record that the lead became, or is told at: by its ref, as nothing else proves it;
        None if there surely is none. Raises Undecidable where the CRM doesn't show, Retryable,
        Refused, Misconfigured."""

    def caller(self, number: str) -> Caller | None:
        """Who has this number (E.164), all their names where several share it; None if nobody that
        the CRM knows. Somebody waits for the answer. Raises Retryable, Refused, Misconfigured."""

    def check(self) -> str:
        """Log in; a line that says as whom and where. Raises Misconfigured or Retryable."""

    def advise(self, kind: Kind, options: Any) -> list[Advice]:
        """What stands between leads of this kind, with these `Options`, and this account, as far
        as it can be looked up: mandatory fields that nothing fills, names and ids that the CRM
        doesn't have. Templates can't be looked up. Raises Retryable, Refused, Misconfigured."""


def adapter(name: str) -> type[Crm]:
    """The adapter class of a CRM in `CRMS`, imported now."""
    module, _, cls = CRMS[name].partition(":")
    found: type[Crm] = getattr(import_module(module), cls)
    return found
