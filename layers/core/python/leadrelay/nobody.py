"""Texts that stand where a person, an address or a number should, and name nobody."""

import re


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HIDDEN = words(
    """
    anonymous restricted blocked unknown unavailable private withheld hidden notavailable
    privatenumber privatecaller numberwithheld withheldnumber unknowncaller unknownnumber
    nocallerid callerunknown anonymouscaller callerhidden
    """
)
"""How exchanges say that a caller hides."""

DIALLED = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a telephone's letters, as Twilio
gives them (help.twilio.com, "calls from these strange numbers")."""

_NOTHING = HIDDEN | words(
    """
    na no none null nil nobody noone noname nonegiven notapplicable notgiven notprovided
    notknown noemail nomail nophone nonumber noreply donotreply undefined
    wirelesscaller tollfreecall tollfreecaller callerid
    """
)
_MARKS = re.compile(r"[\W_]+")


def says_nobody(text: str) -> bool:
    """Whether a whole text says that there is none: "n/a", "None", "unknown caller", "-"."""
    said = _MARKS.sub("", text.casefold())
    return not said or said in _NOTHING or _MARKS.sub("+", text.strip()) in DIALLED
