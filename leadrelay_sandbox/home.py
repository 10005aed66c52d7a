"""Where the twin lives: its folder in this clone, its region, and the way to its AWS."""

from functools import cache
from pathlib import Path
from typing import Any

from botocore.session import Session

ROOT = Path(__file__).resolve().parents[1]
TWIN_FILE = ROOT / ".sandbox" / "stack.json"
TWIN_REGION = "eu-west-1"


def aws(service: str, endpoint_url: str | None) -> Any:
    """A client of AWS, or of the twin at that URL, which takes any credentials and shall never be
    handed real ones."""
    if endpoint_url is None:
        return _session().create_client(service)
    return _session().create_client(
        service,
        endpoint_url=endpoint_url,
        region_name=TWIN_REGION,
        aws_access_key_id="twin",
        aws_secret_access_key="twin",  # noqa: S106  # a placeholder
    )


def read_outputs(name: str, endpoint_url: str | None) -> dict[str, str]:
    """A stack's outputs, as its template names them. Raises ClientError, BotoCoreError."""
    (stack,) = aws("cloudformation", endpoint_url).describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}


@cache
def _session() -> Session:
    """One for all, as it reads what a service looks like only once."""
    return Session()
