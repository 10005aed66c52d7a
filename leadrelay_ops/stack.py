"""The stack a command works on: the twin that is up, or one on AWS, by its name."""

import getpass
import json
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from leadrelay.aws.queues import Queues
from leadrelay.aws.secrets import Secrets
from leadrelay.crms import CRMS
from leadrelay.ledger.table import Table
from leadrelay_ops.failures import Told
from leadrelay_sandbox.home import TWIN_FILE, aws, read_outputs

LONGEST_NAME = 45
"""Of a stack: STACK-deliver-trackerrms is the name of a function, which may have 64 characters.
CloudFormation can't say so: no rule of a template sees the stack's name."""


class NoTwin(Told):
    """No stack was named, and no twin is up; the message says what to do."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack; `endpoint_url` is None on AWS."""

    name: str
    api_url: str
    endpoint_url: str | None
    outputs: dict[str, str]
    crms: dict[str, str]  # the twin's simulators: name → URL; empty on AWS
    sources: Path | None = None  # what the twin was deployed with; on AWS see `which_file`

    @property
    def is_twin(self) -> bool:
        return self.endpoint_url is not None

    def client(self, service: str) -> Any:
        """One for each service: making one takes as long as several calls by it."""
        if service not in self._clients:
            self._clients[service] = aws(service, self.endpoint_url)
        return self._clients[service]

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @cached_property
    def deployed_crms(self) -> tuple[str, ...]:
        """The CRMs that it was deployed with; its parameters are named like them."""
        (described,) = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        without = {
            parameter["ParameterKey"].lower()
            for parameter in described.get("Parameters", ())
            if parameter["ParameterValue"] == "no"
        }
        return tuple(crm for crm in CRMS if crm not in without)

    @cached_property
    def who(self) -> str:
        """The caller as AWS knows them; of the twin, the user of this machine."""
        if self.is_twin:
            return getpass.getuser()
        return str(self.client("sts").get_caller_identity()["Arn"])

    @cached_property
    def table(self) -> Table:
        return Table(self.client("dynamodb"), self.outputs["TableName"])

    @cached_property
    def queues(self) -> Queues:
        return Queues(self.client("sqs"), self.outputs["QueueUrlPrefix"])

    @cached_property
    def secrets(self) -> Secrets:
        prefix = f"leadrelay/{self.name}/"
        return Secrets(self.client("secretsmanager"), prefix)


def find_stack(name: str | None) -> Stack:
    """The named stack on AWS; without a name the twin. Raises NoTwin when none is up."""
    if name is None:
        if not TWIN_FILE.exists():
            raise NoTwin(
                "No twin is up. Start one with `make up`, or name a stack on AWS with --stack."
            )
        return read_twin(TWIN_FILE)
    if not name:  # AWS would tell of every stack
        raise Told("--stack has no name behind it; without --stack it is the twin")
    if mistake := too_long(name):
        raise Told(mistake)
    try:
        outputs = read_outputs(name, None)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        told = f"there is no stack {name!r} in the region and account that you are logged in to"
        raise Told(f"{told}: `aws cloudformation list-stacks` tells what there is") from error
    if not {"ApiUrl", "TableName", "FilesBucket", "QueueUrlPrefix"} <= outputs.keys():
        raise Told(f"the stack {name!r} isn't one of Leadrelay's, or isn't deployed yet")
    return Stack(name, outputs["ApiUrl"], None, outputs, {})


def too_long(name: str) -> str | None:
    """What is wrong with a name that AWS refuses."""
    if len(name) <= LONGEST_NAME:
        return None
    told = f"a stack's name may have {LONGEST_NAME} characters, and {name!r} has {len(name)}"
    return f"{told}: AWS refuses its functions' names. Choose a shorter one"


def read_twin(file: Path) -> Stack:
    """The twin that wrote this file. Raises NoTwin when it doesn't answer any more."""
    try:
        twin = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise NoTwin("The twin isn't up yet, or was killed: start it with `make up`.") from error
    endpoint = urlsplit(twin["endpoint_url"])
    try:
        socket.create_connection((endpoint.hostname, endpoint.port), timeout=5).close()
    except OSError as error:
        raise NoTwin(
            f"The twin at {twin['endpoint_url']} doesn't answer. Is `make up` still running?"
        ) from error
    return Stack(
        name=twin["stack_name"],
        api_url=twin["api_url"],
        endpoint_url=twin["endpoint_url"],
        outputs=twin["outputs"],
        crms={crm: entry["url"] for crm, entry in twin["crm"].items()},
        sources=Path(twin["sources"]),
    )
