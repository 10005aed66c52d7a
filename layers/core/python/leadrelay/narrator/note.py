"""The parts of a note, and the usual order in which they stand."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from leadrelay.lead import TEXT_FIELDS, Lead
from leadrelay.narrator import answers, came_by, career
from leadrelay.narrator.calls import names_within, of_call, told_in_call
from leadrelay.narrator.labels import label, pair, untagged
from leadrelay.narrator.links import place_of, without_secrets
from leadrelay.narrator.markup import text_of
from leadrelay.narrator.style import Style
from leadrelay.narrator.values import agreed, country, told_time
from leadrelay.narrator.words import words
from leadrelay.plumbing import is_nothing, is_plumbing, is_private
from leadrelay.telephones import spaced

# Senders that are called so in the sentence of a form.
_THROUGH = {
    "hubspot": "HubSpot",
    "zapier": "Zapier",
    "make": "Make",
    "callrail": "CallRail",
}
_PROGRAMS = frozenset({"standard_webhooks", "json_resume"})  # told by the source's name
_OWN_SENTENCE = frozenset({"google_ads", "meta", "linkedin", "indeed"})
_PERSON = ("full_name", "first_name", "last_name", "email", "phone", "company", "job_title")
_PLACE = ("address1", "address2", "city", "state", "postal_code", "country", "linkedin", "website")
_NAMES = frozenset({"full_name", "first_name", "last_name"})
_TOLD_APART = frozenset({"message", "job", "consent"})
_FETCH = "fetch"  # how to get the files, where a CRM takes none
NOTHING: Mapping[str, str] = {}


class Parts(NamedTuple):
    """What a note is made of; "" where the lead has nothing of it."""

    sentence: str
    message: str
    answers: str
    job: str
    consent: str
    came_by: str
    files: str
    details: str
    reference: str


def reference(lead: Lead) -> str:
    """The same in every language: by it a CRM is asked for what was made of the lead."""
    return f"Reference: {lead.ref}"


def parts(
    lead: Lead, style: Style, placed: Iterable[str] = (), more: Mapping[str, str] = NOTHING
) -> Parts:
    """`placed` names the lead's fields that have a place of their own in the CRM; `more` is told
    beside the answers."""
    known, homes = words(style.language), frozenset(placed)
    job = lead.job if "job" not in homes else None
    page = lead.tracking.get("page", "") if lead.form and lead.kind == "form" else ""
    source = came_by.line(lead, known, told={place_of(one) for one in (page, *_of_job(lead))})
    if lead.sender in _OWN_SENTENCE and source == came_by.named(lead, known) and not style.note:
        source = ""  # the sentence tells it
    return Parts(
        sentence(lead, style),
        "" if "message" in homes else text_of(lead.message or "") or lead.message or "",
        "\n".join(dict.fromkeys(_answers(lead, style, homes, more))),
        pair("job", without_secrets(", ".join((job, *_of_job(lead)))), known) if job else "",
        _consent(lead, style) if "consent" not in homes else "",
        source,
        _files(lead, style, more),
        details(lead, style) if style.details == "note" else "",
        reference(lead),
    )


def usual(told: Parts) -> str:
    """One sentence, the message, a line for each thing else, the reference."""
    lines = (told.answers, told.job, told.consent, told.came_by, told.files)
    blocks = (
        told.sentence,
        told.message,
        "\n".join(filter(None, lines)),
        told.reference,
        told.details,
    )
    return "\n\n".join(filter(None, blocks))


def says_more(lead: Lead, style: Style, placed: Iterable[str]) -> bool:
    """Whether a note says anything beside what came, from where and when."""
    told = parts(lead, style, placed)
    return bool(lead.call) or any(told._replace(sentence="", reference=""))


def sentence(lead: Lead, style: Style) -> str:
    """What came, from where, and when."""
    if lead.call:
        return of_call(lead, style)
    known = words(style.language).sentence
    page = place_of(lead.tracking.get("page", "")) if lead.form else ""
    sender = _THROUGH.get(lead.sender) or words(style.language).quote(lead.source)
    told = known[_way(lead, page)].format(form=lead.form or lead.source, page=page, sender=sender)
    return f"{told}, {told_time(lead.submitted_at or lead.received_at, style)}."


def _way(lead: Lead, page: str) -> str:
    """Which sentence tells it. Who leaves how to reach them, and nothing more, asks nothing."""
    if lead.kind == "call":
        return "text"
    if lead.sender in _OWN_SENTENCE:
        return lead.sender
    if lead.kind == "resume":
        return "resume_from" if lead.sender in _PROGRAMS else "resume"
    asks = (
        lead.message or lead.subject or lead.job or lead.files or any(answers.worth_telling(lead))
    )
    if not lead.form and (lead.sender in _THROUGH or lead.sender in _PROGRAMS):
        return "through" if asks else "contact_through"
    way = "form" if asks else "contact"
    return f"{way}_on" if page else way


def _answers(lead: Lead, style: Style, placed: Set[str], more: Mapping[str, str]) -> Iterator[str]:
    known = words(style.language)
    homes = placed | _TOLD_APART | (told_in_call(lead) if lead.call else set())
    rest = sorted(TEXT_FIELDS - {*_PERSON, *_PLACE})
    if homes.isdisjoint(_NAMES) and lead.name:
        yield pair("full_name", without_secrets(lead.name), known)
        homes |= names_within(lead)
    for field in (*_PERSON, *_PLACE, *rest):
        value = getattr(lead, field)
        if value and field not in homes:
            yield pair(field, without_secrets(_as_written(field, lead, style)), known)
            homes |= {"address2"} if field == "address1" else set()
    yield from answers.lines(lead, style)
    yield from career.lines(lead.career, style)
    if lead.call and lead.call.recording_url:
        yield pair("recording", without_secrets(lead.call.recording_url), known)
    for name, value in more.items():
        if name != _FETCH:
            yield pair(name, without_secrets(value), known)


def _as_written(field: str, lead: Lead, style: Style) -> str:
    """A field's value. The street takes the second line of the address along."""
    value = getattr(lead, field)
    match field:
        case "country":
            return country(value, style)
        case "phone":
            return spaced(value)
        case "address1":
            return ", ".join(filter(None, (value, lead.address2)))
    return str(value)


def _of_job(lead: Lead) -> list[str]:
    """Whose job it is, where it is, and its page: told with it, in one line."""
    return [lead.extra[name] for name in answers.OF_JOB if lead.extra.get(name)]


def _consent(lead: Lead, style: Style) -> str:
    if not lead.consent:
        return ""
    known = words(style.language)
    asked = untagged(lead.consent_wording or "")
    wording = f" ({known.quote(asked)})" if asked else ""
    return pair("consent", without_secrets(f"{agreed(lead.consent, known)}{wording}"), known)


def _files(lead: Lead, style: Style, more: Mapping[str, str]) -> str:
    known = words(style.language)
    named = [f"{file.filename}" for file in lead.attachments]
    if lead.resume:
        named.insert(0, f"{lead.resume.filename} ({known.label['resume']})")
    if lead.awaits:
        named.append(known.awaited)
    told = [("files", ", ".join(named)), (_FETCH, more.get(_FETCH, ""))]
    return "\n".join(pair(name, value, known) for name, value in told if value)


def _technical(lead: Lead) -> Mapping[str, str]:
    told = lead.technical | {n: value for n, value in lead.extra.items() if is_plumbing(n, value)}
    return {
        name: without_secrets(value)
        for name, value in told.items()
        if not (is_private(name, value) or is_nothing(value)) and value[:1] not in "[{"
    }


def details(lead: Lead, style: Style) -> str:
    """What a technician may want to know, less what is nobody's business."""
    known = words(style.language)
    lines = [known.pair.format(label=label(n, known), value=v) for n, v in _technical(lead).items()]
    return "\n".join([known.technical, *lines]) if lines else ""
