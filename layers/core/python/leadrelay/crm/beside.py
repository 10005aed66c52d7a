"""What a sender may tell beside the fields of a lead, and some CRMs have a field for.

It stays among the lead's answers, and so in the note: a form's "department" may be the one that is
written to, and a picklist may lack the word. A field is only filled where the word fits.
"""

import re
from collections.abc import Iterable
from typing import Literal

from leadrelay.came_by import plain
from leadrelay.lead import Lead
from leadrelay.nobody import words

_WORD = re.compile(r"[^\W\d_a-z]?[^\W\d_A-Z]+|[A-Z]+")

type Fact = Literal["salutation", "department", "rating", "job_reference"]

_NAMES: dict[Fact, frozenset[str]] = {
    "salutation": frozenset(
        {"salutation", "salutationtype", "honorific", "anrede", "civilite", "tratamiento"}
    ),
    "department": frozenset({"department", "yourdepartment", "abteilung", "departamento"}),
    "job_reference": frozenset({"jobid", "jobref", "jobreference", "vacancyid", "requisitionid"}),
    "rating": frozenset({"rating", "leadrating", "leadstatus", "leadquality"}),
}
_SALUTATIONS = _NAMES["salutation"] | words("title titel titre titulo prefix")
_MAILS = words(
    "newsletter newsletters boletin infolettre mailings subscribe abonnieren suscribirse optin "
    "unsubscribe optout abmelden abbestellen desabonner desinscrire"
)
_OF_MARKETING = words("consent email emails mail mails messages communications optin news")
_TURNED = words(
    "unsubscribe optout abmelden abbestellen desabonner desinscrire not never dont stop kein keine "
    "keinen nicht ne pas plus"
)  # beside these a yes is a no
_NO = words("no false 0 off non nein n nee unchecked")
_YES = words("yes true 1 on oui ja si y checked")
# The rarer ones first: "Frau Prof. Dr." is a professor.
_SAME_TITLE = (
    words("prof professor professeur profesor profesora"),
    words("dr doctor doktor docteur dra doctora"),
    words("mr mister herr m monsieur sr senor don signor sig dhr heer"),
    words(
        "mrs ms miss frau mme madame mlle mademoiselle sra senora srta senorita dona dna signora "
        "mevr mevrouw"
    ),
)


def told(lead: Lead, fact: Fact) -> str:
    """What the lead says of it, whatever the sender calls it: "Anrede", "contact.salutation"."""
    given = {**lead.technical, **lead.extra}
    return next((v.strip() for name, v in given.items() if _is_of(fact, _last(name))), "")


def _is_of(fact: Fact, name: str) -> bool:
    """A salutation may be asked for in a sentence: no other answer is one by chance."""
    if plain(name) in _NAMES[fact]:
        return True
    return fact == "salutation" and not _SALUTATIONS.isdisjoint(_words(name))


def listed(word: str, known: Iterable[str]) -> str | None:
    """The one of a CRM's names that is this word, whatever its case, accents and marks."""
    return next((one for one in known if plain(word) and plain(one) == plain(word)), None)


def title(word: str, known: Iterable[str]) -> str | None:
    """The same of how somebody is addressed, also in another language: "Frau" is "Ms."."""
    known = [*known]
    said = {plain(one) for one in re.split(r"[\s./]+", word)}
    alike = (same for same in _SAME_TITLE if said & same)
    found = (one for same in alike for one in known if plain(one) in same)
    return listed(word, known) or next(found, None)


def refuses_mails(lead: Lead) -> bool:
    """Whether they were asked for a newsletter, in whatever words, and said no."""
    return any(_refuses(name, value) for name, value in {**lead.technical, **lead.extra}.items())


def _refuses(name: str, value: str) -> bool:
    asked = _words(_last(name))
    opt_out = {"opt", "out"} <= asked
    of_marketing = "marketing" in asked and not _OF_MARKETING.isdisjoint(asked)
    asks = opt_out or {"opt", "in"} <= asked or of_marketing or not _MAILS.isdisjoint(asked)
    is_turned = opt_out or not _TURNED.isdisjoint(asked)
    said = re.match(r"\w+", value.strip())
    return asks and said is not None and plain(said[0]) in (_YES if is_turned else _NO)


def _words(name: str) -> set[str]:
    """Without case and accents; of emailOptIn, too."""
    return {plain(word) for word in _WORD.findall(re.sub("['’]", "", name))}


def _last(name: str) -> str:
    return name.replace("]", "").replace("[", ".").rpartition(".")[2]
