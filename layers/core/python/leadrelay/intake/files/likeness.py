"""Which of an application's files is the résumé, by what it is called."""

import re
import unicodedata

_LOOKED_AT = 200  # characters of a name
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_RESUME = re.compile(
    r"resume|lebenslauf|curricul|hojadevida|vitae|zivotopis|zyciorys|oneletrajz|meritforteckning"
    r"|резюме|简历|簡歷|履歴書|이력서"
)
# What else comes with an application. Whole words, as a "letter" may be a newsletter's author's.
_OTHER_WORDS = {
    *("cover", "letter", "letters", "motivation", "motivational", "lettre", "lettera", "carta"),
    *("brief", "reference", "references", "referenz", "referenzen", "certificate", "certificates"),
    *("certificat", "zertifikat", "zertifikate", "diploma", "diplom", "degree", "transcript"),
    *("photo", "foto", "picture", "portrait", "passport", "portfolio"),
}
_OTHER = re.compile(r"coverletter|anschreiben|schreiben|motivationsbrief|zeugnis|recommendation")


def likeness(field: str, sort: str, filename: str) -> int:
    """How much a file looks like the résumé: its field says it best, and what the sender says of
    its sort, then its name. Below 0 it is something else."""
    weights = (field, 4), (sort, 4), (filename, 2)
    like = sum(weight for text, weight in weights if is_resume(text))
    return like - sum(weight // 2 for text, weight in weights if _is_other(text))


def is_resume(text: str) -> bool:
    """Whether a field or a file of this name holds a résumé: "yourResume", "Lebenslauf (PDF)"."""
    words = _words(text)
    return "cv" in words or _RESUME.search("".join(words)) is not None


def _is_other(text: str) -> bool:
    """Whether it is called a letter, a certificate, a photo."""
    words = _words(text)
    return not _OTHER_WORDS.isdisjoint(words) or _OTHER.search("".join(words)) is not None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:_LOOKED_AT])
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word.lower() for word in _WORD.findall(plain)]
