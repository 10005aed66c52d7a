"""A party of a call: from what an exchange sends to a number, or to why there is none."""

import re
from dataclasses import dataclass

from leadrelay.intake.meaning.phones import e164, split_extension
from leadrelay.nobody import DIALLED, HIDDEN

ANONYMOUS = "anonymous"
_LONGEST = 200  # longer than this it names nobody

_DISPLAY = re.compile(r'"?([^"<>]*+)"?\s*+<([^<>]+)>')  # "Jane" <+442079460958>
_SCHEME = re.compile(r"(sips?|tel|client):(.*)", re.IGNORECASE | re.DOTALL)
_DIALLED = re.compile(r"\+?[\d\-.() ]{7,}")
_EXTENSION = re.compile(r"[*#]?\d{1,6}")
_UNESCAPED_PLUS = re.compile(r" \d{7,15}")
_HIDDEN = HIDDEN | DIALLED
_NO_NAME = _HIDDEN | {"wirelesscaller", "tollfreecall", "tollfreecaller", "callerid", "null"}


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a call. `number` is E.164 where it is one; else "anonymous", an extension, or
    the address as given; "" when nothing was."""

    number: str = ""
    extension: str = ""
    name: str = ""

    @property
    def phone(self) -> str:
        """The number a person can be called back at; "" when there is none."""
        return self.number if _DIALLED.fullmatch(self.number) else ""

    @property
    def is_internal(self) -> bool:
        """A colleague: an extension of the exchange, or a softphone's client."""
        return bool(_EXTENSION.fullmatch(self.number)) or self.number.lower().startswith("client:")


def party(text: str, region: str | None = None, *, international: bool = False) -> Party:
    """Read one end of a call. `region` is where a number without a country code belongs;
    `international` says that the sender leaves out the + but always gives the country code.

    An unescaped + in a query string arrives as a space in front of the number.
    """
    if len(text) > _LONGEST:
        return Party()
    name = ""
    if shown := _DISPLAY.fullmatch(text.strip()):
        name, text = person_name(shown[1]), shown[2]
    if text.replace(" ", "").lower() in _HIDDEN:
        return Party(ANONYMOUS, name=name)
    international = international or bool(_UNESCAPED_PLUS.fullmatch(text))
    number, extension = split_extension(_number(text.strip(), region, international=international))
    return Party(number, extension, name)


def person_name(text: str) -> str:
    """The name an exchange shows for a caller; "" for a number or a phrase that names nobody."""
    name = text.strip().strip('"').strip()
    says_nothing = name.replace(" ", "").lower() in _NO_NAME
    return "" if says_nothing or not any(map(str.isalpha, name)) else name


def _number(text: str, region: str | None, *, international: bool) -> str:
    if address := _SCHEME.fullmatch(text):
        return _address(address[1].lower(), address[2], text, region)
    return e164(text, region, international=international)


def _address(scheme: str, rest: str, text: str, region: str | None) -> str:
    """The number in a sip: or tel: address, if there is one; else the address."""
    user = re.split("[@;?]", rest, maxsplit=1)[0]
    if scheme == "client" or not _DIALLED.fullmatch(user):
        return user if scheme.startswith("sip") and _EXTENSION.fullmatch(user) else text
    if scheme == "tel" and (found := re.search(r";ext=(\d+)", rest)):
        user += f" ext. {found[1]}"
    number = e164(user, region)
    return number if scheme == "tel" or number.startswith("+") else text
