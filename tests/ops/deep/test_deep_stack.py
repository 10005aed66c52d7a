"""`leadrelay check --deep` on a stack: what was changed by hand since the deploy is found."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.sources_file import read_sources
from leadrelay_ops.deep.check import check_stack
from leadrelay_ops.deep.judge import Verdict
from leadrelay_ops.deep.live import Live
from tests.ops.deep.on_moto import QUEUES, REGION, SmallStack, make_small, throttle

type Change = Callable[[SmallStack], Any]

SOURCE = '[web]\nkind = "form"\nsender = "html"\ndeliver = ["centia"]\n'
NOW = datetime.now(UTC)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield make_small()


@pytest.fixture
def check(small: SmallStack) -> Callable[[], Verdict]:
    return lambda: check_stack(small, read_sources(SOURCE))


def flaws(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.rule, one.where) for one in verdict.findings if one.rule != "drift"}


def drifts(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.where, one.found) for one in verdict.findings if one.rule == "drift"}


def set_queue(name: str, **attributes: str) -> Change:
    return lambda stack: stack.client("sqs").set_queue_attributes(
        QueueUrl=QUEUES + name, Attributes=attributes
    )


def set_source(**how: Any) -> Change:
    def change(stack: SmallStack) -> None:
        lambda_ = stack.client("lambda")
        (one,) = lambda_.list_event_source_mappings()["EventSourceMappings"]
        lambda_.update_event_source_mapping(UUID=one["UUID"], **how)

    return change


def set_function(name: str, **how: Any) -> Change:
    return lambda stack: stack.client("lambda").update_function_configuration(
        FunctionName=f"small-{name}", **how
    )


def disable_sweep(stack: SmallStack) -> None:
    scheduler = stack.client("scheduler")
    schedule = scheduler.get_schedule(Name="small-sweep")
    wanted = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(**{key: schedule[key] for key in wanted}, State="DISABLED")


def test_a_sound_stack_has_no_flaw_and_all_of_it_was_read(check: Callable[[], Verdict]) -> None:
    verdict = check()
    assert (flaws(verdict), verdict.unread) == (set(), [])


def test_an_api_s_url_in_a_variable_is_named_as_in_the_template(small: SmallStack) -> None:
    api = small.listed.add("ApiGatewayV2::Api", "HttpApi", small.outputs["ApiId"])
    named = Live(small).named_within
    url = f".execute-api.{REGION}.amazonaws.com"
    assert named(f"https://{api}{url}") == f"https://HttpApi{url}"
    assert named("https://hooks.example.com") == "https://hooks.example.com"


CHANGES: list[tuple[Change, tuple[str, str]]] = [
    (set_queue("centia", VisibilityTimeout="300"), ("visibility", "CentiaQueue")),
    (
        set_queue("centia-dead", MessageRetentionPeriod="345600"),
        ("dead-retention", "CentiaDeadQueue"),
    ),
    (set_queue("centia", MaximumMessageSize="1024"), ("message-size", "CentiaQueue")),
    (set_source(FunctionResponseTypes=[]), ("partial-batch", "DeliverToCentiaQueue")),
    (set_source(Enabled=False), ("reading-off", "DeliverToCentiaQueue")),
    (set_function("deliver-centia", Timeout=120), ("lease", "DeliverToCentia")),
    (
        set_function("sweep", Environment={"Variables": {"CRMS": "centia", "MAPPINGS": "x"}}),
        ("swept", "Sweep"),
    ),
    (disable_sweep, ("sweep-off", "Sweep")),
    (
        lambda stack: stack.client("lambda").put_function_concurrency(
            FunctionName="small-deliver-centia", ReservedConcurrentExecutions=0
        ),
        ("stopped", "DeliverToCentia"),
    ),
    (
        lambda stack: stack.client("dynamodb").update_continuous_backups(
            TableName="ledger",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        ),
        ("backups", "LedgerTable"),
    ),
    (
        lambda stack: stack.client("s3").delete_public_access_block(Bucket="files"),
        ("public-files", "Files"),
    ),
    (
        lambda stack: stack.client("s3").put_bucket_notification_configuration(
            Bucket="files", NotificationConfiguration={}
        ),
        ("uploads-untold", "Files"),
    ),
    (
        lambda stack: stack.client("cloudwatch").delete_alarms(AlarmNames=["small-Parked"]),
        ("dead-alarm", "CentiaDeadQueue"),
    ),
    (
        lambda stack: stack.client("cloudwatch").disable_alarm_actions(AlarmNames=["small-Late"]),
        ("mute-alarm", "LateAlarm"),
    ),
    (
        lambda stack: stack.client("logs").delete_retention_policy(
            logGroupName="/leadrelay/small/deliver-centia"
        ),
        ("log-retention", "CentiaLogs"),
    ),
    (lambda stack: throttle(stack, 0.1, 1), ("throttled", "HttpApiStage")),
    (lambda stack: stack.concurrency.insert(0, 7), ("no-room", "account")),
    (
        lambda stack: stack.client("secretsmanager").put_secret_value(
            SecretId="leadrelay/small/sources", SecretString="not JSON"
        ),
        ("unreadable-secret", "sources"),
    ),
    (
        lambda stack: stack.secrets.put("crm/centia", {"base_url": "x", "email": ""}),
        ("secret-keys", "crm/centia"),
    ),
    (
        lambda stack: stack.client("sns").unsubscribe(
            SubscriptionArn=stack.client("sns").list_subscriptions()["Subscriptions"][0][
                "SubscriptionArn"
            ]
        ),
        ("unheard-topic", "AlarmTopic"),
    ),
]


def test_changes_by_hand_are_found(small: SmallStack, check: Callable[[], Verdict]) -> None:
    for change, _ in CHANGES:
        change(small)
    verdict = check()
    assert {flaw for _, flaw in CHANGES} <= flaws(verdict)
    assert verdict.loses
    assert not verdict.unread


def test_a_change_that_is_no_flaw_is_told_as_a_drift(
    small: SmallStack, check: Callable[[], Verdict]
) -> None:
    set_queue("centia", VisibilityTimeout="7200")(small)
    verdict = check()
    assert flaws(verdict) == set()
    assert ("CentiaQueue", "visibility 7200") in drifts(verdict)


def test_a_paused_crm_s_queue_may_be_left_unread(
    small: SmallStack, check: Callable[[], Verdict]
) -> None:
    set_source(Enabled=False)(small)
    Pauses(small.table).begin(Pause(crm="centia", kind="by hand", since=NOW, reason=""))
    assert flaws(check()) == set()


def test_what_was_deleted_by_hand_is_found(small: SmallStack, check: Callable[[], Verdict]) -> None:
    small.client("sqs").delete_queue(QueueUrl=f"{QUEUES}centia")
    assert ("gone", "CentiaQueue") in flaws(check())


def test_a_secret_that_is_about_to_be_deleted_is_found(
    small: SmallStack, check: Callable[[], Verdict]
) -> None:
    small.client("secretsmanager").delete_secret(SecretId="leadrelay/small/crm/centia")
    assert flaws(check()) == {("unreadable-secret", "crm/centia")}


def test_what_aws_does_not_tell_us_is_told_as_not_checked(
    small: SmallStack, check: Callable[[], Verdict]
) -> None:
    """Who may not see a function's settings is no proof that they are right."""

    class Blind(SmallStack):
        def client(self, service: str) -> Any:
            return nobody if service == "lambda" else super().client(service)

    once = Config(retries={"total_max_attempts": 1})
    nobody = boto3.client(
        "lambda", region_name=REGION, endpoint_url="http://127.0.0.1:9", config=once
    )
    verdict = check_stack(Blind("small", "", None, small.outputs, {}, listed=small.listed), {})
    assert not verdict.loses
    assert "DeliverToCentia" in {one.what for one in verdict.unread}
    assert {one.why for one in verdict.unread} == {"EndpointConnectionError"}


def test_what_many_things_have_is_asked_for_at_once(
    small: SmallStack, check: Callable[[], Verdict]
) -> None:
    name = small.listed.add("Logs::LogGroup", "SweepLogs", "/leadrelay/small/sweep")
    small.client("logs").create_log_group(logGroupName=name)
    asked: list[str] = []

    def count(model: Any, **_: Any) -> None:
        asked.append(model.name)

    for service in ("logs", "cloudwatch"):
        small.client(service).meta.events.register("before-call", count)
    assert ("log-retention", "SweepLogs") in flaws(check())
    assert sorted(asked) == ["DescribeAlarms", "DescribeLogGroups"]
