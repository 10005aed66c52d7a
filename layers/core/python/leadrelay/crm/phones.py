"""Which kind of line a telephone number is of."""

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
