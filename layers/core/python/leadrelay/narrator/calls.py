"""A call as a sentence. While it is on, nothing is said that the next minute may make wrong."""

from leadrelay.lead import TAKEN, Call, Lead
from leadrelay.narrator.style import Style
from leadrelay.narrator.values import duration, told_time
from leadrelay.narrator.words import Words, openings, words
from leadrelay.telephones import country_of, spaced

_EXTENSION = 6  # digits
ENDED = frozenset({"completed", "missed", "voicemail"})


def of_call(lead: Lead, style: Style) -> str:
    """Who called whom, when; and once it is over how it ended and how long it took."""
    known, call = words(style.language), lead.call or Call()
    outbound = call.direction == "outbound"
    ours = call.caller if outbound else call.called
    way = "from" if outbound else "to"
    whom = known.put(known.call[way], whom=_line(ours, call, known)) if ours or call.line else ""
    head = known.put(known.sentence[_way(call)], who=_who(lead, known))
    moment = told_time(call.started_at or lead.received_at, style)
    begun = f"{' '.join(filter(None, (head, whom)))}, {moment}"
    told = known.and_then.join(filter(None, (begun, *_ended(call, style))))
    return f"{told.removesuffix('.')}."  # "Sek." has one already


def headline(lead: Lead, style: Style, *, over: bool) -> str:
    """Who called, in few words: "Incoming call from Sam Testcase"; once it is `over` also how it
    ended: "Missed call from Sam Testcase"."""
    known, call = words(style.language), lead.call or Call()
    who = lead.name or _with_article(_other(call), known)
    who = who or (known.hidden if call.hidden else known.nobody)
    usual = "outbound" if call.direction == "outbound" else "inbound"
    told = known.put(known.sentence[_way(call) if over else usual], who=who)
    lasted = duration(call.duration, style) if over and call.duration else ""
    return known.and_then.join(filter(None, (told, lasted)))


def told_in_call(lead: Lead) -> set[str]:
    """The lead's fields that its sentence tells."""
    told = {"company", "city", "state", *names_within(lead)}
    other = _other(lead.call or Call())
    told |= {"country"} if lead.country and country_of(other) == lead.country else set()
    return told | ({"phone"} if lead.phone == other else set())


def names_within(lead: Lead) -> set[str]:
    """Its name fields that `lead.name` holds."""
    whole = set(lead.name.split())
    names = ("full_name", "first_name", "last_name")
    return {name for name in names if set((getattr(lead, name) or "").split()) <= whole}


def opens(line: str) -> bool:
    """Whether a line begins as the sentence of a call does."""
    return line.startswith(openings())


def _way(call: Call) -> str:
    if call.direction == "outbound":
        return "unanswered" if call.state == "missed" else "outbound"
    return call.state if call.state in {"missed", "voicemail"} else "inbound"


def _who(lead: Lead, known: Words) -> str:
    """ "Sam Testcase, Example Inc. (+1 202-555-0148, Washington, DC)"."""
    call = lead.call or Call()
    other = _other(call)
    told = ", ".join(filter(None, (lead.name, lead.company)))
    reached = _reached(other, known) if other else (known.hidden if call.hidden else "")
    place = ", ".join(filter(None, (lead.city, lead.state)))
    if not (told or reached):
        return known.nobody
    beside = ", ".join(filter(None, (reached, place))) if told else place
    first = told or _with_article(other, known) or reached
    return f"{first} ({beside})" if beside else first


def _other(call: Call) -> str:
    return (call.called if call.direction == "outbound" else call.caller) or ""


def _line(ours: str | None, call: Call, known: Words) -> str:
    if not call.line:
        return _with_article(ours or "", known)
    return " ".join(filter(None, (known.quote(call.line), _reached(ours or "", known))))


def _ended(call: Call, style: Style) -> list[str]:
    if call.state not in ENDED:
        return []
    known = words(style.language)
    agent, took = _with_article(call.agent or "", known), _lasted(call, style)
    if call.direction == "outbound":
        made = known.put(known.call["made_by"], agent=agent) if agent else ""
        return [made, "" if call.state == "missed" else took]
    match call.state:
        case "missed":
            return [_rang(call, agent, style)]
        case "voicemail":
            return [duration(call.duration, style) if call.duration else ""]
    return [_answered(call, agent, style), took]


def _rang(call: Call, agent: str, style: Style) -> str:
    """Whom a missed call reached, and how long it rang."""
    known, seconds = words(style.language), call.rang or call.duration
    way = ("_at" if agent else "") + ("_for" if seconds else "")
    if not way:
        return ""
    waited = duration(seconds, style) if seconds else ""
    told = known.call["rang" if way == "_at" else f"rang{way}"]
    return known.put(told, agent=agent, waited=waited)


def _answered(call: Call, agent: str, style: Style) -> str:
    known = words(style.language)
    waited = duration(call.rang, style) if call.rang else ""
    way = "answered" + ("_by" if agent else "") + ("_after" if waited else "")
    told = agent or waited or TAKEN in call.heard
    return known.put(known.call[way], agent=agent, waited=waited) if told else ""


def _lasted(call: Call, style: Style) -> str:
    """ "1 min 22 sec (talked 1 min 13 sec)"."""
    known = words(style.language).call
    whole, talked = (duration(one, style) if one else "" for one in (call.duration, call.talked))
    if whole and talked and whole != talked:
        return f"{whole} ({known['talked'].format(talked=talked)})"
    return whole or talked


def _reached(text: str, known: Words) -> str:
    """A number as people write it, an extension as one, a name as it is."""
    if text.isdigit() and len(text) <= _EXTENSION:
        return known.extension.format(number=text)
    return spaced(text)


def _with_article(text: str, known: Words) -> str:
    """The same where it stands in a sentence: "le +33 1 99 00 12 34"."""
    told = _reached(text, known)
    return known.number.format(number=told) if told.startswith("+") else told
