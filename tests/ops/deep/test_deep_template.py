"""`leadrelay check --template`: what one could do to template.yaml is found before a deploy."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from leadrelay_ops.deep.from_template import read_deployment
from leadrelay_ops.deep.intrinsics import Template, Unresolvable
from leadrelay_sandbox.ledger import TEMPLATE, read_template
from tests.ops.deep.sound import SOURCES

type Run = Callable[..., Result]
type Edit = Callable[[str], str]

OFF = "            State: DISABLED"
NO_SUBSCRIBER = ("unheard-topic", "AlarmTopic")  # the template's own default


@pytest.fixture
def check(without_stack: Run, tmp_path: Path) -> Run:
    """Runs the check over template.yaml as it is after an edit."""

    def run(edit: Edit = str, *words: str, sources: str = SOURCES) -> Result:
        template, toml = tmp_path / "template.yaml", tmp_path / "sources.toml"
        template.write_text(edit(TEMPLATE.read_text("utf-8")), "utf-8")
        toml.write_text(sources, "utf-8")
        return without_stack("check", "--template", str(template), "--sources", str(toml), *words)

    return run


def findings(ran: Result) -> dict[tuple[str, str], dict[str, str]]:
    """(rule, where) → finding."""
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return {(line["rule"], line["where"]): line for line in lines if "rule" in line}


def within(resource: str, old: str, new: str) -> Edit:
    """An edit of one resource."""

    def edit(text: str) -> str:
        found = re.search(rf"^  {resource}:\n(?:    .*\n|\n)+", text, re.MULTILINE)
        assert found
        assert old in found[0]
        return text.replace(found[0], found[0].replace(old, new))

    return edit


def removed(resource: str) -> Edit:
    return lambda text: re.sub(rf"(?m)^  {resource}:\n(?:    .*\n|\n)+", "", text)


def test_the_template_as_it_is_loses_nothing(check: Run) -> None:
    ran = check(str, "--json")
    assert ran.exit_code == 0
    assert {NO_SUBSCRIBER} == findings(ran).keys()


@pytest.mark.parametrize(
    ("edit", "rule", "where"),
    [
        (within("CentiaQueue", "VisibilityTimeout: 360", ""), "visibility", "CentiaQueue"),
        (within("ArrivalsQueue", "Timeout: 360", "Timeout: 60"), "visibility", "ArrivalsQueue"),
        (within("DeliverToCentia", "Timeout: 60", "Timeout: 90"), "visibility", "CentiaQueue"),
        (
            within("ReceiveFile", "FunctionResponseTypes: [ReportBatchItemFailures]", ""),
            "partial-batch",
            "ReceiveFileQueue",
        ),
        (within("CentiaDeadQueue", "1209600", "345600"), "dead-retention", "CentiaDeadQueue"),
        (
            within("CollectDeadQueue", "MessageRetentionPeriod: 1209600", ""),
            "dead-retention",
            "CollectDeadQueue",
        ),
        (within("ArrivalsQueue", "maxReceiveCount: 10", "maxReceiveCount: 1"), "receive-count", ""),
        (within("CentiaQueue", "maxReceiveCount: 1000", "maxReceiveCount: 3"), "receive-count", ""),
        (removed("DeliverToCentia"), "unread-queue", "CentiaQueue"),
        (within("DeliverToCollect", 'SECONDS: "360"', 'SECONDS: "90"'), "lease", ""),
        (within("Sweep", "rate(1 minute)", f"rate(1 minute)\n{OFF}"), "sweep-off", "Sweep"),
        (within("Tidy", "rate(1 day)", f"rate(1 day)\n{OFF}"), "tidy-off", "Tidy"),
        (within("Sweep", "- !If [HasCentia, centia, !Ref AWS::NoValue]", ""), "swept", "Sweep"),
        (within("LedgerTable", "RecoveryEnabled: true", "RecoveryEnabled: false"), "backups", ""),
        (
            within("LedgerTable", "RetainExceptOnCreate", "Delete"),
            "kept",
            "",
        ),
        (within("Files", "UpdateReplacePolicy: Retain", ""), "kept", "Files"),
        (within("Files", "InDays: 1200", "InDays: 90"), "files-expire", "Files"),
        (within("Files", "PublicPolicy: true", "PublicPolicy: false"), "public-files", "Files"),
        (lambda text: text.replace("Default: 50", "Default: 0"), "throttled", "HttpApiStage"),
    ],
)
def test_what_loses_leads_is_found_and_fails_the_check(
    check: Run, edit: Edit, rule: str, where: str
) -> None:
    ran = check(edit, "--json")
    found = {name: one for (name, _), one in findings(ran).items() if one["severity"] == "loses"}
    assert ran.exit_code == 1
    assert found[rule]["where"].startswith(where)


@pytest.mark.parametrize(
    ("edit", "rule", "where"),
    [
        (removed("CentiaParkedAlarm"), "dead-alarm", "CentiaDeadQueue"),
        (removed("CentiaPausedAlarm"), "paused-alarm", "DeliverToCentia"),
        (removed("ArrivalsLateAlarm"), "late-alarm", "ArrivalsQueue"),
        (removed("SweepErrorsAlarm"), "errors-alarm", "Sweep"),
        (
            within("CentiaParkedAlarm", "AlarmActions: [!Ref AlarmTopic]", ""),
            "mute-alarm",
            "CentiaParkedAlarm",
        ),
        (
            within(
                "SweepLogs", "RetentionInDays: !Ref LogRetentionDays", "LogGroupClass: STANDARD"
            ),
            "log-retention",
            "",
        ),
        (within("LedgerTable", "expires_at, Enabled: true", "x, Enabled: true"), "ttl", ""),
    ],
)
def test_what_only_delays_is_found_and_passes(
    check: Run, edit: Edit, rule: str, where: str
) -> None:
    ran = check(edit, "--json")
    assert ran.exit_code == 0
    new = findings(ran).keys() - {NO_SUBSCRIBER}
    assert {one for one, _ in new} == {rule}
    assert all(name.startswith(where) for _, name in new)


def test_a_source_needs_its_crms_among_the_parameters_that_say_yes(check: Run) -> None:
    edit = within("Centia", 'Default: "yes"', 'Default: "no"')
    ran = check(edit, "--json")
    assert ran.exit_code == 1
    assert findings(ran).keys() == {NO_SUBSCRIBER, ("left-out", "jobs")}
    assert check(edit, sources=SOURCES.replace("centia", "collect")).exit_code == 0


def test_parameters_take_the_place_of_defaults(check: Run) -> None:
    ran = check(str, "--json", "--parameter", "Centia=no", "--parameter", "GiveUpAfterHours=400")
    assert ran.exit_code == 1
    found = {(rule, where) for rule, where in findings(ran) if rule != "unheard-topic"}
    rest = ("TrackerRmsQueue", "InitiativeQueue", "CollectQueue")
    late = {(rule, queue) for rule in ("receive-count", "give-up") for queue in rest}
    assert found == late | {("left-out", "jobs")}


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Sentia=no", "the template has no parameter Sentia\n"),
        ("Centia", "'Centia' is no parameter: write NAME=VALUE\n"),
    ],
)
def test_a_parameter_that_is_none_is_told(check: Run, word: str, told: str) -> None:
    ran = check(str, "--parameter", word)
    assert ran.exit_code == 1
    assert ran.stderr.endswith(told)


def test_an_origin_without_https_fails_the_check(check: Run) -> None:
    ran = check(str, "--json", sources=SOURCES.replace("https://www.", "http://www."))
    assert ran.exit_code == 1
    found = findings(ran)["origin", "web"]
    assert (found["found"], found["wanted"]) == (
        "http://www.example.com",
        "https://www.example.com",
    )


def test_sources_that_cannot_be_read_are_told_beside_the_template(check: Run) -> None:
    ran = check(str, sources="[web")
    assert ran.exit_code == 1
    assert ran.stdout.startswith("✗ sources.toml: line 1: not TOML")
    assert "deep: 0 loses" in ran.stdout


def test_it_can_be_read_at_eighty_columns_and_without_a_terminal(
    check: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = check(within("CentiaQueue", "VisibilityTimeout: 360", "VisibilityTimeout: 30"))
    lines = ran.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in ran.stdout
    assert "CentiaQueue" in ran.stdout
    assert "30 s; should be 360 s or more" in ran.stdout
    assert "not checked: crm/centia: its value: only a stack knows" in lines
    assert lines[-1] == "deep: 1 loses, 2 delays, 0 advice; 6 not checked"


def test_a_function_of_cloudformation_s_that_is_not_known_is_told_in_one_line(check: Run) -> None:
    ran = check(
        within("CentiaQueue", "VisibilityTimeout: 360", 'VisibilityTimeout: !Select [0, ["9"]]')
    )
    assert ran.exit_code == 1
    assert ran.stderr.splitlines()[-1] == "Fn::Select can't be worked out"


def test_parameters_decide_which_parts_there_are() -> None:
    read = read_deployment(read_template(), {}, {"TrackerRms": "no", "GiveUpAfterHours": "12"})
    assert read.crms == {"initiative", "centia", "collect"}
    assert not [queue for queue in read.queues if "TrackerRms" in queue.name]
    assert {function.number("GIVE_UP_AFTER_HOURS") for function in read.functions} == {0.0, 12.0}


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Size"}, 3),
        ({"Ref": "Given"}, "7"),
        ({"Ref": "Table"}, "Table"),
        ({"Fn::GetAtt": "Table.Arn"}, "Table"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table"),
        ({"Fn::Sub": "${Table.Arn}/x/${Size}/${!literal}"}, "Table/x/3/${literal}"),
        ({"Fn::Sub": ["${own}-${Given}", {"own": {"Ref": "Size"}}]}, "3-7"),
        ({"Fn::Join": [",", [1, {"Ref": "AWS::NoValue"}, {"Ref": "Given"}]]}, "1,7"),
        ({"Fn::If": ["IsSeven", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsNot", "yes", {"a": {"Ref": "AWS::NoValue"}, "b": 1}]}, {"b": 1}),
        ({"Fn::And": [{"Condition": "IsSeven"}, {"Condition": "IsNot"}]}, False),
        ({"Fn::Or": [{"Condition": "IsSeven"}, {"Condition": "IsNot"}]}, True),
    ],
)
def test_intrinsic_functions_are_worked_out(node: object, value: object) -> None:
    template = {
        "Parameters": {"Size": {"Default": 3}, "Given": {"Default": 1}},
        "Conditions": {
            "IsSeven": {"Fn::Equals": [{"Ref": "Given"}, 7]},
            "IsNot": {"Fn::Not": [{"Condition": "IsSeven"}]},
        },
    }
    assert Template(template, {"Given": "7"}, {}).value({"at": node}) == {"at": value}


def test_what_cannot_be_worked_out_is_not_guessed() -> None:
    with pytest.raises(Unresolvable, match="Fn::ImportValue"):
        Template({}, {}, {}).value([{"Fn::ImportValue": "x"}])
