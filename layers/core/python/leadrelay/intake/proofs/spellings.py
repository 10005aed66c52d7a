"""The ways a sender may have written the URL that it signed."""

from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

_PORTS = {"http": 80, "https": 443}

# What stays as it is beside letters, digits and -._~
_QUERY = "/?:@!$'()*,;"  # all that RFC 3986 lets stand in a value, and HubSpot v3 unescapes
_COMPONENT = "!'()*"  # JavaScript's encodeURIComponent

_WRITERS: tuple[Callable[[str], str], ...] = (
    partial(quote, safe="", errors="replace"),
    partial(quote, safe=_QUERY, errors="replace"),
    partial(quote_plus, safe="", errors="replace"),
    partial(quote, safe=_COMPONENT, errors="replace"),
    str,  # typed into a vendor's settings, and signed like that
)


def spellings(url: str) -> tuple[str, ...]:
    """Every spelling of `url` that its sender may have signed, as it was called first, none twice.

    Some senders sign other escapes than they send (twilio-node #621, #1183). The scheme's own port
    is tried written out too, as some senders sign it.
    """
    address, mark, query = url.partition("?")
    queries = [query, *_queries(query)] if mark else [""]
    spelled = (place + mark + one for place in _addresses(address) for one in queries)
    return tuple(dict.fromkeys(spelled))


def _queries(query: str) -> Iterable[str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    for write in _WRITERS:
        yield "&".join(f"{write(name)}={write(value)}" for name, value in pairs)


def _addresses(address: str) -> Iterable[str]:
    """The address, then with the other way to write its port."""
    yield address
    try:
        parts = urlsplit(address)
        port, usual = parts.port, _PORTS.get(parts.scheme)
    except ValueError:
        return  # a Host header that is none
    if port is None and usual and parts.netloc:
        yield parts._replace(netloc=f"{parts.netloc}:{usual}").geturl()
    elif port is not None:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
