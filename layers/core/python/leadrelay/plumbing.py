"""What a page, a program or a network adds to what somebody says, and no reader needs."""

import re
from functools import lru_cache
from ipaddress import ip_address

from leadrelay.nobody import words

_NULL = frozenset({"null", "undefined", "nan", "[object object]", "{}", "[]"})
_BROWSER = re.compile(r"(?:Mozilla|Opera|Dalvik|okhttp|curl|PostmanRuntime|axios|Wget)/\d")
_STORED = re.compile(r"(?:leads|uploads)/\S+/|s3://")
_HASH = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})", re.IGNORECASE)
_HASHES = words("sha sha1 sha256 sha512 md5 hash checksum digest etag fingerprint")

# In what programs call the address that a request came from: REMOTE_ADDR, x-forwarded-for.
_OF_NETWORK = ("ip", "addr", "forwarded", "remote", "client", "host", "visitor", "peer")

_IDS = words("id ids uid uuid guid sid key")
# Beside such a word it is a page's or a program's; a "customer id" may be somebody's answer.
_OF_PROGRAMS = words(
    """
    form forms entry submission response respondent post page site session visitor visit element
    unique request widget blog queried object event webhook hook instance block module field fields
    collector survey portal variant tracking tracker source parent account org tenant wpforms gform
    cf7 wpcf7 unit tag container locale version hidden data meta message lead adgroup creative ad
    campaign application
    """
)
_PASSING = words(
    """
    timestamp ts created updated modified submitted submission loaded load rendered page form server
    elapsed spent session visit received processed
    """
)
_CLOCK = _PASSING | words(
    "time date datetime at on ms sec secs seconds gmt utc entry start started"
)
_COUNTED = re.compile(
    r"(?=.*\d)[\d\s.,:+/_TZ-]+(?:\s?(?:[AP]M|UTC|GMT))*|\d{4}-\d\d-\d\d.*", re.IGNORECASE
)
_EPOCH = re.compile(r"1[4-9]\d{8}(?:\d{3})?(?:\.\d+)?")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PORT = re.compile(r"^(?:([\d.]+)|\[([0-9a-f:.]+)\])(?::\d+)?$", re.IGNORECASE)
_LONGEST = 200  # longer than this it is somebody's text


def is_private(name: str, value: str) -> bool:
    """What no CRM gets, whoever says it: addresses of networks, browsers' names, hashes. A question
    that somebody asked for it makes it an answer."""
    text = value.strip()
    if len(text) > _LONGEST * 5 or "?" in name:
        return False
    if _BROWSER.match(text) or _STORED.match(text):
        return True
    told = _words(name)
    if _HASH.fullmatch(text) or (told & _HASHES and _is_one_word(text)):
        return True
    if {"user", "agent"} <= told or _squeezed(name) == "useragent":
        return True
    of_network = "ip" in told or any(one in _squeezed(name) for one in _OF_NETWORK)
    return of_network and all(map(_is_address, text.split(",")))


def is_nothing(value: str) -> bool:
    """What a program writes where it has no value."""
    return not value.strip() or value.strip().lower() in _NULL


def is_plumbing(name: str, value: str) -> bool:
    """What a form adds by itself beside that: ids of forms and entries, clocks, a builder's own
    settings. Whatever may be an answer isn't."""
    text = value.strip()
    if is_private(name, value):
        return True
    if len(text) > _LONGEST or "?" in name:
        return False
    told = _words(name)
    if re.match("_[a-z]{2}", name) and _is_one_word(text):
        return True
    named = told & _IDS and told <= _IDS | _OF_PROGRAMS
    if named and _is_one_word(text) and any(map(str.isdigit, text)):
        return True
    clock = told & _CLOCK and (_EPOCH.fullmatch(text) or (told & _PASSING and told <= _CLOCK))
    return bool(clock and _COUNTED.fullmatch(text))


def _is_one_word(text: str) -> bool:
    return not any(map(str.isspace, text))


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower() if not any(map(str.isspace, name)) else ""


def _is_address(text: str) -> bool:
    try:
        ip_address(_PORT.sub(r"\1\2", text.strip()))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def _words(name: str) -> frozenset[str]:
    """sha256 keeps its number by its letters alone: sha."""
    return frozenset(word.lower() for word in _WORD.findall(name))
