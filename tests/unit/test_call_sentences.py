"""A call as a sentence: whom it rang and for how long, and the words of each language in place."""

from typing import Any

import pytest

from leadrelay.narrator.calls import opens
from leadrelay.narrator.style import Style
from leadrelay.values import Language
from tests.unit.test_note import call, first_line

OURS = "+44 20 7946 0100"
NUMBER = "+1 202-555-0147"


def sentence(language: Language, name: str = "", **told: Any) -> str:
    one = call(**told).model_copy(update={"full_name": name or None})
    line = first_line(one, Style(language=language))
    assert opens(line)
    return line.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "told", "end"),
    [
        ("en", {"duration": 20}, "; rang for 20 secs."),
        ("en", {"agent": "101", "duration": 20}, "; rang extension 101 for 20 secs."),
        ("en", {"agent": "Alex Agent"}, "; rang Alex Agent."),
        (
            "en",
            {"agent": "Alex Agent", "waited": 9, "duration": 20},
            "; rang Alex Agent for 9 secs.",
        ),
        ("fr", {"agent": "101", "duration": 20}, " ; a sonné au poste 101 pendant 20 s."),
        ("fr", {"agent": "Alex Agent", "duration": 20}, " ; a sonné chez Alex Agent pendant 20 s."),
        ("fr", {"duration": 20}, " ; a sonné 20 s."),
        ("de", {"agent": "101", "duration": 20}, "; es klingelte 20 Sek. bei Nebenstelle 101."),
        ("de", {"duration": 20}, "; es klingelte 20 Sek."),
        ("es", {"agent": "101", "duration": 20}, "; avisó a la extensión 101 durante 20 s."),
    ],
)
def test_a_missed_call_says_whom_it_rang_and_how_long(
    language: Language, told: dict[str, Any], end: str
) -> None:
    assert sentence(language, state="missed", **told).endswith(f"(UTC){end}")


@pytest.mark.parametrize(
    ("language", "begin"),
    [
        ("en", "Unanswered call to {} from {}, "),
        ("fr", "Appel sans réponse vers le {} depuis le {}, "),
        ("de", "Nicht angenommener Anruf an {} von {}, "),
        ("es", "Llamada sin respuesta al {} desde el {}, "),
    ],
)
def test_a_call_of_ours_that_nobody_took_rang_nobody_here(language: Language, begin: str) -> None:
    told: dict[str, Any] = {
        "direction": "outbound",
        "state": "missed",
        "agent": "Alex",
        "duration": 20,
    }
    line = sentence(language, **told)
    assert line.startswith(begin.format(OURS, NUMBER))
    assert "20" not in line.partition("(UTC)")[2]
    assert line.endswith(" Alex.")


@pytest.mark.parametrize(
    ("language", "name", "told", "begin"),
    [
        ("fr", "Anne Exemple", {}, "Appel entrant d'Anne Exemple ("),
        ("fr", "Élodie Exemple", {"state": "missed"}, "Appel manqué d'Élodie Exemple ("),
        ("fr", "Paul de Amarante", {}, "Appel entrant de Paul de Amarante ("),
        ("fr", "", {}, f"Appel entrant du {NUMBER} pour le {OURS}, "),
        (
            "fr",
            "",
            {"caller": None, "hidden": True},
            "Appel entrant d'un numéro masqué pour le +44",
        ),
        ("fr", "", {"caller": None}, "Appel entrant d'un correspondant inconnu"),
        ("fr", "", {"line": "Ventes"}, f"Appel entrant du {NUMBER} pour « Ventes » {OURS}, "),
        ("es", "", {"state": "voicemail"}, f"Mensaje de voz del {NUMBER} al {OURS}, "),
        ("es", "", {"caller": None, "hidden": True}, "Llamada entrante de un número oculto al +44"),
        ("de", "", {"caller": None, "hidden": True}, "Eingehender Anruf von einer unterdrückten "),
        ("de", "", {"called": "204"}, f"Eingehender Anruf von {NUMBER} an Nebenstelle 204, "),
    ],
)
def test_prepositions_become_what_they_are_before_their_words(
    language: Language, name: str, told: dict[str, Any], begin: str
) -> None:
    assert sentence(language, name, **{"state": "completed", **told}).startswith(begin)
