"""A small stack for one CRM on moto: made by the services' own APIs, listed by a stand-in.

moto's CloudFormation knows neither SAM nor alarms, secrets and schedules, so `Listed` stands in
for it: what it lists is what was made.
"""

import io
import json
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from leadrelay_ops.stack import Stack
from leadrelay_sandbox.ledger import TEMPLATE, create_ledger
from leadrelay_sandbox.simulators import secret

REGION, ACCOUNT = "eu-west-1", "123456789012"
QUEUES = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/small-"
ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"
ROLE = json.dumps({"Version": "2012-10-17", "Statement": []})


class Listed:
    """CloudFormation, as far as a deployment is read from it."""

    def __init__(self) -> None:
        self.resources: list[dict[str, str]] = []

    def add(self, kind: str, logical: str, physical: str) -> str:
        self.resources.append(
            {
                "ResourceType": f"AWS::{kind}",
                "LogicalResourceId": logical,
                "PhysicalResourceId": physical,
            }
        )
        return physical

    def get_paginator(self, _: str) -> "Listed":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        half = len(self.resources) // 2
        pages = self.resources[:half], self.resources[half:]
        return [{"StackResourceSummaries": page} for page in pages]

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": TEMPLATE.read_text("utf-8")}

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        parameters = {"TrackerRms": "no", "Initiative": "no", "Collect": "no"}
        given = [{"ParameterKey": key, "ParameterValue": no} for key, no in parameters.items()]
        stack_id = ARN.format("cloudformation", "stack/small/1")
        return {"Stacks": [{"StackId": stack_id, "Parameters": given}]}


@dataclass(frozen=True)
class SmallStack(Stack):
    listed: Listed = field(default_factory=Listed)
    clients: dict[str, Any] = field(default_factory=dict)
    concurrency: list[int] = field(default_factory=lambda: [1000])

    def client(self, service: str) -> Any:
        if service == "cloudformation":
            return self.listed
        if service not in self.clients:  # making one takes longer than a test
            self.clients[service] = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]  # a name at run time
            events = self.clients[service].meta.events
            events.register("before-send.lambda.GetAccountSettings", self._quota)
        return self.clients[service]

    def _quota(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """What moto doesn't answer."""
        limit = {"AccountLimit": {"ConcurrentExecutions": self.concurrency[0]}}
        body = io.BytesIO(json.dumps(limit).encode())
        return AWSResponse(request.url, 200, HTTPHeaders(), cast("Any", _Raw(body)))


class _Raw:
    """A body as urllib3 has it."""

    def __init__(self, body: io.BytesIO) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body.read()]


def make_small() -> SmallStack:
    """A stack that delivers to centiaCRM only, sound in all that the rules look at."""
    outputs = {"TableName": "ledger", "QueueUrlPrefix": QUEUES}
    stack = SmallStack("small", "", None, outputs, {})
    _stores(stack)
    _way(stack)
    _edges(stack)
    return stack


def _stores(stack: SmallStack) -> None:
    dynamodb, s3, logs = (stack.client(name) for name in ("dynamodb", "s3", "logs"))
    create_ledger(dynamodb, stack.listed.add("DynamoDB::Table", "LedgerTable", "ledger"))
    dynamodb.update_time_to_live(
        TableName="ledger",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
    )
    dynamodb.update_continuous_backups(
        TableName="ledger",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    bucket = stack.listed.add("S3::Bucket", "Files", "files")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(switches, True)
    )
    by_default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [by_default]}
    )
    folders = {"leads/": 1200, "uploads/": 7}
    rules = [
        {"ID": prefix, "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": d}}
        for prefix, d in folders.items()
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    group = stack.listed.add("Logs::LogGroup", "CentiaLogs", "/leadrelay/small/deliver-centia")
    logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=30)


def _way(stack: SmallStack) -> None:
    sqs, lambda_ = stack.client("sqs"), stack.client("lambda")
    common = {"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}
    dead = sqs.create_queue(QueueName="small-centia-dead", Attributes=common)["QueueUrl"]
    redrive = {
        "deadLetterTargetArn": ARN.format("sqs", "small-centia-dead"),
        "maxReceiveCount": 1000,
    }
    own = common | {"VisibilityTimeout": "360", "RedrivePolicy": json.dumps(redrive)}
    url = sqs.create_queue(QueueName="small-centia", Attributes=own)["QueueUrl"]
    stack.listed.add("SQS::Queue", "CentiaQueue", url)
    told = {"QueueArn": ARN.format("sqs", "small-centia"), "Events": ["s3:ObjectCreated:*"]}
    stack.client("s3").put_bucket_notification_configuration(
        Bucket="files", NotificationConfiguration={"QueueConfigurations": [told]}
    )
    stack.listed.add("SQS::Queue", "CentiaDeadQueue", dead)
    variables = {
        "CRM": "centia",
        "LEASE_SECONDS": "360",
        "IN_FLIGHT": "10",
        "GIVE_UP_AFTER_HOURS": "96",
    }
    _function(stack, "DeliverToCentia", "small-deliver-centia", 60, variables)
    source = lambda_.create_event_source_mapping(
        EventSourceArn=ARN.format("sqs", "small-centia"),
        FunctionName="small-deliver-centia",
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": 2},
    )["UUID"]
    stack.listed.add("Lambda::EventSourceMapping", "DeliverToCentiaQueue", source)
    sweep = _function(stack, "Sweep", "small-sweep", 50, {"CRMS": "centia", "MAPPINGS": source})
    stack.client("scheduler").create_schedule(
        Name=stack.listed.add("Scheduler::Schedule", "SweepEveryMinute", "small-sweep"),
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": sweep, "RoleArn": _role()},
    )


def _role() -> str:
    iam = boto3.client("iam", region_name=REGION)
    if not iam.list_roles()["Roles"]:
        iam.create_role(RoleName="any", AssumeRolePolicyDocument=ROLE)
    return str(iam.list_roles()["Roles"][0]["Arn"])


def _function(
    stack: SmallStack, logical: str, name: str, timeout: int, variables: dict[str, str]
) -> str:
    arn: str = stack.client("lambda").create_function(
        FunctionName=stack.listed.add("Lambda::Function", logical, name),
        Runtime="python3.13",
        Role=_role(),
        Handler="app.handler",
        Code={"ZipFile": b"never run"},
        Timeout=timeout,
        Environment={"Variables": variables},
    )["FunctionArn"]
    return arn


def _edges(stack: SmallStack) -> None:
    sns, gateway = stack.client("sns"), stack.client("apigatewayv2")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    stack.listed.add("SNS::Topic", "AlarmTopic", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ARN.format("sqs", "mailbox"))
    for name, metric, dimension, value in (
        ("Parked", "ApproximateNumberOfMessagesVisible", "QueueName", "small-centia-dead"),
        ("Late", "crm.waits.ms", "crm", "centia"),
        ("Errors", "Errors", "FunctionName", "small-deliver-centia"),
        ("SweepErrors", "Errors", "FunctionName", "small-sweep"),
        ("Paused", "crm.paused", "crm", "centia"),
    ):
        stack.client("cloudwatch").put_metric_alarm(
            AlarmName=stack.listed.add("CloudWatch::Alarm", f"{name}Alarm", f"small-{name}"),
            MetricName=metric,
            Namespace="any",
            Dimensions=[{"Name": dimension, "Value": value}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic],
        )
    stack.secrets.put("sources", {"web": "hush"})
    stack.secrets.put("crm/centia", secret("centia", "http://127.0.0.1:9"))
    stack.outputs["ApiId"] = gateway.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    stack.listed.add("ApiGatewayV2::Stage", "HttpApiStage", "$default")
    throttle(stack, 50, 100)


def throttle(stack: SmallStack, rate: float, burst: int) -> None:
    limits = {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst}
    stack.client("apigatewayv2").create_stage(  # over what is there; moto 5.2.5 can't update one
        ApiId=stack.outputs["ApiId"], StageName="$default", DefaultRouteSettings=limits
    )
