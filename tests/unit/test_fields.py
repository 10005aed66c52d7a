"""What people call their fields is understood; whatever is not is kept under its own name."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.meaning.field_names import meaning
from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.meaning.vocabulary import (
    AREA_CODE,
    DIAL_CODE,
    NAME,
    NAMES,
    SECOND_SURNAME,
    SURNAME_PREFIX,
)
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import SENDERS, Submission, sender, submissions
from leadrelay.lead import Lead
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def source(**keys: Any) -> Source:
    given = {"name": "contact-us", "kind": "form", "sender": "html", "deliver": ["trackerrms"]}
    return Source.model_validate(given | {"default_region": "GB"} | keys)


def lead_fields(*pairs: tuple[str, str], document: Any = None, **keys: Any) -> dict[str, Any]:
    return to_lead_fields(Submission(pairs, document), source(**keys))


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("E-Mail-Adresse *", "email"),
        ("your-email", "email"),
        ("form_fields[email]", "email"),
        ("fields[email][value]", "email"),
        ("data[Lead][email]", "email"),
        ("contact_email", "email"),
        ("yourEmail", "email"),
        ("email-2", "email"),
        ("Correo electrónico:", "email"),
        ("FIRST NAME (required)", "first_name"),
        ("Prénom", "first_name"),
        ("lead.firstName", "first_name"),
        ("Vollständiger Name", "full_name"),
        ("Téléphone portable", "phone"),
        ("móvil", "phone"),
        ("Handy-Nr.", "phone"),
        ("address_2", "address2"),
        ("address.city", "city"),
        ("Straße / Hausnummer", "address1"),
        ("PLZ", "postal_code"),
        ("Land", "country"),
        ("company[name]", "company"),
        ("¿Consulta?", "message"),
        ("Datenschutzerklärung", "consent"),
        ("LinkedIn profile URL", "linkedin"),
        ("utm_source", "tracking.utm_source"),
        ("fields[utmCampaign]", "tracking.utm_campaign"),
        ("GCLID", "tracking.gclid"),
        ("Page URL", "tracking.page"),
        ("products.0.name", None),
        ("answers.0.question", None),
        ("form_name", None),
        ("username", None),
        ("1.3", None),
        ("", None),
    ],
)
def test_common_names_are_recognised_and_others_left_alone(name: str, field: str | None) -> None:
    assert meaning(name) == field


def test_every_name_in_the_table_has_one_meaning() -> None:
    listed = [(name, field) for field, names in NAMES.items() for name in names.split()]
    assert len(dict(listed)) == len(listed)
    assert {name: meaning(name) for name, _ in listed} == dict(listed)
    single = {field for field in NAMES if not field.startswith("tracking.")}
    single -= {NAME, DIAL_CODE, AREA_CODE, SECOND_SURNAME, SURNAME_PREFIX}
    assert single <= Lead.model_fields.keys()


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["name"], ["full_name"]),
        (["Vorname", "Name"], ["first_name", "last_name"]),
        (["Nom", "Prénom"], ["last_name", "first_name"]),
        (["nombre", "apellidos"], ["first_name", "last_name"]),
        (["first name", "last name", "name"], ["first_name", "last_name", "full_name"]),
    ],
)
def test_a_bare_name_depends_on_the_names_around_it(names: list[str], fields: list[str]) -> None:
    pairs = [(name, f"Value {number}") for number, name in enumerate(names)]
    expected = {field: value for field, (_, value) in zip(fields, pairs, strict=True)}
    assert lead_fields(*pairs) == expected


def test_a_name_beside_an_empty_first_name_is_still_a_last_name() -> None:
    assert lead_fields(("Vorname", ""), ("Name", "Muster")) == {"last_name": "Muster"}


def test_of_two_phones_the_first_counts_and_the_other_is_kept() -> None:
    found = lead_fields(("phone", ""), ("tel", "020 7946 0958"), ("mobile", "020 7946 0321"))
    assert found == {"phone": "+442079460958", "extra": {"mobile": "020 7946 0321"}}


@pytest.mark.parametrize(
    ("pairs", "extra"),
    [
        (
            [("message", "Yes"), ("comments_on_pay", "Yes"), ("comments", "yes")],
            {"comments_on_pay": "Yes", "comments": "yes"},
        ),
        ([("consent", "yes"), ("gdpr_consent", "yes")], {"gdpr_consent": "yes"}),
        ([("question_1", "B"), ("question_2", "B")], {"question_1": "B", "question_2": "B"}),
        ([("utm_medium", "(none)")], {}),
        (
            [("salary[from]", "40"), ("salary[to]", "50")],
            {"salary[from]": "40", "salary[to]": "50"},
        ),
    ],
)
def test_each_question_keeps_its_answer_in_the_order_asked(
    pairs: list[tuple[str, str]], extra: dict[str, str]
) -> None:
    found = lead_fields(("email", "j@example.com"), *pairs).get("extra", {})
    assert [*found.items()] == [*extra.items()]


def test_the_lines_of_an_address_stay_apart() -> None:
    found = lead_fields(("address", "Flat 3,\r\n12 Sample Street\n"))
    assert found["address1"] == "Flat 3, 12 Sample Street"


def test_values_are_stripped_and_repeated_names_joined() -> None:
    found = lead_fields(("topics[]", " a "), ("Message", " x\ny \n"), ("topics[]", "b"))
    assert found == {"message": "x\ny", "extra": {"topics": "a, b"}}


def test_only_what_says_nothing_about_the_lead_is_left_out() -> None:
    found = lead_fields(
        ("g-recaptcha-response", "t"),
        ("cf-turnstile-response", "t"),
        ("h-captcha-response", "t"),
        ("_charset_", "utf-8"),
        ("website_url", "bot"),
        ("key", "secret"),
        ("colour", ""),
        ("budget", "5"),
        ("", "nameless"),
        honeypot="website_url",
        token="body:key",
    )
    assert found == {"extra": {"budget": "5", "unnamed": "nameless"}}


def test_an_e_mail_s_domain_is_lower_case_and_an_extension_is_kept_apart() -> None:
    found = lead_fields(("email", "Jane.Doe@EXAMPLE.Com"), ("phone", "+1 202-555-0123 x45"))
    assert found["email"] == "Jane.Doe@example.com"
    assert (found["phone"], found["extra"]) == ("+12025550123", {"phone_extension": "45"})


def test_what_the_source_says_comes_first() -> None:
    found = lead_fields(
        ("first_name", "a"),
        ("fname", "b"),
        ("Wohin?", "c"),
        ("roles[]", "d"),
        ("seite", "e"),
        fields={
            "first_name": "fname",
            "city": "Wohin?",
            "job": "roles[]",
            "tracking.page": "seite",
        },
    )
    assert found == {
        "first_name": "b",
        "city": "c",
        "job": "d",
        "tracking": {"page": "e"},
        "extra": {"first_name": "a"},
    }


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("answers[?q=='role'].a | [0]", "Analyst"),
        ("answers[].a", "Analyst, true"),
        ("answers[9].a", None),
        ("Not JMESPath?!", None),
        ("length(@)", "1"),
        ("to_number(@)", None),
    ],
)
def test_a_field_may_be_found_by_jmespath(expression: str, value: str | None) -> None:
    document = {"answers": [{"q": "role", "a": "Analyst"}, {"q": "ok", "a": True}]}
    found = lead_fields(("x", "1"), document=document, fields={"job": expression})
    assert found.get("job") == value


def test_a_lead_is_built_even_when_nothing_is_recognised() -> None:
    lead = build_lead(Submission((("favourite", "tea"),)), source(), NOW, "ID", "LR-1")
    assert (lead.id, lead.ref, lead.source, lead.kind) == ("ID", "LR-1", "contact-us", "form")
    assert (lead.received_at, lead.extra) == (NOW, {"favourite": "tea"})


def test_an_empty_form_is_a_bad_request() -> None:
    submission = Submission((("name", " "), ("_charset_", "utf-8")))
    with pytest.raises(Rejected, match="400"):
        build_lead(submission, source(), NOW, "ID", "LR-1")


def test_every_sender_of_the_table_is_there_and_says_how_to_set_it_up() -> None:
    for name in SENDERS:
        assert "{url}" in sender(name).setup, name


SOURCES = read_sources(
    (ROOT / "layers/config/python/leadrelay_config/sources.toml").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("form-html", {"job": "Finance Director", "extra": {"interests": "Permanent, Interim"}}),
        ("form-html-fr-latin1", {"first_name": "Hélène", "address1": "12, rue de l'Église"}),
        ("form-multipart", {"full_name": "Jordan Placeholder", "phone": "+442079460321"}),
        ("form-fetch-json", {"email": "sam.testcase@example.com", "consent": "true"}),
        ("form-nested-json", {"last_name": "Ficticia Muñoz", "job": "Data Engineer"}),
        ("form-beacon", {"full_name": "Robin Stand-In", "phone": "+12025550167"}),
    ],
)
def test_the_sample_forms_become_the_leads_they_mean(event: str, expected: dict[str, Any]) -> None:
    sample = read_sample(ROOT / f"events/{event}.http")
    source = SOURCES[sample.path.rpartition("/")[2]]
    request = Request(sample.method, sample.path, Headers(sample.headers), (), "", sample.body)
    (submission,) = submissions(sender(source.sender).read(request, source))
    lead = build_lead(submission, source, NOW, "ID", "LR-1")
    assert expected.items() <= lead.model_dump().items()


def test_a_plain_form_loads_nothing_it_does_not_need() -> None:
    code = """
import sys
from leadrelay.intake.meaning import building as build
from leadrelay.intake import senders
from leadrelay.intake.request import Headers, Request
from leadrelay.sources import Source
source = Source(name="x", kind="form", sender="html", deliver=("trackerrms",))
request = Request("POST", "/", Headers(), (), "", b"email=a%40example.com")
assert senders.sender("html").read(request, source)[0].fields
print(*{"phonenumbers", "jmespath", "httpx", "boto3"} & sys.modules.keys())
"""
    core = ROOT / "layers/core/python"
    run = subprocess.run(  # noqa: S603 - our own code, in a fresh interpreter
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(core)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == ""
