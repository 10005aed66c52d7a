"""The SNS topic by which the stack tells people something."""

from dataclasses import dataclass
from typing import Any

from leadrelay.aws.clients import reaching


@dataclass(frozen=True, slots=True)
class Topic:
    sns: Any
    arn: str

    def tell(self, subject: str, text: str) -> None:
        """Mail everybody who subscribed. `subject` is ASCII, in one line, of less than 100
        characters (SNS API reference, Publish). Raises Unavailable."""
        with reaching("topic"):
            self.sns.publish(TopicArn=self.arn, Subject=subject, Message=text)
