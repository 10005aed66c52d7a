"""Every error of Leadrelay, named by what happens next.

LeadrelayError
├── Rejected         the sender's fault: answered with a 4xx, nothing is kept
├── Unavailable      our own stores can't be reached: answered with a 503, try again
│   └── SourceBroken     a mistake in this source's table: 503 until somebody mends it
├── NotAnOrder       what an operator asks for makes no sense: they are told why
├── SampleError      a file that is no sample request: they are told what is expected there
└── DeliveryError    one attempt to bring one lead to one CRM did not succeed
    ├── Retryable    the CRM has written nothing: try again later
    ├── Unknown      the CRM may have written it: look there before trying again
    ├── Refused      the CRM will never take this lead: park it with the CRM's words
    │   └── Undecidable  it may have it and can't be asked: park it with what a person shall do
    └── Misconfigured  our credentials or set-up: pause the CRM, tell somebody

A message is safe to log: it never holds a secret or a lead's contact data. What the CRM itself
said may hold both, so it travels in `words` and goes to the ledger only, never to a log.
"""

from collections.abc import Mapping
from types import MappingProxyType


class LeadrelayError(Exception):
    """Root of the tree above; never raised itself."""


class Rejected(LeadrelayError):
    """A request that can't become a lead. `detail` tells the sender what to fix; `headers` are
    those that HTTP wants beside the status; `field` is the form's that it is about, if any."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        field: str = "",
    ) -> None:
        super().__init__(f"{status} {title}")
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
        self.field = field


class Unavailable(LeadrelayError):
    """The ledger, a queue, a secret or a file can't be reached just now. `message` names which."""


class SourceBroken(Unavailable):
    """A source's table in `sources.toml` is wrong, so nobody knows what is to be done for it."""


class NotAnOrder(LeadrelayError):
    """The message says what is wrong with an order, and not what was given."""


class SampleError(LeadrelayError):
    """The message says which line of which file isn't as a request's, and what is expected."""


class DeliveryError(LeadrelayError):
    """`message` is ours and may be logged; `words` are the CRM's own and may not."""

    def __init__(self, message: str, *, words: str = "") -> None:
        super().__init__(message)
        self.words = words

    @property
    def reason(self) -> str:
        """What a person reads in the ledger: our message, then the CRM's words."""
        return f"{self}: {self.words}" if self.words else str(self)


class Retryable(DeliveryError):
    """Nothing was written. `after` is the CRM's Retry-After in seconds, if it gave one;
    `throttled` says that the CRM was only busy, so the attempt doesn't count; `unsure` that it may
    have been something before the CRM that said so: whoever can look does, before trying again."""

    def __init__(
        self,
        message: str,
        *,
        words: str = "",
        after: float | None = None,
        throttled: bool = False,
        unsure: bool = False,
    ) -> None:
        super().__init__(message, words=words)
        self.after = after
        self.throttled = throttled
        self.unsure = unsure


class Unknown(DeliveryError):
    """The request went out and no usable answer came back."""


class Refused(DeliveryError):
    """Trying again would get the same answer."""


class Undecidable(Refused):
    """The CRM may have written it, and has no way to tell us. `message` says where to look; `step`
    is the step of the delivery that it is about."""

    step: str | None = None


class Misconfigured(DeliveryError):
    """No lead can reach this CRM until a person mends the secret or the set-up.

    So it seems: one lead's answer proves nothing about the account, as something on the way may
    refuse that lead alone. `login` says that the login itself was refused, which is proof.
    """

    def __init__(self, message: str, *, words: str = "", login: bool = False) -> None:
        super().__init__(message, words=words)
        self.login = login
