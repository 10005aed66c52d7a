"""By what a lead can be found, and erased: every address and number that it holds."""

import re
from collections.abc import Iterator
from itertools import islice

from leadrelay.intake.meaning.emails import emails_in
from leadrelay.intake.meaning.phones import in_digits, numbers_in, split_extension
from leadrelay.lead import OWN_FIELDS, Lead
from leadrelay.sources import Source

_OF_TIMES = re.compile(r"(?:\b|_)(?:ts|at|on)$|(?:At|On)$|[tT]ime|[dD]ate|[sS]tamp")
KNOWN_BY = 20  # beside the lead's own; each is an item of the ledger


def findable(lead: Lead, source: Source) -> Lead:
    """The lead with `known_by`: what stands anywhere in its texts. Numbers without a country code
    are taken to belong to the source's region; without one, by their digits."""
    own = {(lead.email or "").lower(), lead.phone, lead.call and lead.call.caller}
    found = dict.fromkeys(key for key in _keys(lead, source.default_region) if key not in own)
    return lead.model_copy(update={"known_by": tuple(islice(found, KNOWN_BY))}) if found else lead


def _keys(lead: Lead, region: str | None) -> Iterator[str]:
    given = lead.model_dump(exclude={*OWN_FIELDS, "call", "resume", "attachments", "tracking"})
    beside = {**given.pop("extra"), **given.pop("technical")}
    beside = {name: text for name, text in beside.items() if not _is_a_time(name, text)}
    career = [text for one in given.pop("career") for text in one.values() if isinstance(text, str)]
    texts = [*beside.values(), *filter(None, given.values()), *career]
    whole = "\n".join(texts)
    yield from (address.lower() for address in emails_in(whole))
    yield from (split_extension(number)[0] for number in numbers_in(whole, region))
    if lead.phone and not lead.phone.startswith("+"):
        yield in_digits(lead.phone)


def _is_a_time(name: str, text: str) -> bool:
    """Unix time, which has as many digits as a telephone number."""
    return text.isdigit() and bool(_OF_TIMES.search(name))
