"""The JSON that answers hold: every shape there is, for mypy and for docs/openapi.json.

The docstrings are what docs/openapi.json says of them.
"""

from typing import NotRequired, TypedDict


class Kept(TypedDict):
    """The lead is in the ledger, and will reach its CRMs."""

    id: str
    """The lead's id: 26 characters of base 32."""

    duplicate: bool
    """Whether the lead was there before this request: nothing new was queued."""


class SeveralKept(TypedDict):
    """The leads of a request that held several, or none that is wanted."""

    leads: list[Kept]


class Applied(TypedDict):
    """What Indeed wants to be told of an application."""

    id: str
    """The lead's id."""


class Place(TypedDict):
    """Where to put a file: a multipart POST to `url` with all `fields` and, as the last, `file`."""

    url: str
    """Good for 15 minutes."""

    fields: dict[str, str]
    """The form's other fields, all of which S3 wants; the file's name, percent-encoded, may go into
    `x-amz-meta-filename`."""


class UploadOffer(Place):
    """The place of the first file, or the only one."""

    id: str
    """The id of the lead that waits for its files."""

    others: list[Place]
    """The places of the others, in the order that they were announced in."""


class PageToken(TypedDict):
    """For the hidden field `lr_rendered` of a form whose source has `min_fill`."""

    token: str


class LinkedInProof(TypedDict):
    """The answer to LinkedIn's challenge."""

    challengeCode: str  # LinkedIn's words
    challengeResponse: str


class ZoomProof(TypedDict):
    """The answer to Zoom's `endpoint.url_validation`."""

    plainToken: str  # Zoom's words
    encryptedToken: str


class PhoneEndpoint(TypedDict):
    """Whom an NCCO connects to."""

    type: str
    number: str


class NccoAction(TypedDict):
    """One action of an NCCO, Vonage's instructions for a call."""

    action: str
    endpoint: list[PhoneEndpoint]


class CallAction(TypedDict, total=False):
    """46elks' instructions for a call; empty for a sender that only wants to see JSON."""

    connect: str
    """The number that the call is forwarded to."""


class Health(TypedDict):
    """The intake runs."""

    status: str
    version: str
    code: str
    """A digest of the code that runs; it changes with each change of the code."""
    sources: str
    """A digest of the sources.toml that it runs with."""


class CanaryHeard(TypedDict):
    """The mark of a canary got through (`leadrelay canary`)."""

    canary: str


class Problem(TypedDict):
    """RFC 9457. There is no `type`: the status says all that a program can act on."""

    title: str
    status: int
    detail: str
    """What to fix. It never repeats what was sent."""

    message: NotRequired[str]
    """What to tell the person who filled in the form, in the source's `language`."""

    field: NotRequired[str]
    """The name of the form's field that it is about, where it is about one."""


type Said = (
    Kept
    | SeveralKept
    | Applied
    | UploadOffer
    | PageToken
    | LinkedInProof
    | ZoomProof
    | list[NccoAction]
    | CallAction
    | Health
    | CanaryHeard
)
"""All that is said with a 200 in JSON."""
