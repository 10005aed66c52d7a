"""Spanish names: one string into given names, father's surname and mother's surname."""

import unicodedata
from itertools import takewhile
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that belong to the one after them: "de la Cruz", "San Martín".
_PARTICLES = _words("de del la las los lo da das do dos di du le van von der den ter san santa")
# "And" joins what stands on both its sides: "Ortega y Gasset". The Catalan and the Portuguese one
# count in lower case only, where they can't be an initial.
_LINKS = frozenset("yYie")

# Given names that stand second in a compound one and are (nearly) never surnames. A name that is
# as often a surname (Martín, Santiago, Marcos, Alonso, Vicente, …) is left out on purpose.
_GIVEN = _words("""
    jose luis juan carlos manuel antonio maria jesus angel pablo pedro javier fernando eduardo
    alberto enrique ricardo roberto francisco alejandro andres miguel rafael daniel david jorge
    arturo ignacio ramon raul sergio victor mario ernesto alfredo guillermo armando gerardo gustavo
    hector hugo ivan jaime joaquin julio leonardo oscar rodolfo ruben emilio felix emmanuel adrian
    eugenio felipe humberto augusto cesar xavier esteban
    jesusa carmen pilar guadalupe lupita elena isabel teresa luisa fernanda alejandra patricia
    cristina laura lourdes concepcion dolores eugenia beatriz victoria sofia lucia alicia gabriela
    daniela andrea paula claudia veronica monica adriana mariana susana silvia rocio rosario
    mercedes soledad esther ester raquel sara ana rosa josefa josefina antonia manuela juana
    francisca margarita magdalena graciela leticia yolanda norma irma alma consuelo amparo
    remedios esperanza inmaculada montserrat fatima itzel ximena valentina regina renata jimena
    camila catalina julia marta martha belen araceli trinidad
""")

# What a given name is dedicated to, behind a particle: "María del Carmen", "José de Jesús".
_DEDICATIONS = _words("""
    carmen pilar rosario socorro refugio consuelo sagrario rocio angeles mercedes nieves dolores
    luz paz concepcion jesus guadalupe lourdes fatima soledad esperanza dios remedios milagros
    milagro carmelo mar perpetuo
""")


class SpanishName(NamedTuple):
    """Any part may be empty. Put together in this order they are the words that went in."""

    name: str
    surname: str = ""
    mother_surname: str = ""


def split_name(full: str) -> SpanishName:
    """A whole name, given names first: "María del Carmen Ruiz de la Torre".

    Two parts are name and surname, three are name and two surnames, and of four or more the last
    two are the surnames, unless more of the leading ones are known as given names: "José Luis
    Ruiz" has one surname, and "María José" none.
    """
    parts = _parts(full)
    given = 1 + sum(1 for _ in takewhile(_is_given, parts[1:]))
    given = max(given, len(parts) - 2)
    return SpanishName(" ".join(parts[:given]), *split_surnames(" ".join(parts[given:])))


def split_surnames(surnames: str) -> tuple[str, str]:
    """Father's and mother's surname; the second is empty where only one is given."""
    parts = _parts(surnames)
    if len(parts) < 2:
        return " ".join(parts), ""
    return " ".join(parts[:-1]), parts[-1]


def _parts(text: str) -> list[str]:
    """The words, each particle together with the word it belongs to."""
    parts: list[str] = []
    joined = False
    for word in text.split():
        if parts and (joined or word in _LINKS):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
        joined = word in _LINKS or plain(word) in _PARTICLES
    return parts


def _is_given(part: str) -> bool:
    *particles, head = part.split()
    return plain(head) in (_DEDICATIONS if particles else _GIVEN)


def plain(text: str) -> str:
    """Without accents, case and doubled spaces, for comparing; ñ counts as n."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
