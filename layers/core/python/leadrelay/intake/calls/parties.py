"""A party of a call: from what an exchange sends to a number, or to why there is none."""

import re
from dataclasses import dataclass

from leadrelay.intake.calls import hidden
from leadrelay.intake.meaning.phones import e164, numbers_in, split_extension
from leadrelay.names import readable

_LONGEST = 200  # longer than this it names nobody

_DISPLAY = re.compile(r'"?([^"<>]*+)"?\s*+<([^<>]+)>')  # "Jane" <+442079460958>
_SCHEME = re.compile(r"(sips?|tel|client):(.*)", re.IGNORECASE | re.DOTALL)
_AT_HOST = re.compile(r"[^@\s]+@[\w.\-:\[\]]+(;.*)?")  # a SIP address without its scheme
_DIALLED = re.compile(r"\+?[\d\-.() ]{7,}")
_EXTENSION = re.compile(r"[*#]?\d{1,6}")
_READ = re.compile(r"\+\d{7}")
_UNESCAPED_PLUS = re.compile(r" \d{7,15}")
_A_NUMBER = 7  # digits in a name, such as V20255501470001
# What carriers show where they know no name (US caller ID), and what they warn of.
_CARRIERS = re.compile(
    r"(?:wireless|cell(?:ular)?|mobile|toll.?free|pay|voip|business|residential|conference)"
    r"[ -]?(?:caller|call|phone|number|line)?s?(?: [A-Z]{2})?"
    r"|(?:(?:potential|suspected|likely|possible) )?(?:spam|scam|fraud)(?: (?:likely|risk|call))?"
    r"|telemarketer|name unavailable|caller id|incoming call|no name",
    re.IGNORECASE,
)
_PADDED_PLACE = re.compile(r"[A-Z][A-Z .'-]{1,12} {2,}[A-Z]{2}")  # "BROOKLYN     NY"
_UNTOLD = {"", "null", "none", "undefined"}  # which templates write where they have no value


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a call. `number` is E.164 where it is one; else an extension, or the address as
    given; "" when there was none, or somebody who is `hidden`. `text` is what hid them, unless it
    is a word that says just that."""

    number: str = ""
    extension: str = ""
    name: str = ""
    hidden: bool = False
    text: str = ""

    @property
    def phone(self) -> str:
        """The number a person can be called back at; "" when there is none."""
        return self.number if _DIALLED.fullmatch(self.number) else ""

    @property
    def is_internal(self) -> bool:
        """A colleague: an extension of the exchange, or a softphone's client."""
        return bool(_EXTENSION.fullmatch(self.number)) or self.number.lower().startswith("client:")

    @property
    def is_told(self) -> bool:
        """Whether anything is known of it, be it that it hides."""
        return bool(self.number) or self.hidden


def party(text: str, region: str | None = None, *, international: bool = False) -> Party:
    """Read one end of a call. `region` is where a number without a country code belongs;
    `international` says that the sender leaves out the + but always gives the country code.

    An unescaped + in a query string arrives as a space in front of the number. What holds neither
    a number nor an extension nor an address is somebody who hides, whatever the word for it.
    """
    if len(text) > _LONGEST:
        return Party()
    name = ""
    if shown := _DISPLAY.fullmatch(text.strip()):
        name, text = person_name(shown[1]), shown[2]
    if text.strip().lower() in _UNTOLD:
        return Party(name=name)
    international = international or bool(_UNESCAPED_PLUS.fullmatch(text))
    number, extension = split_extension(_number(text.strip(), region, international=international))
    if number:
        return Party(number, extension, name)
    return Party(name=name, hidden=True, text="" if hidden.is_known(text) else text.strip())


def person_name(text: str) -> str:
    """The name an exchange shows for a caller; "" for a number or a phrase that names nobody."""
    name = " ".join(text.strip().strip('"').split())
    digits = sum(map(str.isdigit, name))
    if hidden.is_word(name) or not any(map(str.isalpha, name)) or digits >= _A_NUMBER:
        return ""
    if _CARRIERS.fullmatch(name) or _PADDED_PLACE.fullmatch(text.strip()):
        return ""
    return readable(name)


def _number(text: str, region: str | None, *, international: bool) -> str:
    """The number, the extension or the address that a text is; "" for none of them."""
    if hidden.is_known(text):
        return ""
    if address := _SCHEME.fullmatch(text):
        return _address(address[1].lower(), address[2], text, region)
    if _AT_HOST.fullmatch(text):
        return _address("sip", text, text, region)
    if ";" in text and _DIALLED.fullmatch(
        text.partition(";")[0]
    ):  # a tel: address, without its scheme
        return _address("tel", text, text, region)
    number = e164(text, region, international=international)
    if not (_READ.match(number) or _DIALLED.fullmatch(number)):
        number = next(numbers_in(text, region), number)
    dialled = _READ.match(number) or _DIALLED.fullmatch(number)
    if dialled and not hidden.is_dialled_word(number):
        return number
    return number if _EXTENSION.fullmatch(number) else ""


def _address(scheme: str, rest: str, text: str, region: str | None) -> str:
    """The number in a sip: or tel: address, if there is one; else the address."""
    user, _, host = re.split("[;?]", rest, maxsplit=1)[0].partition("@")
    if scheme == "client":
        return text
    if hidden.is_known(user) or hidden.is_nobodys_host(host):
        return ""
    if not _DIALLED.fullmatch(user):
        return user if _EXTENSION.fullmatch(user) else text
    if scheme == "tel" and (found := re.search(r";ext=(\d+)", rest)):
        user += f" ext. {found[1]}"
    return e164(user, region)
