"""Where a lead came from, by a name that readers understand: "Google Ads", "Newsletter".

It is told by the sender, by utm_source, by the ids that advertisers' links carry, by the referrer;
`came_by.toml`, beside this, says which is which.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from leadrelay.lead import Lead

_PAID = frozenset({"cpc", "ppc", "cpm", "paid", "paidsearch", "paidsocial", "sem", "display"})
_NOTHING = frozenset({"direct", "directtraffic", "none", "notset", "other", "offline"})


class _Origin(NamedTuple):
    """One table of `came_by.toml`; words and mediums are plain."""

    name: str
    words: tuple[str, ...]
    paid: tuple[str, ...]
    mediums: tuple[str, ...]
    clicks: tuple[str, ...]
    sites: tuple[str, ...]
    senders: tuple[str, ...]
    kinds: tuple[str, ...]


def came_by(lead: Lead) -> str:
    """Where the person came from; what utm_source says as it stands, where it is no known name;
    "" where nothing tells."""
    return _came_by(lead.sender, frozenset(lead.tracking.items()))


@lru_cache(maxsize=32)  # each part of a lead's note, and its fields, ask anew
def _came_by(sender: str, tracking: frozenset[tuple[str, str]]) -> str:
    tags = _tags(dict(tracking))
    source, medium = tags.get("utm_source", ""), plain(tags.get("utm_medium", ""))
    told = [plain(word) for word in (source, tags.get("source", ""))]
    site = _host(tags.get("referrer", ""))
    ways: Iterable[Iterator[str]] = (
        (one.name for one in _origins() if sender in one.senders),
        (one.name for one in _origins() if told[0] in one.paid and _paid(one, medium, tags)),
        (one.name for one in _origins() if told[0] in one.words),
        (one.name for one in _origins() if tags.keys() & one.clicks),
        (one.name for one in _origins() if told[1] in one.words),
        (one.name for one in _origins() if any(_below(site, known) for known in one.sites)),
        (one.name for one in _origins() if medium in one.mediums),
    )
    named = next((name for way in ways for name in way), "")
    if named or told[0] in _NOTHING:
        return named
    return " ".join(source.replace("_", " ").splitlines()).strip()


def says_nothing(told: str) -> bool:
    """Whether a tag says that there is nothing to say: "(direct)", "(none)"."""
    return plain(told) in _NOTHING


def is_called(name: str, told: str) -> bool:
    """Whether a tag only says the name in other words: "Google Organic" of Google."""
    return any(plain(told) in (*one.words, *one.paid) for one in _origins() if one.name == name)


def told_by(name: str, medium: str) -> bool:
    """Whether the name says as much as a medium does: who comes by Google Ads, clicked on one."""
    said = plain(medium)
    return said == plain(name) or any(
        said in one.mediums or (said in _PAID and one.paid)
        for one in _origins()
        if one.name == name
    )


def clicked(lead: Lead) -> str:
    """Whose link was clicked, by the ids that links carry; "" where nothing tells."""
    tags = _tags(lead.tracking).keys()
    return next((one.name for one in _origins() if tags & one.clicks), "")


def usual(lead: Lead) -> str:
    """How a lead of this kind comes, where nothing says more: "Telephone", "Website", or ""."""
    return next((one.name for one in _origins() if lead.kind in one.kinds), "")


def listed_as(name: str, listed: Iterable[str]) -> str | None:
    """What a CRM that lists these names calls this one; None if it has none for it."""
    known = {plain(one): one for one in listed if plain(one)}
    words = next((one.words for one in _origins() if one.name == name), ())
    return next((known[word] for word in (plain(name), *words) if word in known), None)


@lru_cache(maxsize=1024)  # what a CRM lists is compared with every lead
def plain(text: str) -> str:
    """Without case, accents, spaces and marks, for comparing."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]", "", "".join(c for c in letters if not unicodedata.combining(c)))


@cache
def _origins() -> tuple[_Origin, ...]:
    tables = tomllib.loads(files("leadrelay").joinpath("came_by.toml").read_text("utf-8"))
    return tuple(_origin(name, table) for name, table in tables.items())


def _origin(name: str, table: Mapping[str, list[str]]) -> _Origin:
    read = {key: tuple(table.get(key, ())) for key in _Origin._fields if key != "name"}
    said = {key: tuple(map(plain, read[key])) for key in ("words", "paid", "mediums")}
    return _Origin(name, **read | said)


def _tags(tracking: Mapping[str, str]) -> dict[str, str]:
    """What is tracked, and what the page's own address carries of it."""
    try:
        query = parse_qsl(urlsplit(tracking.get("page", "")).query)
    except ValueError:  # no URL
        query = []
    return {**dict(query), **{name: text for name, text in tracking.items() if text}}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _below(host: str, site: str) -> bool:
    if "." not in site:
        return site in host.split(".")[:-1]
    return host == site or host.endswith(f".{site}")


def _paid(origin: _Origin, medium: str, tags: Mapping[str, str]) -> bool:
    return medium in _PAID or bool(tags.keys() & origin.clicks)
