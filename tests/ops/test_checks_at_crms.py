"""`leadrelay check` asks the CRMs: who lets nobody in, and what they don't have."""

import json
from typing import Any

import pytest

from leadrelay.crms import CRMS
from tests.ops.checking import NEW_COMPANY, TICKET, Check, marked, source
from tests.ops.conftest import Deployed

# -- logins -------------------------------------------------------------------------------

WRONG_PASSWORD = {
    "trackerrms": {"password": "wrong"},
    "initiative": {"access_key": "wrong"},
    "centia": {"password": "wrong"},
    "collect": {"op_password": "wrong"},
}


@pytest.mark.parametrize(
    "change",
    [None, {"base_url": "http://[::1]:9"}, {"base_url": "nonsense"}, {"base_url": ""}],
    ids=["wrong password", "down", "no URL", "empty"],
)
@pytest.mark.parametrize("crm", CRMS)
def test_a_crm_that_lets_nobody_in_is_one_line(
    check: Check, deployed: Deployed, crm: str, change: dict[str, Any] | None
) -> None:
    change = WRONG_PASSWORD[crm] if change is None else change
    deployed.set_secret(f"crm/{crm}", deployed.secret(crm) | change)
    ran = check(source(crm))
    assert ran.exit_code == 1
    assert ran.stderr.count("\n") == 1  # which file
    (wrong,) = marked(ran, "✗")
    assert wrong.startswith(f"{crm}: ")
    assert f"the secret leadrelay/leadrelay/crm/{crm}" in wrong


# -- what the CRM doesn't have ------------------------------------------------------------


@pytest.mark.parametrize(
    ("crm", "table", "warning"),
    [
        ("trackerrms", 'department = "Sale"', "department: the CRM has no 'Sale'; it has Sales, P"),
        ("trackerrms", 'source = "Job Board"', "source: the CRM has no 'Job Board'; it has Websit"),
        ("trackerrms", 'worktype = "Odd"', "worktype: the CRM has no 'Odd'; it has Permanent,"),
        ("trackerrms", 'activitytype = "Fax"', "activitytype: the CRM has no 'Fax'; it has Tele"),
        ("trackerrms", "userid = 9", "userid: the CRM has no 9; it has 20 (api@example.com)"),
        ("initiative", 'fields.nosuch = "x"', "fields.nosuch: Leads has no field nosuch; `leadre"),
        ("initiative", 'fields.rating = "A+"', "fields.rating: the CRM has no 'A+'; it has Acqui"),
        ("initiative", 'fields.noofemployees = "few"', "fields.noofemployees: Leads.noofemployee"),
        (
            "initiative",
            'document_fields.colour = "x"',
            "document_fields.colour: Documents has no f",
        ),
        ("initiative", 'document_fields.x = "x"', "document_fields.x: Documents has no field x;"),
        ("centia", "origin_id = 9", "origin_id: the CRM has no 9; it has 1 (Recomendación), 2 ("),
        ("centia", "title_id = 9", "title_id: the CRM has no 9; it has 1 (Sr.), 2 (Sra.)"),
        ("centia", "position_id = 9", "position_id: the CRM has no 9; it has 1 (Director)"),
        ("centia", "department_id = 9", "department_id: the CRM has no 9; it has 1 (Dirección)"),
        ("centia", "stage_id = 9", "stage_id: the CRM has no 9; it has 1 (Prospecto)"),
        ("centia", "company_id = 9", "company_id: the CRM has no company 9; `leadrelay crm centi"),
        ("centia", NEW_COMPANY, "company_industry_id: the CRM has no 9; it has 1 (Servicios)"),
        ("centia", TICKET, "case_id: the CRM has no 9; it has 1 (Consulta), 2 (Queja)"),
        ("collect", "client_rowid = 99", "client_rowid: there is no client 99; `leadrelay crm co"),
        ("collect", 'plan = "NOPE"', "plan: the CRM has no 'NOPE'; it has REV, ASK,"),
        ("collect", 'columns.email = "de_mail"', "columns.email: the database has no column de_m"),
        ("collect", 'values.de_x = "1"', "values.de_x: the database has no column de_x that"),
        ("collect", 'ref_column = "de_user_9"', "ref_column: the database has no column de_user_9"),
    ],
)
def test_what_the_crm_does_not_have_is_a_warning_with_what_it_has(
    check: Check, crm: str, table: str, warning: str
) -> None:
    ran = check(source(crm, table))
    assert ran.exit_code == 0
    (told,) = marked(ran, "!")
    place, _, text = told.partition(f": web.{crm}.")
    assert text.startswith(warning)
    key = warning.partition(":")[0]
    lines = source(crm, table).splitlines()
    (line,) = [number for number, line in enumerate(lines, 1) if line.startswith(key)]
    assert place == f"sources.toml: line {line}"


def test_a_mandatory_field_that_nothing_fills_is_a_warning(
    check: Check, deployed: Deployed
) -> None:
    text = {"type": {"name": "text"}, "mandatory": False, "editable": True}
    field = {"name": "cf_900", "mandatory": True, "type": {"name": "string"}, "editable": True}
    fields = [{"name": "description", **text}, field]
    described = {"success": True, "result": {"name": "Leads", "fields": fields}}
    for table, warnings in (("", 1), ('fields.cf_900 = "x"', 0)):
        deployed.crms["initiative"].fail_next(
            200, body=json.dumps(described), operation="describe", content_type="application/json"
        )
        told = marked(check(source("initiative", table)), "!")
        assert len(told) == warnings
        assert all(
            "Leads can't be made without cf_900, and a lead may have nothing" in one for one in told
        )


@pytest.mark.parametrize(
    ("crm", "table"),
    [
        ("trackerrms", 'department = "{company}"\nsource = "{tracking.utm_source}"'),
        ("initiative", 'fields.rating = "{extra.rating}"\nfields.noofemployees = "{extra.n}"'),
    ],
)
def test_a_template_is_not_looked_up(check: Check, crm: str, table: str) -> None:
    ran = check(source(crm, table))
    assert (ran.exit_code, marked(ran, "!")) == (0, [])


def test_a_source_of_resumes_may_name_the_sources_of_candidates(check: Check) -> None:
    (told,) = marked(check(source("trackerrms", 'source = "Telephone"', kind="resume")), "!")
    assert "it has Website, Referral, Job Board" in told


def test_columns_for_events_matter_only_where_events_are_made(check: Check) -> None:
    table = 'event_debtor_column = "co_nosuch"'
    assert marked(check(source("collect", table)), "!") == []
    (told,) = marked(check(source("collect", table, kind="call")), "!")
    assert "event_debtor_column: the database has no column co_nosuch" in told


def test_what_the_secret_names_is_looked_up_too(check: Check, deployed: Deployed) -> None:
    wrong = deployed.secret("centia") | {"origin_id": 9, "company_id": 9}
    deployed.set_secret("crm/centia", wrong)
    origin, company = marked(check(source("centia")), "!")
    assert origin.startswith("sources.toml: line 5: web.centia: origin_id of the secret: the CRM")
    assert "company_id of the secret: the CRM has no company 9" in company


def test_an_api_key_may_not_read_the_settings_and_warns_of_nothing(
    check: Check, deployed: Deployed
) -> None:
    url = deployed.urls["trackerrms"]
    deployed.set_secret("crm/trackerrms", {"base_url": url, "api_key": "sandbox-api-key"})
    ran = check(source("trackerrms", 'record = "resource"\ndepartment = "Sale"'))
    assert "getSettingsData" not in deployed.crms["trackerrms"].calls
    assert marked(ran, "!") == []


def test_a_lookup_that_fails_is_told_and_the_next_source_is_checked(
    check: Check, deployed: Deployed
) -> None:
    deployed.crms["trackerrms"].fail_next(503, operation="getSettingsData")
    one = source("trackerrms")
    two = source("trackerrms", 'department = "Sale"').replace("web", "two")
    ran = check(one + two)
    assert ran.exit_code == 1
    (wrong,) = marked(ran, "✗")
    assert wrong == "sources.toml: line 5: web.trackerrms: can't be checked: HTTP 503"
    assert len(marked(ran, "!")) == 1


def test_a_crm_is_asked_once_for_all_sources_that_are_set_up_alike(
    check: Check, deployed: Deployed
) -> None:
    one = source("centia", TICKET)
    asked = deployed.crms["centia"].calls
    check(one)
    alone = asked.total()
    check(one + one.replace("web", "two") + one.replace("web", "three"))
    assert asked.total() == 2 * alone
