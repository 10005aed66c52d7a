"""Telephone numbers to E.164, from the many ways people and exchanges write them."""

import re

_EXTENSION = ";ext="
_NO_NUMBER = {"", "null", "none", "undefined", "+"}
_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"(sips?|client):", re.IGNORECASE)
_BARE = re.compile(r"\d{11,15}")  # shorter ones could be local numbers


def e164(text: str, region: str | None = None) -> str:
    """The number in E.164 if `text` holds exactly one valid number, else `text` as given.

    `region` (ISO 3166, e.g. "GB") is where a number without a country code belongs. An
    extension follows as RFC 3966 writes it, ";ext=45". What means "no number" gives "".
    A caller who hides stays "anonymous", and `sip:` and `client:` addresses stay themselves.
    """
    given = text.strip()
    if given.lower() in _NO_NUMBER:
        return ""
    for attempt, country in _attempts(given, region):
        if number := _read(attempt, country):
            return number
    return given


def split_extension(number: str) -> tuple[str, str]:
    """("+12025550123", "45") from "+12025550123;ext=45"."""
    number, _, extension = number.partition(_EXTENSION)
    return number, extension


def _attempts(given: str, region: str | None) -> list[tuple[str, str | None]]:
    if not _DIGIT.search(given) or _ADDRESS.match(given):
        return []
    if given.startswith("00"):
        return [("+" + given[2:], None), (given, region)]
    if _BARE.fullmatch(given):
        # Vonage and Plivo leave out the +; in a query string an unescaped + becomes a space.
        return [(given, region), ("+" + given, None)]
    return [(given, region)]


def _read(text: str, region: str | None) -> str | None:
    # Imported here because it takes longer than all the rest of reading a form.
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    extension = number.extension or ""
    # The parser stops silently at a second number or a word; then the text says more than it.
    digits = phonenumbers.normalize_digits_only(text)
    if not digits.endswith(f"{number.national_number}{extension}"):
        return None
    formatted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return formatted + (_EXTENSION + extension if extension else "")
