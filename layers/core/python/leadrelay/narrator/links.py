"""Links without what opens them to anybody who holds them."""

import re
from urllib.parse import unquote, urlsplit

from leadrelay.nobody import words as listed

_URL = re.compile(
    r"(?:\b(?:https?|s?ftp|wss?|s3|gs)://|\bwww\.(?![^\s/@]{1,64}@))[^\s<>\"]+", re.IGNORECASE
)
_START = re.compile(r"(?:\w+://)?(?:[^/?#]*@)?")  # a user's name and password go
# Parameters that open what isn't everybody's; whoever reads the CRM has a login of their own. What
# somebody hands on by a link to share it (Dropbox's rlkey, Google's resourcekey) is none of them.
_SECRETS = listed(
    "sig hmac pwd pass passcode auth authorization sid session policy otp hdnea hdnts"
)
_WITHIN = re.compile(
    "token|secret|signature|passw|credential|apikey|accesskey|privatekey|jwt|bearer|sessionid"
)
_KEY_OF = frozenset({"access", "api", "auth", "private", "secret", "account", "pair", "signing"})
_SIGNED = ("x-amz-", "x-goog-")  # each of these goes: without its signature it means nothing
# What stands beside a signature, and is of no use without it: Azure's (learn.microsoft.com,
# "Create a service SAS"), and what Google's and Amazon's older ones and CloudFront's have.
_BESIDE_ONE = listed(
    "sv ss srt sr st se sp sip spr skoid sktid skt ske sks skv rscc rscd rsce rscl rsct expires "
    "googleaccessid awsaccesskeyid keypairid algorithm"
)
_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")
_SIGNS = re.compile(r"(?:hmac|signature|sig|token)=", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def without_secrets(text: str) -> str:
    """The text, each of its links without what opens it: parameters, passwords, signed paths."""
    if "://" not in text and "www." not in text.lower():
        return text
    return _URL.sub(lambda found: _open_link(found[0]), text)


def place_of(url: str) -> str:
    """Host and path of a page, without what its address carries along."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if not (parts.netloc and parts.scheme in {"http", "https"}):
        return url
    return f"{parts.netloc}{parts.path}".rstrip("/")


def _open_link(url: str) -> str:
    bare = url.rstrip(".,:;!?)]}'")
    address, hash_, fragment = bare.partition("#")
    address, mark, query = address.partition("?")
    start = _START.match(address)
    user = start[0].rpartition("/")[2] if start else ""
    whole = _path(address.replace(user, "", 1) if user else address)
    for sign, told in ((mark, _harmless(query)), (hash_, _harmless(fragment))):
        whole += sign + told if told else ""
    return whole + url[len(bare) :]


def _path(address: str) -> str:
    """A part of it that is a key itself is left out visibly: a shorter path is another page."""
    without = re.sub(r";[^/;]*", lambda one: "" if _opens(one[0]) else one[0], address)
    return re.sub(r"[^/]+", lambda one: "…" if _is_key(one[0]) else one[0], without)


def _is_key(part: str) -> bool:
    return bool(_JWT.search(part)) or ("=" in part and _opens(part))


def _harmless(query: str) -> str:
    """What is left stays as it is written, for a server may take no other spelling."""
    parts = re.split(r"(?=[&;?])", query)
    kept = [one for one in parts if not _opens(one)]
    if len(kept) < len(parts):
        kept = [one for one in kept if _plain(_name(one)[0]) not in _BESIDE_ONE]
    return "".join(kept) if kept[:1] and query.startswith(kept[0]) else "".join(kept)[1:]


def _opens(pair: str) -> bool:
    name, value = _name(pair)
    told = [word.lower() for word in _WORD.findall(name)]
    is_key = "key" in told and (told == ["key"] or not _KEY_OF.isdisjoint(told))
    named = is_key or not _SECRETS.isdisjoint(told) or _WITHIN.search(_plain(name))
    signed = name.lower().startswith(_SIGNED) or _SIGNS.search(value) or _JWT.search(value)
    return bool(value) and bool(named or signed or without_secrets(value) != value)


def _name(pair: str) -> tuple[str, str]:
    name, _, value = unquote(pair).lstrip("&;?").partition("=")
    return name, value


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
