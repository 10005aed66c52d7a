"""Telephone numbers to E.164, from the many ways people and exchanges write them."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# The library takes longer to import than all the rest of reading a form: hence in the functions.

_EXTENSION = ";ext="
_VALID = "001"  # the library's word for the world, here for: a guess, so only if it is a valid one
_NO_NUMBER = {"", "null", "none", "undefined", "+"}
_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"(sips?|client):", re.IGNORECASE)
_BARE = re.compile(r"\d{11,15}")  # shorter ones could be local numbers
_TYPED = re.compile(r"\(?\d[\d\s\-./()]{4,30}\d\)?")  # a date, or a computer's address:
_DOTTED = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d.*|\d{1,3}(\.\d{1,3}){3}")
_DOUBLED = re.compile(r"(?:\+|00)(\d{1,3})[\s\-]*(?:\+|00)\s*(?=\1)")  # +44 +44 7400 …
_TWICE = [re.compile(rf"\+(\d{{{digits}}})(?=[\s\-]?\1)") for digits in (1, 2, 3)]  # +44 44 7400
_FLOAT = re.compile(r"(\+?\d{7,15})\.0+")  # a spreadsheet's
_POWER = re.compile(r"(\d)\.(\d{6,14})E\+(\d\d)", re.IGNORECASE)  # 4.47400123456E+11
# Mexico dialled 044, 045, 01 and 1 before the ten digits of a number until August 2019, and 1
# behind +52 (ift.org.mx, "marcación a 10 dígitos"); pages and address books still do.
_MEXICAN = re.compile(r"(?:(?:\+|00)?52)?(?:04[45]|01|1)(\d{10})")
# What extensions are called that the library doesn't know, in Poland, Germany, France, …
_EXTENSION_WORD = re.compile(
    r"\b(?:wewn?|dw|durchwahl|app|apparat|nst|poste|interno|toestel|ramal|anexo)\.?:? ?(\d{1,6})",
    re.IGNORECASE,
)
_DIAL_CODE = re.compile(r"(?:\+|\b00|(?<![\d+]))([1-9]\d{0,3})\b")
_PARTS = re.compile(r"[\s\-./()]")
# Where a number may be in a text. It never looks at a character more than 60 times.
_NUMBER_LIKE = re.compile(
    r"[+(]{0,2}\d[\d \t\u00a0\-./()]{5,30}\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?", re.IGNORECASE
)
_MOST = 60  # of such in one text
_LABEL = re.compile(r"[\W_]*(?:tel|tél|phone|telephone|telefon|mobile)?[\W_]*", re.IGNORECASE)


def e164(text: str, region: str | None = None, *, international: bool = False) -> str:
    """The number in E.164 if `text` holds exactly one number, else `text` as given.

    `region` (ISO 3166, e.g. "GB") is where a number without a country code belongs: there it must
    be a valid one. With a country code it is enough that it could be one, as new ranges are in
    use before the library knows them. An extension follows as RFC 3966 writes it, ";ext=45". What
    means "no number" gives "". `international` says that its sender leaves out the + but always
    gives the country code. A caller who hides stays "anonymous", and `sip:` and `client:`
    addresses stay themselves.
    """
    given = text.strip()
    if given.lower() in _NO_NUMBER:
        return ""
    if international and given.isdigit():
        attempts = (f"+{given}", _VALID), (given, region), (f"+{given}", None)
        return next(filter(None, (_read(*attempt) for attempt in attempts)), given)
    return number_of(given, region) or given


def number_of(text: str, region: str | None) -> str:
    """The one number that a text is, as `e164`; "" for any other text."""
    readings = (_read(attempt, country) for attempt, country in _attempts(text.strip(), region))
    return next(filter(None, readings), "")


def begins_with_words(text: str) -> bool:
    """Whether more than a label stands before the first digit: `number_of` passes over that."""
    return not _LABEL.fullmatch(re.split(r"\d", text, maxsplit=1)[0])


def split_extension(number: str) -> tuple[str, str]:
    """("+12025550123", "45") from "+12025550123;ext=45"."""
    number, _, extension = number.partition(_EXTENSION)
    return number, extension


def numbers_in(text: str, region: str | None) -> Iterator[str]:
    """Every number in a text, but no end of them, in E.164: those that surely are meant as
    numbers, which without a country code or a region nothing is."""
    for part in islice(_NUMBER_LIKE.finditer(text), _MOST):
        number = number_of(part[0], region)
        yield from [number] if number else _within(part[0], region)


def _within(text: str, region: str | None) -> Iterator[str]:
    import phonenumbers  # noqa: PLC0415 - see above

    for found in phonenumbers.PhoneNumberMatcher(text, region):
        if not _is_filler(found.number):
            yield _formatted(found.number)


def as_typed(text: str) -> str:
    """A text that looks like a telephone number, for a person who knows where it belongs; "" for
    any other."""
    given = " ".join(text.split())
    digits = _PARTS.sub("", given)
    if _TYPED.fullmatch(given) and 7 <= len(digits) <= 15 and not _is_counted(digits):
        return "" if _DOTTED.fullmatch(given) else given
    return ""


def in_digits(number: str) -> str:
    """A number in the digits that are dialled at home."""
    import phonenumbers  # noqa: PLC0415 - see above

    if number.startswith("+"):
        try:
            read = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return ""
        number = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.normalize_digits_only(number)


def region_of(text: str) -> str | None:
    """The country that a dial code ("+49", "0049", "Germany (+49)") or its ISO code stands for."""
    import phonenumbers  # noqa: PLC0415 - see above

    if (country := text.strip().upper()) in phonenumbers.SUPPORTED_REGIONS:
        return country
    codes = _DIAL_CODE.findall(text[:60])
    if len(codes) != 1:
        return None
    region = phonenumbers.region_code_for_country_code(int(codes[0]))
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def _attempts(given: str, region: str | None) -> Iterator[tuple[str, str | None]]:
    if not _DIGIT.search(given) or _ADDRESS.match(given):
        return
    given = _undone(given)
    if given.startswith("00"):
        yield "+" + given[2:], None
    yield given, region
    for twice in filter(None, (pattern.match(given) for pattern in _TWICE)):
        yield "+" + given[twice.end(1) :], None
    if (found := _MEXICAN.fullmatch(_PARTS.sub("", given))) and (
        region == "MX" or given.startswith(("+52", "0052"))
    ):
        yield found[1], "MX"
    elif _BARE.fullmatch(given):
        # Vonage and Plivo leave out the +; in a query string an unescaped + becomes a space.
        yield "+" + given, _VALID


def _undone(given: str) -> str:
    """What widgets and spreadsheets make of a number, undone."""
    if found := _FLOAT.fullmatch(given):
        return found[1]
    if (found := _POWER.fullmatch(given)) and len(found[2]) <= int(found[3]) <= 14:
        return (found[1] + found[2]).ljust(int(found[3]) + 1, "0")
    return _EXTENSION_WORD.sub(r" ext. \1", _DOUBLED.sub("+", given))


def _read(text: str, region: str | None) -> str | None:
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    named = text.startswith("+") and region != _VALID
    good = phonenumbers.is_valid_number(number) or (
        named and possible == phonenumbers.ValidationResult.IS_POSSIBLE
    )
    if not good or _is_filler(number) or not _says_no_more(text, number):
        return None
    return _formatted(number)


def _says_no_more(text: str, number: "PhoneNumber") -> bool:
    """The parser stops silently at a second number or a word; then the text says more than it.
    Some countries' numbers are written otherwise at home: 011 15-2345-6789 is +54 9 11 …"""
    import phonenumbers  # noqa: PLC0415 - see above

    digits = phonenumbers.normalize_digits_only(text)
    at_home = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    extension = number.extension or ""
    ways = f"{number.national_number}{extension}", phonenumbers.normalize_digits_only(at_home)
    return digits.endswith(ways)


def _formatted(number: "PhoneNumber") -> str:
    import phonenumbers  # noqa: PLC0415 - see above

    formatted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return formatted + (_EXTENSION + number.extension if number.extension else "")


def _is_filler(number: "PhoneNumber") -> bool:
    return _is_counted(str(number.national_number))


def _is_counted(digits: str) -> bool:
    """0000000, 1234567890: what is typed where a number is asked for and none is to be given."""
    return len(set(digits)) < 2 or digits in "01234567890123456789" or digits in "9876543210"
