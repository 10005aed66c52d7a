"""A person's whole name, taken apart as CRMs want it: first and last name."""

import re
import unicodedata
from functools import lru_cache
from itertools import dropwhile, takewhile
from typing import NamedTuple

from leadrelay.given_names import GIVEN_NAMES
from leadrelay.nobody import plain, words

# Of these the ones that the library takes for a name.
_LEADING = words("""
    pani dott dottssa avv geom rag sigra mevr mevrouw dhr mgr mudr judr rndr phdr dipling diplkfm
    drs hr fru frk
""")
TITLES = _LEADING | words("""
    mr mrs ms miss mx dr prof doctor professor rev herr frau m mme mlle monsieur madame mademoiselle
    sr sra srta señor señora señorita sig signor signora dott dottssa dhr mevr pan pani
    sir madam ing dipl med phil and und et &
""")
"""Nobody's name in front of a name, without their points; and what joins two of them."""

# Where a family's name begins, of which the library knows a part or none: Jan in 't Veld, Otto Graf
# von Bismarck (part of the name in Germany since 1919), Khaled El Sayed.
_FAMILY = re.compile(
    r"(?<!\bAbd)(?<!\bAbou) (?=(?:in|op|uit|onder|bij|voor) (?:['’]t|de[nr]?|het) \S"
    r"|ten [A-Z]|El [A-Z]|(?:Graf|Gräfin|Freiherr|Freifrau|Freiin|Ritter|Edler?|Prinz|Prinzessin)"
    r" (?:von|zu|van) )"
)

_LONGEST, _MOST_WORDS = 100, 12  # beyond it is no name, and not worth a parser's time
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
# What Russians are called after their father: behind two names, of which the family's is first.
_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|овна|евна|ична)$")
_GENERATIONS = re.compile(r"jr|sr|jnr|snr|junior|senior|[ivx]{1,4}|\d(st|nd|rd|th)", re.IGNORECASE)


# Behind a comma these make a company of what stands before.
_COMPANIES = words(
    "inc incorporated ltd limited llc llp lp plc corp co gmbh ag kg sa sarl sl srl bv pc"
)
_GIVEN_NAMES = 3
# The commonest surnames of Vietnam, which stand first; the first ones are nobody's given name.
_ONLY_SURNAMES = words("nguyễn trần phạm huỳnh trương nguyen tran pham huynh truong")
_VIETNAMESE = _ONLY_SURNAMES | words("""
    lê hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn lâm mai trịnh đào lương lưu hà cao tạ
    chu thái châu vương quách tô đàm
""")
_ONLY_VIETNAMESE = re.compile("[ơưăđƠƯĂĐ\u1ea0-\u1ef9]")
_SCOTS = re.compile(r"^Mac|^Mc")  # in capitals McDONALD
_INITIALS = 3  # letters: IBM, JFK
_LETTERS = re.compile(r"[^\W\d_]+")


class Parts(NamedTuple):
    """`first` holds all given names, `last` all surnames with their particles and Jr. or III."""

    first: str
    last: str


@lru_cache(maxsize=64)
def split(full: str) -> Parts:
    """The parts of a name as somebody wrote it: "Ludwig van Beethoven", "de la Torre, Ana",
    "Dr. Jane Doe, PhD". One name alone is the last name.

    Titles and degrees are in neither part, nor is what stands in brackets. Names in the scripts
    of East Asia, Vietnamese ones and "DUPONT Jean" have the family's name first. What can't be
    told apart is split at the last space.
    """
    given = " ".join(full.split())
    names, trail = _without_trail(given.split(" "))
    names = list(dropwhile(lambda word: plain(word) in _LEADING, names)) or names
    if len(given) > _LONGEST or len(names) > _MOST_WORDS:
        return _at_the_last_space(given)
    if (len(names) == 1 and given.isascii()) or _is_surname(names):
        return Parts("", given)
    if turned := _family_first(names):
        return turned
    first, last = _told_apart(" ".join(names))
    words_ = f"{first} {last}".split()
    if len(words_) == 3 and _PATRONYMIC.search(words_[2]):  # Иванов Иван Иванович
        first, last = " ".join(words_[1:]), words_[0]
    if not last:
        first, last = ("", first) if first else _at_the_last_space(" ".join(names))
    return Parts(first, " ".join(filter(None, [last, *trail])))


def _is_surname(names: list[str]) -> bool:
    """Whether it begins as no first name does: "van der Muster"."""
    alone = names and not any("," in name for name in names)
    return bool(alone) and names[0].islower() and not all(map(str.islower, names))


def _family_first(names: list[str]) -> Parts | None:
    """In capitals, as in French and in many a CV; or by who has such a name."""
    untitled = list(dropwhile(lambda word: plain(word) in TITLES, names))
    capitals = list(takewhile(_is_shouted, untitled))
    rest = untitled[len(capitals) :]
    is_told = any(len(plain(word)) > _INITIALS for word in capitals)
    is_told = is_told and not (_are_given(capitals) and not any(_are_given([one]) for one in rest))
    if is_told and rest and rest[0][0].isupper() and not any(map(_is_shouted, rest)):
        return Parts(" ".join(rest), " ".join(capitals))
    if _is_vietnamese(untitled):
        return Parts(" ".join(untitled[1:]), untitled[0])
    return None


def _are_given(names: list[str]) -> bool:
    return all(plain(name) in GIVEN_NAMES for name in names)


def _is_shouted(word: str) -> bool:
    return _SCOTS.sub("", word).isupper() and len(plain(word)) > 1


def _is_vietnamese(names: list[str]) -> bool:
    """Abroad the family's name is mostly the last one: Linh Nguyễn."""
    told = unicodedata.normalize("NFC", " ".join(names)).casefold().split()
    if len(told) < 2 or told[0] not in _VIETNAMESE or told[-1] in _ONLY_SURNAMES:
        return False
    return (
        told[0] in _ONLY_SURNAMES
        or not told[0].isascii()
        or bool(_ONLY_VIETNAMESE.search(" ".join(told)))
    )


def is_turned(full: str) -> bool:
    """Whether somebody wrote the family's name first, and so told where it ends."""
    first, last = map(plain, split(full))
    return bool(first and last) and plain(full).find(last) < plain(full).find(first)


def natural(full: str) -> str:
    """The name in the order it is spoken in, without titles and degrees."""
    return " ".join(filter(None, split(full)))


def _without_trail(given: list[str]) -> tuple[list[str], list[str]]:
    """The words of the name, and signs that stand behind it, such as a flower."""
    end = len(given)
    while end and not any(map(str.isalnum, given[end - 1])):
        end -= 1
    return given[:end], given[end:]


def _told_apart(name: str) -> Parts:
    before, *family = _FAMILY.split(name, maxsplit=1)
    if family and "," not in name:
        return Parts(_parsed(f"{before} Doe").first, family[0])
    return _parsed(name)


def _parsed(name: str) -> Parts:
    # Imported here because it takes 0.1 s, and most leads tell first and last name apart.
    import nameparser  # noqa: PLC0415 - see above

    found = nameparser.parse(_BRACKETS.sub(r"(\1)", name))
    generations = [
        word for word in found.suffix.split() if _GENERATIONS.fullmatch(word.strip(".,"))
    ]
    # Judge and Prince are titles to the library, and may well be somebody's name
    names = [word for word in found.title.split() if word.strip(".").casefold() not in TITLES]
    return Parts(
        " ".join(filter(None, [*names, found.given_names])),
        " ".join(filter(None, [found.family, *generations])),
    )


def _at_the_last_space(name: str) -> Parts:
    first, _, last = name.rpartition(" ")
    return Parts(first, last)


def readable(name: str) -> str:
    """A name that a machine wrote: "OSAMPLE, GRACE" is Grace Osample."""
    last, comma, first = (part.strip() for part in name.partition(","))
    is_turned = comma and last and first and "," not in first
    if is_turned and plain(first) not in _COMPANIES and len(first.split()) <= _GIVEN_NAMES:
        name = f"{first} {last}"
    return _LETTERS.sub(_lowered, name) if name.isupper() and len(name) > _INITIALS else name


def _lowered(word: re.Match[str]) -> str:
    text = word[0].capitalize()
    return f"Mc{text[2:].capitalize()}" if text.startswith("Mc") and len(text) > _INITIALS else text
