"""What people and form builders call their fields is understood, and nobody else's is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.meaning.field_names import meaning

BUILDERS = [
    ("No Label email", "email"),  # Elementor, elementor/elementor #27399
    ("No Label field_0f2c1aa", None),
    ("q2_q2_fullname0.first", "first_name"),  # Jotform, simstudioai/sim #2616
    ("q2_fullname0", "full_name"),
    ("q4_q4_phone2.full", "phone"),
    ("names.first_name", "first_name"),  # Fluent Forms
    ("name_1_first_name", "first_name"),  # Forminator
    ("email_1", "email"),
    ("address_1_street_address", "address1"),
    ("address_1_zip", "postal_code"),
    ("Name First Name", "first_name"),  # Squarespace
    ("Phone Country", "dial_code"),
    ("job_application[first_name]", "first_name"),  # Greenhouse
    ("job_application[data_compliance][gdpr_consent_given]", "consent"),
    ("candidate[emails][]", "email"),  # Recruitee
    ("candidate.phones", "phone"),
    ("first_name_key", "first_name"),  # Formidable
    ("_replyto", "email"),  # Formspree, FormSubmit
    ("_subject", "subject"),
    ("Name (First)", "first_name"),  # WPForms
    ("WORK_PHONE_NUMBER", "phone"),  # LinkedIn
    ("work_email", "email"),  # Meta
    ("emails.0.value", "email"),  # SCIM, Pipedrive
    ("data.item.location.city", "city"),  # Intercom
    ("country_dial_code", "dial_code"),  # intl-tel-input
    ("full_phone", "phone"),
]
EVERYDAY = [
    ("Your Full Name", "full_name"),
    ("First & Last Name", "full_name"),
    ("Candidate Name", "name"),
    ("Work Email Address", "email"),
    ("Cell Phone Number", "phone"),
    ("Best contact number", "phone"),
    ("Mobile/WhatsApp Number", "phone"),
    ("Phone / Fax", "phone"),
    ("Comment or Message", "message"),
    ("What is your name?", "name"),
    ("What's the best email to reach you?", "email"),
    ("Best phone number to call?", "phone"),
    ("Email address – we never share it", "email"),
    ("<b>Email</b> *", "email"),
    ("2) E-mail", "email"),
    ("Confirm your email", "email"),
    ("Full name (as on passport)", "full_name"),
    ("Address (City)", "city"),
    ("Name (company)", "company"),
    ("Phone (optional)", "phone"),
    ("Primer apellido", "last_name"),
    ("Segundo apellido", "second_surname"),
]
LANGUAGES = [
    ("Nachname / Last name / Nom de famille", "last_name"),  # OpnForm/OpnForm #966
    ("Telefon / Phone / Téléphone", "phone"),
    ("Nome e cognome", "full_name"),
    ("Numero di telefono", "phone"),
    ("E-mailadres", "email"),
    ("Voornaam", "first_name"),
    ("Imię i nazwisko", "full_name"),
    ("Telemóvel", "phone"),
    ("お名前", "name"),
    ("メールアドレス", "email"),
    ("電話番号", "phone"),
    ("이메일", "email"),
    ("邮箱", "email"),
    ("Фамилия", "last_name"),
    ("Телефон", "phone"),
]
CLICKS = [
    ("gbraid", "tracking.gbraid"),
    ("wbraid", "tracking.wbraid"),
    ("msclkid", "tracking.msclkid"),
    ("ttclid", "tracking.ttclid"),
    ("li_fat_id", "tracking.li_fat_id"),
    ("payload.tracking.utm_source", "tracking.utm_source"),
]
OTHERS = [
    "data.form.name",
    "submission.formName",
    "data.userName",
    "payload.scheduled_event.name",
    "payload.scheduled_event.event_memberships.0.user_email",
    "members.1.email",
    "owner_email",
    "Manager's email",
    "Email (of your manager)",
    "Emergency contact phone",
    "Name of referee",
    "Mother's maiden name",
    "Preferred name",
    "Email / Phone",
    "Phone type",
    "email_consent",
    "Preferred contact method",
    "Date of birth",
    "shipping.first_name_of_product",
]


@pytest.mark.parametrize(("name", "field"), [*BUILDERS, *EVERYDAY, *LANGUAGES, *CLICKS])
def test_a_name_is_understood(name: str, field: str | None) -> None:
    assert meaning(name) == field


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_somebody_else_s_or_unknown_is_left_alone(name: str) -> None:
    assert meaning(name) is None


@given(st.text())
def test_any_name_has_a_meaning_or_none(name: str) -> None:
    assert meaning(name) is None or meaning(name)
