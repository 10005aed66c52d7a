"""What a sender's name for a field means: one of a lead's fields, or nothing that is known."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from leadrelay.intake.meaning.vocabulary import DIAL_CODE, NAME, NAMES, SECOND_SURNAME
from leadrelay.nobody import words

__all__ = ["DIAL_CODE", "NAME", "SECOND_SURNAME", "is_of_others", "meaning"]


# Words beside a name that only say whose it is, which of several, where it stands in a form, or
# ask for it: your-name, fields[email][value], "What's the best e-mail address to reach you?".
_BESIDE = words("""
    your my our the contact customer client lead user visitor applicant candidate person submitter
    personal data form forms field fields formfields formdata values answers answer payload body
    submission properties attributes address txt input inputs wpforms billing primary main entry
    record item response respondent responder result details info information
    votre vos mon ma mes ihr ihre ihren ihrer dein deine mein meine kontakt
    su sus tu tus mi contacto bewerber candidat candidato kandidat
    what whats s is please enter and wie lautet bitte und quel quelle est et cual es y
    required optional value text obligatoire facultatif pflichtfeld obligatorio opcional
    no label q item meta key question names name fullname attendee invitee registrant participant
    application apply applying best preferred current valid full work business professional
    office private home mobile cell daytime evening personal second alternative alternate other
    to reach call contacting you us me we i can at on for of by in with a an or if
    give provide tell insert fill here where should may will
    privat geschaftlich dienstlich meiner eure ihres gewunschte angeben
    il tuo la tua lo su el del seu sua de du da uw je jouw twoj
    confirm confirmation repeat again verify re retype reenter
    1st yourself step page section group col row block element widget
""")
# Words that make it somebody else's, or no person's at all.
_OTHERS = words("""
    owner host agent assignee assigned manager supervisor boss referee reference references referrer
    referred referral emergency spouse partner husband wife mother father parent guardian kin child
    friend colleague recruiter consultant sender recipient recipients admin administrator site
    account event meeting calendar campaign product products order file files page domain
    event organizer organiser creator author editor moderator staff employee members member
    membership memberships guest guests bcc cc notify notification support reply system bot server
    variables variable ad adset adgroup form hidden supplier vendor landlord agency school
    university college teacher doctor bank pet
    notfall referenz arbeitgeber ansprechpartnerin vorgesetzter urgence conjoint emergencia
    referencia
""")
_NOBODYS = words("""
    formname fieldname username addressname formtitle pagename sitename filename hostname eventname
    accountname domainname campaignname adname adsetname productname groupname listname
    usernames screenname nickname displayname preferredname maidenname mothersmaidenname
""")
_CLICK_IDS = {
    name.replace("_", ""): f"tracking.{name}"
    for name in words("""
        gclid gbraid wbraid dclid gclsrc gad_source gad_campaignid fbclid _fbc _fbp msclkid
        li_fat_id ttclid twclid sccid epik rdt_cid yclid ymclid igshid mc_cid mc_eid irclickid
        _ga _gid _ttp
    """)
}
"""What advertisers' links carry and pages hand on, each under its own name alone: Google
(support.google.com/google-ads, "GCLID", "GBRAID and WBRAID"), Meta, Microsoft, LinkedIn, TikTok, X,
Snap, Pinterest, Reddit, Yandex, Yahoo, Mailchimp, Impact."""

# What anything may have, not only a person: products.0.name, answers.1.question.
_VAGUE = {NAME, "job", "message", "subject", "state", "address1", "country", "website"}
_IN_A_LIST = re.compile(r"[.\[]\d+[.\]]")
_LONGEST = 120  # a name longer than this is a text
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_TAG = re.compile(r"<[^<>]{0,80}>|&\w{1,8};")
_HINT = re.compile(r"\(([^()]*)\)|（([^（）]*)）")
_OR = re.compile(r"[/|;,、／]| or | oder | ou | o | of ", re.IGNORECASE)
_CLAUSE = re.compile(r"[?:–—\n]| - ")


@lru_cache(maxsize=1024)
def meaning(name: str) -> str | None:
    """The lead field (or "tracking.x", NAME, DIAL_CODE) that a sender's field name stands for."""
    if len(name) > _LONGEST:
        return None
    plain = _plain(_TAG.sub(" ", name))
    bare, hints = _HINT.sub(" ", plain), " ".join(map("".join, _HINT.findall(plain)))
    found = _hinted(_of_label(bare), bare, hints) if hints else _of_label(plain)
    return None if found in _VAGUE and _IN_A_LIST.search(name) else found


def is_exact(name: str) -> bool:
    """Whether it is what a lead's field is called, and nothing more: not `question_a5`. A `role`
    may be one that is looked for."""
    found = _MEANINGS.get("".join(_split(_plain(name[:_LONGEST]))))
    return found is not None and found not in {"job", "job_title"}


def is_of_others(name: str) -> bool:
    """Whether a name says that a value is somebody else's than the person's who is the lead."""
    return not _OTHERS.isdisjoint(_split(_plain(name[:_LONGEST])))


def _plain(text: str) -> str:
    """Without accents; ß is ss."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _split(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _hinted(found: str | None, bare: str, hints: str) -> str | None:
    """What stands in brackets behind a name says which one: Name (First), Address (City); or
    whose: Email (of your manager)."""
    if with_hint := _of_words(_split(f"{bare} {hints}")):
        return with_hint
    if is_of_others(hints):
        return None
    hinted = _of_label(hints)
    return hinted if hinted and found in {None, NAME, "address1"} else found


def _of_label(label: str) -> str | None:
    """A whole label, or what its alternatives have in common ("Nachname / Last name"), or its
    first clause ("E-mail: we never share it"), or the last part of its path."""
    return (
        _of_words(_split(label)) or _of_alternatives(label) or _of_clause(label) or _of_path(label)
    )


def _of_alternatives(label: str) -> str | None:
    parts = _OR.split(label)
    if len(parts) < 2:
        return None
    found = {_of_words(_split(part)) for part in parts} - {None}
    return found.pop() if len(found) == 1 and not is_of_others(label) else None


def _of_clause(label: str) -> str | None:
    first, *rest = _CLAUSE.split(label, maxsplit=1)
    return _of_words(_split(first)) if rest and not is_of_others(label) else None


def _of_path(label: str) -> str | None:
    """job_application[first_name], sectionB.email: the last part tells, unless a part before it
    says that it is about somebody or something else; a bare name could be anything's."""
    *before, last = re.split(r"[.\[\]]+", label.rstrip("]"))
    if not before or any(part.isdigit() for part in before):
        return None
    found = _of_words(_split(last))
    return None if found in _VAGUE or is_of_others(" ".join(before)) else found


def _of_words(told: Sequence[str]) -> str | None:
    """The meaning of the words together, or without some at the ends that say nothing."""
    for some in _without_ends(told):
        joined = "".join(some)
        if joined in _NOBODYS:
            return None
        if found := _MEANINGS.get(joined) or _CLICK_IDS.get(joined):
            return found
        if joined.startswith("utm") and joined != "utm":
            return "tracking.utm_" + "_".join(some).removeprefix("utm").lstrip("_")
    return _of_each(told)


def _of_each(told: Sequence[str]) -> str | None:
    """What every word means that says something: "acceptance-gdpr"."""
    found = {_MEANINGS.get(word) for word in told if word not in _BESIDE and not word.isdigit()}
    return found.pop() if len(found) == 1 else None


def _without_ends(told: Sequence[str]) -> Iterator[list[str]]:
    """The words, then fewer and fewer of them, as long as those left out are known to say nothing
    more: the first ones first, and then anew those first that mean nothing by themselves, for
    "full name 0" is no "0"."""
    for spared in ((), _MEANINGS):
        some = list(told)
        while some:
            yield some
            ends = [end for end in (0, -1) if some[end] in _BESIDE or some[end].isdigit()]
            if not ends:
                break
            del some[next((end for end in ends if some[end] not in spared), ends[0])]


_MEANINGS = {_plain(name): field for field, names in NAMES.items() for name in names.split()}
