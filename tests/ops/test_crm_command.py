"""`leadrelay crm`: every operation of every CRM can be looked up, and called with plain words."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from typer.testing import CliRunner, Result

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.errors import Unavailable
from leadrelay_ops import arguments
from leadrelay_ops.cli import app
from leadrelay_ops.failures import Told
from leadrelay_ops.stack import Stack
from tests.ops.conftest import Deployed

type Run = Callable[..., Result]

JANE = ("lead.leadname=Web", "lead.fullname=Jane Doe", "lead.department=Sales")


# -- the list -----------------------------------------------------------------------------


@pytest.mark.parametrize("crm", CRMS)
def test_the_list_names_every_operation_and_needs_no_stack(crm: str, without_stack: Run) -> None:
    listed = without_stack("crm", crm)
    assert listed.exit_code == 0
    titles = [line for line in listed.output.splitlines() if not line.startswith(" ")]
    named = {title.split()[0]: title.split()[1].strip("()") for title in titles}
    operations = adapter(crm).operations
    assert named == {n: "writes" if o.writes else "reads" for n, o in operations.items()}


def test_the_list_says_what_is_required_and_in_which_form(without_stack: Run) -> None:
    listed = without_stack("crm", "collect").output
    assert "record* (a table: debtor, client, contact, …)" in listed
    assert "limit (integer, a number of records)" in listed
    assert "from endpointreadrecords.html" in listed


# -- calls --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("initiative describe elementType=Leads", '"name": "lastname"'),
        ("initiative describe Leads", '"name": "lastname"'),
        ("centia Contacts.GetOrigins", '"name": "Sitio web"'),
        ("trackerrms getSettingsData", '"Name": "Sales"'),
        ("trackerrms checkPerson details.email=jane@example.com", '"status": 0'),
        ("collect read client limit=2 fields=cl_rowid,cl_name", '"cl_name"'),
    ],
)
def test_a_call_prints_what_the_crm_answers(deployed: Deployed, words: str, expected: str) -> None:
    ran = deployed.run("crm", *words.split())
    assert ran.exit_code == 0, ran.output
    assert expected in ran.output
    json.loads(ran.stdout)


def test_a_call_that_writes_asks_first(deployed: Deployed) -> None:
    records = deployed.crms["trackerrms"].records
    declined = deployed.run("crm", "trackerrms", "createLead", *JANE, input="n\n")
    assert (declined.exit_code, len(records)) == (1, 0)
    assert "createLead writes to the trackerrms of leadrelay" in declined.output
    agreed = deployed.run("crm", "trackerrms", "createLead", *JANE, input="y\n")
    assert (agreed.exit_code, len(records)) == (0, 1)


def test_yes_says_so_beforehand(deployed: Deployed) -> None:
    ran = deployed.run("crm", "trackerrms", "createLead", *JANE, "--yes")
    (record,) = deployed.crms["trackerrms"].records
    assert record.fields["lead"]["fullname"] == "Jane Doe"
    assert json.loads(ran.stdout)["status"] == 0


def test_a_refusal_is_told_with_the_words_of_the_crm(deployed: Deployed) -> None:
    ran = deployed.run("crm", "initiative", "retrieve", "10x99999")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Initiative answered ACCESS_DENIED: Permission")
    assert ran.stderr.count("\n") == 1


def test_a_crm_that_is_down_is_told_in_one_line(deployed: Deployed) -> None:
    deployed.set_secret("crm/collect", deployed.secret("collect") | {"base_url": "http://[::1]:9"})
    ran = deployed.run("crm", "collect", "read", "debtor")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("could not connect (ConnectError): ")
    assert ran.stderr.count("\n") == 1


def test_what_an_operation_still_needs_is_told_with_all_it_takes(deployed: Deployed) -> None:
    ran = deployed.run("crm", "collect", "read", "limit=2")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("read needs record; read takes record* (a table: debtor,")
    assert deployed.crms["collect"].requests == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("salesforce",), "there is no CRM 'salesforce'; there are trackerrms, initiative,"),
        (
            ("collect", "reed"),
            "there is no operation of collect 'reed'; did you mean read?",
        ),
        (("collect", "read", "debtor", "lmit=2"), "read has no lmit; it takes record* (a table"),
        (("collect", "read", "debtor", "x"), "read needs no 'x'; it takes record* (a table"),
        (("trackerrms", "checkLogon", "x=1"), "checkLogon has no x; it takes no parameters"),
    ],
)
def test_a_wrong_word_is_told_what_there_is(
    without_stack: Run, words: tuple[str, ...], told: str
) -> None:
    ran = without_stack("crm", *words)
    assert ran.exit_code == 1
    assert ran.stderr.startswith(told)
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [Unavailable("the ledger"), Told("Port 4566 is taken"), NoCredentialsError()],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("words", [("leads",), ("check",), ("crm", "centia", "Profiles.GetUsers")])
def test_what_a_person_can_mend_is_told_in_one_line(
    words: tuple[str, ...], error: Exception
) -> None:
    def find(_: str | None) -> Stack:
        raise error

    ran = CliRunner().invoke(app, words, obj=find)
    assert ran.exit_code == 1
    assert isinstance(ran.exception, SystemExit)
    assert str(error) in ran.stderr
    assert ran.stderr.count("\n") == 1


# -- words to parameters ------------------------------------------------------------------


def _read(crm: str, operation: str, *words: str) -> dict[str, Any]:
    return arguments.read(adapter(crm).operations[operation], words)


def test_bare_words_fill_what_is_required_and_not_named() -> None:
    assert _read("collect", "subrecords", "debtor", "contact", "rowid=7") == {
        "record": "debtor",
        "rowid": "7",
        "subrecord": "contact",
    }
    assert _read("trackerrms", "getIndividualRecord", "L", "7") == {
        "instructions": {"recordtype": "L", "recordid": 7}
    }
    assert _read("centia", "Contacts.GetContact", "email", "jane@example.com") == {
        "search_by": "email",
        "search_value": "jane@example.com",
    }


def test_a_query_is_one_bare_word_whatever_it_compares() -> None:
    select = "SELECT * FROM Leads WHERE city='York';"
    assert _read("initiative", "query", select) == {"query": select}


@pytest.mark.parametrize(
    ("crm", "operation", "word", "value"),
    [
        ("collect", "read", "limit=2", 2),
        ("collect", "read", "rowid=2", "2"),
        ("collect", "read", "filter=de_number__in=(1,2)", "de_number__in=(1,2)"),
        ("collect", "report", "showmargins=Yes", True),
        ("collect", "report", "rowid=[1, 2]", [1, 2]),
        ("collect", "create", "data.de_zip=04109", {"de_zip": "04109"}),
        ("centia", "Products.CreateProduct", "value=2.5", 2.5),
        ("initiative", "create", 'element={"lastname": "Doe"}', {"lastname": "Doe"}),
    ],
)
def test_a_value_has_the_type_of_its_parameter(
    crm: str, operation: str, word: str, value: object
) -> None:
    (found,) = _read(crm, operation, word).values()
    assert found == value
    assert type(found) is type(value)


def test_a_dotted_key_reaches_into_objects() -> None:
    read = _read(
        "trackerrms", "createLead", "lead.fullname=Jane", "instructions.notifydepartment=no"
    )
    assert read == {"lead": {"fullname": "Jane"}, "instructions": {"notifydepartment": False}}


def test_an_at_sign_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"%PDF\xff")
    (tmp_path / "data.json").write_text('{"de_name": "Doe, Jane"}', "utf-8")
    content = _read("collect", "upload", f"content=@{tmp_path}/cv.pdf")["content"]
    assert base64.b64decode(content) == b"%PDF\xff"
    data = _read("collect", "create", f"data=@{tmp_path}/data.json")["data"]
    assert data == {"de_name": "Doe, Jane"}


@pytest.mark.parametrize(
    ("crm", "operation", "words", "told"),
    [
        ("collect", "read", ["limit=two"], "limit must be a whole number"),
        ("collect", "report", ["showmargins=maybe"], "showmargins must be true or false"),
        ("collect", "report", ["rowid=1,2"], "rowid must be a list in JSON"),
        ("collect", "upload", ["content=@nosuch.pdf"], "nosuch.pdf can't be read: No such file"),
        ("collect", "create", ["data=[]", "data.x=1"], "data must be an object"),
        ("trackerrms", "createLead", ["lead.fulname=J"], "has no lead.fulname; it takes"),
        ("trackerrms", "createLead", ["lead.fullname.x=J"], "has no lead.fullname.x"),
    ],
)
def test_a_value_that_does_not_fit_is_told_what_would(
    crm: str, operation: str, words: list[str], told: str
) -> None:
    with pytest.raises(Told, match=told.replace("(", r"\(")):
        _read(crm, operation, *words)
