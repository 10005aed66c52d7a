"""What a lead's field takes of a value that was offered for it, and which of several counts."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leadrelay.intake.meaning import values
from leadrelay.intake.meaning.emails import email_in
from leadrelay.intake.meaning.field_names import SECOND_SURNAME, SURNAME_PREFIX
from leadrelay.intake.meaning.phones import (
    as_typed,
    begins_with_words,
    number_of,
    numbers_in,
    region_of,
)

_NAMES = frozenset({"full_name", "first_name", "last_name", SECOND_SURNAME, SURNAME_PREFIX})
_ASKED_AGAIN = frozenset({"message", "consent"})  # by several questions, each of its own
_A_SENTENCE = 4  # words: so many nobody says twice by chance
_MOST = 20  # offers that are looked at; nobody has more addresses
_ID = re.compile(r"(?:\b|_|[a-z])(?:id|ID|Id)\W*$")
_MAIL = re.compile(r"[^\s@]{1,254}@[^\s@]{1,254}")


class Offer(NamedTuple):
    """A value that may belong into a field, and what the sender calls it."""

    name: str
    value: str


class Reading(NamedTuple):
    """What a field takes of an offer; `rest` says that the offer says more than that."""

    offer: Offer
    value: str
    rest: bool = False


class Countries(NamedTuple):
    """Where numbers without a country code belong: `dial` is what was chosen beside the number
    ("+49", "DE"), `regions` what else speaks for one, the surest first; `area` is dialled before
    the number within the country."""

    dial: str = ""
    regions: tuple[str | None, ...] = (None,)
    area: str = ""

    def spellings(self, text: str) -> Iterator[tuple[str, str | None]]:
        """The ways a number may be meant, each with where it belongs then."""
        if self.dial and (region := region_of(self.dial)):
            yield text, region
            digits = re.sub(r"\D", "", self.dial)
            if digits and not text.startswith(("+", "00")):
                yield f"+{digits.lstrip('0')} {text}", None
        area, digits = (re.sub(r"\D", "", told) for told in (self.area, text))
        if area and not (text.startswith(("+", "00")) or digits.startswith(area)):
            yield from ((f"{area} {text}", region) for region in self.regions)
        yield from ((text, region) for region in self.regions)


def choose(
    field: str, offers: Sequence[Offer], countries: Countries
) -> tuple[Reading | None, list[Offer]]:
    """The first offer that is such a thing, and all that it leaves unsaid: equal ones say
    nothing new, but a "yes" or a "B" does, to another question. What a job is called says more
    than its id."""
    if field == "job":
        offers = sorted(offers, key=lambda offer: bool(_ID.search(offer.name)))
    read = (_read(field, offer, countries) for offer in offers[:_MOST])
    readings = [found for found in read if found]
    chosen = _best_number(readings) if field == "phone" else next(iter(readings), None)
    said = {
        found.offer.name
        for found in readings
        if chosen and found.value.lower() == chosen.value.lower() and not found.rest
    }
    if chosen and field in _ASKED_AGAIN and len(chosen.value.split()) < _A_SENTENCE:
        said &= {chosen.offer.name}
    return chosen, [offer for offer in offers if offer.name not in said]


def _read(field: str, offer: Offer, countries: Countries) -> Reading | None:
    text = offer.value
    match field:
        case "email":
            found = email_in(text)
            return Reading(offer, found, rest=_bare(text) != _bare(found)) if found else None
        case "phone":
            return _read_number(offer, countries)
        case "message":
            # a question mark alone may be meant
            said = not values.is_nothing(text) or not any(map(str.isalnum, text))
            return Reading(offer, values.unescaped(text)) if said else None
        case "address1" if not values.is_nothing(text):
            lines = filter(None, (line.strip(" ,") for line in text.splitlines()))
            return Reading(offer, values.one_line(", ".join(lines)))
        case _ if field in _NAMES:
            name = values.unquoted(values.one_line(text))
            is_visitor = field == "full_name" and values.is_visitor(name)
            return Reading(offer, name) if values.is_name(name) and not is_visitor else None
    return None if values.is_nothing(text) else Reading(offer, values.one_line(text))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


def _read_number(offer: Offer, countries: Countries) -> Reading | None:
    line = values.visible(offer.value)[: values.ONE_LINE]
    lines, addresses = _MAIL.subn(" ", line)
    text = " ".join(lines.split())
    is_long = len(offer.value) > values.ONE_LINE
    says_more = is_long or addresses > 0 or begins_with_words(offer.value)
    for spelling, region in countries.spellings(text):
        if number := number_of(spelling, region):
            return Reading(offer, number, rest=says_more)
    for spelling, region in countries.spellings(lines):
        if number := next(numbers_in(spelling, region), ""):
            return Reading(offer, number, rest=True)
    typed = as_typed(text)
    return Reading(offer, typed) if typed else None


def _best_number(readings: Sequence[Reading]) -> Reading | None:
    """The first one that can be dialled from anywhere; and of one number that was sent twice, as
    typed and with its country code, the latter: the former may be read in a wrong country."""
    international = [found for found in readings if found.value.startswith("+")]
    if not international:
        return next(iter(readings), None)
    first = international[0]
    tail = re.sub(r"\D", "", first.offer.value).lstrip("0")
    for found in international:
        given = found.offer.value.strip()
        if given.startswith(("+", "00")) and tail and found.value.endswith(tail):
            return found
    return first
