"""What some values tell without a name that says it."""

from collections.abc import Mapping

from leadrelay.intake.meaning.emails import display_name, email_in
from leadrelay.intake.meaning.phones import begins_with_words, number_of
from leadrelay.intake.meaning.values import is_name
from leadrelay.intake.meaning.whose import is_of_others, split
from leadrelay.sources import Source

_RECIPIENTS = {"email_to", "mail_to", "mailto"}
_NAMES = {"full_name", "first_name", "last_name"}
# A visitor's in chats (docs.crisp.chat, "web hooks"), a sender's in WhatsApp (twilio.com/docs,
# "Twilio's Request to your Webhook URL").
_CALLED = ("nickname", "displayname", "profilename")


def find_name(found: dict[str, str], extra: dict[str, str]) -> None:
    """Jane Doe <jane@example.com> tells who it is, where nothing else does; and so does what
    somebody is called in a chat."""
    if found.keys() & _NAMES:
        return
    for name, value in extra.items():
        called = display_name(value, found.get("email", "")) or _called(name, value)
        if called and is_name(called):
            found["full_name"] = called
            del extra[name]
            return


def _called(name: str, value: str) -> str:
    """What stands in a chat's field for that, if it has no digits: jd1977 is nobody's name."""
    known = "name" in name.lower() and "".join(split(name)[-2:]).endswith(_CALLED)
    theirs = known and not any(map(str.isdigit, value)) and not is_of_others(name)
    return value if theirs else ""


def find_by_value(
    found: dict[str, str],
    extra: dict[str, str],
    told: Mapping[str, str | None],
    source: Source,
) -> None:
    """A value that is an address or a number, and the only one that is, needs no name to tell."""
    addresses = {
        name: email_in(value)
        for name, value in extra.items()
        if _is_address(value) and _is_theirs(name)
    }
    numbers = {
        name: number
        for name, value in extra.items()
        if (value.startswith("+") or told.get(name)) and _is_theirs(name)
        if (number := number_of(value, source.default_region))
    }
    for field, readings in (("email", addresses), ("phone", numbers)):
        if field not in found and len(set(readings.values())) == 1:
            found[field] = next(iter(readings.values()))
            for name in readings:
                if field == "email" or not begins_with_words(extra[name]):
                    del extra[name]


def _is_theirs(name: str) -> bool:
    return not (is_of_others(name) or name.lower() in _RECIPIENTS)


def _is_address(text: str) -> bool:
    return "@" in text and email_in(text).lower() == text.lower()
