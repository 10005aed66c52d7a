"""What template.yaml must hold, whatever it grows into."""

import copy
import json
import re
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from leadrelay.crms import CRMS
from leadrelay.settings import (
    CanarySettings,
    DeliverSettings,
    DigestSettings,
    ReceiveFilesSettings,
    ReceiveSettings,
    ReplaySettings,
    SweepSettings,
    TidySettings,
)
from leadrelay_ops.openapi import routes
from leadrelay_sandbox.ledger import read_template
from tests.template.watching import NAMES

SETTINGS: dict[str, type[BaseModel]] = {
    "canary": CanarySettings,
    "receive_form": ReceiveSettings,
    "receive_call": ReceiveSettings,
    "receive_resume": ReceiveFilesSettings,
    "receive_file": ReceiveFilesSettings,
    "deliver": DeliverSettings,
    "digest": DigestSettings,
    "replay": ReplaySettings,
    "sweep": SweepSettings,
    "tidy": TidySettings,
}
FOURTEEN_DAYS = 1_209_600


@cache
def template() -> dict[str, Any]:
    return read_template()


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"] | {"Condition": resource.get("Condition")}
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    return of_type("AWS::Serverless::Function")


def variables(function: dict[str, Any]) -> dict[str, Any]:
    shared: dict[str, Any] = template()["Globals"]["Function"]["Environment"]["Variables"]
    own: dict[str, Any] = function.get("Environment", {}).get("Variables", {})
    return shared | own


def reference(value: Any) -> str:
    """The logical id in {"Ref": X} or {"Fn::GetAtt": "X.Arn"}."""
    (target,) = value.values()
    return str(target).partition(".")[0]


def watched(metric: str) -> set[str]:
    return {
        reference(dimension["Value"])
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if alarm["MetricName"] == metric and alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    }


def dead_queues() -> set[str]:
    return {
        reference(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in of_type("AWS::SQS::Queue").values()
        if "RedrivePolicy" in queue
    }


def test_every_queue_has_a_dead_letter_queue_that_keeps_for_fourteen_days() -> None:
    queues = of_type("AWS::SQS::Queue")
    for name, queue in queues.items():
        assert name in dead_queues() or "RedrivePolicy" in queue, name
        assert queue["MessageRetentionPeriod"] == FOURTEEN_DAYS, name
        assert queue["SqsManagedSseEnabled"] is True, name


def test_every_queue_is_watched() -> None:
    assert watched("ApproximateNumberOfMessagesVisible") == dead_queues()
    # of the CRMs' the sweep tells how long they wait: see tests/template/test_watching.py
    assert watched("ApproximateAgeOfOldestMessage") == {"ArrivalsQueue"}


def test_every_function_that_a_lead_passes_through_is_watched() -> None:
    assert watched("Errors") == functions().keys()


def test_a_message_stays_hidden_for_six_times_its_functions_timeout() -> None:
    queues = of_type("AWS::SQS::Queue")
    seen = 0
    for function in functions().values():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = queues[reference(event["Properties"]["Queue"])]
                assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
                assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
                seen += 1
    assert seen == len(CRMS) + 1  # and the files that arrive


def test_the_sweep_knows_each_crm_s_mapping_in_the_same_order() -> None:
    sweep = variables(functions()["Sweep"])
    crms, mappings = (sweep[name]["Fn::Join"][1] for name in ("CRMS", "MAPPINGS"))
    for crm, mapping in zip(crms, mappings, strict=True):
        (condition, key, _), (same, reference_to, _) = crm["Fn::If"], mapping["Fn::If"]
        assert condition == same == f"Has{NAMES[key]}"
        assert reference_to == {"Ref": f"DeliverTo{NAMES[key]}Queue"}


def test_schedules_are_named_by_their_stack() -> None:
    """SAM's own name for one is the same in all stacks of an account, so a second couldn't be."""
    names = [
        event["Properties"]["Name"]["Fn::Sub"]
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "ScheduleV2"
    ]
    assert len(names) == len(set(names)) >= 2
    assert all(name.startswith("${AWS::StackName}-") for name in names)


def test_a_pause_is_told_for_as_long_as_it_lasts() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")
    for crm, name in NAMES.items():
        alarm = alarms[f"{name}PausedAlarm"]
        assert (alarm["Namespace"], alarm["MetricName"]) == ("Leadrelay", "crm.paused")
        dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
        assert dimensions == {"stack": {"Ref": "AWS::StackName"}, "crm": crm}
        # the sweep counts once a minute: a minute without it must not end the alarm
        assert alarm["Period"] * (alarm["EvaluationPeriods"] - alarm["DatapointsToAlarm"]) >= 120
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_a_lease_outlives_its_function_on_clocks_that_are_four_minutes_apart() -> None:
    crm_at_work = 60  # on what a killed function has sent
    for name, function in functions().items():
        if "LEASE_SECONDS" in variables(function):
            longest = function["Timeout"] + 2 * 120 + crm_at_work
            assert int(variables(function)["LEASE_SECONDS"]) >= longest, name


def test_each_function_gets_just_the_variables_it_reads() -> None:
    for name, function in functions().items():
        settings = SETTINGS[function["CodeUri"].rpartition("/")[2]]
        assert variables(function).keys() == {field.upper() for field in settings.model_fields}, (
            name
        )
        for value in variables(function).values():
            assert isinstance(value, str | dict), name  # CloudFormation wants text


def test_a_deploy_reaches_every_function_at_once() -> None:
    """SAM names a version by the function's own folder and its unresolved variables: with an alias
    neither a layer, which is where code and sources are, nor a parameter would ever arrive."""
    for name, function in (("all", template()["Globals"]["Function"]), *functions().items()):
        assert not {"AutoPublishAlias", "SnapStart"} & function.keys(), name
    assert not of_type("AWS::Lambda::Version")
    assert not of_type("AWS::Lambda::Alias")


def test_what_runs_by_itself_is_not_repeated_by_lambda() -> None:
    invoked = template()["Globals"]["Function"]["EventInvokeConfig"]
    assert invoked == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}


def test_no_queue_takes_every_function_that_a_new_account_may_run() -> None:
    """Ten at once, of which the intake needs some."""
    for name, function in functions().items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                assert event["Properties"]["ScalingConfig"]["MaximumConcurrency"], name


def test_the_api_s_log_tells_nothing_of_what_was_called_and_by_whom() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage").values()
    told = json.loads(stage["AccessLogSettings"]["Format"]["Fn::Sub"]).values()
    assert set(told) == {
        "${AWS::StackName}",
        "$context.requestId",
        "$context.routeKey",
        "$context.status",
        "$context.integration.status",
        "$context.responseLatency",
        "$context.error.message",
    }


def test_every_route_s_function_lets_the_api_call_it() -> None:
    called = {
        reference(one["IntegrationUri"])
        for one in of_type("AWS::ApiGatewayV2::Integration").values()
    }
    allowed = {
        reference(one["FunctionName"]): one["SourceArn"]["Fn::Sub"]
        for one in of_type("AWS::Lambda::Permission").values()
    }
    assert called == allowed.keys() == {"ReceiveForm", "ReceiveCall", "ReceiveResume"}
    assert all(arn.endswith(":${HttpApi}/*") for arn in allowed.values())
    functions_of_routes = routes(template())
    for (path, _), folder in functions_of_routes.items():
        kind = "form" if path == "/health" else path.split("/")[1].removesuffix("s")
        assert folder == f"functions/receive_{kind}"


def statements() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, statement)
        for name, function in functions().items()
        for policy in function.get("Policies", [])
        for statement in policy["Statement"]
    ]


def test_no_function_may_do_more_than_it_names() -> None:
    assert statements()
    for name, statement in statements():
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action, f"{name}: {action}"
        resources = statement["Resource" if statement["Effect"] == "Allow" else "NotResource"]
        for resource in resources if isinstance(resources, list) else [resources]:
            text = resource if isinstance(resource, str) else str(resource)
            assert not re.fullmatch(r"\*|arn:[^$]*\*", text), f"{name}: {text}"


def test_nothing_done_to_a_stack_destroys_a_secret() -> None:
    """CloudFormation deletes a secret at once and for good: with its stack, its CRM, its name."""
    assert not of_type("AWS::SecretsManager::Secret")


def test_what_is_named_is_named_by_the_stack() -> None:
    """So that two stacks live side by side, and what one left behind is in no other's way."""
    for name, resource in template()["Resources"].items():
        for key in ("Name", "QueueName", "FunctionName", "LogGroupName", "DashboardName"):
            given = resource.get("Properties", {}).get(key)
            own = isinstance(given, dict) and given.get("Ref") in template()["Resources"]
            assert not given or own or "AWS::StackName" in str(given), name


def test_no_late_log_line_stands_in_the_way_of_the_next_deploy() -> None:
    """Lambda makes a log group anew for it; one of a fixed name would be there already."""
    for name, group in of_type("AWS::Logs::LogGroup").items():
        assert "LogGroupName" not in group, name


def test_a_guided_deploy_asks_nothing_about_authentication() -> None:
    """SAM CLI asks it for each event of an API of its own, with No as its default."""
    for name, function in functions().items():
        kinds = {event["Type"] for event in function.get("Events", {}).values()}
        assert not kinds & {"Api", "HttpApi"}, name


def test_every_function_writes_to_a_log_group_that_forgets() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    for name, function in functions().items():
        group = groups[reference(function["LoggingConfig"]["LogGroup"])]
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_the_ledger_is_kept_safe() -> None:
    table = of_type("AWS::DynamoDB::Table")["LedgerTable"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert template()["Resources"]["LedgerTable"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_api_s_one_stage_is_throttled_and_counts_nothing_by_route() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["StageName"] == "$default"
    assert stage["DefaultRouteSettings"].keys() == {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
    assert stage["AutoDeploy"] is True
    for one in of_type("AWS::ApiGatewayV2::Integration").values():
        assert one["PayloadFormatVersion"] == "2.0"


def test_a_page_s_script_may_send_what_it_has_to_and_carries_no_login() -> None:
    cors = of_type("AWS::ApiGatewayV2::Api")["HttpApi"]["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["*"]
    assert cors["AllowHeaders"] == ["*"]
    assert {"x-correlation-id", "retry-after"} <= set(cors["ExposeHeaders"])
    assert "AllowCredentials" not in cors


FILES = "ReadFiles"  # of the CRMs that take files


def block(name: str, key: str) -> dict[str, Any]:
    """The resources of one CRM, its names taken out of them."""
    mine = {
        logical.replace(name, "X"): copy.deepcopy(resource)
        for logical, resource in template()["Resources"].items()
        if name in logical
    }
    policy = mine["DeliverToX"]["Properties"]["Policies"][0]
    for statement in policy["Statement"]:
        if statement["Sid"] == "LogInToTheCrm":
            del statement["Action"]  # only TrackerRMS rotates what it issues
    policy["Statement"] = [one for one in policy["Statement"] if one["Sid"] != FILES]
    text = re.sub("TrackerRMS|centiaCRM|Collect!", name, json.dumps(mine))
    plain: dict[str, Any] = json.loads(text.replace(name, "X").replace(key, "x"))
    return plain


@pytest.mark.parametrize("crm", CRMS)
def test_every_crm_is_built_alike_and_can_be_left_out(crm: str) -> None:
    name = NAMES[crm]
    mine = block(name, crm)
    assert mine == block("TrackerRms", "trackerrms")
    assert {resource["Condition"] for resource in mine.values()} == {"HasX"}
    assert template()["Parameters"][name]["AllowedValues"] == ["yes", "no"]


def test_every_parameter_and_output_says_what_it_is_for() -> None:
    for kind in ("Parameters", "Outputs"):
        for name, entry in template()[kind].items():
            if name not in {"RequestsPerSecond", "RequestBurst", "LogRetentionDays"}:
                assert entry.get("Description"), name
