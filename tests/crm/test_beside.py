"""What a sender tells beside the fields of a lead reaches the field that a CRM has for it."""

from typing import Any

import pytest

from leadrelay.crm import beside
from leadrelay_sandbox.centia.fixtures import LISTS
from tests.crm.contract import Account, make_lead

of_initiative = pytest.mark.parametrize("account", ["initiative"], indirect=True)
of_centia = pytest.mark.parametrize("account", ["centia"], indirect=True)


@pytest.mark.parametrize(
    ("word", "known", "title"),
    [
        ("mr", ["Mr.", "Ms."], "Mr."),
        ("Frau", ["Mr.", "Ms.", "Mrs."], "Ms."),
        ("Mme", ["Sr.", "Sra."], "Sra."),
        ("Señor", ["Mr."], "Mr."),
        ("Dr", ["Mr.", "Dr."], "Dr."),
        ("Lord", ["Mr."], None),
        ("Mlle", ["Mr.", "Ms."], "Ms."),
        ("Doña", ["D.", "Sr.", "Sra."], "Sra."),
        ("Dhr.", ["Mr.", "Ms."], "Mr."),
        ("Frau Dr.", ["Mr.", "Ms.", "Dr."], "Dr."),
        ("Herr Prof. Dr.", ["Mr.", "Dr.", "Prof."], "Prof."),
        ("Herr Dr.", ["Mr.", "Ms."], "Mr."),
        ("", ["", "Mr."], None),
    ],
)
def test_a_title_is_known_in_other_languages(
    word: str, known: list[str], title: str | None
) -> None:
    assert beside.title(word, known) == title


@pytest.mark.parametrize(
    "name",
    [
        "Anrede",
        "contact.salutation",
        "contact[salutation]",
        "your-salutation",
        "Quelle est votre civilité ?",
        "name.prefix",
    ],
)
def test_a_fact_is_known_by_the_end_of_its_name(name: str) -> None:
    assert beside.told(make_lead(extra={name: "Herr"}), "salutation") == "Herr"


@pytest.mark.parametrize(
    ("question", "answer", "refuses"),
    [
        ("newsletter", "false", True),
        ("consent.newsletter", "No, thanks", True),
        ("Subscribe to our newsletter?", "No", True),
        ("Newsletter abonnieren", "nein", True),
        ("¿Desea recibir el boletín?", "No", True),
        ("marketing_consent", "no", True),
        ("emailOptIn", "unchecked", True),
        ("I do not want the newsletter", "on", True),
        ("email_opt_out", "1", True),
        ("Unsubscribe", "yes", True),
        ("Subscribe to our newsletter?", "Yes", False),
        ("I don't want the newsletter", "no", False),
        ("email_opt_out", "0", False),
        ("Do you work in marketing?", "No", False),
        ("Why not us?", "Yes", False),
        ("newsletter", "Not sure", False),
        ("newsletter", "", False),
    ],
)
def test_whoever_refuses_mails_is_told_so_however_they_are_asked(
    question: str, answer: str, *, refuses: bool
) -> None:
    assert beside.refuses_mails(make_lead(extra={question: answer})) is refuses


@of_initiative
@pytest.mark.parametrize(
    ("module", "extra", "fields"),
    [
        ("Leads", {"Anrede": "Frau"}, {"salutationtype": "Ms."}),
        ("Leads", {"salutation": "Lord"}, {"salutationtype": ""}),
        ("Leads", {"consent.newsletter": "false"}, {"emailoptout": "1"}),
        ("Leads", {"newsletter": "yes"}, {"emailoptout": "0"}),
        ("Leads", {"newsletter": "perhaps"}, {"emailoptout": "0"}),
        ("Leads", {"rating": "ACTIVE"}, {"rating": "Active"}),
        ("Leads", {"lead_status": "hot"}, {"leadstatus": "Hot", "rating": ""}),
        ("Leads", {"lead_status": "good_lead"}, {"leadstatus": "", "rating": ""}),
        ("Contacts", {"department": "Purchasing"}, {"department": "Purchasing"}),
    ],
)
def test_initiative_is_told_what_its_fields_take(
    account: Account, module: str, extra: dict[str, str], fields: dict[str, str]
) -> None:
    account.deliver(make_lead(extra=extra), options=account.options(module=module))
    record = account.simulator.records[0].fields
    blank = {"emailoptout": "0"}
    assert {name: record.get(name, blank.get(name, "")) for name in fields} == fields
    for answer in extra.values():
        assert answer == "false" or answer.replace("_", " ") in record["description"]


@of_centia
@pytest.mark.parametrize(
    ("given", "options", "ids"),
    [
        ({"extra": {"tratamiento": "Sra"}}, {}, {"title_id": "Sra."}),
        ({"extra": {"Anrede": "Herr"}}, {}, {"title_id": "Sr."}),
        ({"job_title": "gerente"}, {}, {"position_id": "Gerente"}),
        ({"extra": {"departamento": "compras"}}, {}, {"department_id": "Compras"}),
        ({"job_title": "Astronaut"}, {}, {}),
        ({"job_title": "gerente"}, {"position_id": 1}, {"position_id": "Director"}),
    ],
)
def test_centia_is_told_the_ids_of_what_its_lists_have(
    account: Account, given: dict[str, Any], options: dict[str, Any], ids: dict[str, str]
) -> None:
    account.deliver(make_lead(**given), options=account.options(**options))
    sent = account.ones[0].fields
    lists = {
        "title_id": "Contacts.GetTitles",
        "position_id": "Contacts.GetPositions",
        "department_id": "Contacts.GetDepartments",
    }
    names = {
        key: next(one["name"] for one in LISTS[method] if one["id"] == sent[key])
        for key, method in lists.items()
        if key in sent
    }
    assert names == ids
