"""Marked people and secrets, and a search for them in whatever anybody could read."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

# Of a person: by the names of a form's fields.
PERSON = {
    "first_name": "Zoë Quillfeather",
    "last_name": "O’Wobblethorpe",
    "email": "Zoe.Quillfeather@example.com",
    "phone": "+44 20 7946 0987",
    "company": "Plumbago & Sons",
    "job_title": "Xylographer",
    "address1": "17 Marzipan Crescent",
    "postal_code": "QX4 7ZZ",
    "message": "Zanzibarium\nin the second line",
    "utm_campaign": "vermilion-gherkin",
    "favourite_cheese": 'Pule "from" donkeys',
}
FILENAME, FILE_TEXT = "Quillfeather-resumé.pdf", "Obsidian Kumquat"
# Of ours: what each CRM's login, and each source's sender, is known by.
PASSWORD, TOKEN, WRONG_TOKEN = "open-sesame-4711", "barley-token-8812", "oaten-token-9913"

MARKS = (*PERSON.values(), FILENAME, FILE_TEXT, PASSWORD, TOKEN, WRONG_TOKEN)
# As a CRM or a sender may repeat it.
ECHO = f"no, not {json.dumps(PERSON)} nor {' '.join(MARKS)}, and no {PASSWORD} {TOKEN} either"


def leaks(text: str, marks: Iterable[str] = MARKS) -> list[str]:
    """Which of the marks are in a text, in whatever spelling."""
    plain = text.lower()
    digits = re.sub(r"[\s().+/-]", "", text)
    return [
        mark
        for mark in marks
        if any(one in plain for one in _spellings(mark))
        or any(one in text for one in _base64(mark))
        or (_is_number(mark) and re.sub(r"\D", "", mark)[2:] in digits)
    ]


def _spellings(mark: str) -> Iterator[str]:
    for one in {mark, mark.replace("\n", "\\n"), *mark.splitlines()}:
        yield one.lower()
        yield quote(one, safe="").lower()
        yield quote(one).lower()
        yield quote_plus(one).lower()
        yield json.dumps(one)[1:-1].lower()  # with \u escapes
        yield json.dumps(json.dumps(one))[1:-1].lower()  # JSON in JSON
        yield json.dumps(one, ensure_ascii=False)[1:-1].lower()
        yield html.escape(one).lower()
        yield repr(one)[1:-1].lower()
        yield one.encode().hex()


def _base64(mark: str) -> Iterator[str]:
    """What the mark looks like inside of longer base64, wherever it begins there."""
    for before in range(3):
        raw = b"\0" * before + mark.encode()
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(raw).decode().rstrip("=")
            yield whole[4 if before else 0 : len(raw) // 3 * 4]


def _is_number(mark: str) -> bool:
    return bool(re.fullmatch(r"\+?[\d\s().-]{7,}", mark))
