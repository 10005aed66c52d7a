"""Whether two names can be one person's."""

import unicodedata
from itertools import dropwhile, takewhile

from leadrelay.names import TITLES
from leadrelay.nobody import says_nobody, words

type Word = frozenset[str]
"""A word of a name: its spellings, plain."""

_A_NUMBER = 7  # digits
_MOST_WORDS = 12  # of more, nobody's name, only the very same are one
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_MEN = words("mr herr monsieur sr señor sig signor dhr pan sir")
_WOMEN = words(
    "mrs ms miss frau mme mlle madame mademoiselle sra srta señora señorita signora pani"
)
_PARTICLES = words("de del la las los da dos du van von der den ter zu zur")
# Letters that no decomposition takes apart, and how some are spelled without a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def same_name(one: str, other: str) -> bool | None:
    """None if one side tells no name, or each is in another script.

    Case, accents, titles and particles don't matter, nor whether the surname comes first; "J."
    stands for Jane; the shorter may leave out what the longer has, such as a middle name or a
    mother's surname. José María isn't María José, nor Mr Doe Mrs Doe.
    """
    shorter, longer = sorted((bare(one), bare(other)), key=len)
    if not shorter or _is_latin(shorter) != _is_latin(longer):
        return None
    if _is_of_another_sex(one, other):
        return False
    # "De la Cruz" is also Delacruz, and some scripts have no spaces.
    return _letters(one) == _letters(other) or _within(shorter, longer)


def is_whole(name: str) -> bool:
    """Whether there is more than a first name, a surname or initials."""
    told = bare(name)
    return len(told) > 1 and any(len(spelling) > 1 for word in told for spelling in word)


def bare(name: str) -> list[Word]:
    """The words that tell somebody; none of a number, an address, or what says nobody."""
    if says_nobody(name) or "@" in name or sum(map(str.isdigit, name)) >= _A_NUMBER:
        return []  # also "Caller +1 202-555-0147"
    given = [word for part in name.split(",") for word in dropwhile(_is_title, _split(part))]
    inner = [word for word in given[1:-1] if word not in _PARTICLES]
    return [spellings(word) for word in (*given[:1], *inner, *given[1:][-1:])]


def spellings(word: str) -> Word:
    """A word in small letters as it is spelled without marks: "müller" is muller and mueller."""
    return frozenset({_plain(word), _plain(word.translate(_SPELLED))})


def _is_title(word: str) -> bool:
    return word in TITLES


def _split(name: str) -> list[str]:
    text = unicodedata.normalize("NFC", name.casefold()).translate(_APOSTROPHES)
    words = "".join(mark if unicodedata.category(mark)[0] in "LM" else " " for mark in text).split()
    return [word for word in words if _plain(word)]  # an accent alone is none


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.translate(_PLAIN))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _letters(name: str) -> str:
    return "".join(map(_plain, _split(name)))


def _is_of_another_sex(one: str, other: str) -> bool:
    """By how both are addressed: "Mr Doe", or "Doe, Mr" in a list."""
    parts = f"{one},{other}".split(",")
    titles = {title for part in parts for title in takewhile(_is_title, _split(part))}
    return bool(titles & _MEN and titles & _WOMEN)


def _within(shorter: list[Word], longer: list[Word]) -> bool:
    """Whether the words of the shorter stand in the longer in their order, wherever it begins."""
    if len(longer) > _MOST_WORDS:
        return shorter == longer
    turned = (longer[start:] + longer[:start] for start in range(len(longer)))
    return any(_in_order(shorter, words) for words in turned)


def _in_order(shorter: list[Word], longer: list[Word]) -> bool:
    left = iter(longer)
    return all(any(_fits(word, other) for other in left) for word in shorter)


def _fits(one: Word, other: Word) -> bool:
    """Whether they share a spelling, or one is the other's initial. A sign of a script without
    capitals is a word of its own: 李 is a surname, and no initial of 李娜."""
    firsts = {spelling[0] for spelling in one} & {spelling[0] for spelling in other}
    initials = {letter for letter in firsts if letter != letter.upper()}
    return bool(one & other or initials & (one | other))


def _is_latin(told: list[Word]) -> bool:
    return any(spelling.isascii() for word in told for spelling in word)
