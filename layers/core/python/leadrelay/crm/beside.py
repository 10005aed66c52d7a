"""What a sender may tell beside the fields of a lead, and some CRMs have a field for.

It stays among the lead's answers, and so in the note: a form's "department" may be the one that is
written to, and a picklist may lack the word. A field is only filled where the word fits.
"""

from collections.abc import Iterable
from typing import Literal

from leadrelay.came_by import plain
from leadrelay.lead import Lead

type Fact = Literal["salutation", "department", "newsletter", "rating", "job_reference"]

_NAMES: dict[Fact, frozenset[str]] = {
    "salutation": frozenset(
        {"salutation", "salutationtype", "honorific", "anrede", "civilite", "tratamiento"}
    ),
    "department": frozenset({"department", "yourdepartment", "abteilung", "departamento"}),
    "newsletter": frozenset(
        {"newsletter", "newsletteroptin", "newslettersignup", "subscribe", "subscribenewsletter"}
        | {"boletin", "infolettre", "emailoptin"}
    ),
    "job_reference": frozenset({"jobid", "jobref", "jobreference", "vacancyid", "requisitionid"}),
    "rating": frozenset({"rating", "leadrating", "leadstatus", "leadquality"}),
}
_NO = frozenset({"no", "false", "0", "off", "non", "nein", "n"})
_SAME_TITLE = (
    frozenset({"mr", "mister", "herr", "m", "monsieur", "sr", "senor"}),
    frozenset({"mrs", "ms", "miss", "frau", "mme", "madame", "sra", "senora", "srta"}),
    frozenset({"dr", "doctor", "doktor", "docteur", "dra"}),
    frozenset({"prof", "professor", "professeur", "profesor"}),
)


def told(lead: Lead, fact: Fact) -> str:
    """What the lead says of it, whatever the sender calls it: "Anrede", "contact.salutation"."""
    given = {**lead.technical, **lead.extra}
    names = _NAMES[fact]
    return next((v.strip() for name, v in given.items() if plain(_last(name)) in names), "")


def listed(word: str, known: Iterable[str]) -> str | None:
    """The one of a CRM's names that is this word, whatever its case, accents and marks."""
    return next((one for one in known if plain(word) and plain(one) == plain(word)), None)


def title(word: str, known: Iterable[str]) -> str | None:
    """The same of how somebody is addressed, also in another language: "Frau" is "Ms."."""
    known = [*known]
    alike = next((words for words in _SAME_TITLE if plain(word) in words), frozenset[str]())
    return listed(word, known) or next((one for one in known if plain(one) in alike), None)


def refuses_mails(lead: Lead) -> bool:
    """Whether they were asked for a newsletter, and said no."""
    return told(lead, "newsletter").casefold() in _NO


def _last(name: str) -> str:
    return name.replace("]", "").replace("[", ".").rpartition(".")[2]
