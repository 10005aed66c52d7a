"""Where a lead came from, as the CRM it goes to calls that."""

from collections.abc import Iterable, Iterator, Mapping

from leadrelay.came_by import came_by, listed_as, plain, usual
from leadrelay.crm.base import Advice
from leadrelay.lead import Lead


def names(lead: Lead, own: Mapping[str, str]) -> Iterator[str]:
    """What to look for in the CRM's list, the surest first; `own` is the option `came_by`, by
    which a source says what this CRM calls it."""
    called = {plain(name): word for name, word in own.items()}
    for name in filter(None, (came_by(lead), usual(lead))):
        if plain(name) in called:
            yield called[plain(name)]
        yield name


def listed(lead: Lead, own: Mapping[str, str], known: Iterable[str]) -> str:
    """The one of the CRM's names that says where the lead came from; "" if it has none for it."""
    known = [*known]
    found = (listed_as(name, known) for name in names(lead, own))
    return next((name for name in found if name), "")


def name(lead: Lead, own: Mapping[str, str]) -> str:
    """The same where the CRM has no list: in the source's words, else in ours."""
    return next(names(lead, own), "") if came_by(lead) else ""


def advise(own: Mapping[str, str], known: Iterable[str]) -> Iterator[Advice]:
    """The names of the option that the CRM doesn't list; a list that isn't told can't be judged
    by."""
    known = [*known]
    for name, word in own.items() if known else ():
        if listed_as(word, known) is None:
            yield Advice.unlisted(f"came_by.{name}", word, known)
