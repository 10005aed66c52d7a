"""What a function is told by its environment: read once, all at once, by `functions/*/app.py`.

The field names in capitals are the variables' names in `template.yaml`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

type Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda text: tuple(filter(None, text.split(","))) if text else ()),
]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)  # a function needs one of them all

    stack_name: str = Field(description="what secrets and metrics are named by")
    table_name: str
    queue_url_prefix: str = Field(description="a queue's URL is this + the CRM's name")
    requests_per_second: float = Field(description="as many as API Gateway lets in")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Raises pydantic.ValidationError, which names every variable that is missing."""
        return cls.model_validate(
            {name: environ[name.upper()] for name in cls.model_fields if name.upper() in environ}
        )

    @property
    def secret_prefix(self) -> str:
        """What every secret's name begins with."""
        return f"leadrelay/{self.stack_name}/"


class ReceiveSettings(_Settings):
    max_body_bytes: int = Field(gt=0)
    public_url: str = Field(description="what the senders' URLs begin with; empty: the API's own")
    files_bucket: str


class ReceiveFilesSettings(ReceiveSettings):
    malware_scan: bool = Field(description="files wait for GuardDuty's word")


class DeliverSettings(_Settings):
    function_prefix: str = Field(description="a function's name is this + sweep, deliver-<crm>, …")
    files_bucket: str
    crm: str
    graph_url: str = Field(description="where Meta's leads are fetched")
    linked_in_url: str = Field(description="where LinkedIn's are; its last part is the version")
    in_flight: int = Field(gt=0, description="deliveries at once in one function")
    lease_seconds: int = Field(gt=0, description="longer than the function's timeout")
    backoff_base_seconds: float = Field(gt=0)
    give_up_after_hours: float = Field(gt=0)

    @property
    def secret_name(self) -> str:
        """The CRM's secret, below the prefix."""
        return f"crm/{self.crm}"

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)


class ReplaySettings(_Settings):
    crms: Names = Field(description="the CRMs that this stack has")


class DigestSettings(_Settings):
    crms: Names = Field(description="the CRMs that this stack has")
    topic_arn: str = Field(description="where it is mailed")


class CanarySettings(_Settings):
    topic_arn: str = Field(description="where it is told that none gets through, or one does again")
    canary_source: str = Field(description="whose sender they come from")
    api_url: str = Field(description="what the senders' URLs begin with")


class TidySettings(_Settings):
    files_bucket: str


class SweepSettings(_Settings):
    function_prefix: str
    crms: Names = Field(description="the CRMs that this stack has")
    mappings: Names = Field(description="by which Lambda reads their queues: UUIDs, in that order")
    topic_arn: str = Field(description="where it is told that a source fell silent, or is back")

    @property
    def mapping_of(self) -> dict[str, str]:
        return dict(zip(self.crms, self.mappings, strict=True))
