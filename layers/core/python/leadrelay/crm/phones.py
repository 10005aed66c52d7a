"""Which kind of line a telephone number is of, and how it is written in its country."""

from typing import Literal


def line(number: str) -> Literal["mobile", "landline", ""]:
    """By the numbering plan of the country that the number tells; "" where that doesn't tell, as
    in North America, where both have the same numbers."""
    if not number.startswith("+"):
        return ""
    import phonenumbers  # noqa: PLC0415  # slow to import, and not every lead has a number

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ""
    if kind == phonenumbers.PhoneNumberType.MOBILE:
        return "mobile"
    return "landline" if kind == phonenumbers.PhoneNumberType.FIXED_LINE else ""


def written(number: str) -> list[str]:
    """How a number that tells its country is written there and elsewhere: "020 7946 0018",
    "+44 20 7946 0018"; nothing for another."""
    if not number.startswith("+"):
        return []
    import phonenumbers  # noqa: PLC0415  # as above

    try:
        known = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return []
    forms = phonenumbers.PhoneNumberFormat
    return [
        phonenumbers.format_number(known, form) for form in (forms.NATIONAL, forms.INTERNATIONAL)
    ]
