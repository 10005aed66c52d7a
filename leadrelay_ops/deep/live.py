"""The resources of a stack that is deployed, and what AWS's names for them stand for."""

import re
from collections.abc import Iterator
from typing import Any

from leadrelay_ops.stack import Stack

# A name of anything else may be a common word: an API's stage is "$default".
_REFERRED_TO = {
    "AWS::ApiGatewayV2::Api",
    "AWS::DynamoDB::Table",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
_HOST = re.compile(r"(?<=^https://)\w+")


class Live:
    """One stack. Raises ClientError when there is none of its name."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.client = stack.client
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        self._all = [
            (one["ResourceType"], one["LogicalResourceId"], one["PhysicalResourceId"])
            for page in pages.paginate(StackName=stack.name)
            for one in page["StackResourceSummaries"]
            if one.get("PhysicalResourceId")
        ]
        self._names = {
            physical: logical for kind, logical, physical in self._all if kind in _REFERRED_TO
        }
        for _, queue, url in self.of_type("AWS::SQS::Queue"):
            self._names[url.rpartition("/")[2]] = queue

    def of_type(self, wanted: str) -> Iterator[tuple["Live", str, str]]:
        """(this, logical id, physical id), as what reads a resource takes them."""
        return (
            (self, logical, physical) for kind, logical, physical in self._all if kind == wanted
        )

    def named(self, name: str) -> str:
        """The logical id for a name or an ARN; a stranger's as it is."""
        resource = name.split(":", 5)[-1]  # arn:aws:sqs:eu-west-1:123456789012:name
        function = resource.removeprefix("function:").partition(":")[0]
        known = (self._names.get(one) for one in (name, resource, function))
        return next(filter(None, known), name)

    def named_within(self, text: str) -> str:
        """A function's variable, which may be a list or an API's URL, with logical ids in it."""
        text = _HOST.sub(lambda found: self._names.get(found[0], found[0]), text)
        return ",".join(map(self.named, text.split(",")))


def as_dict(value: Any) -> dict[str, Any]:
    """For `Answer.fact`: what is an object, or not there."""
    return dict(value or {})
