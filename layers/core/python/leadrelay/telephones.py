"""Telephone numbers in E.164, as people and CRMs want to see them."""

import re


def spaced(text: str) -> str:
    """A telephone number with the spaces its country writes; anything else as it is."""
    if not re.fullmatch(r"\+\d{7,15}", text):
        return text
    import phonenumbers  # noqa: PLC0415 - not every lead has one

    try:
        found = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def country_of(number: str) -> str:
    """The two letters of the country that a telephone number tells; "" where it tells none."""
    if not re.fullmatch(r"\+\d{7,15}", number):
        return ""
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
