"""How somebody found us, in one line, from what links and pages say."""

from collections.abc import Iterator

from leadrelay.came_by import came_by
from leadrelay.lead import Lead
from leadrelay.narrator.values import place_of
from leadrelay.narrator.words import Words

_MEDIUM_SAYS_NOTHING = frozenset({"", "none", "(none)", "(not set)", "web", "website"})


def line(lead: Lead, known: Words) -> str:
    """ "Google Ads, campaign “spring”; page www.example.com/contact"; "" where nothing tells."""
    first = ", ".join(dict.fromkeys(_link(lead, known)))
    pages = _pages(lead, known)
    return "; ".join(filter(None, (first, *pages)))


def _link(lead: Lead, known: Words) -> Iterator[str]:
    tags = lead.tracking
    if name := came_by(lead):
        yield name
    for told in (tags.get("utm_source", ""), tags.get("source", "")):
        if told and told.casefold() not in name.casefold():
            yield told
    for tag, word in (("campaign", "campaign"), ("term", "term"), ("content", "content")):
        if text := tags.get(f"utm_{tag}"):
            yield known.came_by[word].format(text=known.quote(text))
    medium = tags.get("utm_medium", "")
    if medium.casefold() not in {*_MEDIUM_SAYS_NOTHING, name.casefold()}:
        yield known.came_by["medium"].format(text=medium.replace("_", " "))


def _pages(lead: Lead, known: Words) -> Iterator[str]:
    page, referrer = (place_of(lead.tracking.get(one, "")) for one in ("page", "referrer"))
    if page:
        yield known.came_by["page"].format(text=page)
    if referrer and referrer != page:
        yield known.came_by["referrer"].format(text=referrer)
