"""Every sample request, as its sender would send it now: accepted, and understood."""

import tomllib
from collections import Counter
from pathlib import Path

import httpx
import pytest

from leadrelay.lead import Lead
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.signing.samples import read_sample
from leadrelay_ops.send import send, signed_anew
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT

EVENTS = sorted((ROOT / "events").glob("*.http"))
OWN = tomllib.loads(Path(__file__).with_name("sources.toml").read_text("utf-8"))
ALL_IS_WELL = {200, 202, 204, 303}

# source | name | e-mail | phone | state and seconds of a call, or names of files
EXPECTED = """
3cx               | Sam Testcase           |                                    | +442079460964 | completed 125
46elks            |                        |                                    | +442079460961 | completed 48
aircall           | Sam Testcase           | sam.testcase@example.com           | +12025550148  | completed 170
asterisk          | Sam Testcase           |                                    | +442079460963 | ringing
asterisk          | Sam Testcase           |                                    | +442079460970 | ringing
callrail          | Sam Testcase           |                                    | +12025550151  | completed 93
careers           | Nour Exemple           | nour.exemple@example.com           | +442079460654 | Nour Exemple CV.pdf, Reference – Sample & Sons.docx
cf7               | Zoë Placeholder        | zoe@example.com                    |               |
cf7               | Zoë Placeholder        | zoe@example.com                    | +442079460104 |
contact-fr        | Hélène Exemple-Lefèvre | helene.lefevre@exemple.example.com | +33199001234  |
contact-us        | Grace O’Sample         | grace.osample@example.com          | +442079460958 |
contact-us        | Jordan Placeholder     | jordan@example.com                 | +442079460321 |
ctm               |                        | sam.testcase@example.com           | +12025550152  | completed 107
dialpad           |                        |                                    | +12025550149  | completed 78
elementor         | Lou Sample             | lou@example.com                    | +442079460105 |
elementor         | Max Mustermann         | max@example.com                    | +442079460106 |
exotel            |                        |                                    | +919876500000 | completed 42
exotel            |                        |                                    | +919876500002 | ringing
exotel            | Sam Testcase           |                                    | +919876500003 | ringing
formstack         | Chris Stand-In         | chris@example.com                  | +12025550109  |
google_ads        | FirstName LastName     | test@example.com                   | 1-650-555-0123 |
google_ads        | Uli Platzhalter        | uli@example.com                    | +442079460114 |
gravityforms      | Grace O’Sample         | grace@example.com                  | +442079460107 |
hubspot           | Dana Testcase          | dana@example.com                   | +442079460112 |
hubspot           | Jamie Placeholder      | jamie@example.com                  | +442079460111 |
hubspot           | Pat Testcase           | pat@example.com                    |               |
indeed-apply      | Kim Placeholder        | kim.placeholder@example.com        | +442079460147 | Kim_Placeholder.pdf
invoca            |                        |                                    | +12025550153  | completed 65
job-board         | Alva Testcase          | alva.testcase@example.com          | +12025550175  | Alva Testcase.docx, certificate.pdf
jotform           | Robin Stand-In         | robin@example.com                  | +12025550177  |
make              | Cleo Muster            | cleo@example.com                   | +442079460117 |
netlify           | Mia Muster             | mia@example.com                    | +442079460113 |
ninjaforms        | Toni Placeholder       | toni@example.com                   |               |
plivo             |                        |                                    | +12025550144  | completed 61
ringcentral       |                        |                                    | +12025550147  | completed
ringcentral       | Sam Testcase           |                                    | +12025550168  | voicemail 27
screen_pop        |                        |                                    |               | ringing
screen_pop        |                        |                                    | +442079460965 | ringing
screen_pop        |                        |                                    | +442079460967 | ringing
screen_pop        | Sam Testcase           |                                    | +442079460966 | ringing
screen_pop        | Sam Testcase           |                                    | +442079460969 | ringing
squarespace       | Ari Stand-In           | ari@example.com                    |               |
standard_webhooks | Eli Placeholder        | eli@example.com                    | +442079460118 |
tally             | Jörg Platzhalter       | joerg@example.com                  | +442079460102 |
telnyx            |                        |                                    | +12025550146  | completed 10
telnyx            | Testcase Sam           |                                    | +12025550145  | completed 72
twilio            | Grace Osample          |                                    | +442079460958 | completed 82
typeform          | Noor Beispiel-Muster   | noor@example.com                   | +442079460101 |
unbounce          | Kai Sample             | kai@example.com                    | +442079460116 |
vonage            |                        |                                    | +442079460959 | completed 36
webflow           | Ana Ficticia Muñoz     | ana@example.com                    | +442079460103 |
webflow-v1        | Kim Testcase           | kim@example.com                    |               |
website-json      | Ana Ficticia Muñoz     | ana@example.com                    | +12025550145  |
website-json      | Robin Stand-In         | robin@example.com                  | +12025550167  |
website-json      | Sam Testcase           | sam.testcase@example.com           | +12025550123  |
wix               | Ida Ejemplo            | ida@example.com                    | +442079460115 |
wpforms           | Sam Testcase           | sam@example.com                    | +442079460108 |
wufoo             | Alex Muster            | alex@example.com                   | +12025550110  |
yeastar           |                        |                                    | +442079460962 | completed 24
yeastar           |                        |                                    | +442079460968 | ringing
zapier            | Bo Testcase            | bo@example.com                     |               |
zoom_phone        | Sam Testcase           |                                    | +12025550150  | completed 113
"""  # noqa: E501  # a table
# Meta and LinkedIn tell of leads by their ids alone, and are asked for the rest before delivery.
BY_ID = {"meta": 3, "linkedin": 1}


@pytest.fixture(scope="module")
def answers(stack: Stack) -> dict[Path, httpx.Response]:
    return {
        path: send(stack.api_url, signed_anew(read_sample(path), stack.api_url)) for path in EVENTS
    }


@pytest.fixture(scope="module")
def leads(stack: Stack, answers: dict[Path, httpx.Response]) -> list[Lead]:
    assert answers
    return [found.lead for found in search(stack.table, Filter())]


def row(lead: Lead) -> tuple[str, ...]:
    call, files = lead.call, filter(None, (lead.resume, *lead.attachments))
    last = ", ".join(file.filename for file in files)
    if call:
        last = f"{call.state} {call.duration or ''}".strip()
    return (lead.source, lead.name, lead.email or "", lead.phone or "", last)


def test_none_is_refused(answers: dict[Path, httpx.Response]) -> None:
    refused = {
        path.name: (answer.status_code, answer.text[:200])
        for path, answer in answers.items()
        if answer.status_code not in ALL_IS_WELL
    }
    assert refused == {}


def test_each_is_a_lead_of_its_own_with_the_fields_that_it_gave(leads: list[Lead]) -> None:
    expected = [
        tuple(cell.strip() for cell in line.split("|")) for line in EXPECTED.strip().splitlines()
    ]
    found = Counter(map(row, leads))
    assert {one: found[one] for one in expected} == dict.fromkeys(expected, 1)


def test_nothing_but_these_came_of_them(leads: list[Lead]) -> None:
    """Two events of one call, or a form's repeat, are never two leads."""
    expected = Counter(line.partition("|")[0].strip() for line in EXPECTED.strip().splitlines())
    # a source of a name made up by another test took no sample
    found = Counter(lead.source for lead in leads if not lead.source.startswith("digest-"))
    # other tests post there too
    shared = {"contact-us", "careers", "twilio", *OWN}
    shared |= {"fuzzed-form", "fuzzed-call", "fuzzed-resume"}
    assert {source: count for source, count in found.items() if source not in shared} == {
        **{source: count for source, count in expected.items() if source not in shared},
        **BY_ID,
    }


def test_what_has_no_name_in_a_lead_is_kept_beside_it(leads: list[Lead]) -> None:
    kept = {lead.name: lead.extra for lead in leads if lead.source in {"careers", "website-json"}}
    assert kept["Nour Exemple"]["notice_period"] == "4 weeks"
    assert kept["Ana Ficticia Muñoz"]["formId"] == "9007199254740993"
