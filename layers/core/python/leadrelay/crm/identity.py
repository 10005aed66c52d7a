"""Who is the same person, as far as a lead and a CRM's records tell.

An e-mail address or a telephone number alone is not a person: families and offices share them. So
two are one person when they share an address or a number and nothing else that both tell speaks
against it. A name that one side lacks decides nothing; a different one decides. What says nobody
("n/a", "anonymous") is no name, no address and no number.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

from leadrelay.crm.names import bare, is_whole, same_name
from leadrelay.lead import Lead
from leadrelay.nobody import DIALLED, says_nobody

# An address begins where no other character of one stands before: so none is read twice.
_ADDRESS = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]++@[\w-]+(?:\.[\w-]+)+")
_EXTENSION = re.compile(r"(?:;ext=|ext\.?|x|#) *(\d{1,6})$", re.IGNORECASE)
_TRUNK = re.compile(r"(?<=\d) *\(0\)")  # +44 (0)20 …
_FEWEST_DIGITS = 7  # fewer are an extension or a short code
_SURE_DIGITS = 6  # that a number ends with, however its beginning is written
_KEYBOARD = ("01234567890", "9876543210")  # digits that a form was passed with


@dataclass(frozen=True, slots=True)
class Person:
    """What is told of somebody. `emails` and `phones` may be any texts, in any spelling."""

    name: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()

    @classmethod
    def of(cls, lead: Lead) -> Self:
        """Whom a lead is about; of a call, the other end."""
        other = lead.call.other if lead.call else None
        return cls(lead.name, (lead.email or "",), (lead.phone or other or "",))


def same(one: Person, other: Person) -> bool:
    """Whether they surely are one person. With whole names that agree, one shared address or
    number will do; without, another address or number on both sides speaks against it."""
    agreed = same_name(one.name, other.name)
    shared = _shared(one, other)
    if agreed is False or True not in shared:
        return False
    named = agreed and is_whole(one.name) and is_whole(other.name)
    return bool(named) or False not in shared


def the_one[R](wanted: Person, found: Iterable[tuple[Person, R]]) -> R | None:
    """The first record of the person wanted; None if there is none, or no telling which.

    Somebody with a name joins only a record that has it: one without may be that of whoever else
    has the address or the number. Nor does somebody without a name join one of several who share
    them.
    """
    holders = [(person, record) for person, record in found if True in _shared(wanted, person)]
    alike = [(person, record) for person, record in holders if same(wanted, person)]
    named = bool(bare(wanted.name))
    if named or _differ(*(person for person, _ in holders)):
        alike = [pair for pair in alike if bool(bare(pair[0].name)) == named]
    if not alike or _differ(*(person for person, _ in alike)):
        return None
    return alike[0][1]


def several(names: Iterable[str]) -> str:
    """The names of those who share a number, for showing: each person once, three at most, and
    what is nobody's name only where there is no other."""
    told = [name for name in names if name]
    people: list[str] = []
    for name in [name for name in told if bare(name)] or told:
        if name not in people and not any(same_name(name, other) for other in people):
            people.append(name)
    return " / ".join(people[:3]) + (" …" if len(people) > 3 else "")


def addresses(text: str | None) -> frozenset[str]:
    """The e-mail addresses in a text, for comparing; those that name nobody ("noemail@…") not. A
    domain with other letters than ASCII's is as the domain name system has it (RFC 3490)."""
    found = (match.casefold().partition("@") for match in _ADDRESS.findall(text or ""))
    return frozenset(f"{local}@{_domain(at)}" for local, _, at in found if not says_nobody(local))


def an_address(text: str | None) -> str:
    """The text, if it is an e-mail address and nothing else, as a CRM's field wants it; else ""."""
    given = (text or "").strip()
    return given if _ADDRESS.fullmatch(given) and addresses(given) else ""


def _domain(name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:  # a label that no domain has
        return name


def number(text: str | None) -> str:
    """A telephone number in digits, after "+" where it tells its country, before ";ext=45" if it
    has an extension; "" for none, for a hidden caller, and for what only fills a field."""
    given = _TRUNK.sub("", (text or "").partition("@")[0])
    extension = _EXTENSION.search(given)
    given = given[: extension.start()] if extension else given
    country = "+" if "+" in re.split(r"\d", given, maxsplit=1)[0] else ""
    digits = "".join(str(unicodedata.decimal(mark)) for mark in given if mark.isdecimal())
    if not country and digits.startswith("00"):
        country, digits = "+", digits.lstrip("0")
    filler = len(set(digits)) == 1 or any(digits in row for row in _KEYBOARD)
    if len(digits) < _FEWEST_DIGITS or filler or country + digits in DIALLED:
        return ""
    return f"{country}{digits};ext={extension[1]}" if extension else country + digits


def same_number(one: str, other: str) -> bool:
    """Whether two telephone numbers are one. Two that tell their countries are compared whole."""
    one, other = number(one), number(other)
    if one == other or not one or not other or one[0] == other[0] == "+":
        return one == other != ""
    if one.partition(";")[0][-_SURE_DIGITS:] != other.partition(";")[0][-_SURE_DIGITS:]:
        return False
    import phonenumbers  # noqa: PLC0415  # slow to import, and seldom needed

    sure = {phonenumbers.MatchType.NSN_MATCH, phonenumbers.MatchType.EXACT_MATCH}
    return phonenumbers.is_number_match(one, other) in sure


def _shared(one: Person, other: Person) -> tuple[bool | None, bool | None]:
    """Whether they share an address, and a number; None where a side tells none."""
    ours, theirs = (frozenset().union(*map(addresses, who.emails)) for who in (one, other))
    by_email = bool(ours & theirs) if ours and theirs else None
    pairs = [(a, b) for a in one.phones if number(a) for b in other.phones if number(b)]
    return by_email, any(same_number(*pair) for pair in pairs) if pairs else None


def _differ(*people: Person) -> bool:
    names = [person.name for person in people]
    return any(same_name(*pair) is False for pair in combinations(names, 2))
