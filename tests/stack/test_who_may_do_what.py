"""Each function's role allows what the function does on the twin, and nothing else.

The twin checks every request by the roles that it was deployed with, and writes down what it
decided (`leadrelay_sandbox.recorded_ministack`). So what a role lacks fails here as it would on
AWS, also where the code goes on without it.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.exceptions import ClientError

from leadrelay.aws.clients import code
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.twin import Twin
from tests.stack.exercise import Eventually, Exercise, as_function, physical_id

type Grant = tuple[str, str, str]
"""(a function's name in the template, "service:Action", ARN)"""

# What is of use although nobody calls it: S3 says "no such key" only to who may list the bucket.
NEVER_CALLED = {("ReceiveFile", "s3:ListBucket")}

# AWS's own policies that SAM adds: to write logs, to write traces (in use with Tracing=Active),
# and for Lambda to read the function's queue in its role.
LOGS_AND_TRACES = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}
POLLING = {"arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"}
POLLERS = {
    "DeliverToTrackerRms": "trackerrms",
    "DeliverToInitiative": "initiative",
    "DeliverToCentia": "centia",
    "DeliverToCollect": "collect",
    "ReceiveFile": "ArrivalsQueue",
}


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def asked(
    stack: Stack, twin: Twin, functions: dict[str, str], eventually: Eventually
) -> dict[Grant, bool]:
    """What each function asked for in the whole exercise, and whether it was allowed."""
    Exercise(stack, eventually).run()
    told = map(json.loads, twin.calls_file.read_text("utf-8").splitlines())
    return {
        (functions[name], action, arn): allowed
        for name, action, arn, allowed in told
        if name in functions
    }


@pytest.fixture(scope="module")
def functions(stack: Stack) -> dict[str, str]:
    """Physical → logical names."""
    listed = stack.client("cloudformation").describe_stack_resources(StackName=stack.name)
    return {
        one["PhysicalResourceId"]: one["LogicalResourceId"]
        for one in listed["StackResources"]
        if one["ResourceType"] == "AWS::Lambda::Function"
    }


def granted(stack: Stack, functions: dict[str, str]) -> Iterator[Grant]:
    """What each function's role allows by the policies that the template writes."""
    iam = stack.client("iam")
    for name in functions.values():
        role = physical_id(stack, f"{name}Role")
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            found = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for statement in found["Statement"]:
                if statement["Effect"] == "Allow":
                    for action in several(statement["Action"]):
                        yield from ((name, action, arn) for arn in several(statement["Resource"]))


def test_no_function_asks_for_what_it_may_not(asked: dict[Grant, bool]) -> None:
    assert len(asked) > 100
    assert [grant for grant, allowed in asked.items() if not allowed] == []


def test_no_function_may_do_what_it_never_does(
    stack: Stack, asked: dict[Grant, bool], functions: dict[str, str]
) -> None:
    assert [
        (name, action, pattern)
        for name, action, pattern in granted(stack, functions)
        if (name, action) not in NEVER_CALLED
        and not any(
            (name, action) == (by, what) and fnmatchcase(arn, pattern) for by, what, arn in asked
        )
    ] == []


def test_the_rest_of_a_role_is_what_sam_adds(stack: Stack, functions: dict[str, str]) -> None:
    iam = stack.client("iam")
    for name in functions.values():
        role = physical_id(stack, f"{name}Role")
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        expected = LOGS_AND_TRACES | (POLLING if name in POLLERS else set())
        assert {one["PolicyArn"] for one in attached} == expected, name


def may_read(sqs: Any, url: str) -> bool:
    try:
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    except ClientError as error:
        if code(error) != "AccessDenied":
            raise
        return False
    return True


@pytest.mark.parametrize(("name", "queue"), POLLERS.items())
def test_a_function_may_read_its_own_queue_only(stack: Stack, name: str, queue: str) -> None:
    """Though AWS's policy for polling allows all of them."""
    sqs = as_function(stack, name, told_as="a-test")("sqs")
    urls = stack.client("sqs").list_queues()["QueueUrls"]
    (own,) = [url.rpartition("/")[2] for url in urls if may_read(sqs, url)]
    assert own.removeprefix(f"{stack.name}-").startswith(queue)
