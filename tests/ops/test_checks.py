"""`leadrelay check`: every mistake of a set-up is named, where it stands, and how to mend it."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.errors import Unavailable
from leadrelay_ops.cli import app
from leadrelay_ops.sources_file import main, read_file, read_text
from leadrelay_ops.stack import Stack
from tests.ops.checking import ALL, HEAD, Check, marked, source
from tests.ops.conftest import Deployed, deploy_stack

# -- all is well --------------------------------------------------------------------------


def test_a_sound_set_up_is_told_line_by_line(check: Check) -> None:
    ran = check(f"{HEAD}deliver = [{ALL}]\n")
    assert ran.exit_code == 0
    good = marked(ran, "✓")
    assert good[0] == "sources.toml: 1 source"
    assert [line.partition(":")[0] for line in good[1:]] == list(CRMS)
    assert len(ran.stdout.splitlines()) == len(good)


def test_only_the_crms_that_a_source_delivers_to_are_asked(
    check: Check, deployed: Deployed
) -> None:
    check(source("centia"))
    assert [crm for crm, simulated in deployed.crms.items() if simulated.requests] == ["centia"]


# -- what runs ----------------------------------------------------------------------------


def test_a_file_that_is_not_what_the_intake_runs_is_told(check: Check, deployed: Deployed) -> None:
    deployed.intake.sources = "0123456789ab"
    ran = check(source("centia"))
    (told,) = marked(ran, "!")
    assert told.startswith("leadrelay runs another sources.toml than /")
    assert told.endswith("sources.toml. Deploy it to have it run")
    assert ran.exit_code == 0


def test_other_code_than_the_command_s_is_told(check: Check, deployed: Deployed) -> None:
    deployed.intake.code = "0123456789ab"
    (told,) = marked(check(source("centia")), "!")
    assert told == "leadrelay runs other code than this command is of. Deploy to have it"


def test_an_intake_that_does_not_answer_is_wrong(check: Check, deployed: Deployed) -> None:
    deployed.stack = replace(deployed.stack, api_url="http://127.0.0.1:9")
    ran = check(source("centia"))
    assert ran.exit_code == 1
    (told,) = marked(ran, "✗")
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
    wrong = [line.removeprefix("sources.toml: ") for line in marked(ran, "✗")]
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
    (told,) = read_text(source("trackerrms", line)).mistakes
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
    assert marked(ran, "!") == [f"sources.toml: line 5: web.origins: {told}"]
    mine = check(f'{HEAD}deliver = ["centia"]\norigins = ["http://localhost:8000"]\n')
    assert marked(mine, "!") == []


def test_a_file_of_another_encoding_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes("# fine\n# Büro".encode("latin-1"))
    assert read_file(file).mistakes == ["line 2: this isn't UTF-8: save it as that"]


def test_a_key_of_a_crm_that_there_isn_t_stands_where_it_was_written(check: Check) -> None:
    wrong = marked(check(source("trackerrms", 'name = "x"')), "✗")[0]
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
    (tmp_path / "sources.toml").write_text(source("collect"), "utf-8")
    ran = deployed.run("check", "--sources", str(tmp_path / "sources.toml"))
    assert ran.exit_code == 1
    (wrong,) = marked(ran, "✗")
    assert wrong.startswith("sources.toml: line 4: web.deliver: small has no collect: deploy")
    assert deployed.crms["collect"].requests == 0


def test_a_source_without_its_senders_secret_is_named(check: Check, deployed: Deployed) -> None:
    text = HEAD + 'deliver = ["centia"]\ntoken = "query:k"\n'
    deployed.set_secret("sources", {"other": "hush"})
    (missing,) = marked(check(text), "✗")
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
    (missing,) = marked(check(text), "✗")
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
    text = source("centia", kind="call")
    deployed.set_secret("sources", {"web": empty})
    (missing,) = marked(check(text), "✗")
    assert missing.startswith("web: its sender's secret is missing")
    assert check(text.replace("[web.", "unverified = true\n[web.")).exit_code == 0


@pytest.mark.parametrize(("sender", "line"), [("jotform", ""), ("webflow", "unverified = true\n")])
def test_a_source_that_is_open_to_all_is_a_warning(check: Check, sender: str, line: str) -> None:
    text = HEAD.replace("html", sender) + f'deliver = ["centia"]\n{line}'
    (told,) = marked(check(text), "!")
    problem = "anybody who knows the URL can send here: set `token`"
    assert told == f"sources.toml: line 3: web.sender: {problem}"


def test_keys_that_do_not_fit_together_are_told(check: Check) -> None:
    (wrong,) = marked(check(source("centia").replace("[web.", 'on = "ringing"\n[web.')), "✗")
    assert wrong == 'sources.toml: line 5: web.on: this is for kind = "call" only'


def test_secrets_without_a_value_are_named(deployed: Deployed, check: Check) -> None:
    deploy_stack("new")
    deployed.stack = replace(deployed.stack, name="new")
    ran = check(HEAD + 'deliver = ["trackerrms"]\ntoken = "query:k"\n')
    assert ran.exit_code == 1
    sources, crm = marked(ran, "✗")
    assert sources == "there is no secret leadrelay/new/sources yet: put it in"
    assert crm.startswith("trackerrms: there is no secret leadrelay/new/crm/trackerrms yet")
    assert crm.endswith("docs/crms.md says what is in it")
