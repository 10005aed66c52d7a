"""Where the twin lives: its folder in this clone, its region, and the way to its AWS."""

from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[1]
TWIN_FILE = ROOT / ".sandbox" / "stack.json"
TWIN_REGION = "eu-west-1"


def session(endpoint_url: str | None) -> boto3.Session:
    """The twin takes any credentials, and shall never be handed real ones."""
    if endpoint_url is None:
        return boto3.Session()
    return boto3.Session(
        aws_access_key_id="twin",
        aws_secret_access_key="twin",  # noqa: S106  # a placeholder
        region_name=TWIN_REGION,
    )


def read_outputs(name: str, endpoint_url: str | None) -> dict[str, str]:
    """A stack's outputs, as its template names them. Raises ClientError, BotoCoreError."""
    client: Any = session(endpoint_url).client("cloudformation", endpoint_url=endpoint_url)
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
