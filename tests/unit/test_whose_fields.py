"""Fields that tell whose they are by what stands beside them, and what no name tells."""

from typing import Any

import pytest

from leadrelay.intake.meaning.field_names import meaning
from leadrelay.intake.meaning.known_by import findable
from leadrelay.lead import Lead
from leadrelay.sources import Source
from tests.unit.test_fields import NOW
from tests.unit.test_values import lead_fields

WHO = {"full_name": "Jane Doe", "email": "jane@example.com"}


@pytest.mark.parametrize(
    ("name", "mail", "message"),
    [
        ("bundle.contact_name", "bundle.contact_email", "bundle.message"),  # Make
        ("cf[name]", "cf[email]", "cf[message]"),  # Joomla's Convert Forms
        ("jform[contact_name]", "jform[contact_email]", "jform[contact_message]"),  # com_contact
        ("submitted[name]", "submitted[e_mail]", "submitted[comments]"),  # Drupal 7's Webform
        ("json.submission.fullName", "json.submission.emailAddress", "json.submission.message"),
        ("Message.name", "Message.email", "Message.text"),  # AWS SNS
        ("state.name", "state.email", "state.message"),  # Livewire
        ("event.body.fullname", "event.body.mail", "event.body.message"),  # Pipedream
        ("requester.name", "requester.email", "ticket.message"),  # tawk.to
        ("ctl00$Main$txtFullName", "ctl00$Main$txtEmail", "ctl00$Main$txtMessage"),  # ASP.NET
        ("C_Name", "C_EmailAddress", "C_Message"),  # Eloqua
    ],
)
def test_what_stands_beside_who_it_is_is_theirs_too(name: str, mail: str, message: str) -> None:
    found = lead_fields((name, "Jane Doe"), (mail, "jane@example.com"), (message, "Hi"))
    assert found == {**WHO, "message": "Hi"}


def test_a_company_s_name_beside_a_person_is_the_company_s() -> None:
    given = ("customer.company.name", "Acme"), ("customer.email", "jane@example.com")
    assert lead_fields(*given) == {"company": "Acme", "email": "jane@example.com"}


def test_a_state_that_somebody_is_in_is_no_part_of_an_address() -> None:
    given = ("subscriber.state", "active"), ("subscriber.email_address", "jane@example.com")
    assert "state" not in lead_fields(*given)
    lives = ("person.state", "CA"), ("person.city", "Oakland"), ("person.email", "j@example.com")
    assert lead_fields(*lives)["state"] == "CA"


@pytest.mark.parametrize(
    "mail",
    [
        {"from.text": "Jane Doe <jane@example.com>", "to.text": "leads@agency.example"},
        {"msg.from_email": "jane@example.com", "msg.to.0.0": "leads@agency.example"},  # Mandrill
    ],
)
def test_to_whom_a_mail_goes_is_no_message(mail: dict[str, str]) -> None:
    found = lead_fields(*mail.items())
    assert "message" not in found
    assert found["email"] == "jane@example.com"


def test_a_field_that_a_builder_counts_is_no_message() -> None:
    given = ("text-123", "Jane Doe"), ("question_1", "Nurse"), ("textarea-4", "Hi")
    assert lead_fields(*given)["message"] == "Hi"


def test_letters_of_an_id_are_no_words() -> None:  # Microsoft Forms names its questions so
    found = lead_fields(("r99aa88bb77cc66dd5", "jane@example.com"), ("responder", "anonymous"))
    assert found["email"] == "jane@example.com"


@pytest.mark.parametrize("name", ["__VIEWSTATE", "tx_form_formframework[__state]", "state_3"])
def test_a_framework_s_own_is_nobody_s(name: str) -> None:
    assert meaning(name) is None


@pytest.mark.parametrize(
    "called",
    ["person.nickname", "data.user.nickname", "visitor.displayName", "ProfileName", "fn"],
)
def test_what_a_chat_calls_somebody_counts_where_nothing_else_does(called: str) -> None:
    found = lead_fields((called, "Jane Doe"), ("email", "jane@example.com"))
    assert found == WHO


def test_a_nickname_beside_a_name_is_none() -> None:
    given = ("name", "Jane Doe"), ("nickname", "Janie"), ("email", "jane@example.com")
    assert lead_fields(*given) == {**WHO, "extra": {"nickname": "Janie"}}


@pytest.mark.parametrize("called", ["jd1977", "n/a", "jane@example.com"])
def test_a_nickname_that_is_no_name_names_nobody(called: str) -> None:
    assert "full_name" not in lead_fields(("nickname", called), ("company", "Acme"))


@pytest.mark.parametrize(
    ("area", "typed", "region", "number"),
    [
        ("11", "91234-5678", "BR", "+5511912345678"),
        ("415", "555-0132", "US", "+14155550132"),
        ("030", "23125 999", "DE", "+493023125999"),
        ("415", "(415) 555-0132", "US", "+14155550132"),
        ("11", "+44 20 7946 0958", "BR", "+442079460958"),
    ],
)
def test_an_area_code_of_its_own(area: str, typed: str, region: str, number: str) -> None:
    found: dict[str, Any] = lead_fields(
        ("area_code", area), ("phone", typed), default_region=region
    )
    assert found["phone"] == number
    assert found["extra"]["area_code"] == area


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Wie heißen Sie?", "full_name"),
        ("Comment vous appelez-vous ?", "full_name"),
        ("¿Cómo te llamas?", "full_name"),
        ("Hoe heet je?", "full_name"),
        ("Unter welcher Nummer erreichen wir Sie?", "phone"),
        ("On which number can we reach you?", "phone"),
        ("À quel numéro peut-on vous joindre ?", "phone"),
        ("Op welk nummer kunnen we je bereiken?", "phone"),
        ("Emergency number to call", None),
        ("Wie können wir Ihnen helfen?", "message"),
        ("Comment pouvons-nous vous aider ?", "message"),
        ("¿En qué podemos ayudarte?", "message"),
        ("Waar kunnen we u mee helpen?", "message"),
        ("Your legal name", "name"),
        ("contactDetails.phoneDay", "phone"),
        ("person.name.given", "first_name"),
        ("person.name.family", "last_name"),
        ("prospect_phone", "phone"),
        ("TextBoxEmail", "email"),
        ("tx_form_formframework[contact-1][telephone-1]", "phone"),
    ],
)
def test_questions_and_names(label: str, field: str | None) -> None:
    assert meaning(label) == field


@pytest.mark.parametrize("name", ["timestamp", "ts", "msg.createdAt", "sent_at", "event-time"])
def test_unix_time_is_nobody_s_telephone_number(name: str) -> None:
    given = {"name": "s", "kind": "form", "sender": "html", "deliver": ["trackerrms"]}
    source = Source.model_validate({**given, "default_region": "GB"})
    extra = {name: "1763650796", "beside": "1763650796"}
    lead = Lead(id="1", ref="LR-1", source="s", received_at=NOW, extra=extra)
    assert findable(lead, source).known_by == ("+441763650796",)
    alone = lead.model_copy(update={"extra": {name: "1763650796"}})
    assert findable(alone, source).known_by == ()


def test_a_form_of_endless_fields_is_read_as_far_as_any_goes() -> None:
    many = [(f"x.field {number}", "1") for number in range(2_000)]
    found = lead_fields(("x.email", "jane@example.com"), *many, ("x.name", "Jane Doe"))
    assert found["email"] == "jane@example.com"
    assert found["extra"]["x.name"] == "Jane Doe"
