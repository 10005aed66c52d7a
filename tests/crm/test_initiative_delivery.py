"""Initiative: what a lead becomes there, step by step, and how it is found again."""

from typing import Any

import pytest
from pydantic import ValidationError

from leadrelay.crm.initiative.delivery import Initiative
from leadrelay.crm.initiative.options import Options
from leadrelay.lead import Attachment
from tests.crm.vtiger import (
    FIELDS,
    JANE,
    OPTIONS,
    Server,
    call_lead,
    create,
    crm,
    good,
    lead,
    steps,
)

CV = Attachment(filename="jane.doe.pdf", media_type="application/pdf", size=4, sha256="ab" * 32)
OTHER = Attachment(
    filename="letter.docx", media_type="application/msword", size=4, sha256="cd" * 32
)


@pytest.fixture
def server() -> Server:
    return Server()


def options(**table: Any) -> Options:
    return Options(**table)


def made(server: Server, one: Any, **table: Any) -> dict[str, str]:
    return server.made[create(crm(server), one, options(**table))]


ASKED = "Enquiry via the form “contact-us”, 20 Nov 2026, 23:30 (UTC)."
LEFT = "Contact details left in the form “contact-us”, 20 Nov 2026, 23:30 (UTC)."


# -- records ------------------------------------------------------------------------------


def test_a_form_becomes_a_lead_with_its_text_unchanged(server: Server) -> None:
    assert made(server, JANE) == {
        "firstname": "Jane",
        "lastname": "Doe",
        "email": "jane@example.com",
        "leadsource": "Web Site",
        "assigned_user_id": "19x1",
        "description": f"{ASKED}\n\nIt's 5 > 3 \\ 😀\n'; DROP\n\nReference: LR-7Q2KX9BD",
    }


def test_what_has_no_field_is_in_the_description(server: Server) -> None:
    one = lead(last_name="Doe", linkedin="in/jane", extra={"budget": "5k"}, job_title="CTO")
    record = made(server, one)
    assert record["designation"] == "CTO"
    assert record["description"] == (
        f"{ASKED}\n\nLinkedIn: in/jane\nBudget: 5k\n\nReference: LR-7Q2KX9BD"
    )


def test_a_field_that_the_crm_does_not_have_goes_to_the_description(server: Server) -> None:
    server.fields["Leads"] = FIELDS["Leads"].replace("company", "")
    assert "Company: ACME" in made(server, lead(last_name="Doe", company="ACME"))["description"]


def test_a_value_too_long_is_cut_in_its_field_and_whole_in_the_description(server: Server) -> None:
    record = made(server, lead(first_name="Jane", last_name="D" * 90))
    assert record["lastname"] == "D" * 80
    assert f"Last name: {'D' * 90}" in record["description"]


def test_a_description_longer_than_the_column_keeps_its_reference(server: Server) -> None:
    text = made(server, lead(last_name="Doe", message="é" * 40_000))["description"]
    assert len(text.encode()) <= 65_535
    assert text.startswith(f"{ASKED}\n\néé")
    assert text.endswith("[too long for the CRM: cut here]\n\nReference: LR-7Q2KX9BD")


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        ({"full_name": "Anna Maria Doe"}, "Anna Maria", "Doe"),
        ({"first_name": "Jane"}, None, "Jane"),
        ({"first_name": "Jane", "full_name": "Jane Doe"}, "Jane", "Doe"),
        ({"email": "jane@example.com"}, None, "jane@example.com"),
        ({}, None, "Unknown"),
    ],
)
def test_a_last_name_is_always_given(
    server: Server, fields: dict[str, str], first: str | None, last: str
) -> None:
    record = made(server, lead(**fields))
    assert (record.get("firstname"), record["lastname"]) == (first, last)
    assert record["description"] == f"{LEFT}\n\nReference: LR-7Q2KX9BD"


def test_a_full_name_that_says_more_is_kept(server: Server) -> None:
    record = made(server, lead(first_name="Jane", last_name="Doe", full_name="Dr Jane Doe"))
    assert "Name: Dr Jane Doe" in record["description"]


def test_a_source_s_own_fields_overrule_and_their_values_are_not_repeated(server: Server) -> None:
    table = {
        "fields": {"lastname": "Web: {name}", "description": "About {subject}", "company": "-"},
        "assigned_user_id": "20x2",
    }
    record = made(server, lead(full_name="Jane Doe", subject="Prices"), **table)
    assert record["lastname"] == "Web: Jane Doe"
    assert record["description"] == f"About Prices\n\n{ASKED}\n\nReference: LR-7Q2KX9BD"
    assert (record["company"], record["assigned_user_id"]) == ("-", "20x2")


def test_a_lead_can_become_a_contact_or_a_ticket(server: Server) -> None:
    contact = made(server, lead(last_name="Doe", city="Paris", company="A"), module="Contacts")
    ticket = made(server, lead(last_name="Doe", subject="Help"), module="HelpDesk")
    assert contact["mailingcity"] == "Paris"
    assert "Company: A" in contact["description"]
    assert (ticket["ticket_title"], ticket["ticketstatus"]) == ("Help", "Open")
    assert "Name: Doe" in ticket["description"]


def test_options_refuse_what_is_not_there() -> None:
    for table in (
        {"module": "Accounts"},
        {"fields": {"city": "{nosuch}"}},
        {"assigned_user_id": "1"},
        {"time_zone": "Mars/Olympus"},
        {"modul": "Leads"},
    ):
        with pytest.raises(ValidationError):
            Initiative.Options.model_validate(table)


def test_a_mandatory_field_that_no_lead_would_fill_is_named(server: Server) -> None:
    server.fields["Leads"] = FIELDS["Leads"] + " cf_900"
    server.mandatory |= {"cf_900"}
    assert [one.key for one in crm(server).advise("form", OPTIONS)] == ["fields.cf_900"]
    assert crm(server).advise("form", options(fields={"cf_900": "x"})) == []
    assert crm(server).advise("form", options(module="HelpDesk")) == []


def test_what_names_nobody_stands_in_the_note_only(server: Server) -> None:
    record = made(server, lead(last_name="Doe", email="n/a", phone="anonymous"))
    assert not {"email", "phone"} & record.keys()
    assert record["description"].startswith(f"{LEFT}\n\nE-mail: n/a\nTelephone: anonymous\n")


# -- steps --------------------------------------------------------------------------------


def test_each_file_is_a_document_related_to_the_record(server: Server) -> None:
    one = lead(kind="resume", last_name="Doe", resume=CV, attachments=(OTHER,))
    record_id = create(crm(server), one)

    documents = [c for c in server.calls if c.get("elementType") == "Documents" and "element" in c]
    assert [c["filename_attachment_name"] for c in documents] == ["jane_doe", "letter"]
    assert {c["related_to"] for c in documents} == {record_id}
    assert {c["filename_attachment"] for c in documents} == {"JVBERg=="}
    titles = [record.get("notes_title") for record in server.made.values()]
    assert titles == [None, "LR-7Q2KX9BD/abababab jane.doe.pdf", "LR-7Q2KX9BD/cdcdcdcd letter.docx"]


def test_a_retry_goes_on_where_the_last_attempt_stopped(server: Server) -> None:
    one = lead(kind="resume", last_name="Doe", resume=CV, attachments=(OTHER,))
    server.answers["query"] = [
        good([{"notes_title": "LR-7Q2KX9BD/abababab jane.doe.pdf", "id": "15x7"}])
    ]
    progress = steps(done={"record": "10x5"}, in_doubt=True)

    receipt = crm(server).create(one, OPTIONS, progress, lambda _: b"")

    assert (receipt.record_id, receipt.created) == ("10x5", False)
    assert progress.done == {
        "record": "10x5",
        f"file {'ab' * 6}": "15x7",
        f"file {'cd' * 6}": "10x1",
    }
    assert len(server.made) == 1


def test_an_unknown_outcome_is_looked_up_before_anything_is_written(server: Server) -> None:
    ours = {"description": "hi\n\nReference: LR-7Q2KX9BD", "id": "10x8"}
    server.answers["query"] = [good([]), good([ours])]  # no ticket, but a lead
    assert create(crm(server), JANE, in_doubt=True) == "10x8"
    assert server.count()["create"] == 0


def test_a_call_becomes_a_person_and_an_event(server: Server) -> None:
    create(crm(server), call_lead())
    person, event = server.made.values()
    assert person["lastname"] == "Caller +44 20 7946 0018"
    assert person["phone"] == "+442079460018"
    assert "Missed call from +44 20 7946 0018" in person["description"]
    assert "leadsource" not in person
    assert event["description"] == person["description"]
    assert {k: v for k, v in event.items() if k != "description"} == {
        "subject": "Incoming call from +44 20 7946 0018",
        "activitytype": "Call",
        "eventstatus": "Not Held",
        "visibility": "Public",
        "date_start": "2026-11-20",
        "time_start": "23:30:00",
        "due_date": "2026-11-21",
        "time_end": "00:31:40",
        "duration_hours": "1",
        "duration_minutes": "1",
        "parent_id": "10x1",
        "assigned_user_id": "19x1",
    }


def test_event_times_are_in_the_zone_that_the_server_keeps(server: Server) -> None:
    create(crm(server), call_lead(), options(time_zone="Europe/Paris", module="Contacts"))
    _, event = server.made.values()
    assert (event["date_start"], event["time_start"]) == ("2026-11-21", "00:30:00")
    assert event["contact_id"] == "10x1"


def test_a_known_caller_gets_the_event_however_the_number_is_written(server: Server) -> None:
    others = {"phone": "(020) 7946 0018 ext 9", "mobile": "", "id": "10x3"}
    known = {"phone": "", "mobile": "020 7946 0018", "id": "10x4"}
    server.answers["query"] = [good([others, known])]

    receipt = crm(server).create(call_lead(), OPTIONS, steps(), lambda _: b"")

    assert (receipt.record_id, receipt.created) == ("10x4", False)
    assert [record["parent_id"] for record in server.made.values()] == ["10x4"]


def test_a_hidden_number_is_nobody_s(server: Server) -> None:
    one = call_lead().model_copy(update={"call": None, "phone": "anonymous"})
    create(crm(server), one)
    assert server.count()["query"] == 0


# -- find ---------------------------------------------------------------------------------


def test_only_the_record_whose_own_reference_it_is_is_found(server: Server) -> None:
    quoting = {"description": "> Reference: LR-7Q2KX9BD\n\nReference: LR-AAAAAAAA", "id": "10x1"}
    ours = {"description": "Reference: LR-7Q2KX9BD\nhas called since", "id": "10x2"}
    server.answers["query"] = [good([quoting, ours]), good([quoting]), good([])]
    adapter = crm(server)

    found = adapter.find(JANE, OPTIONS)
    assert found is not None
    assert (found.record_id, found.created) == ("10x2", False)
    assert adapter.find(JANE, OPTIONS) is None
    assert server.calls[-2]["query"] == (
        "SELECT description FROM Leads WHERE description LIKE '%Reference: LR-7Q2KX9BD%'"
        " ORDER BY id LIMIT 100;"
    )


def test_a_call_that_went_to_a_known_person_is_found_by_its_event(server: Server) -> None:
    event = {"description": "Reference: LR-7Q2KX9BD", "id": "18x1"}
    server.answers["query"] = [good([]), good([]), good([event])]
    server.answers["retrieve"] = [good({"contact_id": "", "parent_id": "10x4", "id": "18x1"})]
    found = crm(server).find(call_lead(), OPTIONS)
    assert found is not None
    assert found.record_id == "10x4"


def people(*rows: tuple[str, str, str]) -> Any:
    names = ("firstname", "lastname", "phone")
    return good(
        [dict(zip(names, row, strict=True)) | {"id": f"10x{n}"} for n, row in enumerate(rows, 4)]
    )


@pytest.mark.parametrize(
    ("name", "goes_to"), [("Peter Doe", "10x5"), ("Max Roe", "10x1"), ("", "10x1")]
)
def test_a_caller_of_a_shared_number_is_known_by_name_only(
    server: Server, name: str, goes_to: str
) -> None:
    number = "+442079460018"
    server.answers["query"] = [people(("Jane", "Doe", number), ("Peter", "Doe", number))]
    one = call_lead(full_name=name or None)
    assert create(crm(server), one) == goes_to


def test_a_number_with_its_country_is_nobody_else_s(server: Server) -> None:
    server.answers["query"] = [people(("Jane", "Doe", "+332079460018"))]
    assert create(crm(server), call_lead()) == "10x1"
    server.answers["query"] = [people(("Jane", "Doe", "+332079460018")), good([])]
    assert crm(server).caller("+442079460018") is None
