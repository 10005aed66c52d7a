"""How much one submission may hold, so that a bomb costs milliseconds and no memory."""

from dataclasses import dataclass

from leadrelay.errors import Rejected


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond any of these the request is rejected.

    `text_bytes` bounds all names and values together, in UTF-8, before anything is made of them.
    """

    body_bytes: int = 1_000_000
    fields: int = 500
    text_bytes: int = 300_000
    depth: int = 20
    files: int = 0


LIMITS = Limits()

# A lead is kept as JSON in one item of the ledger, which DynamoDB lets grow to 400 KiB. Beside it
# there are what it is found by (4 kB), its history (25 kB) and its files' names (10 kB).
LEAD_BYTES = 350_000

# Lambda takes requests of 6 MB (docs.aws.amazon.com/lambda, quotas), with the headers, and API
# Gateway hands over multipart as base64, which is a third longer; JSON it leaves as it is.
WITH_FILES = Limits(body_bytes=4_400_000, files=10)
WITH_BASE64_FILES = Limits(body_bytes=5_900_000, files=10)


def too_large(detail: str) -> Rejected:
    return Rejected(413, "Too large", detail)


def check_size(body: bytes, most: int) -> None:
    """Raises Rejected for a body of more bytes."""
    if len(body) > most:
        raise too_large(f"Send at most {most} bytes; this were {len(body)}.")
