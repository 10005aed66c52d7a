"""The ways a sender may have written a URL whose query reached us decoded."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import permutations
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


# More parameters have too many orders.
_ORDERED = 5
# Bytes that are signed beside the URL: more of them would take long for each order.
_CHEAP = 8_000


def spellings(url: str, *, beside: int = 0) -> tuple[str, ...]:
    """Every spelling of `url` that its sender may have signed, as given first, none twice.

    API Gateway decodes the query (docs.aws.amazon.com/apigateway, "Input format of a Lambda
    function for proxy integration") and keeps no order in it (serverless-express #23,
    aws-lambda-go #469), so the escapes and the order of the URL at hand are ours. All orders of up
    to five parameters are tried, where not many bytes `beside` the URL are signed with it. The
    scheme's own port is tried written out too, as some senders sign it.
    """
    address, mark, query = url.partition("?")
    queries = [query, *_queries(query, in_any_order=beside <= _CHEAP)] if mark else [""]
    spelled = (place + mark + one for place in _addresses(address) for one in queries)
    return tuple(dict.fromkeys(spelled))


def _queries(query: str, *, in_any_order: bool) -> Iterable[str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    for write in _WRITERS:
        written = [f"{write(name)}={write(value)}" for name, value in pairs]
        yield "&".join(written)
        if in_any_order and len(pairs) <= _ORDERED and len(query) <= _CHEAP:
            yield from map("&".join, permutations(written))


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
