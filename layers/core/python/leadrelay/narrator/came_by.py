"""How somebody found us, in one line, from what links and pages say."""

from collections.abc import Iterator, Set
from urllib.parse import unquote

from leadrelay.came_by import came_by, clicked, is_called, plain, says_nothing, told_by
from leadrelay.lead import Lead
from leadrelay.narrator.labels import pair
from leadrelay.narrator.links import place_of
from leadrelay.narrator.words import Words

_MEDIUM_SAYS_NOTHING = frozenset({"", "none", "notset", "web", "website"})
_PAID = frozenset({"cpc", "ppc", "cpm"})


def line(lead: Lead, known: Words, *, told: Set[str]) -> str:
    """ "Came by: Google Ads, campaign “spring”; page www.example.com/contact"; "" where nothing
    tells. `told` are the pages that stand elsewhere."""
    link = ", ".join(dict.fromkeys(_link(lead, known)))
    page, before = (place_of(lead.tracking.get(one, "")) for one in ("page", "referrer"))
    before = "" if before in {page, *told} else before
    page = "" if page in told else page
    if not link:
        first, rest = ("page", before) if page else ("referrer", "")
        value = known.and_then.join(filter(None, (page or before, _told("referrer", rest, known))))
        return pair(first, value, known) if value else ""
    pages = (_told(name, one, known) for name, one in (("page", page), ("referrer", before)))
    return pair("came_by", known.and_then.join(filter(None, (link, *pages))), known)


def named(lead: Lead, known: Words) -> str:
    """The same where nothing but a name tells."""
    return pair("came_by", came_by(lead), known)


def _told(name: str, text: str, known: Words) -> str:
    return known.came_by[name].format(text=text) if text else ""


def _link(lead: Lead, known: Words) -> Iterator[str]:
    tags = lead.tracking
    if name := came_by(lead):
        yield name
    for told in (tags.get("utm_source", ""), tags.get("source", "")):
        if not (says_nothing(told) or plain(told) in plain(name) or is_called(name, told)):
            yield told
    for tag in ("campaign", "term", "content"):
        if text := unquote(tags.get(f"utm_{tag}", "")):
            told = text if text.isdigit() else known.quote(text)
            yield known.came_by[tag].format(text=told)
    if (click := clicked(lead)) and click != name:
        yield _told("click", click, known)
    medium = tags.get("utm_medium", "").replace("_", " ")
    if not (plain(medium) in _MEDIUM_SAYS_NOTHING or says_nothing(medium) or told_by(name, medium)):
        yield _told("paid" if plain(medium) in _PAID else "medium", medium, known)
