"""What exchanges write in place of a caller who hides, or of whom they know nothing.

Networks say it by letters (P private, O out of area: Bellcore's caller ID), SIP by an address of
nobody (RFC 3323), exchanges by a word in their own language. Words of more languages than these
need no entry: where a number should be, a text that holds none hides one (see parties). The list
is for what else could be somebody: a SIP user, or the name shown beside a number.
"""

import re

from leadrelay.nobody import DIALLED, HIDDEN, plain

# What is dialled to hide one's number, and comes through where an exchange doesn't act on it.
_CODES = frozenset(["*67", "#31#", "*31#", "*31*", "#31", "*31", "#67", "*81"])
_NOBODYS_HOST = re.compile(r"(?:.+\.)?invalid\.?", re.IGNORECASE)  # RFC 2606


def is_word(text: str) -> bool:
    """Whether a text is one of those words, in any case and with any separators."""
    return plain(text) in HIDDEN


def is_nobodys_host(host: str) -> bool:
    """Whether a SIP address is at a host that can't be: sip:anonymous@anonymous.invalid."""
    return bool(_NOBODYS_HOST.fullmatch(host.partition(":")[0]))


def is_known(text: str) -> bool:
    """Whether this is known to stand for a hidden number: a word, a code, nothing but zeros, or a
    dialled word behind a +."""
    digits = text.strip()
    return (
        is_word(digits)
        or not any(map(str.isalnum, digits))
        or (len(digits) == 1 and digits.isalpha())
        or digits in _CODES
        or digits in DIALLED
        or bool(re.fullmatch(r"\+?[0\s\-]*0", digits))
    )


def is_dialled_word(digits: str) -> bool:
    """Whether bare digits spell such a word. Some country may have that very number: so only
    where they can't be read as one."""
    return "+" + digits in DIALLED
