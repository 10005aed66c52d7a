"""What Twilio signs, and Plivo's first version: the URL, then every field of the form."""

from collections.abc import Iterable, Iterator, Mapping

from leadrelay.intake.body.urlencoded import read_urlencoded
from leadrelay.intake.limits import LIMITS
from leadrelay.intake.proofs.spellings import spellings


def form_fields(headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
    """The decoded pairs of a form; none for any other body. Raises Rejected for no form at all."""
    if "form-urlencoded" not in headers.get("content-type", "").lower():
        return []
    pairs = read_urlencoded(body, LIMITS)
    return [
        (name.decode("utf-8", "replace"), value.decode("utf-8", "replace")) for name, value in pairs
    ]


def signed_texts(url: str, fields: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """Each spelling of the URL with the fields behind it: names sorted, distinct values sorted,
    nothing between them (twilio.com/docs/usage/security)."""
    tail = "".join(name + value for name, value in sorted(set(fields)))
    return ((one + tail).encode("utf-8", "replace") for one in spellings(url))
