"""`leadrelay check`: every mistake of a set-up is named, where it stands, and how to mend it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.errors import Unavailable
from leadrelay_ops.cli import app
from leadrelay_ops.sources_file import main, read_file, read_text
from leadrelay_ops.stack import Stack
from tests.ops.conftest import Deployed, deploy_stack

type Check = Callable[..., Result]

ALL = ", ".join(f'"{crm}"' for crm in CRMS)
SENDERS = {"form": "html", "call": "twilio", "resume": "multipart"}
HEAD = '[web]\nkind = "form"\nsender = "html"\n'
NEW_COMPANY = "create_company = true\ncompany_type_id = 1\ncompany_industry_id = 9"
TICKET = 'also = "ticket"\nuser_id = 5\nticket_origin_id = 3\ncase_id = 9\npriority_id = 1'


@pytest.fixture
def check(deployed: Deployed, tmp_path: Path) -> Check:
    """Runs the check over sources.toml with this text, on a stack that has every CRM."""

    def run(text: str) -> Result:
        deployed.intake.asked_of = tmp_path / "sources.toml"
        (tmp_path / "sources.toml").write_text(text, "utf-8")
        return deployed.run("check", "--sources", str(tmp_path / "sources.toml"))

    return run


def _source(crm: str, table: str = "", *, kind: str = "form") -> str:
    """One source: its [web.<crm>] is line 5, and the options follow."""
    head = HEAD.replace("form", kind).replace("html", SENDERS[kind])
    return f'{head}deliver = ["{crm}"]\n[web.{crm}]\n{table}\n'


def _marked(ran: Result, mark: str) -> list[str]:
    lines = ran.stdout.splitlines()
    return [line.removeprefix(f"{mark} ") for line in lines if line.startswith(mark)]


# -- all is well --------------------------------------------------------------------------


def test_a_sound_set_up_is_told_line_by_line(check: Check) -> None:
    ran = check(f"{HEAD}deliver = [{ALL}]\n")
    assert ran.exit_code == 0
    good = _marked(ran, "✓")
    assert good[0] == "sources.toml: 1 source"
    assert [line.partition(":")[0] for line in good[1:]] == list(CRMS)
    assert len(ran.stdout.splitlines()) == len(good)


def test_only_the_crms_that_a_source_delivers_to_are_asked(
    check: Check, deployed: Deployed
) -> None:
    check(_source("centia"))
    assert [crm for crm, simulated in deployed.crms.items() if simulated.requests] == ["centia"]


# -- what runs ----------------------------------------------------------------------------


def test_a_file_that_is_not_what_the_intake_runs_is_told(check: Check, deployed: Deployed) -> None:
    deployed.intake.sources = "0123456789ab"
    ran = check(_source("centia"))
    (told,) = _marked(ran, "!")
    assert told.startswith("leadrelay runs another sources.toml than /")
    assert told.endswith("sources.toml. Deploy it to have it run")
    assert ran.exit_code == 0


def test_other_code_than_the_command_s_is_told(check: Check, deployed: Deployed) -> None:
    deployed.intake.code = "0123456789ab"
    (told,) = _marked(check(_source("centia")), "!")
    assert told == "leadrelay runs other code than this command is of. Deploy to have it"


def test_an_intake_that_does_not_answer_is_wrong(check: Check, deployed: Deployed) -> None:
    deployed.stack = replace(deployed.stack, api_url="http://127.0.0.1:9")
    ran = check(_source("centia"))
    assert ran.exit_code == 1
    (told,) = _marked(ran, "✗")
    assert told.startswith("http://127.0.0.1:9/health doesn't answer, so nobody can send: ")


# -- sources.toml -------------------------------------------------------------------------


def test_all_mistakes_of_the_file_are_told_at_once_with_their_lines(check: Check) -> None:
    ran = check(
        '[one]\nkind = "form"\nsender = "html"\ndeliver = ["centia"]\nwindow = "long"\n'
        '[two]\nkind = "form"\nsender = "pigeon"\ndeliver = ["trackerrms", "centia"]\n'
        '[two.trackerrms]\nleadnam = "x"\ndepartment = "{nosuch}"\n'
        '[two.centia]\nalso = "opportunity"\n'
    )
    assert ran.exit_code == 1
    wrong = [line.removeprefix("sources.toml: ") for line in _marked(ran, "✗")]
    assert wrong[0].startswith("line 5: one.window: write a duration")
    assert wrong[1].startswith("line 8: two.sender: 'pigeon' is no sender for kind = ")
    assert wrong[2] == "line 12: two.trackerrms.department: {nosuch} is not a field of a lead"
    assert (
        wrong[3]
        == "line 11: two.trackerrms.leadnam: there is no such key (did you mean 'leadname'?)"
    )
    assert wrong[4].startswith("line 13: two.centia: this needs user_id, stage_id")


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('leadname = "{name"', "leadname: a { stands alone: write a field in one pair of braces"),
        ('leadname = "name}"', "leadname: a } stands alone"),
        ('leadname = "{{name}}"', "leadname: a { stands alone"),
        (
            'leadname = "{fullname}"',
            "{fullname} is not a field of a lead (did you mean 'full_name'",
        ),
        ('leadname = "{call.calller}"', "(did you mean 'call.caller'?)"),
        ('leadname = "{}"', "{} is not a field of a lead"),
    ],
)
def test_a_template_that_would_go_to_the_crm_as_it_stands_is_told(line: str, mistake: str) -> None:
    (told,) = read_text(_source("trackerrms", line)).mistakes
    assert told.startswith("line 6: web.trackerrms.leadname: ")
    assert mistake in told


@pytest.mark.parametrize(
    ("note", "mistake"),
    [("{sentense}", "(did you mean 'sentence'?)"), ("{sentence", "a { stands alone")],
)
def test_so_is_a_note_s(note: str, mistake: str) -> None:
    (told,) = read_text(f'{HEAD}deliver = ["centia"]\nnote = "{note}"\n').mistakes
    assert told.startswith("line 5: web.note: ")
    assert mistake in told
    assert read_text(f'{HEAD}deliver = ["centia"]\nnote = "{{sentence}} {{name}}"').mistakes == []


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\n\n"])
def test_a_file_without_a_source_is_a_mistake(text: str) -> None:
    assert read_text(text).mistakes == [
        "line 1: there is no source in it: begin one with [contact-us]"
    ]


def test_an_origin_without_https_is_told(check: Check) -> None:
    ran = check(f'{HEAD}deliver = ["centia"]\norigins = ["http://www.example.com"]\n')
    told = "once the site is served by https, its forms are refused: http://www.example.com"
    assert _marked(ran, "!") == [f"sources.toml: line 5: web.origins: {told}"]
    mine = check(f'{HEAD}deliver = ["centia"]\norigins = ["http://localhost:8000"]\n')
    assert _marked(mine, "!") == []


def test_a_file_of_another_encoding_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes("# fine\n# Büro".encode("latin-1"))
    assert read_file(file).mistakes == ["line 2: this isn't UTF-8: save it as that"]


def test_a_key_of_a_crm_that_there_isn_t_stands_where_it_was_written(check: Check) -> None:
    wrong = _marked(check(_source("trackerrms", 'name = "x"')), "✗")[0]
    assert wrong.startswith("sources.toml: line 6: web.trackerrms.name: there is no such key; ")


def test_a_file_with_a_mistake_is_neither_started_nor_built(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(
        HEAD + 'deliver = ["centia"]\ndefault_region = "UK"\n[web.centia]\nx = 1', "utf-8"
    )
    options = ", ".join(sorted(adapter("centia").Options.model_fields))
    lines = [
        "sources.toml: line 5: web.default_region: there is no country 'UK' (did you mean \"GB\"?)",
        f"sources.toml: line 7: web.centia.x: there is no such key; there are {options}",
    ]
    for command in ("up", "demo"):
        ran = CliRunner().invoke(app, (command, "--sources", str(file)))
        assert (ran.exit_code, ran.stderr.splitlines()) == (1, lines)
    with pytest.raises(SystemExit, match="there is no country"):
        main(file)


def test_the_file_is_judged_before_a_stack_is_looked_for(tmp_path: Path) -> None:
    def find(_: str | None) -> Stack:
        raise Unavailable("no AWS here")

    (tmp_path / "my.toml").write_text("[web", "utf-8")
    ran = CliRunner().invoke(app, ("check", "--sources", str(tmp_path / "my.toml")), obj=find)
    assert ran.exit_code == 1
    assert ran.stdout.startswith("✗ my.toml: line 1: not TOML")
    assert ran.stderr.splitlines()[-1] == "no AWS here"


# -- the stack ----------------------------------------------------------------------------


def test_a_source_for_a_crm_that_the_stack_lacks_is_named(
    deployed: Deployed, tmp_path: Path
) -> None:
    deploy_stack("small", without="collect")
    deployed.stack = replace(deployed.stack, name="small")
    (tmp_path / "sources.toml").write_text(_source("collect"), "utf-8")
    ran = deployed.run("check", "--sources", str(tmp_path / "sources.toml"))
    assert ran.exit_code == 1
    (wrong,) = _marked(ran, "✗")
    assert wrong.startswith("sources.toml: line 4: web.deliver: small has no collect: deploy")
    assert deployed.crms["collect"].requests == 0


def test_a_source_without_its_senders_secret_is_named(check: Check, deployed: Deployed) -> None:
    text = HEAD + 'deliver = ["centia"]\ntoken = "query:k"\n'
    deployed.set_secret("sources", {"other": "hush"})
    (missing,) = _marked(check(text), "✗")
    assert (
        missing == "web: its sender's secret is missing from leadrelay/leadrelay/sources: "
        "`leadrelay secrets set source web`"
    )
    deployed.set_secret("sources", {"web": "hush"})
    assert check(text).exit_code == 0


def test_secrets_of_other_uses_are_named_by_their_marks(check: Check, deployed: Deployed) -> None:
    text = HEAD + 'origins = ["https://www.example.com"]\n'
    text += 'deliver = ["centia"]\nmin_fill = "3s"\ncaptcha = "turnstile"\n'
    deployed.set_secret("sources", {"web": ["captcha:x"]})
    (missing,) = _marked(check(text), "✗")
    assert missing == (
        'web: its secret "render:…" is missing from leadrelay/leadrelay/sources: '
        "`leadrelay secrets set source web`, and write render:…"
    )
    deployed.set_secret("sources", {"web": ["captcha:x", "render:y"]})
    assert check(text).exit_code == 0


@pytest.mark.parametrize("empty", ["", [], [""], None])
def test_an_empty_secret_of_a_signing_sender_is_none(
    check: Check, deployed: Deployed, empty: object
) -> None:
    text = _source("centia", kind="call")
    deployed.set_secret("sources", {"web": empty})
    (missing,) = _marked(check(text), "✗")
    assert missing.startswith("web: its sender's secret is missing")
    assert check(text.replace("[web.", "unverified = true\n[web.")).exit_code == 0


@pytest.mark.parametrize(("sender", "line"), [("jotform", ""), ("webflow", "unverified = true\n")])
def test_a_source_that_is_open_to_all_is_a_warning(check: Check, sender: str, line: str) -> None:
    text = HEAD.replace("html", sender) + f'deliver = ["centia"]\n{line}'
    (told,) = _marked(check(text), "!")
    problem = "anybody who knows the URL can send here: set `token`"
    assert told == f"sources.toml: line 3: web.sender: {problem}"


def test_keys_that_do_not_fit_together_are_told(check: Check) -> None:
    (wrong,) = _marked(check(_source("centia").replace("[web.", 'on = "ringing"\n[web.')), "✗")
    assert wrong == 'sources.toml: line 5: web.on: this is for kind = "call" only'


def test_secrets_without_a_value_are_named(deployed: Deployed, check: Check) -> None:
    deploy_stack("new")
    deployed.stack = replace(deployed.stack, name="new")
    ran = check(HEAD + 'deliver = ["trackerrms"]\ntoken = "query:k"\n')
    assert ran.exit_code == 1
    sources, crm = _marked(ran, "✗")
    assert sources == "there is no secret leadrelay/new/sources yet: put it in"
    assert crm.startswith("trackerrms: there is no secret leadrelay/new/crm/trackerrms yet")
    assert crm.endswith("docs/crms.md says what is in it")


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
    ran = check(_source(crm))
    assert ran.exit_code == 1
    assert ran.stderr.count("\n") == 1  # which file
    (wrong,) = _marked(ran, "✗")
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
    ran = check(_source(crm, table))
    assert ran.exit_code == 0
    (told,) = _marked(ran, "!")
    place, _, text = told.partition(f": web.{crm}.")
    assert text.startswith(warning)
    key = warning.partition(":")[0]
    lines = _source(crm, table).splitlines()
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
        told = _marked(check(_source("initiative", table)), "!")
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
    ran = check(_source(crm, table))
    assert (ran.exit_code, _marked(ran, "!")) == (0, [])


def test_a_source_of_resumes_may_name_the_sources_of_candidates(check: Check) -> None:
    (told,) = _marked(check(_source("trackerrms", 'source = "Telephone"', kind="resume")), "!")
    assert "it has Website, Referral, Job Board" in told


def test_columns_for_events_matter_only_where_events_are_made(check: Check) -> None:
    table = 'event_debtor_column = "co_nosuch"'
    assert _marked(check(_source("collect", table)), "!") == []
    (told,) = _marked(check(_source("collect", table, kind="call")), "!")
    assert "event_debtor_column: the database has no column co_nosuch" in told


def test_what_the_secret_names_is_looked_up_too(check: Check, deployed: Deployed) -> None:
    wrong = deployed.secret("centia") | {"origin_id": 9, "company_id": 9}
    deployed.set_secret("crm/centia", wrong)
    origin, company = _marked(check(_source("centia")), "!")
    assert origin.startswith("sources.toml: line 5: web.centia: origin_id of the secret: the CRM")
    assert "company_id of the secret: the CRM has no company 9" in company


def test_an_api_key_may_not_read_the_settings_and_warns_of_nothing(
    check: Check, deployed: Deployed
) -> None:
    url = deployed.urls["trackerrms"]
    deployed.set_secret("crm/trackerrms", {"base_url": url, "api_key": "sandbox-api-key"})
    ran = check(_source("trackerrms", 'record = "resource"\ndepartment = "Sale"'))
    assert "getSettingsData" not in deployed.crms["trackerrms"].calls
    assert _marked(ran, "!") == []


def test_a_lookup_that_fails_is_told_and_the_next_source_is_checked(
    check: Check, deployed: Deployed
) -> None:
    deployed.crms["trackerrms"].fail_next(503, operation="getSettingsData")
    one = _source("trackerrms")
    two = _source("trackerrms", 'department = "Sale"').replace("web", "two")
    ran = check(one + two)
    assert ran.exit_code == 1
    (wrong,) = _marked(ran, "✗")
    assert wrong == "sources.toml: line 5: web.trackerrms: can't be checked: HTTP 503"
    assert len(_marked(ran, "!")) == 1


def test_a_crm_is_asked_once_for_all_sources_that_are_set_up_alike(
    check: Check, deployed: Deployed
) -> None:
    one = _source("centia", TICKET)
    asked = deployed.crms["centia"].calls
    check(one)
    alone = asked.total()
    check(one + one.replace("web", "two") + one.replace("web", "three"))
    assert asked.total() == 2 * alone
